"""The main job of the archive: a workout arrives in parts, is analysed, listed and shown."""

from collections.abc import Callable

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements, make_engine
from ctz_chassis.ids import uuid7
from ctz_chassis.migrations import differences
from ctz_chassis.testing import RunningServer
from ctz_local.testing import ServiceDatabase
from ctz_workouts.store import tables

from .harness import START, block, metric_changed, performance, recorded

pytestmark = pytest.mark.component


def test_the_tables_in_code_are_those_of_the_migrations(made: ServiceDatabase) -> None:
    # Not under a role of the service: its search path would make the schema the default one, which has no name.
    engine = make_engine(made.superuser_dsn(), application_name="test")
    assert [] == differences(engine, tables.metadata, tables.SCHEMA)
    engine.dispose()


def test_a_ride_arrives_and_is_shown(consumer: Consumer, server: RunningServer, client: Callable[..., object]) -> None:
    """Two minutes at 150 and 220 W against zones 2 and 4 of an FTP of 200."""
    rider, workout = server.keys.user(), uuid7()
    targets = [block(61, 120, 2), block(121, 180, 4)]
    watts = (130,) * 60 + (200,) * 60
    for each in (
        metric_changed(rider.user_id, 1, [(START.date(), 200)]),
        recorded(workout, rider.user_id),
        performance(workout, rider.user_id, watts=watts, beats=(120,) * 120, targets=targets),
    ):
        consumer.handle(each)

    listed = client(rider).ListWorkouts(pb.ListWorkoutsRequest())
    view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
    series = client(rider).GetSeries(pb.GetSeriesRequest(name=f"workouts/{workout}"))
    archive = client(rider).GetArchive(pb.GetArchiveRequest())

    row = listed.workouts[0]
    assert (1, f"workouts/{workout}", 120, 514.0, 1.0) == (
        listed.total_size,
        row.name,
        row.duration_seconds,
        row.work_kilojoules,
        row.target_share,
    )
    assert [0, 60, 0, 60, 0, 0, 0] == list(row.zone_seconds) == list(view.analysis.zone_seconds)
    assert (pb.SERIES_STATE_STORED, True, pb.ABSENT_REASON_UNSPECIFIED) == (
        row.series_state,
        row.is_power_zone,
        row.power_absent_reason,
    )
    assert (200.0, training.METRIC_SOURCE_TEST) == (view.analysis.ftp_watts, view.analysis.ftp_source)
    assert [60, 60] == [result.in_seconds for result in view.analysis.blocks]
    assert list(range(1, 121)) == list(series.seconds)
    assert [list(map(float, watts)), [120.0] * 120] == [list(metric.values) for metric in series.metrics]
    assert (1, 1, 1, 1, "2026-03-29") == (
        archive.workout_count,
        archive.chartable_count,
        archive.charted_count,
        archive.analyzed_count,
        archive.oldest_date,
    )
    assert [("2026-03-23", 1, row.training_stress_score)] == [
        (week.start_date, week.workout_count, week.training_stress_score) for week in listed.weeks
    ]


def test_statements_of_each_question(
    consumer: Consumer, database: Database, server: RunningServer, client: Callable[..., object]
) -> None:
    """What the history, a page and a period cost, in statements."""
    rider, workout = server.keys.user(), uuid7()
    consumer.handle(recorded(workout, rider.user_id))
    consumer.handle(performance(workout, rider.user_id))
    asked = client(rider)
    name = f"workouts/{workout}"
    questions = {
        "ListWorkouts": lambda: asked.ListWorkouts(pb.ListWorkoutsRequest()),
        "GetArchive": lambda: asked.GetArchive(pb.GetArchiveRequest()),
        "GetWorkout": lambda: asked.GetWorkout(pb.GetWorkoutRequest(name=name)),
        "GetSeries": lambda: asked.GetSeries(pb.GetSeriesRequest(name=name)),
        "SummarizePeriod": lambda: asked.SummarizePeriod(
            pb.SummarizePeriodRequest(from_date="2026-03-01", to_date="2026-03-31")
        ),
        "PreviewFTP": lambda: asked.PreviewFTP(pb.PreviewFTPRequest()),
    }
    counts = {}
    for question, ask in questions.items():
        with count_statements(database.engine) as seen:
            ask()
        counts[question] = seen.count
    assert counts == {
        "ListWorkouts": 4,
        "GetArchive": 2,
        "GetWorkout": 2,
        "GetSeries": 1,
        "SummarizePeriod": 1,
        "PreviewFTP": 1,
    }
