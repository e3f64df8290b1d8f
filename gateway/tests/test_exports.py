"""Files out of the gateway: passed on, safe to save, only for their rider."""

from http.client import HTTPConnection
from typing import Any

import pytest
from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.workout_files import Download
from gateway.tests.neighbours import Town, ids_of


@pytest.mark.parametrize("kind", ["fit", "tcx", "csv"])
def test_c15_a_workout_is_fetched_in_each_format(town: Town, kind: str) -> None:
    browser = town.browser(town.a)
    answer = browser.get(f"/workouts/{ids_of(town, town.a).entry}/file/{kind}")

    assert (200, b"a" + kind.encode()) == (answer.status_code, answer.data)
    assert f'attachment; filename="2026-05-01-spin.{kind}"' == answer.headers["Content-Disposition"]
    assert ("nosniff", "no-store") == (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"])


@pytest.mark.parametrize("kind", ["exe", "FIT", "fit%2f..", "..", "zip"])
def test_t085_another_format_is_not_there(town: Town, kind: str) -> None:
    browser = town.browser(town.a)

    assert browser.get(f"/workouts/{ids_of(town, town.a).entry}/file/{kind}").status_code in {308, 404}


def test_c15_the_zip_opens_by_a_link_that_is_made_on_demand(town: Town) -> None:
    browser = town.browser(town.a)
    page = browser.get("/export")
    link = browser.submit(page, f"/export/{ids_of(town, town.a).export}/link")
    answer = browser.get(link.location)

    assert (303, 200) == (link.status_code, answer.status_code)
    assert b"PK0123456789" == answer.data
    assert 'attachment; filename="chase-the-zones-2026-05-01.zip"' == answer.headers["Content-Disposition"]


def test_c15_a_link_that_is_over_says_what_to_do_and_opens_for_nobody_else(town: Town) -> None:
    browser, other = town.browser(town.a), town.browser(town.b)
    ids = ids_of(town, town.a)
    over = browser.get(f"/export/{ids.export}/file?secret=old")
    stolen = other.get(f"/export/{ids.export}/file?secret={ids.export_secret}")

    assert [404, 404] == [over.status_code, stolen.status_code]
    assert "Press Download again." in over.text


def test_c15_an_export_is_asked_for_followed_and_deleted(town: Town) -> None:
    browser = town.browser(town.a)
    asked = browser.submit(browser.get("/export"), "/export", csv="1")
    page = browser.get(asked.location)
    (name, made) = list(town.transfers.exports[town.a.user_id].items())[-1]
    progress = browser.get("/export/progress")

    assert [pb.FILE_FORMAT_FIT, pb.FILE_FORMAT_CSV] == list(made.formats)
    assert "4 of 9 workouts written" in page.text
    assert 'data-url="/export/progress"' in page.text
    assert (False, "44 % is written.") == (progress.json["is_done"], progress.json["spoken"])  # type: ignore[index]
    browser.submit(page, f"/export/{name.split('/')[1]}/delete")
    assert name not in town.transfers.exports[town.a.user_id]


def test_c15_a_form_that_is_sent_twice_makes_one_export(town: Town) -> None:
    browser = town.browser(town.a)
    page = browser.get("/export")
    for _ in range(2):
        browser.submit(page, "/export")

    assert 2 == len(town.transfers.exports[town.a.user_id])


def test_c15_without_a_format_the_form_says_so(town: Town) -> None:
    page = town.browser(town.a).post("/export")

    assert 422 == page.status_code
    assert "Choose at least one format." in page.text


def test_a_download_that_nobody_reads_gives_its_place_back(town: Town) -> None:
    browser, ids = town.browser(town.a), None
    for _ in range(20):
        ids = ids_of(town, town.a)
        path = f"/export/{ids.export}/file?secret={ids.export_secret}"
        answer = browser.client.get(path, base_url="http://127.0.0.1:8000", buffered=False)

        assert 200 == answer.status_code
        answer.close()


class _Answer:
    """What a connection gives, as far as a download looks."""

    length = None

    def __init__(self, disposition: str) -> None:
        self._disposition = disposition

    def getheader(self, name: str, default: str = "") -> str:
        return self._disposition if name == "Content-Disposition" else default


@pytest.mark.parametrize(
    "disposition",
    ['attachment; filename="a\r\nSet-Cookie: x=y"', 'inline; filename="a.fit"', 'attachment; filename="../a"; x="', ""],
)
def test_t085_a_name_that_is_not_plain_is_not_passed_on(disposition: str) -> None:
    answer: Any = _Answer(disposition)

    assert "workout" == Download(HTTPConnection("127.0.0.1"), answer).file_name
