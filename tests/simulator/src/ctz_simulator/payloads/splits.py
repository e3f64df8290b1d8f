"""Splits per mile, kilometre or 500 metres; the last one is partial."""

from dataclasses import dataclass

import numpy as np

from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.metrics import METRES_PER_MILE
from ctz_simulator.payloads.units import Units
from ctz_simulator.series.track import Track

_ROW_SPLIT_METRES = 500.0
_FEET_PER_MILE = 5280.0
_ROW_HEADER = (
    ("meter", "Meters"),
    ("total_time", "Total Time"),
    ("pace", "min/500m"),
    ("spm", "spm"),
    ("avg_output", "Avg Output"),
    ("form_score", "Form Rating"),
)


@dataclass(frozen=True, slots=True)
class Split:
    """One split: seconds `first`..`last` (exclusive) of the series and its length as a share of a whole one."""

    order: int
    first: int
    last: int
    share: float

    @property
    def seconds(self) -> int:
        """How long it took."""
        return self.last - self.first


def cut(track: Track, per_mile: float) -> list[Split]:
    """The splits of a recording, `per_mile` of them to a mile."""
    if track.speed is None or track.size == 0:
        return []
    done = np.cumsum(track.speed) / 3600 * per_mile
    total = float(done[-1])
    ends = [int(np.searchsorted(done, count)) + 1 for count in range(1, int(total) + 1)]
    splits = [Split(i + 1, first, last, 1.0) for i, (first, last) in enumerate(zip([0, *ends], ends, strict=False))]
    rest = total - int(total)
    begin = ends[-1] if ends else 0
    if rest >= 0.01 and begin < track.size:
        splits.append(Split(len(splits) + 1, begin, track.size, rest))
    return splits


def best_of(splits: list[Split]) -> int | None:
    """The order of the fastest whole split."""
    whole = [split for split in splits if split.share == 1.0]
    return min(whole, key=lambda split: split.seconds).order if whole else None


def splits_data(track: Track, units: Units) -> JsonObject:
    """Seconds and climb by split."""
    splits = cut(track, units.per_mile)
    best = best_of(splits)
    return {
        "distance_marker_display_unit": units.distance_unit,
        "elevation_change_display_unit": units.elevation_unit,
        "splits": [
            {
                "distance_marker": split.order if split.share == 1.0 else round(split.share, 2),
                "order": split.order,
                "seconds": split.seconds,
                "elevation_change": _climb(track, split, units),
                "has_floor_segment": False,
                "is_best": split.order == best,
            }
            for split in splits
        ],
    }


def splits_metrics(track: Track, units: Units) -> JsonObject:
    """The table of splits; its total time is cumulative, in decimal minutes."""
    if track.stroke_rate is not None:
        return _row_table(track)
    unit = units.distance_unit
    splits = cut(track, units.per_mile)
    best = best_of(splits)
    header = ((unit, unit), ("total_time", "Total Time"), ("pace", "Pace"), ("elevation", "Elevation"))
    rows = []
    for split in splits:
        data = [
            _cell(unit, split.order if split.share == 1.0 else round(split.share, 2), unit),
            _cell("total_time", round(split.last / 60, 2), "min"),
            _cell("pace", round(split.seconds / 60 / split.share, 2), units.pace_unit),
            _cell("elevation", _climb(track, split, units), units.elevation_unit),
        ]
        rows.append({"is_best": split.order == best, "has_floor_segment": False, "data": data})
    return {"header": [{"slug": slug, "display_name": name} for slug, name in header], "metrics": rows}


def _row_table(track: Track) -> JsonObject:
    splits = cut(track, METRES_PER_MILE / _ROW_SPLIT_METRES)
    best = best_of(splits)
    rows = []
    for split in splits:
        window = slice(split.first, split.last)
        metres = split.order * _ROW_SPLIT_METRES if split.share == 1.0 else split.share * _ROW_SPLIT_METRES
        rate = 0 if track.stroke_rate is None else round(float(track.stroke_rate[window].mean()))
        output = 0 if track.watts is None else round(float(track.watts[window].mean()))
        data = [
            _cell("meter", round(metres, 2), "m"),
            _cell("total_time", round(split.last / 60, 2), "min"),
            _cell("pace", round(split.seconds / 60 / split.share, 2), "min/500m"),
            _cell("spm", rate, None),
            _cell("avg_output", output, "w"),
            _cell("form_score", 90.0, "%"),
        ]
        rows.append({"is_best": split.order == best, "has_floor_segment": False, "data": data})
    return {"header": [{"slug": slug, "display_name": name} for slug, name in _ROW_HEADER], "metrics": rows}


def _cell(slug: str, value: float | None, unit: str | None) -> JsonObject:
    return {"slug": slug, "value": value, "unit": unit}


def _climb(track: Track, split: Split, units: Units) -> float | None:
    """The climb of a split on the tread or the road; the bike has none."""
    window = slice(split.first, split.last)
    if track.incline is not None and track.speed is not None:
        feet = float((track.speed[window] / 3600 * _FEET_PER_MILE * track.incline[window] / 100).sum())
    elif track.altitude is not None:
        feet = float(np.diff(track.altitude[window]).sum())
    else:
        return None
    return float(round(feet * units.per_foot))
