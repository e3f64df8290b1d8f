"""The series of a workout as the chart component reads it (shape: gateway/frontend/README.md)."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.music import chart_songs
from ctz_gateway.present.pace_bands import chart_scale, number_of
from ctz_gateway.present.zones import LINE_SHARES, edges
from ctz_gateway.words import MINUTE, decimal, duration, in_units, unit_word

PACES = frozenset({"pace", "split_pace"})
W_PRIME, W_PRIME_WORD = "w_prime_balance", "W\N{PRIME}"
JOULES_PER_KILOJOULE = 1000
DECIMALS = {"speed": 1, "incline": 1, "altitude": 1, W_PRIME: 1}
# Metrics whose called ranges have the unit of the series, whatever units the rider reads.
RANGED = frozenset({"cadence", "resistance", "stroke_rate", "incline"})
Run = list[int]


def chart_json(view: workouts_pb2.WorkoutView, series: workouts_pb2.Series, *, is_metric: bool) -> dict[str, Any]:
    """Everything that the chart draws: clock as runs, metrics in the rider's units, zones, targets, gaps."""
    analysis, zones = view.analysis, _zones(view.analysis)
    units = {metric.slug: metric.unit for metric in series.metrics}
    pace = None if zones and "output" in units else chart_scale(view, units, is_metric=is_metric)
    return {
        "clock": runs(series.seconds),
        "duration_seconds": series.seconds[-1] if series.seconds else 0,
        "metrics": {metric.slug: _metric(metric, is_metric=is_metric) for metric in series.metrics},
        "zones": zones,
        "pace": pace,
        "targets": _pace_targets(view) if pace else _targets(analysis),
        "ranges": _ranges(analysis, RANGED.intersection(metric.slug for metric in series.metrics)),
        "gaps": [{"start_seconds": gap.start_seconds, "end_seconds": gap.end_seconds} for gap in series.gaps],
        "songs": chart_songs(view),
        "notes": [w_prime_text(series.w_prime)] if series.HasField("w_prime") else [],
    }


def w_prime_text(model: workouts_pb2.WPrimeModel) -> str:
    """The model behind a W' balance, and how far it can be trusted."""
    lowest = model.lowest_joules / JOULES_PER_KILOJOULE
    ended = f"lowest {decimal(lowest, 1)} kJ at {duration(model.lowest_second)}"
    if lowest < 0:
        ended += "; below zero means that the model is too low for this ride"
    return (
        f"{W_PRIME_WORD} balance is a second opinion beside your FTP, from a model: critical power "
        f"{model.critical_power_watts:.0f} W and {W_PRIME_WORD} {model.w_prime_joules / JOULES_PER_KILOJOULE:.1f} kJ, "
        f"fitted to {model.effort_count} best efforts of 2 to 15 minutes in the 90 days up to this ride; {ended}."
    )


def runs(seconds: Sequence[int]) -> list[Run]:
    """Seconds as `[first, samples, step]`: a regular ride is one run."""
    found: list[Run] = []
    for second in seconds:
        if found:
            first, samples, step = found[-1]
            expected = first + samples * step
            if samples == 1:
                found[-1] = [first, 2, second - first]
                continue
            if second == expected:
                found[-1][1] += 1
                continue
        found.append([second, 1, 1])
    return found


def zone_of(block: training.TargetBlock) -> int:
    """The called power zone of a block; 0 when it calls none."""
    for called in block.ranges:
        if called.metric == "power_zone":
            return int(called.upper)
    return 0


def _metric(metric: workouts_pb2.SeriesMetric, *, is_metric: bool) -> dict[str, Any]:
    factor, unit = in_units(1.0, metric.unit, is_metric=is_metric)
    if metric.slug == W_PRIME:
        factor, unit = 1 / JOULES_PER_KILOJOULE, "kJ"
    decimals: int | None = DECIMALS.get(metric.slug)
    if metric.slug in PACES:
        factor, decimals = factor * MINUTE, None
    average = metric.average if metric.HasField("average") else None
    maximum = metric.maximum if metric.HasField("maximum") else None
    return {
        "name": _name(metric),
        "unit": unit_word(unit),
        "values": list(_values(metric.values, factor, decimals)),
        "mean": None if average is None else round(average * factor, decimals),
        "max": None if maximum is None else round(maximum * factor, decimals),
    }


def _name(metric: workouts_pb2.SeriesMetric) -> str:
    if metric.slug == W_PRIME:
        return f"{W_PRIME_WORD} balance"
    return (metric.display_name or metric.slug.replace("_", " ")).capitalize()


def _values(values: Iterable[float], factor: float, decimals: int | None) -> Iterable[float | None]:
    return (None if math.isnan(value) else round(value * factor, decimals) for value in values)


def _zones(analysis: workouts_pb2.Analysis) -> dict[str, Any] | None:
    if not analysis.HasField("ftp_watts"):
        return None
    return {
        "ftp_watts": round(analysis.ftp_watts),
        "edges_watts": [round(edge, 2) for edge in edges(analysis.ftp_watts)],
    }


def _targets(analysis: workouts_pb2.Analysis) -> dict[str, Any] | None:
    if not any(zone_of(result.block) for result in analysis.blocks):
        return None
    return {
        "blocks": [
            {
                "start_seconds": result.start_seconds,
                "end_seconds": _end(result),
                "zone": zone_of(result.block),
                "line_share": LINE_SHARES[zone_of(result.block) - 1],
            }
            for result in analysis.blocks
            if zone_of(result.block)
        ],
        **_adherence(analysis),
    }


def _pace_targets(view: workouts_pb2.WorkoutView) -> dict[str, Any] | None:
    called = [(number_of(view, result.block), result) for result in view.analysis.blocks]
    blocks = [
        {"start_seconds": result.start_seconds, "end_seconds": _end(result), "zone": number}
        for number, result in called
        if number
    ]
    return {"blocks": blocks, **_adherence(view.analysis)} if blocks else None


def _adherence(analysis: workouts_pb2.Analysis) -> dict[str, int | None]:
    """Seconds in, above and below the called targets; null where the series is too coarse to count them."""
    is_counted = bool(analysis.called_seconds)
    return {
        "in_seconds": analysis.in_target_seconds if is_counted else None,
        "above_seconds": analysis.above_target_seconds if is_counted else None,
        "below_seconds": analysis.below_target_seconds if is_counted else None,
    }


def _end(result: workouts_pb2.BlockResult) -> int:
    return result.start_seconds + result.block.end_seconds - result.block.start_seconds + 1


def _ranges(analysis: workouts_pb2.Analysis, slugs: frozenset[str]) -> dict[str, list[dict[str, float]]]:
    """Called ranges of metrics that have a panel, half open on the clock of the series."""
    found: dict[str, list[dict[str, float]]] = {}
    for result in analysis.blocks:
        for called in result.block.ranges:
            if called.metric in slugs:
                span = {"start_seconds": result.start_seconds, "end_seconds": _end(result)}
                found.setdefault(called.metric, []).append({**span, "low": called.lower, "high": called.upper})
    return found
