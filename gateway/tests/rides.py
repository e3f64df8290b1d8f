"""Workouts of every kind as the workouts service tells them: made from a few words, the same each time."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import analytics_pb2, workouts_pb2

from ctz_gateway.clients.times import stamp

NAMESPACE = UUID("6f1c4c0e-5d6d-4a52-9a55-1f4d1a8f6f21")
FTP_WATTS = 238.0
BLOCKS = ((600, 2), (600, 3), (300, 4), (300, 2), (240, 5), (660, 3))


def workout_name(owner: UUID, number: int) -> str:
    """The resource name of a rider's n-th workout."""
    return f"workouts/{uuid5(NAMESPACE, f'{owner}/{number}')}"


def _base(
    owner: UUID, number: int, start: datetime, discipline: str, title: str, instructor: str
) -> workouts_pb2.Workout:
    return workouts_pb2.Workout(
        name=workout_name(owner, number),
        start_time=stamp(start),
        utc_offset_seconds=3600,
        local_date=(start + timedelta(hours=1)).date().isoformat(),
        discipline=discipline,
        workout_type="class",
        title=title,
        instructor=instructor,
        series_state=workouts_pb2.SERIES_STATE_NONE,
    )


def power_zone_ride(
    owner: UUID, number: int, start: datetime, title: str = "45 min Power Zone Endurance", instructor: str = "Ina Berg"
) -> workouts_pb2.WorkoutView:
    """A ride with power, zones, targets and every figure."""
    seconds = sum(length for length, _ in BLOCKS)
    workout = _base(owner, number, start, "cycling", title, instructor)
    workout.duration_seconds, workout.work_kilojoules, workout.mean_power_watts = seconds, 514.4, 190.4
    workout.normalized_power_watts, workout.training_stress_score = 203.6, 54.9
    workout.load, workout.load_source = 54.9, analytics_pb2.LOAD_SOURCE_POWER
    workout.target_share, workout.effort_points, workout.mean_heart_rate_bpm = 0.81, 38.5, 146
    workout.distance.CopyFrom(training.Measure(slug="distance", value=15.2, unit="mi"))
    workout.series_state, workout.is_power_zone = workouts_pb2.SERIES_STATE_STORED, True
    workout.thumbnail_heights = bytes(60 + 15 * (n % 13) for n in range(60))
    workout.thumbnail_zones = bytes(1 + n % 5 for n in range(60))
    workout.zone_seconds.extend([240, 900, 1080, 360, 120, 0, 0])
    return workouts_pb2.WorkoutView(
        workout=workout,
        averages=[
            training.Measure(slug="avg_output", value=190.4, unit="watts"),
            training.Measure(slug="avg_cadence", value=82, unit="rpm"),
            training.Measure(slug="avg_speed", value=20.3, unit="mph"),
        ],
        totals=[
            training.Measure(slug="total_output", value=514.4, unit="kj"),
            training.Measure(slug="distance", value=15.2, unit="mi"),
            training.Measure(slug="calories", value=590, unit="kcal"),
        ],
        analysis=_analysis(seconds, start),
        segments=[
            events_pb2.Segment(name="Warm up", start_seconds=0, length_seconds=600, metrics_type="cycling"),
            events_pb2.Segment(name="Cycling", start_seconds=600, length_seconds=2100, metrics_type="cycling"),
        ],
        detail=events_pb2.WorkoutDetail(leaderboard_rank=1204, leaderboard_size=18411),
        heart_rate_zone_seconds=[300, 900, 1000, 400, 100],
        notes="",
        pedaling_start_offset_seconds=60,
        class_difficulty=7.2,
        series_slugs=["output", "cadence", "resistance", "speed", "heart_rate"],
        class_attempts=2,
        songs=[
            events_pb2.Song(title="Slow Harbour", artists=["The Ferries"], start_seconds=0),
            events_pb2.Song(title="Ninth Floor", artists=["Marlo", "Two Lamps"], start_seconds=840),
            events_pb2.Song(title="Interval", start_seconds=1500),
        ],
    )


def _analysis(seconds: int, start: datetime) -> workouts_pb2.Analysis:
    blocks, at = [], 0
    for length, zone in BLOCKS:
        called = training.TargetRange(metric="power_zone", lower=zone, upper=zone)
        blocks.append(
            workouts_pb2.BlockResult(
                block=training.TargetBlock(
                    start_seconds=60 + at, end_seconds=60 + at + length - 1, segment_type="power_zone", ranges=[called]
                ),
                start_seconds=at,
                recorded_seconds=length,
                in_seconds=length - 60,
                above_seconds=40,
                below_seconds=20,
                mean_power_watts=140 + 20 * zone,
                mean_heart_rate_bpm=130 + 4 * zone,
            )
        )
        at += length
    return workouts_pb2.Analysis(
        ftp_watts=FTP_WATTS,
        ftp_source=training.METRIC_SOURCE_TEST,
        ftp_effective_time=stamp(start - timedelta(days=20)),
        normalized_power_watts=203.6,
        intensity_factor=0.855,
        training_stress_score=54.9,
        variability_index=1.07,
        work_kilojoules=514.4,
        zone_seconds=[240, 900, 1080, 360, 120, 0, 0],
        best_efforts=[workouts_pb2.BestEffort(duration_seconds=300, mean_power_watts=243.1, start_seconds=1500)],
        blocks=blocks,
        in_target_seconds=seconds - 60 * len(BLOCKS),
        called_seconds=seconds,
        recorded_seconds=seconds,
        step_seconds=1.0,
        decoupling=0.031,
        above_target_seconds=40 * len(BLOCKS),
        below_target_seconds=20 * len(BLOCKS),
    )


def ride_series(seconds: int = 2700) -> workouts_pb2.Series:
    """Five metrics, a value a second, with the restlessness of a real ride."""
    clock = list(range(seconds))
    output = [max(0.0, 190 + 45 * math.sin(t / 140) + ((t * 7919) % 23) - 11) for t in clock]
    metrics = (
        ("output", "Output", "watts", output),
        ("cadence", "Cadence", "rpm", [82 + (t * 31) % 7 for t in clock]),
        ("resistance", "Resistance", "%", [40 + (t // 30) % 12 for t in clock]),
        ("speed", "Speed", "mph", [20 + ((t * 13) % 17) / 10 for t in clock]),
        ("heart_rate", "Heart rate", "bpm", [110 + min(60, t // 20) + (t // 11) % 4 for t in clock]),
    )
    return workouts_pb2.Series(
        seconds=clock,
        metrics=[
            workouts_pb2.SeriesMetric(
                slug=slug,
                display_name=name,
                unit=unit,
                values=values,
                average=sum(values) / seconds,
                maximum=max(values),
            )
            for slug, name, unit, values in metrics
        ],
        sample_count=seconds,
    )


def run(owner: UUID, number: int, start: datetime, title: str, instructor: str) -> workouts_pb2.WorkoutView:
    """A run with splits and a distance in miles, without a chart yet."""
    workout = _base(owner, number, start, "running", title, instructor)
    workout.duration_seconds, workout.mean_heart_rate_bpm = 1800, 151
    workout.distance.CopyFrom(training.Measure(slug="distance", value=3.1, unit="mi"))
    workout.series_state = workouts_pb2.SERIES_STATE_DUE
    workout.power_absent_reason = workouts_pb2.ABSENT_REASON_NOT_APPLICABLE
    return workouts_pb2.WorkoutView(
        workout=workout,
        averages=[training.Measure(slug="avg_pace", value=9.68, unit="min/mi")],
        totals=[training.Measure(slug="distance", value=3.1, unit="mi")],
        analysis=workouts_pb2.Analysis(power_absent_reason=workouts_pb2.ABSENT_REASON_NOT_APPLICABLE),
        splits=[events_pb2.Split(distance=1, distance_unit="mi", seconds=581.2, is_best=True)],
        pace_level=5,
        pace_targets=[
            workouts_pb2.PaceTarget(intensity=0, title="Recovery", fast_seconds_per_kilometer=596.5),
            workouts_pb2.PaceTarget(
                intensity=1, title="Easy", slow_seconds_per_kilometer=532.6, fast_seconds_per_kilometer=497.1
            ),
            workouts_pb2.PaceTarget(intensity=2, title="Max", slow_seconds_per_kilometer=476.0),
        ],
    )


def strength(owner: UUID, number: int, start: datetime, title: str, instructor: str) -> workouts_pb2.WorkoutView:
    """A strength class with movements; its chart comes when it is opened."""
    workout = _base(owner, number, start, "strength", title, instructor)
    workout.duration_seconds = 1200
    workout.series_state = workouts_pb2.SERIES_STATE_ON_OPEN
    workout.power_absent_reason = workouts_pb2.ABSENT_REASON_NOT_APPLICABLE
    return workouts_pb2.WorkoutView(
        workout=workout,
        analysis=workouts_pb2.Analysis(power_absent_reason=workouts_pb2.ABSENT_REASON_NOT_APPLICABLE),
        detail=events_pb2.WorkoutDetail(
            movements=[events_pb2.Movement(name="Goblet squat", repetitions=12, weight_value=25, weight_unit="lb")]
        ),
    )


def unknown(owner: UUID, number: int, start: datetime, title: str) -> workouts_pb2.WorkoutView:
    """A workout of a discipline that nobody knows, of which hardly anything is told."""
    workout = _base(owner, number, start, "underwater_hockey", title, "")
    return workouts_pb2.WorkoutView(workout=workout)


def _make_test(view: workouts_pb2.WorkoutView) -> None:
    """Tell that a ride was an FTP test whose result nobody took over."""
    view.ftp_test.mean_power_watts, view.ftp_test.ftp_watts = 258.4, 245
    view.ftp_test.effective_time.FromSeconds(view.workout.start_time.seconds + view.workout.duration_seconds)


def history(owner: UUID, count: int, mark: str = "") -> Sequence[workouts_pb2.WorkoutView]:
    """A history of all kinds, newest first, a workout a day; `mark` stands in every title and instructor."""
    newest = datetime.now(UTC).replace(hour=6, minute=30, second=0, microsecond=0) - timedelta(days=1)
    made = []
    for number in range(count):
        start, label = newest - timedelta(days=number), f"{mark}class {number}".strip()
        teacher = f"{mark}Ina Berg"
        if number % 4 == 1:
            made.append(run(owner, number, start, f"30 min run {label}", teacher))
        elif number % 4 == 2:
            made.append(strength(owner, number, start, f"20 min full body {label}", teacher))
        elif number % 4 == 3:
            made.append(unknown(owner, number, start, f"Something else {label}"))
        else:
            made.append(power_zone_ride(owner, number, start, f"45 min Power Zone Endurance {label}", teacher))
    if made:
        _make_test(made[0])
    return made
