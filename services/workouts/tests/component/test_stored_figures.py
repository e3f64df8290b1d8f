"""What is stored equals what was told: figures from stored samples are those of the raw payload, in few bytes."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.domain.analysis import Circumstances, analyse
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.series import Series, series_of
from ctz_workouts.domain.zones import FTP
from ctz_workouts.store import tables

from .harness import START, metric, metric_changed, performance, recorded

pytestmark = pytest.mark.component

SAMPLES = Path(__file__).parents[5] / "shared" / "peloton-samples"
GRAPHS = sorted(path.name for path in SAMPLES.glob("performance_graph__*.json"))
MOST_BYTES_PER_SECOND = 8
Raw = tuple[Sequence[int], Sequence[tuple[str, str, Sequence[float]]]]


def ridden(seed: int, seconds: Sequence[int]) -> Raw:
    """An hour of five metrics that wander like a ride, with nulls in the heart rate."""
    chance = np.random.default_rng(seed)

    def wander(low: float, high: float, step: float, decimals: int = 0) -> list[float]:
        values = np.clip((low + high) / 2 + np.cumsum(chance.normal(0, step, len(seconds))), low, high)
        return np.round(values, decimals).tolist()

    beats = wander(95, 185, 1)
    for at in chance.integers(0, len(beats), 20):
        beats[at] = math.nan
    return seconds, [
        ("output", "watts", wander(60, 320, 8)),
        ("cadence", "rpm", wander(55, 115, 2)),
        ("resistance", "%", wander(25, 65, 1)),
        ("speed", "mph", wander(12, 24, 0.2, 1)),
        ("heart_rate", "bpm", beats),
    ]


def tell(consumer: Consumer, user: UUID, raw: Raw, discipline: str = "cycling") -> UUID:
    """Publish a raw payload as peloton-sync does; returns the workout."""
    workout = uuid7()
    seconds, rows = raw
    scales = {slug: next((s for s in (1, 10, 100, 1000) if fits(values, s)), 1000) for slug, _, values in rows}
    metrics = [metric(slug, unit, values, scale=scales[slug]) for slug, unit, values in rows]
    consumer.handle(recorded(workout, user, discipline=discipline, class_id=""))
    consumer.handle(performance(workout, user, watts=[0] * len(seconds), seconds=seconds, metrics=metrics))
    return workout


def fits(values: Sequence[float], scale: int) -> bool:
    return all(math.isnan(value) or abs(value * scale - round(value * scale)) < 1e-6 for value in values)


def stored(database: Database, workout: UUID) -> bytes:
    query = sa.select(tables.performance.c.series).where(tables.performance.c.workout_id == workout)
    with database.read() as connection:
        return bytes(connection.execute(query).scalar_one())


def figures(series: Series, discipline: str) -> list[object]:
    found = analyse(series, Circumstances(discipline_of(discipline), FTP(200))).power
    told = (found.normalized_watts, found.training_stress, found.zone_seconds)
    return [figure.reason if isinstance(figure, Absent) else figure for figure in told]


def shown(view: pb.WorkoutView) -> list[object]:
    told = view.workout
    return [told.normalized_power_watts, told.training_stress_score, tuple(told.zone_seconds)]


@pytest.mark.parametrize(
    "seconds",
    [range(1, 3601), [*range(1, 900), *range(902, 1800), *range(1860, 3601)]],
    ids=["whole", "with holes"],
)
def test_figures_from_what_is_stored_equal_those_from_the_raw_payload(
    consumer: Consumer, database: Database, server: RunningServer, client: Callable[..., Any], seconds: Sequence[int]
) -> None:
    """NP, TSS and zone seconds; exactly, since nothing is lost in storing."""
    rider = server.keys.user()
    consumer.handle(metric_changed(rider.user_id, 1, [(START.date(), 200)]))
    raw = ridden(11, list(seconds))
    workout = tell(consumer, rider.user_id, raw)
    kept = stored(database, workout)
    view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))

    from_raw = figures(series_of(raw[0], tuple(raw[1])), "cycling")
    assert from_raw == figures(decode_series(kept), "cycling")
    assert from_raw == shown(view)
    assert len(kept) <= MOST_BYTES_PER_SECOND * len(seconds)
    assert sum(view.workout.zone_seconds) == view.analysis.recorded_seconds


@pytest.mark.skipif(not GRAPHS, reason="recorded samples are not here")
@pytest.mark.parametrize("name", GRAPHS)
def test_a_recorded_graph_is_stored_without_loss(
    consumer: Consumer, database: Database, server: RunningServer, client: Callable[..., Any], name: str
) -> None:
    """Samples, figures and reported summaries of a recording."""
    graph = json.loads((SAMPLES / name).read_text())
    rows = [
        (one["slug"], one["display_unit"] or "", [math.nan if v is None else v for v in one["values"]])
        for one in graph.get("metrics") or []
    ]
    raw = (graph["seconds_since_pedaling_start"], rows)
    discipline = name.split("__")[1].split("_", maxsplit=1)[0]
    rider = server.keys.user()
    consumer.handle(metric_changed(rider.user_id, 1, [(START.date(), 200)]))
    workout = tell(consumer, rider.user_id, raw, discipline)
    kept = decode_series(stored(database, workout))
    series = client(rider).GetSeries(pb.GetSeriesRequest(name=f"workouts/{workout}"))

    assert series_of(raw[0], tuple(rows)) == kept
    assert figures(series_of(raw[0], tuple(rows)), discipline) == figures(kept, discipline)
    assert list(kept.seconds) == list(series.seconds)
    for told in series.metrics:
        metric_kept = kept.clean(told.slug)
        assert metric_kept is not None
        assert np.array_equal(metric_kept.astype(np.float32), np.array(told.values, np.float32), equal_nan=True)


def test_a_long_series_is_thinned_and_keeps_its_gap(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    """At most the asked points; nulls are NaN; a minute without samples is told as a gap."""
    rider = server.keys.user()
    seconds = [*range(1, 1000), *range(1060, 3601)]
    workout = tell(consumer, rider.user_id, ridden(12, seconds))
    series = client(rider).GetSeries(pb.GetSeriesRequest(name=f"workouts/{workout}", max_points=300))
    assert [(999, 1060)] == [(gap.start_seconds, gap.end_seconds) for gap in series.gaps]
    assert (len(seconds), True) == (series.sample_count, 0 < len(series.seconds) <= 300)
    assert {len(series.seconds)} == {len(told.values) for told in series.metrics}


def test_a_workout_without_samples_says_so(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    """An empty graph is a graph: totals are shown, the chart is not."""
    rider, workout = server.keys.user(), uuid7()
    name = f"workouts/{workout}"
    consumer.handle(recorded(workout, rider.user_id, class_id=""))
    due = client(rider).GetWorkout(pb.GetWorkoutRequest(name=name))
    consumer.handle(performance(workout, rider.user_id, watts=(), metrics=[]))
    empty = client(rider).GetWorkout(pb.GetWorkoutRequest(name=name))
    series = client(rider).GetSeries(pb.GetSeriesRequest(name=name))

    assert (pb.SERIES_STATE_DUE, pb.ABSENT_REASON_NO_SERIES_YET) == (
        due.workout.series_state,
        due.workout.power_absent_reason,
    )
    assert (pb.SERIES_STATE_NONE, pb.ABSENT_REASON_NO_SERIES, 14.2) == (
        empty.workout.series_state,
        empty.analysis.power_absent_reason,
        empty.workout.distance.value,
    )
    assert ([], [], 0) == (list(series.seconds), list(series.metrics), series.sample_count)


def test_a_coarse_ride_shows_what_is_known(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    """Five-second window maxima: chart and totals, no derived figure, and why."""
    rider = server.keys.user()
    consumer.handle(metric_changed(rider.user_id, 1, [(START.date(), 200)]))
    workout = tell(consumer, rider.user_id, ridden(13, list(range(5, 1805, 5))))
    view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
    assert (5.0, 1800, pb.ABSENT_REASON_COARSE_SERIES, pb.ABSENT_REASON_COARSE_SERIES) == (
        view.analysis.step_seconds,
        view.analysis.recorded_seconds,
        view.analysis.power_absent_reason,
        view.analysis.ftp_absent_reason,
    )
    assert not view.workout.HasField("training_stress_score")
    assert (b"", 60) == (view.workout.thumbnail_zones, len(view.workout.thumbnail_heights))
    assert ([], 514.0) == (list(view.workout.zone_seconds), view.workout.work_kilojoules)


def test_the_whole_view_is_told(consumer: Consumer, server: RunningServer, client: Callable[..., Any]) -> None:
    """Reported parts come back as they were told."""
    rider, workout = server.keys.user(), uuid7()
    detail = peloton.WorkoutDetail(
        leaderboard_rank=7,
        leaderboard_size=900,
        movements=[peloton.Movement(name="Squat", repetitions=12, weight_value=20, weight_unit="lb")],
    )
    segments = [peloton.Segment(name="Warm-up", start_seconds=0, length_seconds=300, metrics_type="cycling")]
    splits = [peloton.Split(distance=1, distance_unit="mi", seconds=191.5, is_best=True)]
    consumer.handle(recorded(workout, rider.user_id, detail=detail, heart_rate_zone_seconds=[1, 2, 3, 4, 5]))
    consumer.handle(
        performance(workout, rider.user_id, segments=segments, splits=splits, effort_points=33.5, beats=(130,) * 120)
    )
    view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
    assert (detail, segments, splits) == (view.detail, list(view.segments), list(view.splits))
    assert ([1, 2, 3, 4, 5], 33.5, 130.0) == (
        list(view.heart_rate_zone_seconds),
        view.workout.effort_points,
        view.workout.mean_heart_rate_bpm,
    )
    assert (["output", "heart_rate"], 1, 60) == (
        list(view.series_slugs),
        view.class_attempts,
        view.pedaling_start_offset_seconds,
    )


def test_a_best_of_the_last_90_days_is_told(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    """Against rides of the 90 days before; older ones do not count."""
    rider = server.keys.user()
    for days, watts in ((-120, 400), (-30, 180), (0, 220)):
        workout = uuid7()
        consumer.handle(recorded(workout, rider.user_id, days=days, class_id=""))
        consumer.handle(performance(workout, rider.user_id, watts=(watts,) * 120))
    view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
    best = {fact.kind: fact for fact in view.insights}["best_since"]
    assert (220.0, 180.0, 90.0) == (best.figures["watts"], best.figures["watts_before"], best.figures["days"])
