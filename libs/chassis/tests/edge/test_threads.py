"""Background threads: started again when they fail, and honest about it."""

import logging
import threading

import pytest

from ctz_chassis import serve
from ctz_chassis.readiness import Readiness
from ctz_chassis.serve import BackgroundThread, Threads

PATIENCE_SECONDS = 10.0


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(serve, "LONGEST_PAUSE_SECONDS", 0.02)


@pytest.mark.parametrize("fails", [True, False])
def test_work_that_fails_or_ends_is_started_again(fails: bool, caplog: pytest.LogCaptureFixture) -> None:
    steady = threading.Event()
    starts: list[int] = []

    def run(stop: threading.Event) -> None:
        starts.append(1)
        if len(starts) < 4:
            if fails:
                raise ConnectionError("gone")
            return
        steady.set()
        stop.wait()

    thread = BackgroundThread("relay", run)
    thread.start()

    assert steady.wait(PATIENCE_SECONDS)
    assert thread.is_working()
    assert 4 == len(starts)
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [fails] * 3 == [bool(each.exc_info) for each in errors]
    thread.request_stop()
    assert thread.join(PATIENCE_SECONDS)


def test_a_thread_that_waits_to_be_started_again_makes_the_process_unready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "FIRST_PAUSE_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(serve, "LONGEST_PAUSE_SECONDS", PATIENCE_SECONDS)
    begin, readiness = threading.Event(), Readiness({}, cache_seconds=0)

    def run(_stop: threading.Event) -> None:
        begin.wait(PATIENCE_SECONDS)
        raise ConnectionError("gone")

    threads = Threads([BackgroundThread("consumer", run)], readiness)
    assert not readiness.is_ready()
    threads.start()
    assert readiness.is_ready()
    begin.set()
    while readiness.is_ready():
        threading.Event().wait(0.01)
    assert {"thread consumer": False, "accepting": True} == readiness.facts()
    threads.request_stop()
    threads.join(PATIENCE_SECONDS)


def test_threads_that_do_not_end_are_not_waited_for_longer_than_said(caplog: pytest.LogCaptureFixture) -> None:
    release = threading.Event()
    threads = Threads([BackgroundThread("deaf", lambda _stop: release.wait(PATIENCE_SECONDS) and None)], Readiness({}))
    threads.start()

    threads.request_stop()
    threads.join(0)

    assert ["thread.still_working"] == [each.message for each in caplog.records]
    release.set()
    threads.join(PATIENCE_SECONDS)
