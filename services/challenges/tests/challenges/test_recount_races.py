"""A change of rules and what is being recorded at the same moment: points come from the one or the other."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from ctz_challenges.app.recording import record_workouts
from ctz_challenges.domain.recorded import Summary
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import World
from .test_challenges import update

pytestmark = pytest.mark.component

LONGEST_WAIT_SECONDS = 30


def ride_of(rider: User, day: date) -> Summary:
    return Summary(
        workout_id=uuid7(),
        user_id=rider.user_id,
        revision=1,
        local_date=day,
        start_time=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        discipline="cycling",
        class_id="a" * 32,
        class_type="power_zone",
        title="45 min Power Zone Ride",
        duration_seconds=2_700,
        work_joules=None,
    )


def somebody_waits(world: World) -> bool:
    """Whether a transaction on this database waits for a lock."""
    query = sa.text(
        "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE NOT l.granted AND a.datname = current_database())"
    )
    with world.database.read() as connection:
        return bool(connection.execute(query).scalar_one())


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_ride_that_is_being_recorded_while_the_challenge_is_lengthened_over_its_day_counts(world: World) -> None:
    """Its transaction saw the old last day; the recount must not be over before it."""
    made = world.published()
    rider = world.member(made)
    with ThreadPoolExecutor(1) as pool:
        with world.database.begin() as connection:
            record_workouts(connection, [ride_of(rider, date(2026, 3, 31))], world.clock)
            form = world.view(world.administrator, made).challenge
            form.end_date = "2026-04-05"
            form.scoring.metric_rules.add(metric="SCORED_METRIC_MINUTES", points_per_unit=1)
            update(world, form)
            recount = pool.submit(world.recount)
            wait_until(lambda: recount.done() or somebody_waits(world))
        recount.result(timeout=LONGEST_WAIT_SECONDS)

    assert 45 == world.view(rider, made).points
