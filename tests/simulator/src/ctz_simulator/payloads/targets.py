"""What a class called, and how a recording met it, in the API's spelling."""

from functools import lru_cache
from typing import Any

import numpy as np

from ctz_simulator.domain.intensity import block_at
from ctz_simulator.domain.models import Block, RideClass
from ctz_simulator.domain.paces import intensities, levels, pace_table
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.series.track import Track

_GRAPHED = ("cadence", "resistance")


def target_metrics(ride: RideClass | None) -> list[JsonObject]:
    """The target blocks of a class, on its own clock."""
    return [_block(block) for block in ride.blocks] if ride else []


def _block(block: Block) -> JsonObject:
    return {
        "offsets": {"start": block.start, "end": block.end},
        "segment_type": block.segment_type,
        "metrics": [{"name": t.metric, "upper": t.upper, "lower": t.lower} for t in block.targets],
    }


def times_in_range(ride: RideClass | None, track: Track) -> dict[str, int]:
    """Percent of the called time spent inside the range, by metric; only for resistance and cadence."""
    shares: dict[str, int] = {}
    if ride is None or not _is_graphed(ride):
        return shares
    for name, column in (("resistance", track.resistance), ("cadence", track.cadence)):
        if column is not None:
            lower, upper = _bounds(ride, name)
            size = min(track.size, len(lower))
            called = lower[:size] >= 0
            inside = (column[:size] >= lower[:size]) & (column[:size] <= upper[:size]) & called
            shares[name] = round(100 * float(inside.sum()) / max(1, int(called.sum())))
    return shares


def target_performance(ride: RideClass | None, track: Track) -> JsonObject:
    """The blocks of the class and the time in range."""
    shares = times_in_range(ride, track)
    return {
        "target_metrics": target_metrics(ride),
        "time_in_metric": [{"name": name, "value": value} for name, value in shares.items()],
    }


def target_graphs(ride: RideClass | None, track: Track, every_n: int) -> JsonObject | None:
    """The old target arrays, one value a sample; only classes with resistance and cadence have them."""
    if ride is None or not _is_graphed(ride):
        return None
    shares = times_in_range(ride, track)
    return {
        "target_graph_metrics": [_graph(ride, name, every_n) for name in _GRAPHED],
        "cadence_time_in_range": shares.get("cadence", 0),
        "resistance_time_in_range": shares.get("resistance", 0),
    }


def class_target_graphs(ride: RideClass, step: int) -> JsonObject:
    """The old target arrays of a class in its details; empty for classes without resistance and cadence."""
    return {"target_graph_metrics": [_graph(ride, name, step) for name in _GRAPHED] if _is_graphed(ride) else []}


@lru_cache(maxsize=512)
def _graph(ride: RideClass, name: str, every_n: int) -> JsonObject:
    lower, upper = _bounds(ride, name)
    low, high = np.maximum(lower[::every_n], 0).astype(int), np.maximum(upper[::every_n], 0).astype(int)
    middle = (low + high) // 2
    return {
        "graph_data": {"upper": high.tolist(), "lower": low.tolist(), "average": middle.tolist()},
        "max": int(high.max()),
        "min": int(low.min()),
        "average": int(middle.mean()),
        "type": name,
    }


def _is_graphed(ride: RideClass) -> bool:
    return any(target.metric == "resistance" for block in ride.blocks for target in block.targets)


def _bounds(ride: RideClass, name: str) -> tuple[Any, Any]:
    """Lower and upper bound at each second of the class; -1 where nothing is called."""
    middle = block_at(ride, name, -1.0, ride.duration)
    lower, upper = middle.copy(), middle.copy()
    for block in ride.blocks:
        for target in block.targets:
            if target.metric == name:
                first = max(0, block.start - ride.pedaling_start_offset)
                last = block.end - ride.pedaling_start_offset + 1
                lower[first:last], upper[first:last] = target.lower, target.upper
    return lower, upper


def pace_compliance(ride: RideClass | None, level: int, *, metric: bool) -> JsonObject | None:
    """The rider's pace table of a class with pace targets, {} for other targets, none without targets."""
    if ride is None or not ride.blocks:
        return None
    if not ride.has_pace_targets:
        return {}
    known = _pace_discipline(ride)
    bounded = min(level, levels(known))
    return {
        "workout_pace_level": f"level_{bounded}",
        "pace_intensities_mapping": [
            {
                "value": value,
                "display_name": name,
                "pace_levels": [_pace_level(bounded, fast, slow)],
            }
            for value, name, fast, slow in pace_table(known, bounded, metric=metric)
        ],
    }


def pace_intensities(ride: RideClass, *, metric: bool) -> list[JsonObject]:
    """Every level of every intensity of a class with pace targets."""
    known = _pace_discipline(ride)
    tables = [pace_table(known, level, metric=metric) for level in range(1, levels(known) + 1)]
    return [
        {
            "value": value,
            "display_name": name,
            "pace_levels": [_pace_level(level, *table[row][2:]) for level, table in enumerate(tables, start=1)],
        }
        for row, (value, name) in enumerate(intensities(known))
    ]


def _pace_discipline(ride: RideClass) -> str:
    discipline = ride.traits.discipline
    return {"circuit": "running", "caesar_bootcamp": "caesar"}.get(discipline, discipline)


def _pace_level(level: int, fast: float, slow: float) -> JsonObject:
    return {"slug": f"level_{level}", "display_name": f"Level {level}", "fast_pace": fast, "slow_pace": slow}
