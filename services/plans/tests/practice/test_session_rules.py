"""What may be logged as a session, what load it is, and who may know of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from ctz_plans.domain.library import Library
from ctz_plans.domain.practice import Category, Exercise, Pattern, Practice, Routine, Step
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.practice_session import (
    PelvicFloorSettings,
    Session,
    SessionReport,
    log_session,
    session_load,
)

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
REPORT = SessionReport(NOW - timedelta(minutes=10), date(2026, 3, 29), 60, 5)
HIDDEN, SHARED = PelvicFloorSettings(), PelvicFloorSettings(is_shared=True)


@pytest.fixture(scope="module")
def yoga(library: Library) -> Exercise:
    return library.exercise("cobra")


@pytest.fixture(scope="module")
def kegel(library: Library) -> Exercise:
    return library.exercise("quick-pulses")


def log(practice: Practice, settings: PelvicFloorSettings = HIDDEN, report: SessionReport = REPORT) -> Session:
    return log_session(UUID(int=1), practice, report, settings, now=NOW)


@pytest.mark.parametrize(
    ("exertion", "seconds", "load"),
    [(7, 3600, 100.0), (10, 3600, 142.857), (10, 1800, 71.429), (3, 480, 5.714), (1, 60, 0.238), (None, 3600, None)],
)
def test_an_hour_at_seven_of_ten_is_a_load_of_a_hundred(exertion: int | None, seconds: int, load: float | None) -> None:
    assert session_load(exertion, seconds) == pytest.approx(load, abs=0.0005)


@pytest.mark.parametrize(
    ("settings", "is_private"), [(HIDDEN, True), (SHARED, False)], ids=["not shared", "shared by the rider"]
)
def test_pelvic_floor_work_within_a_longer_routine_is_as_private_as_alone(
    kegel: Exercise, yoga: Exercise, settings: PelvicFloorSettings, is_private: bool
) -> None:
    mixed = Routine("m", "Morning", "", (Step(yoga, Pattern(300)), Step(kegel)), is_built_in=False)
    done = log(mixed, settings)

    assert (Category.YOGA, True, is_private) == (done.category, done.has_pelvic_floor, done.is_private)


@pytest.mark.parametrize("settings", [HIDDEN, SHARED])
def test_other_work_is_never_private(yoga: Exercise, settings: PelvicFloorSettings) -> None:
    done = log(yoga, settings)

    assert (False, False) == (done.has_pelvic_floor, done.is_private)


@pytest.mark.parametrize(
    "start",
    [NOW, NOW + timedelta(minutes=1), NOW - timedelta(days=7)],
    ids=["now", "a clock a minute ahead", "a week without a connection"],
)
def test_a_start_that_can_be_is_taken(yoga: Exercise, start: datetime) -> None:
    assert start == log(yoga, report=replace(REPORT, start_time=start, local_date=start.date())).start_time


@pytest.mark.parametrize("start", [NOW + timedelta(seconds=61), NOW - timedelta(days=7, seconds=1)])
def test_a_start_that_cannot_be_is_refused(yoga: Exercise, start: datetime) -> None:
    with pytest.raises(FieldRefused, match="start_time"):
        log(yoga, report=replace(REPORT, start_time=start, local_date=start.date()))


@pytest.mark.parametrize("day", [28, 29, 30])
def test_the_riders_day_is_one_of_three(yoga: Exercise, day: int) -> None:
    """Zones reach from UTC−12 to UTC+14, so a start may lie on the day before, the same day or the day after."""
    assert day == log(yoga, report=replace(REPORT, local_date=date(2026, 3, day))).local_date.day


@pytest.mark.parametrize("day", [27, 31])
def test_a_day_of_no_zone_is_refused(yoga: Exercise, day: int) -> None:
    with pytest.raises(FieldRefused, match="local_date"):
        log(yoga, report=replace(REPORT, local_date=date(2026, 3, day)))


def test_no_more_is_done_than_there_is(yoga: Exercise) -> None:
    assert yoga.duration_seconds == log(yoga, report=replace(REPORT, done_seconds=yoga.duration_seconds)).done_seconds
    with pytest.raises(FieldRefused, match=f"done_seconds: must be 1 to {yoga.duration_seconds}"):
        log(yoga, report=replace(REPORT, done_seconds=yoga.duration_seconds + 1))
