"""What the knobs do, seen on the wire."""

import http.client
import json
import socket
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from ctz_simulator import Failure, Knobs, RiderSpec, Simulator, Wire
from ctz_simulator.knobs import BadKnob, Body


@pytest.fixture
def raw(sim: Simulator, client: Any) -> Any:
    """The bytes of /api/me as they come, up to `most` of them; none when the server stays silent."""

    def read(most: int = 1_000_000, timeout: float = 5.0) -> bytes | None:
        host, port = urlsplit(sim.url).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=timeout) as connection:
            connection.sendall(
                f"GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\n\r\n".encode()
            )
            data = b""
            try:
                while len(data) < most and (piece := connection.recv(65_536)):
                    data += piece
            except TimeoutError:
                return data or None
            return data

    return read


def _split(data: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a raw answer."""
    head, _, body = data.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode().split("\r\n")[1:]:
        name, _, value = line.partition(": ")
        headers[name] = value
    return headers, body


def test_a_whole_answer_keeps_the_connection(sim: Simulator, client: Any) -> None:
    connection = http.client.HTTPConnection(urlsplit(sim.url).netloc)
    for _ in range(3):
        connection.request("GET", "/api/me", headers={"Authorization": f"Bearer {client.token}"})
        answer = connection.getresponse()
        assert json.loads(answer.read())["username"] == "demo"
    own_port = connection.sock.getsockname()[1] if connection.sock else None
    connection.close()

    assert own_port is not None


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95])
def test_t044_a_body_is_cut_at_a_share_of_its_promised_length(sim: Simulator, raw: Any, share: float) -> None:
    sim.turn(failures=[Failure(wire=Wire.TRUNCATE, share=share)])
    headers, body = _split(raw())

    assert int(int(headers["Content-Length"]) * share) == len(body)


def test_t044_a_length_can_be_wrong(sim: Simulator, raw: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.WRONG_LENGTH, share=0.5)])
    headers, body = _split(raw())

    assert int(headers["Content-Length"]) == len(body) // 2


def test_t044_gzip_can_be_broken(sim: Simulator, raw: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.BROKEN_GZIP)])
    headers, body = _split(raw())

    assert "gzip" == headers["Content-Encoding"]
    assert body.startswith(b"\x1f\x8b")


def test_t045_a_body_can_carry_a_byte_order_mark(sim: Simulator, client: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.BOM)])

    assert client.get("/api/me").body.startswith(b"\xef\xbb\xbf{")


def test_t043_the_first_byte_may_never_come(sim: Simulator, raw: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.HANG)])

    assert raw(timeout=0.3) is None


def test_t043_a_body_may_drip(sim: Simulator, raw: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.DRIP, bytes_per_second=3)])
    headers, body = _split(raw(timeout=0.5))

    assert int(headers["Content-Length"]) > 1000
    assert 3 == len(body)


def test_t043_a_body_may_never_end(sim: Simulator, raw: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.ENDLESS)])
    headers, body = _split(raw(most=20_000))

    assert "Content-Length" not in headers
    assert len(body) > 10_000


def test_t055_a_body_may_be_huge_and_still_json(sim: Simulator, client: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.HUGE, size_bytes=3_000_000)])
    reply = client.get("/api/me")

    assert 3_000_000 == len(reply.body)
    assert "demo" == reply.json()["username"]


def test_t055_json_may_be_deep(sim: Simulator, client: Any) -> None:
    sim.turn(failures=[Failure(status=200, body=Body.DEEP_JSON, depth=5000)])

    assert b'{"data":' + b"[" * 5000 in client.get("/api/me").body


def test_the_answer_to_a_call_that_was_done_may_be_lost(sim: Simulator, raw: Any) -> None:
    sim.turn(failures=[Failure(wire=Wire.DROP)])

    assert b"" == raw()
    assert 200 == sim.call_log.calls()[-1].status


def test_a_script_hits_the_calls_it_names(sim: Simulator, client: Any) -> None:
    sim.turn(failures=[Failure(kind="me", status=503, skip=1, count=2), Failure(match="/api/instructor", status=402)])

    assert [200, 503, 503, 200] == [client.get("/api/me").status for _ in range(4)]
    assert 402 == client.get("/api/instructor").status


def test_a_script_can_single_out_a_member(sim: Simulator, client: Any) -> None:
    sim.add_rider(RiderSpec("other", workouts=1))
    sim.turn(failures=[Failure(username="other", status=500)])
    statuses = [client.get("/api/me").status]
    client.token = sim.tokens("other")["access_token"]

    assert [200, 500] == [*statuses, client.get("/api/me").status]


def test_chance_is_seeded(sim: Simulator, client: Any) -> None:
    runs = []
    for _ in range(2):
        sim.turn(failures=[Failure(status=500, probability=0.5)], seed=4)
        runs.append([client.get("/api/me").status for _ in range(20)])

    assert runs[0] == runs[1]
    assert {200, 500} == set(runs[0])


@pytest.mark.parametrize("status", [401, 402, 403, 429, 500, 502, 503])
def test_a_failure_has_the_five_keys_of_the_api(sim: Simulator, client: Any, status: int) -> None:
    sim.turn(failures=[Failure(status=status, retry_after="7")])
    reply = client.get("/api/me")

    assert (status, status, "7") == (reply.status, reply.json()["status"], reply.headers["Retry-After"])
    assert {"status", "error_code", "subcode", "message", "details"} == set(reply.json())


@pytest.mark.parametrize(("body", "start"), [(Body.HTML, b"<!DOCTYPE html>"), (Body.EMPTY, b"")])
def test_t045_success_may_carry_no_json(sim: Simulator, client: Any, body: Body, start: bytes) -> None:
    sim.turn(failures=[Failure(status=200, body=body)])
    reply = client.get("/api/me")

    assert 200 == reply.status
    assert reply.body.startswith(start)


def test_t046_the_api_can_be_gone_while_sign_in_works(sim: Simulator, client: Any, refresh: Any) -> None:
    sim.turn(endpoint_gone=True)
    reply = client.get("/api/me")

    assert (403, {"status", "message"}) == (reply.status, set(reply.json()))
    assert 200 == refresh(sim.tokens("demo")["refresh_token"]).status


def test_t040_the_rate_limit_says_when_to_come_back(client: Any) -> None:
    now = [1_800_000_000.0]
    knobs = Knobs(rate_per_second=2, rate_burst=2, retry_after_seconds=30)
    with Simulator([RiderSpec("demo", workouts=1)], knobs, clock=lambda: now[0]).running() as sim:
        client.origin, client.token = sim.url, sim.tokens("demo")["access_token"]
        statuses = [client.get("/api/me").status for _ in range(3)]
        limited = client.get("/api/me")
        sim.turn(retry_after_form="date", rate_burst=1)
        client.get("/api/me")
        dated = client.get("/api/me")
        now[0] += 0.5

        assert [200, 200, 429] == statuses
        assert "30" == limited.headers["Retry-After"]
        assert now[0] - 0.5 + 30 == parsedate_to_datetime(dated.headers["Retry-After"]).timestamp()
        assert 200 == client.get("/api/me").status


def test_knobs_turn_over_http_and_go_back(client: Any) -> None:
    turned = client.call("PUT", "/_sim/knobs", {"failures": [{"kind": "me", "status": 500}], "latency_ms": 1})
    during = client.get("/api/me").status
    client.call("DELETE", "/_sim/knobs")

    assert 1 == turned.json()["latency_ms"]
    assert [500, 200] == [during, client.get("/api/me").status]
    assert 422 == client.call("PUT", "/_sim/knobs", {"no_such_knob": 1}).status
    assert 422 == client.call("PUT", "/_sim/knobs", {"failures": [{"wire": "nonsense"}]}).status


def test_an_unknown_knob_is_refused() -> None:
    with pytest.raises(BadKnob):
        Knobs().changed({"speed": 3})


def test_only_this_machine_may_steer(sim: Simulator) -> None:
    app = sim.app
    environ = {"REMOTE_ADDR": "192.0.2.7"}

    assert 403 == app.test_client().get("/_sim/knobs", environ_overrides=environ).status_code
    assert 200 == app.test_client().get("/_sim/knobs").status_code
