"""A raw graph of the simulated Peloton, and what the product must make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ctz_local.check import numbers, raw

Json = Any
_ON_A_BIKE: Final = frozenset({"cycling", "bike_bootcamp"})
_OUTPUT: Final = "output"
_HEART_RATE: Final = "heart_rate"
# Metrics whose called ranges are judged by other rules than "the value lies between the bounds".
_JUDGED_BY_TABLES: Final = frozenset({numbers.POWER_ZONE, "pace_intensity", "speed"})


@dataclass(frozen=True, slots=True)
class Reported:
    """A total or average as the source has it."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Figures of one workout as the rules have them; None where there must be none."""

    totals: Mapping[str, Reported] = field(default_factory=dict)
    averages: Mapping[str, Reported] = field(default_factory=dict)
    seconds: Sequence[int] = ()
    has_values: bool = False
    step_seconds: float | None = None
    recorded_seconds: int | None = None
    mean_heart_rate_bpm: float | None = None
    mean_power_watts: float | None = None
    normalized_power_watts: float | None = None
    intensity_factor: float | None = None
    training_stress_score: float | None = None
    variability_index: float | None = None
    work_kilojoules: float | None = None
    zone_seconds: Sequence[int] = ()
    ftp_watts: float | None = None
    in_target_seconds: int | None = None
    called_seconds: int | None = None
    is_target_known: bool = True

    @property
    def is_coarse(self) -> bool:
        """Whether the samples are too far apart for derived figures."""
        return (self.step_seconds or 0) > 1

    @property
    def target_share(self) -> float | None:
        """Share of the called time in target."""
        if not self.called_seconds or self.in_target_seconds is None:
            return None
        return self.in_target_seconds / self.called_seconds


def reported(entries: Json) -> dict[str, Reported]:
    """Return totals or averages by slug; what has no number is not there."""
    found: dict[str, Reported] = {}
    for entry in map(raw.mapping, raw.items(entries)):
        slug = entry.get("slug")
        if not isinstance(slug, str) or not slug:
            continue
        value = raw.number(entry.get("value"), slug)
        if value is not None:
            found.setdefault(slug, Reported(float(value), str(entry.get("display_unit") or "")))
    return found


def expected_of(graph: Json, *, discipline: str, ftp_watts: float | None, pedaling_offset: int) -> Expected:
    """Return what follows from a raw graph."""
    seconds, metrics = raw.samples(graph)
    base: dict[str, Any] = {
        "totals": reported(graph.get("summaries")),
        "averages": reported(graph.get("average_summaries")),
        "seconds": seconds,
        "has_values": any(value is not None for values in metrics.values() for value in values),
        "step_seconds": numbers.step_of(seconds),
        "mean_heart_rate_bpm": _average(graph, _HEART_RATE),
        "mean_power_watts": _average(graph, _OUTPUT),
    }
    if base["step_seconds"] != 1:
        return Expected(**base)
    blocks = _blocks(graph, pedaling_offset)
    grids = {
        slug: grid
        for slug, values in metrics.items()
        if (slug == _OUTPUT or slug in blocks) and (grid := numbers.by_second(seconds, values))
    }
    power = grids.get(_OUTPUT) if discipline.lower() in _ON_A_BIKE else None
    counted = power or numbers.by_second(seconds, [1] * len(seconds))
    return Expected(
        **base,
        recorded_seconds=len(counted),
        **(_power(power, ftp_watts) if power else {}),
        **_targets(blocks, grids, power, ftp_watts),
    )


def _power(power: Mapping[int, numbers.Value], ftp_watts: float | None) -> dict[str, Any]:
    normalized, mean = numbers.normalized_power(power), numbers.mean(power)
    found: dict[str, Any] = {
        "normalized_power_watts": normalized,
        "variability_index": normalized / mean if normalized is not None and mean else None,
        "work_kilojoules": numbers.work_kilojoules(power),
        "ftp_watts": ftp_watts,
    }
    if ftp_watts is None:
        return found
    found["zone_seconds"] = numbers.zone_seconds(power, ftp_watts)
    if normalized is not None:
        found["intensity_factor"] = numbers.intensity_factor(normalized, ftp_watts)
        found["training_stress_score"] = numbers.stress_score(normalized, ftp_watts, len(power))
    return found


def _blocks(graph: Json, pedaling_offset: int) -> dict[str, list[numbers.Block]]:
    """Return the called ranges by metric, on the clock of the series."""
    found: dict[str, list[numbers.Block]] = {}
    performance = raw.mapping(graph.get("target_metrics_performance_data"))
    for block in map(raw.mapping, raw.items(performance.get("target_metrics"))):
        start, end = (raw.number(raw.mapping(block.get("offsets")).get(edge)) for edge in ("start", "end"))
        for metric in map(raw.mapping, raw.items(block.get("metrics"))):
            name, lower, upper = metric.get("name"), raw.number(metric.get("lower")), raw.number(metric.get("upper"))
            if start is not None and end is not None and lower is not None and upper is not None and name:
                called = numbers.Block(int(start) - pedaling_offset, int(end) - pedaling_offset, lower, upper)
                found.setdefault(name, []).append(called)
    return found


def _average(graph: Json, slug: str) -> float | None:
    """Return the average of a metric: of the averages, else the one that stands at its series."""
    listed = reported(graph.get("average_summaries")).get(f"avg_{slug}")
    if listed is not None:
        return listed.value
    for metric in map(raw.mapping, raw.items(graph.get("metrics"))):
        if metric.get("slug") == slug:
            return raw.number(metric.get("average_value")) or None
    return None


def _targets(
    blocks: Mapping[str, Sequence[numbers.Block]],
    grids: Mapping[str, Mapping[int, numbers.Value]],
    power: Mapping[int, numbers.Value] | None,
    ftp_watts: float | None,
) -> dict[str, Any]:
    """Return the adherence that stands for the workout: to zones, else to the range that was called longest."""
    if numbers.POWER_ZONE in blocks and power is not None and ftp_watts is not None:
        zones = {second: float(numbers.zone_of(watts, ftp_watts)) for second, watts in power.items()}
        inside, called = numbers.called_seconds(zones, blocks[numbers.POWER_ZONE])
        return {"in_target_seconds": inside, "called_seconds": called}
    if "pace_intensity" in blocks or "speed" in blocks:
        return {"is_target_known": False}
    judged = [
        numbers.called_seconds(grids[metric], ranges)
        for metric, ranges in blocks.items()
        if metric in grids and metric not in _JUDGED_BY_TABLES
    ]
    if not judged:
        return {}
    inside, called = max(judged, key=lambda one: one[1])
    return {"in_target_seconds": inside, "called_seconds": called}
