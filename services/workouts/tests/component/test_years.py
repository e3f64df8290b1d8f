"""Eddington numbers, milestones, streaks and years over real events."""

from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.store.aggregate_tables import year_share

from .analytics import DAY, FIRST, Rider, Stub
from .harness import performance, recorded

pytestmark = pytest.mark.component


@pytest.fixture
def rider(server: RunningServer, consumer: Consumer) -> Rider:
    made = Rider(server, consumer)
    made.metric(training.METRIC_KIND_FTP, 200)
    return made


def test_eddington_counts_days_in_miles_and_kilometers_apart(rider: Rider) -> None:
    """Two rides of 14.2 mi on one day are one day of 28.4 mi, or 45.7 km."""
    for day in (0, 0.1, 1, 2):
        rider.ride(day, seconds=60)

    found = {(each.activity, each.unit): each for each in rider.asked.GetEddington(pb.GetEddingtonRequest()).numbers}

    miles = found[(pb.EDDINGTON_ACTIVITY_CYCLING, pb.DISTANCE_UNIT_MILE)]
    kilometers = found[(pb.EDDINGTON_ACTIVITY_CYCLING, pb.DISTANCE_UNIT_KILOMETER)]
    assert (3, 3, 1) == (miles.number, miles.next_days_done, miles.next_days_missing)
    assert (28, 45) == (len(miles.days_by_distance), len(kilometers.days_by_distance))
    assert 1 == miles.days_by_distance[27]


def test_a_distance_that_nobody_goes_breaks_no_sum(rider: Rider, consumer: Consumer) -> None:
    """A file may say anything."""
    far = training.Measure(slug="distance", value=1e300, unit="mi")
    ride = uuid7()
    consumer.handle(recorded(ride, rider.user, class_id="", total_work_joules=1e200))
    consumer.handle(performance(ride, rider.user, totals=[far]))

    (cycling, *_) = rider.asked.GetEddington(pb.GetEddingtonRequest()).numbers
    assert (1, 400) == (cycling.number, len(cycling.days_by_distance))
    rider.ride(1)
    assert 2 == rider.asked.GetYear(pb.GetYearRequest(year=FIRST.year)).totals.workout_count


def test_milestones_say_when_they_were_reached_and_streaks_go_over_frozen_days(rider: Rider) -> None:
    """The tenth workout, on its day; one missed day a week is frozen. `START` is a Sunday."""
    for day in (*range(1, 8), 9, *range(11, 15)):
        rider.ride(day, seconds=60)

    def told(day: int) -> pb.Milestones:
        return rider.asked.GetMilestones(pb.GetMilestonesRequest(today=(FIRST + day * DAY).isoformat()))

    workouts = next(each for each in told(14).milestones if each.kind == pb.MILESTONE_KIND_WORKOUTS)
    assert (12, 10, 20, (FIRST + 12 * DAY).isoformat()) == (
        workouts.total,
        workouts.reached,
        workouts.next,
        workouts.reached_date,
    )
    streaks = told(14).streaks
    assert (8, 1) == (streaks.longest.active_days, streaks.longest.frozen_days)
    assert ((FIRST + 11 * DAY).isoformat(), 4) == (streaks.current.start_date, streaks.current.active_days)
    assert (True, False) == (streaks.is_active_today, streaks.has_frozen_day)
    assert [True, False] == [told(day).streaks.HasField("current") for day in (16, 17)]


def test_a_year_is_reviewed_and_shared_by_a_link_that_can_be_ended(
    rider: Rider, server: RunningServer, database: Database
) -> None:
    """What is shared names no workout; the secret is not in the database; a new link ends the old one."""
    rider.metric(training.METRIC_KIND_WEIGHT, 80)
    for day in (0, 1, 40):
        rider.ride(day, class_id="a" * 32, instructor="Denis Morton")
    rider.ride(-365, seconds=600)

    year = rider.asked.GetYear(pb.GetYearRequest(year=FIRST.year))

    assert (3, 2700, 3, 1) == (
        year.totals.workout_count,
        year.totals.duration_seconds,
        year.totals.active_days,
        year.previous_totals.workout_count,
    )
    assert [0, 0, 2, 0, 1, *[0] * 7] == [month.totals.workout_count for month in year.months]
    assert [("Denis Morton", 3)] == [(each.title, each.workout_count) for each in year.instructors]
    assert ["a" * 32] == [each.class_id for each in year.classes]
    assert 2 == year.longest_streak.active_days
    assert 75 == pytest.approx(year.totals.load)

    stranger: Any = server.client(Stub, user=None, caller="gateway")
    made = rider.asked.CreateYearShare(pb.CreateYearShareRequest(year=FIRST.year, shown_name="Ada", is_imperial=True))
    first = stranger.GetSharedYear(pb.GetSharedYearRequest(secret=made.secret))
    assert ("Ada", True) == (first.shown_name, first.is_imperial)
    newer = rider.asked.CreateYearShare(pb.CreateYearShareRequest(year=FIRST.year))
    with pytest.raises(RemoteError):
        stranger.GetSharedYear(pb.GetSharedYearRequest(secret=made.secret))
    shared = stranger.GetSharedYear(pb.GetSharedYearRequest(secret=newer.secret))
    assert ("", False, year.totals) == (shared.shown_name, shared.is_imperial, shared.review.totals)
    assert "workouts/" not in str(shared)
    assert not any(point.HasField("watts_per_kilogram") for point in shared.review.power_curve.points)
    with database.read() as connection:
        (kept,) = connection.execute(sa.select(year_share).where(year_share.c.user_id == rider.user)).all()
    assert newer.secret not in str(kept)
    assert sha256(newer.secret.encode()).digest() == kept.secret_hash
    rider.asked.RevokeYearShare(pb.RevokeYearShareRequest(year=FIRST.year))
    with pytest.raises(RemoteError):
        stranger.GetSharedYear(pb.GetSharedYearRequest(secret=newer.secret))
