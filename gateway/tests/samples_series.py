"""Sample series: a class with called cadence and resistance and no FTP, a run with a gap. Content is invented."""

from collections.abc import Sequence
from typing import Any

LENGTH = 1800


def _wave(low: float, high: float, period: int, noise: int = 0) -> list[float]:
    """A slow wave with a fixed jitter."""
    span = high - low
    return [
        round(low + span * abs((s % period) / period - 0.5) * 2 + (s * 7919 % 11 - 5) * noise / 5, 1)
        for s in range(LENGTH)
    ]


def _metric(name: str, unit: str, values: Sequence[float | None]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    return {"name": name, "unit": unit, "values": values, "mean": sum(known) / len(known), "max": max(known)}


def class_ride() -> dict[str, Any]:
    """Cadence and resistance called in six blocks, no FTP and therefore no zones."""
    spans = [{"start_seconds": start, "end_seconds": start + 240} for start in range(180, 1500, 240)]
    return {
        "clock": [[1, LENGTH, 1]],
        "duration_seconds": LENGTH,
        "metrics": {
            "output": _metric("Output", "W", _wave(90, 230, 600, 8)),
            "heart_rate": _metric("Heart rate", "bpm", _wave(110, 165, 900)),
            "cadence": _metric("Cadence", "rpm", _wave(72, 98, 480, 2)),
            "resistance": _metric("Resistance", "%", _wave(30, 52, 700)),
            "speed": _metric("Speed", "km/h", _wave(24, 36, 600)),
        },
        "zones": None,
        "targets": None,
        "ranges": {
            "cadence": [{**span, "low": 75 + 3 * place, "high": 85 + 3 * place} for place, span in enumerate(spans)],
            "resistance": [{**span, "low": 32 + 2 * place, "high": 40 + 2 * place} for place, span in enumerate(spans)],
        },
        "gaps": [],
    }


def run() -> dict[str, Any]:
    """Pace, heart rate and incline, standing still for a while, with a hole of half a minute."""
    pace: list[float | None] = [*_wave(290, 360, 500, 6)]
    pace[900:940] = [None] * 40
    return {
        "clock": [[0, 1200, 1], [1230, 600, 1]],
        "duration_seconds": LENGTH + 30,
        "metrics": {
            "pace": _metric("Pace", "/km", pace),
            "heart_rate": _metric("Heart rate", "bpm", _wave(120, 172, 1100)),
            "incline": _metric("Incline", "%", _wave(0, 4, 900)),
        },
        "zones": None,
        "targets": None,
        "gaps": [{"start_seconds": 1199, "end_seconds": 1230}],
    }
