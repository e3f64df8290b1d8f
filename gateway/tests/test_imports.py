"""Files through the gateway: passed on as they come, refused early, never half (T082 to T086 at the door)."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from ctz.workouts.v1 import transfers_pb2 as pb
from werkzeug.test import TestResponse

from ctz_gateway.web.slots import Slots
from ctz_gateway.web.uploads import CutOffError, Upload
from gateway.tests.browser import Browser
from gateway.tests.fake_files import FULL, LARGEST_FILE
from gateway.tests.neighbours import PUBLIC_URL, Town, ids_of

BOUNDARY = "zone-boundary"
KEY = "0197a0b0-0000-7000-8000-0000000000f2"
RIDE = b"\x0e\x20ride\r\n--not-a-boundary\r\n" * 50


def form(token: str, files: list[tuple[str, bytes]], *, is_whole: bool = True) -> bytes:
    """A form as a browser sends it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("csrf_token", token), ("idempotency_key", KEY))
    ]
    for name, body in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + body + b"\r\n")
    return b"".join(parts) + (f"--{BOUNDARY}--\r\n".encode() if is_whole else b"")


class Body(BytesIO):
    """A body that knows how much of it was read, and can tell somebody before each read."""

    def __init__(self, content: bytes, heard: Callable[[int], None] = lambda _read: None) -> None:
        super().__init__(content)
        self._heard = heard

    def readinto(self, buffer: Any, /) -> int:
        self._heard(self.tell())
        return super().readinto(buffer)


def send(browser: Browser, body: BytesIO, length: int | None, **headers: str) -> TestResponse:
    """Send a body as gunicorn hands it on: the stream ends by itself, also where it was cut."""
    return browser.client.post(
        "/import",
        base_url=PUBLIC_URL,
        input_stream=body,
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        headers={"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin", **headers},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": "" if length is None else str(length)},
    )


def upload(browser: Browser, *files: tuple[str, bytes], **headers: str) -> TestResponse:
    content = form(browser.form_token(), list(files))
    return send(browser, Body(content), len(content), **headers)


def imports(town: Town) -> dict[str, Any]:
    """Imports of the rider beyond the one that was there."""
    return dict(list(town.transfers.imports[town.a.user_id].items())[1:])


def test_t082_files_arrive_byte_by_byte_in_their_order(town: Town) -> None:
    browser = town.browser(town.a)
    every = bytes(range(256)) * 300
    answer = upload(browser, ("one.fit", RIDE), ("two.zip", every), ("three.tcx", b"<x/>"))
    (name,) = imports(town)

    assert (303, f"/import/{name.split('/')[1]}") == (answer.status_code, answer.location)
    assert [RIDE, every, b"<x/>"] == town.transfers.bodies[name]
    assert ["one.fit", "two.zip", "three.tcx"] == [file.file_name for file in town.transfers.files[name]]


def test_t083_a_file_is_passed_on_while_it_comes(town: Town) -> None:
    """Near its end the beginning is at workouts already, so nothing holds it whole."""
    browser = town.browser(town.a)
    seen: list[int] = []
    content = form(browser.form_token(), [("long.fit", b"x" * 900_000)])

    def heard(read: int) -> None:
        if read > 800_000 and not seen:
            until = time.monotonic() + 5
            while not town.transfers.arrived and time.monotonic() < until:
                time.sleep(0.01)
            seen.append(town.transfers.arrived)

    assert 303 == send(browser, Body(content, heard), len(content)).status_code
    assert seen[0] > 0


def test_t083_more_than_may_be_sent_is_refused_unread(town: Town) -> None:
    browser = town.browser(town.a)
    body = Body(form(browser.form_token(), [("huge.zip", RIDE)]))
    answer = send(browser, body, town.settings.upload_bytes + 1)

    assert 413 == answer.status_code
    assert 0 == body.tell()
    assert {} == imports(town)


def test_t083_a_form_without_a_length_is_read_to_its_end(town: Town) -> None:
    browser = town.browser(town.a)
    content = form(browser.form_token(), [("ride.fit", RIDE)])

    assert 303 == send(browser, Body(content), None).status_code
    assert [RIDE] == town.transfers.bodies[next(iter(imports(town)))]


def test_t096_the_token_is_checked_before_any_file_is_read(town: Town) -> None:
    browser = town.browser(town.a)
    body = Body(form("forged", [("ride.fit", b"x" * 5_000_000)]))
    answer = send(browser, body, len(body.getvalue()))

    assert 403 == answer.status_code
    assert body.tell() <= 128 * 1024
    assert {} == imports(town)


def test_t096_a_token_that_stands_behind_the_files_is_none(town: Town) -> None:
    browser = town.browser(town.a)
    token = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{browser.form_token()}\r\n'
    file = form("", [("ride.fit", RIDE)]).split(f"--{BOUNDARY}".encode())[3]
    content = f"--{BOUNDARY}".encode() + file + token.encode() + f"--{BOUNDARY}--\r\n".encode()

    assert 403 == send(browser, Body(content), len(content)).status_code
    assert {} == imports(town)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_t086_a_connection_that_is_cut_leaves_nothing_behind(town: Town, share: float) -> None:
    browser = town.browser(town.a)
    whole = form(browser.form_token(), [("ride.fit", b"x" * 400_000)], is_whole=False)
    answer = send(browser, Body(whole[: int(len(whole) * share)]), len(whole))

    assert 400 == answer.status_code
    assert {} == imports(town)
    assert {} == {name: bodies for name, bodies in town.transfers.bodies.items() if bodies}


def test_t086_what_was_whole_before_the_cut_stays(town: Town) -> None:
    browser = town.browser(town.a)
    whole = form(browser.form_token(), [("one.fit", RIDE), ("two.fit", b"x" * 400_000)])
    send(browser, Body(whole[:-200_000]), len(whole))
    (name,) = imports(town)

    assert ["one.fit"] == [file.file_name for file in town.transfers.files[name]]


def test_t083_one_file_too_large_does_not_keep_the_others_out(town: Town) -> None:
    browser = town.browser(town.a)
    answer = upload(browser, ("one.fit", RIDE), ("huge.zip", b"x" * (3 * LARGEST_FILE)), ("two.fit", RIDE))
    (name,) = imports(town)
    page = browser.get(answer.location)

    assert ["one.fit", "two.fit"] == [file.file_name for file in town.transfers.files[name]]
    assert "“huge.zip” was not taken. It is too large." in page.text


def test_t086_where_no_more_may_wait_the_rest_is_not_sent(town: Town) -> None:
    browser = town.browser(town.a)
    answer = upload(browser, ("one.fit", RIDE), (FULL, RIDE), ("two.fit", RIDE))
    (name,) = imports(town)

    assert ["one.fit"] == [file.file_name for file in town.transfers.files[name]]
    assert "Too much waits to be read already." in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("body", "told"),
    [(b"PK-bomb" + b"0" * 99, "This holds more than can be read at once."), (b"%PDF-1.7", "This is no workout file.")],
)
def test_t083_what_cannot_be_read_is_told_with_what_to_do(town: Town, body: bytes, told: str) -> None:
    browser = town.browser(town.a)
    page = browser.get(upload(browser, ("bad.zip", body)).location)

    assert 200 == page.status_code
    assert told in page.text
    assert "Nothing" in page.text or "1 not read" in page.text


@pytest.mark.parametrize("name", ["", "ride.fit"])
def test_a_form_without_a_file_begins_no_import(town: Town, name: str) -> None:
    browser = town.browser(town.a)
    files = [("", b"")] if not name else []
    content = form(browser.form_token(), files)
    answer = send(browser, Body(content), len(content))

    assert 422 == answer.status_code
    assert "Choose a file first." in answer.text
    assert 0 == town.transfers.begun


def test_a_script_gets_the_address_or_the_sentence(town: Town) -> None:
    browser = town.browser(town.a)
    taken = upload(browser, ("one.fit", RIDE), Accept="application/json")
    refused = upload(browser, Accept="application/json")
    (name,) = imports(town)

    assert {"next": f"/import/{name.split('/')[1]}"} == taken.json
    assert (422, {"detail": "Choose a file first."}) == (refused.status_code, refused.json)


def test_t077_a_form_that_is_sent_twice_is_one_import(town: Town) -> None:
    browser = town.browser(town.a)
    first, second = (upload(browser, ("one.fit", RIDE)) for _ in range(2))

    assert first.location == second.location
    assert 1 == len(imports(town))


HOSTILE = (
    "..%0d%0aSet-Cookie: a=b.fit", "%22><script>alert(1)</script>.fit", "\u202etif.exe", "../../etc/passwd",
    "C:\\Users\\x\\ride.fit", "a\0b.fit", "{{7*7}}.fit", "n" * 5000 + ".fit", "=cmd|' /C calc'!A0.fit",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_t085_a_hostile_name_is_text_and_nothing_else(town: Town, name: str) -> None:
    browser = town.browser(town.a)
    answer = upload(browser, (name, RIDE))
    page = browser.get(answer.location)

    assert 303 == answer.status_code
    assert 200 == page.status_code
    assert "<script>alert" not in page.text
    assert ">49.fit" not in page.text
    assert "<bdi" in page.text
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]


def test_t098_what_is_told_of_a_hostile_file_is_inert(town: Town) -> None:
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    file = town.transfers.files[f"imports/{ids.import_id}"][0]
    file.file_name = file.problems[0].place = file.problems[0].message = "<img src=x onerror=alert(1)>"
    for member in town.transfers.members[town.a.user_id].values():
        member.device_type = member.workout.title = member.workout.discipline = "<img src=x onerror=alert(1)>"
        member.source = member.series_slugs[0] = "<svg onload=alert(1)>"
    for path in (f"/import/{ids.import_id}", "/import", "/duplicates"):
        html = browser.get(path).text

        assert "<img" not in html
        assert "<svg onload" not in html


def test_while_workouts_is_away_nothing_is_taken_and_the_page_says_so(town: Town) -> None:
    browser = town.browser(town.a)
    content = form(browser.form_token(), [("ride.fit", RIDE)])
    town.file_server.close()
    answer = send(browser, Body(content), len(content))
    town.stop("workouts")

    assert 503 == answer.status_code
    assert {} == imports(town)


def test_an_import_is_followed_and_forgotten(town: Town) -> None:
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    told = town.transfers.imports[town.a.user_id][f"imports/{ids.import_id}"]
    path = f"/import/{ids.import_id}"
    told.state, told.finished_item_count = pb.TRANSFER_STATE_RUNNING, 1
    page, first = browser.get(path), browser.get(f"{path}/progress")
    again = browser.get(f"{path}/progress", If_None_Match=first.headers["ETag"])
    told.finished_item_count = 2
    later = browser.get(f"{path}/progress", If_None_Match=first.headers["ETag"])

    assert f'data-url="{path}/progress"' in page.text
    assert (304, 200) == (again.status_code, later.status_code)
    assert ("33 % is read.", "66 % is read.") == (first.json["spoken"], later.json["spoken"])  # type: ignore[index]
    assert "/import" == browser.submit(page, f"{path}/delete").location
    assert {} == town.transfers.imports[town.a.user_id]


@pytest.mark.parametrize("path", ["/import", "/import/{0}", "/import/{0}/progress", "/duplicates", "/export"])
def test_each_page_costs_at_most_three_calls(town: Town, path: str) -> None:
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    town.calls.clear()
    browser.get(path.format(ids.import_id))

    assert 1 < town.calls.total() <= 3


def test_t086_one_person_does_not_take_every_place() -> None:
    slots = Slots(total=3, each=2)
    first, second, third = slots.take("a"), slots.take("a"), slots.take("a")
    other, late = slots.take("b"), slots.take("c")
    assert first is not None
    first()
    first()

    assert (True, True, False) == tuple(each is not None for each in (second, other, third or late))
    assert slots.take("c") is not None
    assert slots.take("d") is None


@pytest.mark.parametrize("boundary", ["", "ü", "b" * 201])
def test_t082_a_boundary_that_is_none_is_refused(boundary: str) -> None:
    with pytest.raises(CutOffError):
        Upload(BytesIO(b""), boundary, 10)


@pytest.mark.parametrize(
    "content",
    [b"", b"nothing", b"--b\r\n\r\nno name\r\n--b--", b"--b\r\nContent-Disposition: form-data; name=\xff\r\n\r\n--b--"],
)
def test_t082_a_body_that_is_no_form_ends_as_cut_off(content: bytes) -> None:
    with pytest.raises(CutOffError):
        Upload(BytesIO(content), "b", 10).fields()
