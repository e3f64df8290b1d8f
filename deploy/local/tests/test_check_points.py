"""The check's own reckoning of the demo's challenge."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ctz_local.check.facts import Facts
from ctz_local.check.points import Score, score_of, team_mean

FIRST, LAST = date(2026, 5, 4), date(2026, 5, 31)


def workout(title: str, discipline: str, minutes: int, *, kilojoules: float | None = None, day: int = 4) -> Facts:
    start = int(datetime(2026, 5, day, 16, tzinfo=UTC).timestamp())
    return Facts(
        source_id=f"{title} {discipline} {day} {minutes}",
        start_time=start,
        day=None,
        title=title,
        discipline=discipline,
        instructor="",
        has_graph=False,
        reported_seconds=60 * minutes,
        work_kilojoules=kilojoules,
        effort_points=None,
        pedaling_offset=0,
        ftp_watts=None,
    )


ENDURANCE = workout("30 min Power Zone Endurance Ride", "cycling", 30, kilojoules=300)
RIDE = workout("20 min Pop Ride", "cycling", 20, kilojoules=200)
STRENGTH = workout("10 min Core Strength", "strength", 10)
STRETCH = workout("5 min Stretch", "stretching", 5)


@pytest.mark.parametrize(
    ("done", "points"),
    [
        pytest.param([], 0.0, id="nothing"),
        pytest.param([ENDURANCE], 30 + 50, id="a ride is one core item, not two"),
        pytest.param([ENDURANCE, RIDE], 50 + 100, id="two rides, two core items"),
        pytest.param([RIDE], 20 + 50, id="another ride"),
        pytest.param([workout("15 min Pop Ride", "cycling", 15, kilojoules=100)], 10.0, id="too short for an item"),
        pytest.param(
            [workout("20 min Power Zone Max Ride", "cycling", 20, kilojoules=100)], 10 + 50, id="of no family"
        ),
        pytest.param([STRETCH], 5.0, id="the bonus waits"),
        pytest.param([ENDURANCE, RIDE, STRENGTH], 50 + 10 + 150, id="minutes where there is no power"),
        pytest.param([ENDURANCE, RIDE, STRENGTH, STRETCH], 50 + 15 + 160, id="the whole week with its bonus"),
        pytest.param([replace(ENDURANCE, start_time=0)], 0.0, id="before the challenge"),
    ],
)
def test_points_of_a_week_are_worked_out_by_hand(done: list[Facts], points: float) -> None:
    assert points == pytest.approx(score_of(done, FIRST, LAST).total)


def test_weeks_are_counted_from_the_first_day() -> None:
    late = workout("30 min Power Zone Ride", "cycling", 30, kilojoules=100, day=11)
    assert {1: 80.0, 2: 60.0} == score_of([ENDURANCE, late], FIRST, LAST).by_week


def test_a_team_has_the_mean_of_its_members() -> None:
    assert team_mean([Score({1: 10.0, 2: 20.0}), Score({})]) == pytest.approx(15.0)
