"""Servers on a database that may die, events as peloton-sync tells them, and waiting for a condition."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from ctz.common.v1 import training_pb2
from ctz.peloton_sync.events.v1 import events_pb2

from ctz_chassis.events import Event, new_event

START = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
SERIES_SECONDS = 120


def eventually(condition: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    """Return when a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"this did not come: {what}"
        time.sleep(0.02)


def add_account(superuser_dsn: str, user_id: UUID) -> None:
    """Give identity a person; how people sign up is tried elsewhere."""
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO identity.account (id, email, display_name, password_hash, time_zone, units, week_start, "
            "onboarding_done, is_active, is_administrator, created_at, password_changed_at) "
            "VALUES (%s, %s, 'Rider', '', 'UTC', 'metric', 0, '{}', true, false, now(), now())",
            (user_id, f"{user_id}@example.org"),
        )


def recorded(workout_id: UUID, user_id: UUID, number: int) -> Event:
    """The summary of the rider's `number`th workout."""
    start = START + timedelta(hours=6 * number)
    message = events_pb2.WorkoutRecorded(
        workout_id=str(workout_id),
        user_id=str(user_id),
        revision=1,
        source="peloton",
        source_id=workout_id.hex,
        local_date=start.date().isoformat(),
        discipline="cycling",
        workout_type="class",
        title=f"Ride {number}",
        duration_seconds=SERIES_SECONDS,
        total_work_joules=18_000,
        chart_state=events_pb2.CHART_STATE_DUE,
    )
    message.start_time.FromDatetime(start)
    return new_event("peloton-sync.workout.recorded.v1", source="peloton-sync", user_id=user_id, message=message)


def performed(workout_id: UUID, user_id: UUID, number: int) -> Event:
    """The series of that workout: two minutes at one power, which differs between workouts."""
    message = events_pb2.WorkoutPerformance(
        workout_id=str(workout_id),
        user_id=str(user_id),
        revision=1,
        second_deltas=[1] * SERIES_SECONDS,
        metrics=[
            events_pb2.MetricSeries(
                slug="output",
                display_name="Output",
                unit="watts",
                scale=1,
                value_deltas=[100 + number, *([0] * (SERIES_SECONDS - 1))],
            )
        ],
        averages=[training_pb2.Measure(slug="avg_output", value=100 + number, unit="watts", display_name="Avg Output")],
    )
    return new_event("peloton-sync.workout.performance.v1", source="peloton-sync", user_id=user_id, message=message)
