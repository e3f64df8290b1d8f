"""Sample pages of workouts by kind, made by the real presenters from invented workouts, with their series."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import comparisons_pb2, workouts_pb2

from ctz_gateway.present.chart import chart_json
from ctz_gateway.present.compare import compare_page, overlay_json
from ctz_gateway.present.sharing import share_page
from ctz_gateway.present.workout_page import workout_page
from ctz_gateway.viewmodels.workout import ComparePage
from gateway.tests import rides

OWNER = UUID("0197a0b0-0000-7000-8000-0000000000aa")
START = datetime(2025, 6, 10, 5, 41, tzinfo=UTC)
LENGTH = 1800
LEVEL = (("Recovery", None, 447), ("Easy", 437, 403), ("Moderate", 395, 373), ("Challenging", 366, 339),
         ("Hard", 333, 311), ("Very hard", 306, 283), ("Max", 279, None))  # fmt: skip
CALLED = (1, 2, 3, 1, 4, 5, 1, 6, 3, 2)


def _songs(view: workouts_pb2.WorkoutView) -> None:
    del view.songs[:]
    names = ("Slow Harbour", "Ninth Floor", "A Very Long Song About the Length of Songs", "Interval", "Tide", "Home")
    for place, name in enumerate(names):
        view.songs.add(title=name, artists=["The Ferries"][: place % 3], start_seconds=60 + 430 * place)


def whole_ride() -> workouts_pb2.WorkoutView:
    """An FTP test with everything that a ride can have."""
    view = rides.power_zone_ride(OWNER, 0, START)
    _songs(view)
    view.workout.class_type = "power_zone_endurance"
    view.ftp_test.mean_power_watts, view.ftp_test.ftp_watts = 258.4, 245
    view.ftp_test.effective_time.FromSeconds(view.workout.start_time.seconds + 2700)
    return view


def whole_series() -> workouts_pb2.Series:
    """Its series, with a balance that empties and fills."""
    series = rides.ride_series()
    balance = [18_200 - 9_000 * abs(math.sin(second / 500)) * second / 2700 for second in range(2700)]
    series.metrics.add(slug="w_prime_balance", unit="J", values=balance)
    model = series.w_prime
    model.critical_power_watts, model.w_prime_joules, model.effort_count = 231.4, 18_200, 5
    model.lowest_joules, model.lowest_second = 9_300, 2_356
    return series


def _block(metric: str, start: int, length: int, bounds: tuple[float, float], *, kept: float) -> Any:
    inside = round(kept * length)
    return workouts_pb2.BlockResult(
        block=training.TargetBlock(
            start_seconds=60 + start,
            end_seconds=60 + start + length - 1,
            ranges=[training.TargetRange(metric=metric, lower=bounds[0], upper=bounds[1])],
        ),
        start_seconds=start,
        below_seconds=(length - inside) // 2,
        in_seconds=inside,
        above_seconds=length - inside - (length - inside) // 2,
        mean_value=sum(bounds) / 2,
    )


def climb() -> workouts_pb2.WorkoutView:
    """A ride with called cadence and resistance, and the heart rate of a watch that was merged beneath it."""
    view = rides.power_zone_ride(OWNER, 1, START, "30 min Climb Ride")
    view.borrowed_heart_rate.workout = "workouts/0197a0b0-0000-7000-8000-000000000011"
    view.borrowed_heart_rate.device_type = "Forerunner 255 Music"
    view.analysis.heart_rate_uncertain_seconds = 40
    view.heart_rate_zone_seconds[:] = [120, 430, 700, 480, 70]
    _songs(view)
    view.workout.is_power_zone = False
    del view.analysis.blocks[:]
    for place, start in enumerate(range(180, 1500, 240)):
        low = 75 + 3 * place
        view.analysis.blocks.append(_block("cadence", start, 240, (low, low + 12), kept=0.81 - place / 20))
        view.analysis.blocks.append(_block("resistance", start, 240, (38 + place, 50 + place), kept=0.66))
    view.analysis.called_seconds, view.analysis.in_target_seconds = 1320, 930
    return view


def pace_run() -> workouts_pb2.WorkoutView:
    """A run with called paces of level 5."""
    view = rides.run(OWNER, 2, START, "30 min Pace Target Intervals", "Ina Berg")
    view.workout.series_state = workouts_pb2.SERIES_STATE_STORED
    view.series_slugs.extend(["pace", "heart_rate", "incline"])
    view.ClearField("pace_level")
    view.dated_pace_level = 5
    del view.pace_targets[:]
    for number, (title, slow, fast) in enumerate(LEVEL):
        view.pace_targets.add(
            intensity=number, title=title, slow_seconds_per_kilometer=slow, fast_seconds_per_kilometer=fast
        )
    for place, intensity in enumerate(CALLED):
        view.analysis.blocks.append(
            _block("pace_intensity", 120 + 150 * place, 150, (intensity, intensity), kept=0.85 - place / 40)
        )
    analysis = view.analysis
    analysis.called_seconds, analysis.in_target_seconds = 1500, 1100
    analysis.above_target_seconds, analysis.below_target_seconds, analysis.recorded_seconds = 230, 170, LENGTH
    view.heart_rate_zone_seconds.extend([120, 430, 700, 480, 70])
    view.workout.effort_points = 41
    _songs(view)
    return view


def pace_series() -> workouts_pb2.Series:
    """Its series: paces of the called bands, in minutes a kilometre, restless."""
    paces = []
    for second in range(LENGTH):
        intensity = CALLED[min(max(second - 120, 0) // 150, len(CALLED) - 1)]
        slow, fast = LEVEL[intensity][1] or 470, LEVEL[intensity][2] or 265
        paces.append((slow + fast) / 120 + (second * 7919 % 23 - 11) / 90 + 0.12 * math.sin(second / 31))
    beats = [118 + min(50, second // 25) + second // 13 % 4 for second in range(LENGTH)]
    climb_ = [second // 300 % 3 for second in range(LENGTH)]
    told = (
        ("pace", "Pace", "min/km", paces),
        ("heart_rate", "Heart rate", "bpm", beats),
        ("incline", "Incline", "%", climb_),
    )
    return workouts_pb2.Series(
        seconds=range(LENGTH),
        metrics=[
            workouts_pb2.SeriesMetric(slug=slug, display_name=name, unit=unit, values=values)
            for slug, name, unit, values in told
        ],
        sample_count=LENGTH,
    )


def lifting() -> workouts_pb2.WorkoutView:
    """A strength class with sets, weights and holds."""
    view = rides.strength(OWNER, 3, START, "30 min Full Body Strength", "Theo Marsh")
    view.workout.mean_heart_rate_bpm, view.workout.effort_points = 121, 22
    del view.detail.movements[:]
    for name, repetitions, weight in (
        ("Goblet squat", 12, 35), ("Bent-over row", 10, 25), ("Goblet squat", 10, 40), ("Shoulder press", 8, 20),
    ):  # fmt: skip
        view.detail.movements.add(name=name, repetitions=repetitions, weight_value=weight, weight_unit="lb")
    view.detail.movements.add(name="Plank", duration_seconds=45)
    view.heart_rate_zone_seconds.extend([200, 700, 600, 300, 0])
    return view


def meditation() -> workouts_pb2.WorkoutView:
    """A meditation of which hardly anything is told."""
    view = rides.unknown(OWNER, 4, START, "10 min Sleep Meditation")
    view.workout.discipline, view.workout.duration_seconds, view.workout.mean_heart_rate_bpm = "meditation", 600, 61
    view.heart_rate_zone_seconds.extend([590, 10, 0, 0, 0])
    view.songs.append(events_pb2.Song(title="Rain"))
    return view


def outdoor() -> workouts_pb2.WorkoutView:
    """A run outdoors with splits and climbs."""
    view = rides.run(OWNER, 5, START, "Morning run", "")
    view.workout.series_state = workouts_pb2.SERIES_STATE_NONE
    del view.splits[:]
    for number, seconds in enumerate((334, 341, 329, 318, 322), start=1):
        view.splits.add(
            distance=number, distance_unit="km", seconds=seconds, elevation_change=4 * number - 9, elevation_unit="m",
            is_best=seconds == 318,
        )  # fmt: skip
    return view


def comparison() -> comparisons_pb2.Comparison:
    """Two attempts of 45 minutes, four in all."""
    views = [rides.power_zone_ride(OWNER, 10 + place, START - timedelta(days=97 * place)) for place in range(4)]
    for place, view in enumerate(views):
        view.workout.class_type = "power_zone_endurance"
        view.workout.normalized_power_watts, view.workout.work_kilojoules = 211 - 4 * place, 514 - 9 * place
    workouts = [view.workout for view in views]
    seconds = list(range(1, 2700, 3))
    mine = [190 + 45 * math.sin(second / 140) + second * 7919 % 13 for second in seconds]
    theirs = [189 + 42 * math.sin((second - 20) / 138) + second * 6841 % 13 for second in seconds]
    ahead, lead = [], 0.0
    for this, that in zip(mine, theirs, strict=True):
        lead += 3 * (this - that) / 1000
        ahead.append(lead)
    return comparisons_pb2.Comparison(
        workout=workouts[0],
        other=workouts[1],
        attempts=[comparisons_pb2.Attempt(workout=each, rank=rank) for rank, each in enumerate(workouts, start=1)],
        attempt_count=4,
        metric=comparisons_pb2.COMPARED_METRIC_POWER,
        seconds=seconds,
        values=mine,
        other_values=theirs,
        ahead=ahead,
        splits=[
            comparisons_pb2.ComparedSplit(
                start_seconds=start + 1, end_seconds=start + 300, amount=57 + place, other_amount=56.2
            )
            for place, start in enumerate(range(0, 2700, 300))
        ],
        class_averages=[
            training.Measure(slug="total_output", value=401, unit="kj", display_name="Output"),
            training.Measure(slug="avg_output", value=149, unit="watts", display_name="Avg. output"),
        ],
    )


def _compare(found: comparisons_pb2.Comparison) -> ComparePage:
    return compare_page(
        found,
        [attempt.workout for attempt in found.attempts],
        url_of=lambda this, other: f"/workouts/{this}/compare?other={other}",
        series_url="/samples/series/compare",
        is_metric=True,
    )


SERIES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "whole-ride": lambda: chart_json(whole_ride(), whole_series(), is_metric=True),
    "climb": lambda: chart_json(climb(), rides.ride_series(LENGTH), is_metric=True) | {"zones": None, "targets": None},
    "pace-run": lambda: chart_json(pace_run(), pace_series(), is_metric=True),
    "compare": lambda: overlay_json(comparison(), is_metric=True),
}


def workout_pages(words: Any, transfers: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    once = comparisons_pb2.Comparison(workout=comparison().workout, attempt_count=1)
    once.attempts.add(workout=once.workout, rank=1)
    kinds = {
        "whole-ride": whole_ride(), "climb": climb(), "pace-run": pace_run(), "lifting": lifting(),
        "meditation": meditation(), "outdoor-run": outdoor(),
    }  # fmt: skip
    picture = share_page(whole_ride(), (), image_url="/samples/share.png", is_metric=True)
    return {
        **{
            f"kind-{name}": (
                "workout.html",
                {
                    "page": workout_page(view, series_url=f"/samples/series/{name}", is_metric=True),
                    "words": words,
                    "transfers": transfers,
                },
            )
            for name, view in kinds.items()
        },
        "compare": ("compare.html", {"page": _compare(comparison())}),
        "compare-once": ("compare.html", {"page": _compare(once)}),
        "share": ("share.html", {"page": picture}),
    }
