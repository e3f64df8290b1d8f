"""A workout beside another attempt at its class, the class average, and others of its kind."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ctz.workouts.v1 import comparisons_pb2, workouts_pb2

from ctz_gateway.present.chart import runs
from ctz_gateway.present.rows import absent
from ctz_gateway.present.tiles import AVERAGE_NAMES, TOTAL_NAMES
from ctz_gateway.present.trend import trend
from ctz_gateway.viewmodels.common import Figure, Option
from ctz_gateway.viewmodels.workout import AttemptRow, AverageRow, ComparePage, SplitRow
from ctz_gateway.words import day_month_year, decimal, duration, in_units, measure, plural, signed, unit_word

POWER = comparisons_pb2.COMPARED_METRIC_POWER
HOW = "compare"
NAMES = {**AVERAGE_NAMES, **TOTAL_NAMES}
# What a class average stands beside: the rider's own figure of the same name.
OWN: Mapping[str, Callable[[workouts_pb2.Workout], float | None]] = {
    "total_output": lambda workout: workout.work_kilojoules if workout.HasField("work_kilojoules") else None,
    "avg_output": lambda workout: workout.mean_power_watts if workout.HasField("mean_power_watts") else None,
    "avg_heart_rate": lambda workout: workout.mean_heart_rate_bpm if workout.HasField("mean_heart_rate_bpm") else None,
    "effort_points": lambda workout: workout.effort_points if workout.HasField("effort_points") else None,
}


def compare_page(
    found: comparisons_pb2.Comparison,
    similar: Sequence[workouts_pb2.Workout] | None,
    *,
    url_of: Callable[[str, str], str],
    series_url: str,
    is_metric: bool,
) -> ComparePage:
    """The page. `url_of` gives the address of a comparison by two ids; without `similar` there is no trend."""
    workout, other = found.workout, found.other if found.HasField("other") else None
    has_overlay = bool(found.seconds)
    return ComparePage(
        id=_id(workout),
        title=workout.title,
        date_text=_day(workout),
        short_date=_day(workout),
        metric_name="power" if found.metric == POWER else "speed",
        figures=_figures(found, is_metric=is_metric) if has_overlay else (),
        summary=_summary(found, is_metric=is_metric) if has_overlay else "",
        reason="" if has_overlay else _reason(found),
        attempts=[_attempt(attempt, found, url_of, is_metric=is_metric) for attempt in found.attempts],
        attempt_heads=("Work", "NP", "In target", "Heart rate") if _has_work(found) else ("Distance", "Heart rate"),
        attempts_text=_attempts_text(found),
        others=[
            Option(_id(one.workout), _day(one.workout), other is not None and one.workout.name == other.name)
            for one in found.attempts
            if one.workout.name != workout.name
        ],
        splits=[_split(split, found, is_metric=is_metric) for split in found.splits],
        averages=_averages(found, is_metric=is_metric),
        averages_reason="Peloton tells no averages for this class." if workout.class_type or found.attempts else "",
        series_url=series_url if has_overlay else "",
        other_date=_day(other) if other is not None else "",
        trend=trend(similar, workout, is_metric=is_metric) if similar is not None else None,
    )


def overlay_json(found: comparisons_pb2.Comparison, *, is_metric: bool) -> dict[str, Any]:
    """Both attempts as the chart component reads them: one metric with another beside it, and the lead."""
    factor, unit = _rate(found, is_metric=is_metric)
    lead_factor, lead_unit = _amount(found, is_metric=is_metric)
    decimals = None if found.metric == POWER else 1
    lead_decimals = 1 if found.metric == POWER else 3
    name = "Output" if found.metric == POWER else "Speed"
    return {
        "clock": runs(found.seconds),
        "duration_seconds": found.splits[-1].end_seconds if found.splits else 0,
        "metrics": {
            "output" if found.metric == POWER else "speed": {
                "name": f"{name}, {_day(found.workout)}",
                "unit": unit_word(unit),
                "values": _values(found.values, factor, decimals),
                "other": {"name": _day(found.other), "values": _values(found.other_values, factor, decimals)},
                "mean": None,
                "max": None,
            },
            "ahead": {
                "name": "Ahead",
                "unit": lead_unit,
                "values": _values(found.ahead, lead_factor, lead_decimals),
                "mean": None,
                "max": None,
            },
        },
        "zones": None,
        "targets": None,
        "gaps": [],
    }


def _values(values: Sequence[float], factor: float, decimals: int | None) -> list[float | None]:
    return [None if math.isnan(value) else round(value * factor, decimals) for value in values]


def _rate(found: comparisons_pb2.Comparison, *, is_metric: bool) -> tuple[float, str]:
    return (1.0, "watts") if found.metric == POWER else in_units(1.0, "kph", is_metric=is_metric)


def _amount(found: comparisons_pb2.Comparison, *, is_metric: bool) -> tuple[float, str]:
    return (1.0, "kJ") if found.metric == POWER else in_units(1.0, "km", is_metric=is_metric)


def _id(workout: workouts_pb2.Workout) -> str:
    return workout.name.removeprefix("workouts/")


def _day(workout: workouts_pb2.Workout) -> str:
    return day_month_year(date.fromisoformat(workout.local_date))


def _has_work(found: comparisons_pb2.Comparison) -> bool:
    return any(one.workout.HasField("work_kilojoules") and one.workout.work_kilojoules for one in found.attempts)


def _text(value: float, found: comparisons_pb2.Comparison, *, is_metric: bool, is_signed: bool = False) -> str:
    factor, unit = _amount(found, is_metric=is_metric)
    return f"{decimal(value * factor, 1 if found.metric == POWER else 2, is_signed=is_signed)} {unit}"


def _figures(found: comparisons_pb2.Comparison, *, is_metric: bool) -> Sequence[Figure]:
    lead = found.ahead[-1]
    rank = next((one.rank for one in found.attempts if one.workout.name == found.workout.name), 0)
    sums = [sum(getattr(split, side) for split in found.splits) for side in ("amount", "other_amount")]
    shown = [_text(value, found, is_metric=is_metric).rpartition(" ") for value in (abs(lead), *sums)]
    label = "Ahead at the end" if lead >= 0 else "Behind at the end"
    return (
        Figure(label, shown[0][0], shown[0][2], f"of {_day(found.other)}", how=HOW),
        Figure("This attempt", shown[1][0], shown[1][2], _day(found.workout), how=HOW),
        Figure("The other", shown[2][0], shown[2][2], _day(found.other), how=HOW),
        Figure("Place", str(rank) if rank else None, "", f"of {found.attempt_count} of yours", "no total", how=HOW),
    )


def _summary(found: comparisons_pb2.Comparison, *, is_metric: bool) -> str:
    lead = found.ahead[-1]
    side = "ahead of" if lead >= 0 else "behind"
    best, worst = max(found.ahead), min(found.ahead)
    parts = [f"{_text(abs(lead), found, is_metric=is_metric)} {side} {_day(found.other)} at the end"]
    if best > 0:
        when = duration(found.seconds[list(found.ahead).index(best)])
        parts.append(f"furthest ahead at {when} by {_text(best, found, is_metric=is_metric)}")
    if worst < 0:
        when = duration(found.seconds[list(found.ahead).index(worst)])
        parts.append(f"furthest behind at {when} by {_text(-worst, found, is_metric=is_metric)}")
    return ", ".join(parts) + "."


def _reason(found: comparisons_pb2.Comparison) -> str:
    if not found.HasField("other"):
        return "You took this class once. After the second time both attempts lie on one chart here."
    return f"The two attempts cannot be laid over each other: {absent(found.absent_reason)}."


def _attempts_text(found: comparisons_pb2.Comparison) -> str:
    if found.attempt_count > len(found.attempts):
        return f"{len(found.attempts)} of {plural(found.attempt_count, 'attempt')}"
    return plural(found.attempt_count, "attempt")


def _attempt(
    attempt: comparisons_pb2.Attempt,
    found: comparisons_pb2.Comparison,
    url_of: Callable[[str, str], str],
    *,
    is_metric: bool,
) -> AttemptRow:
    workout = attempt.workout
    is_this = workout.name == found.workout.name
    return AttemptRow(
        id=_id(workout),
        date_text=_day(workout),
        rank_text=str(attempt.rank) if attempt.rank else "–",
        figures=_attempt_figures(workout, has_work=_has_work(found), is_metric=is_metric),
        is_this=is_this,
        is_other=found.HasField("other") and workout.name == found.other.name,
        compare_url="" if is_this else url_of(_id(found.workout), _id(workout)),
    )


def _attempt_figures(workout: workouts_pb2.Workout, *, has_work: bool, is_metric: bool) -> Sequence[str]:
    heart = f"{workout.mean_heart_rate_bpm:.0f} bpm" if workout.HasField("mean_heart_rate_bpm") else "–"
    if not has_work:
        distance = measure(workout.distance.value, workout.distance.unit, is_metric=is_metric)
        return (" ".join(distance) if workout.HasField("distance") else "–", heart)
    return (
        f"{workout.work_kilojoules:.0f} kJ" if workout.HasField("work_kilojoules") else "–",
        f"{workout.normalized_power_watts:.0f} W" if workout.HasField("normalized_power_watts") else "–",
        f"{100 * workout.target_share:.0f} %" if workout.HasField("target_share") else "–",
        heart,
    )


def _split(split: comparisons_pb2.ComparedSplit, found: comparisons_pb2.Comparison, *, is_metric: bool) -> SplitRow:
    return SplitRow(
        f"{duration(split.start_seconds - 1)}–{duration(split.end_seconds)}",
        _text(split.amount, found, is_metric=is_metric),
        _text(split.other_amount, found, is_metric=is_metric),
        _text(split.amount - split.other_amount, found, is_metric=is_metric, is_signed=True),
    )


def _averages(found: comparisons_pb2.Comparison, *, is_metric: bool) -> Sequence[AverageRow]:
    """The rider's result against everybody's, where both are known."""
    rows = []
    for average in found.class_averages:
        own = OWN[average.slug](found.workout) if average.slug in OWN else None
        if own is None or average.value <= 0:
            continue
        this, everybody = (measure(value, average.unit, is_metric=is_metric) for value in (own, average.value))
        share = f"{signed(100 * (own / average.value - 1))} %"
        name = NAMES.get(average.slug) or average.display_name or average.slug.replace("_", " ").capitalize()
        rows.append(AverageRow(name, " ".join(this).strip(), " ".join(everybody).strip(), share))
    return rows
