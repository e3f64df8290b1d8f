"""The check's own way to tick a week."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ctz_local.check.facts import Facts
from ctz_local.check.weeks import Wanted, expected_states

MONDAY, TODAY = date(2026, 5, 4), date(2026, 5, 11)
ITEMS = (
    Wanted(date(2026, 5, 4), "power_zone_endurance", 2700),
    Wanted(date(2026, 5, 6), "power_zone", 2700),
    Wanted(date(2026, 5, 8), "power_zone_endurance", 2700),
)


def ride(title: str, day: int, minutes: int = 45) -> Facts:
    return Facts(
        source_id=f"{title} {day} {minutes}",
        start_time=int(datetime(2026, 5, day, 16, tzinfo=UTC).timestamp()),
        day=f"2026-05-{day:02}",
        title=title,
        discipline="cycling",
        instructor="",
        has_graph=True,
        reported_seconds=60 * minutes,
        work_kilojoules=400.0,
        effort_points=None,
        pedaling_offset=0,
        ftp_watts=200,
    )


ENDURANCE, ZONES = "45 min Power Zone Endurance Ride", "45 min Power Zone Ride"


@pytest.mark.parametrize(
    ("done", "states"),
    [
        pytest.param([], ("missed",) * 3, id="nothing"),
        pytest.param([ride(ENDURANCE, 4)], ("done", "missed", "missed"), id="one"),
        pytest.param([ride(ENDURANCE, 10)], ("done", "missed", "missed"), id="late in the week"),
        pytest.param([ride(ENDURANCE, 4), ride(ENDURANCE, 5), ride(ZONES, 9)], ("done",) * 3, id="all"),
        pytest.param([ride(ENDURANCE, 4, 30)], ("missed", "missed", "partial"), id="shorter"),
        pytest.param([ride(ENDURANCE, 4, 60)], ("missed", "missed", "substituted"), id="longer"),
        pytest.param([ride("30 min Pop Ride", 6)], ("missed", "missed", "substituted"), id="another ride of the day"),
        pytest.param([ride("30 min Pop Ride", 7)], ("missed",) * 3, id="another ride of another day"),
        pytest.param([ride("5 min Cool Down Ride", 6, 5)], ("missed",) * 3, id="no cool-down stands for a ride"),
        pytest.param([ride(ENDURANCE, 11)], ("missed",) * 3, id="the week after"),
    ],
)
def test_states_of_a_week_are_worked_out_by_hand(done: list[Facts], states: tuple[str, ...]) -> None:
    assert {states} == expected_states(ITEMS, done, MONDAY, TODAY)


def test_an_item_of_today_is_still_planned() -> None:
    assert {("missed", "missed", "planned")} == expected_states(ITEMS, [], MONDAY, date(2026, 5, 8))


def test_a_run_ticks_no_ride() -> None:
    assert {("missed",) * 3} == expected_states(
        ITEMS, [replace(ride(ENDURANCE, 4), discipline="running")], MONDAY, TODAY
    )
