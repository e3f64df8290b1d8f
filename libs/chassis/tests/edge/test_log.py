"""S30: what is written about a request, and what never is."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from ctz_chassis import log
from ctz_chassis.settings import LogFormat, LogLevel
from ctz_chassis.testing import Keys

CANARY = "Qm9va3NAbmV2ZXItdG8tYmUtc2Vlbi1hbnl3aGVyZQ"
ACCESS_TOKEN = f"ctz_pat_{CANARY}1a2b3c"
REFRESH_TOKEN = f"v1.{CANARY}"
FERNET = f"gAAAAAB{CANARY}=="


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    """Give back the root logger as it was."""
    root = logging.getLogger()
    before = (root.handlers, root.level)
    yield
    root.handlers, root.level = before
    logging.captureWarnings(capture=False)


def lines(log_format: LogFormat = LogFormat.JSON) -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    log.configure("workouts", LogLevel.DEBUG, log_format, stream=stream)
    return logging.getLogger("ctz_workouts.test"), stream


def written(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    fields: dict[str, Any] = json.loads(line)
    return fields


def test_a_line_is_one_json_object_in_utc_with_the_context() -> None:
    logger, stream = lines()

    with log.bind(request_id="r-1"), log.bind(user_id="u-1"):
        logger.info("workout.stored", extra={"seconds": 3600, "zones": [1, 2]})

    fields = written(stream)
    assert fields.pop("time").endswith("+00:00")
    assert {
        "level": "INFO",
        "service": "workouts",
        "logger": "ctz_workouts.test",
        "event": "workout.stored",
        "request_id": "r-1",
        "user_id": "u-1",
        "seconds": 3600,
        "zones": [1, 2],
    } == fields


def test_the_context_ends_with_its_block() -> None:
    with log.bind(request_id="r-1"):
        assert "r-1" == log.bound("request_id")
    assert "" == log.bound("request_id")


@pytest.mark.parametrize("log_format", LogFormat)
def test_s30_no_canary_reaches_a_line(log_format: LogFormat, keys: Keys) -> None:
    """Secrets in messages, arguments, fields, nested fields, exceptions and their causes."""
    logger, stream = lines(log_format)
    jwt = keys.service_signer("gateway").token("workouts")
    pem = keys.pems["gateway"].decode()

    for secret in (ACCESS_TOKEN, REFRESH_TOKEN, FERNET, jwt, pem, f"Bearer {CANARY}"):
        logger.info("got %s", secret)
        logger.info("event", extra={"detail": secret, "nested": {"deep": [secret]}})
    for text in (
        f"postgresql://ctz:{CANARY}@127.0.0.1/ctz",
        f"password={CANARY}&next=/",
        f'{{"password": "{CANARY}"}}',
        f"peloton_session_id={CANARY}; other=1",
        f"Cookie: __Host-session={CANARY}",
        f"https://here/reset?token={CANARY}",
        f"GET /feeds/{CANARY}.ics",
        f"(psycopg.Error) [SQL: INSERT] [parameters: ('{CANARY}',)]",
    ):
        logger.warning(text)
    for key in ("password", "new_password", "refresh_token", "Set-Cookie", "authorization", "pepper", "client_secret"):
        logger.error("event", extra={key: CANARY, "nested": {key: {"a": CANARY}}})
    logger.error("event", extra={"body": CANARY.encode()})
    try:
        try:
            int(f"token={CANARY}")
        except ValueError as error:
            raise RuntimeError(f"refused {ACCESS_TOKEN}") from error
    except RuntimeError:
        logger.exception("event")

    assert CANARY not in stream.getvalue()
    assert jwt.split(".")[2] not in stream.getvalue()
    assert pem.splitlines()[1] not in stream.getvalue()
    assert log.REDACTED in stream.getvalue()


def test_what_is_no_secret_stays() -> None:
    text = "workout v1.2 of user 5, 3600 s, ctz_workouts.store, https://a.example/path?page=2, token_count"

    assert text == log.redact(text)
    logger, stream = lines()
    logger.info("event", extra={"token_id": "t-1", "url": "http://127.0.0.1:80/x"})
    assert {"token_id": "t-1", "url": "http://127.0.0.1:80/x"}.items() <= written(stream).items()


@pytest.mark.parametrize("log_format", LogFormat)
def test_s30_nobody_writes_lines_of_their_own(log_format: LogFormat) -> None:
    """Line breaks and escapes in a value do not begin a line or reach a terminal."""
    logger, stream = lines(log_format)

    logger.info("title: %s", "Ride\r\n12:00:00 ERROR forged\x1b[2J\u2028x", extra={"title": "a\nb"})

    assert 1 == len(stream.getvalue().splitlines())
    assert "\x1b" not in stream.getvalue()


def test_crashes_of_threads_are_lines_too() -> None:
    import threading  # noqa: PLC0415 - only here

    _, stream = lines()

    def crash() -> None:
        raise ValueError(f"token={CANARY}")

    thread = threading.Thread(target=crash, name="relay")
    thread.start()
    thread.join()

    fields = written(stream)
    assert ("thread.crashed", "relay") == (fields["event"], fields["thread_name"])
    assert "ValueError" in fields["trace"]
    assert CANARY not in fields["trace"]
