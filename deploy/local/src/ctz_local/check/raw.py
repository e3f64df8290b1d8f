"""Raw payloads as anybody would read them who trusts nothing: wrong types and impossible values are not there."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

# Metrics and figures that may be below zero.
_SIGNED: Final = frozenset({"incline", "altitude", "elevation", "avg_incline", "avg_altitude"})
# What a sensor can mean; anything else is a fault and counts as not recorded.
_PLAUSIBLE: Final = {"output": (0, 3000), "heart_rate": (20, 250), "cadence": (0, 300), "resistance": (0, 100)}


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Sequence[Any]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def number(value: Any, slug: str = "") -> float | None:
    """Return a number, not below zero unless the figure of that slug may be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if value >= 0 or slug in _SIGNED else None


def positive(value: Any) -> int | None:
    """Return a whole number above zero."""
    found = number(value)
    return int(found) if found else None


def samples(graph: Mapping[str, Any]) -> tuple[list[int], dict[str, list[float | None]]]:
    """Return the seconds that rise, and the values at them by metric; a metric of another length has no values."""
    raw = items(graph.get("seconds_since_pedaling_start"))
    kept: list[int] = []
    seconds: list[int] = []
    for at, value in enumerate(raw):
        second = number(value)
        if second is not None and (not seconds or second > seconds[-1]):
            kept.append(at)
            seconds.append(int(second))
    found: dict[str, list[float | None]] = {}
    for metric in map(mapping, items(graph.get("metrics"))):
        slug, values = metric.get("slug"), items(metric.get("values"))
        if isinstance(slug, str) and slug and slug not in found:
            fits = len(values) == len(raw)
            found[slug] = [_plausible(values[at], slug) if fits else None for at in kept]
    return seconds, found


def _plausible(value: Any, slug: str) -> float | None:
    found = number(value, slug)
    low, high = _PLAUSIBLE.get(slug, (None, None))
    if found is None or low is None or high is None:
        return found
    return found if low <= found <= high else None
