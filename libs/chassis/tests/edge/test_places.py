"""Answers that their readers take slowly leave a thread to the probes."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from ctz_chassis.http import health_app, open_to_everybody
from ctz_chassis.readiness import Readiness
from ctz_chassis.serve import HTTP_PLACES, HTTP_THREADS
from ctz_chassis.testing import Keys


@pytest.fixture
def app(keys: Keys) -> Flask:
    app = health_app("plans", Readiness({}), keys.verifier(), places=2)

    @app.get("/slow")
    @open_to_everybody
    def slow() -> Response:
        return Response(iter([b"a", b"b"]))

    @app.get("/broken")
    @open_to_everybody
    def broken() -> Response:
        def pieces() -> Iterator[bytes]:
            yield b"a"
            raise OSError("nobody reads on")

        return Response(pieces())

    return app


def ask(app: Flask, path: str) -> TestResponse:
    return app.test_client().get(path)


def test_t071_slow_readers_take_every_place_and_none_of_the_probes(app: Flask) -> None:
    held = [ask(app, "/slow") for _ in range(2)]
    refused = ask(app, "/slow")
    assert (503, "1", "BUSY") == (refused.status_code, refused.headers["Retry-After"], refused.get_json()["reason"])
    assert [200, 200] == [ask(app, path).status_code for path in ("/healthz", "/readyz")]
    held[0].close()
    held[0].close()
    again = ask(app, "/slow")
    assert [200, 503] == [again.status_code, ask(app, "/slow").status_code]


def test_an_answer_that_breaks_off_gives_its_place_back(app: Flask) -> None:
    for _ in range(3):
        answer = ask(app, "/broken")
        assert 200 == answer.status_code
        with pytest.raises(OSError, match="nobody"):
            answer.get_data()
        answer.close()


def test_there_are_more_threads_than_places() -> None:
    assert HTTP_PLACES < HTTP_THREADS
