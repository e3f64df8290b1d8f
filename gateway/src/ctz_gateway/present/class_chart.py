"""A class as called, drawn on the class clock: steps whose height is the zone or the pace, hatched where nothing is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ctz.common.v1 import training_pb2 as training

from ctz_gateway.present.tables import PACE_WORDS
from ctz_gateway.present.zones import NAMES
from ctz_gateway.viewmodels.classes import ClassChart, Step, Tick
from ctz_gateway.words import duration, plural

MINUTE = 60
ZONES = len(NAMES)
POWER_ZONE, PACE = "power_zone", "pace_intensity"
TICK_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60)
MOST_TICKS = 8
LOWEST, HIGHEST, UNCALLED = 14.0, 88.0, 8.0
GAP = 0.15
NAMED_PERCENT = 12.0
NARROW_PERCENT, INSIDE_PERCENT, NUMBERED_PERCENT = 6.0, 2.0, 0.8
# Metrics that are called beside zones, with the unit that follows the figures.
OTHER_METRICS = {
    "cadence": "rpm",
    "resistance": "% resistance",
    "incline": "% incline",
    "speed": "mph",
    "stroke_rate": "strokes a minute",
}
# Intensities of rowing begin at -1; those of walking are fewer than those of running.
PACE_NAMES = {
    "caesar": dict(enumerate(("Recovery", "Easy", "Moderate", "Challenging", "Max"), start=-1)),
    "walking": dict(enumerate(("Recovery", "Easy", "Brisk", "Power", "Max"))),
}
RUNNING_NAMES = dict(enumerate(PACE_WORDS))


@dataclass(frozen=True, slots=True)
class Call:
    """What is called from `start` to before `end`, in seconds of the class clock; zones and paces as a range."""

    start: int
    end: int
    zones: tuple[int, int] | None
    pace: tuple[int, int] | None
    others: Sequence[str]

    @property
    def zone(self) -> int:
        """The zone in whose colour it is drawn, the upper one of a range; 0 without one."""
        return self.zones[1] if self.zones else 0

    @property
    def is_called(self) -> bool:
        """Whether anything is."""
        return self.zones is not None or self.pace is not None or bool(self.others)


def calls(blocks: Iterable[training.TargetBlock], seconds: int) -> Sequence[Call]:
    """The blocks in order, with what lies between them as stretches without a call; `seconds` is the whole class."""
    found: list[Call] = []
    at = 0
    for block in sorted(blocks, key=lambda each: each.start_seconds):
        start, end = max(block.start_seconds, at), block.end_seconds + 1
        if end <= start:
            continue
        if start > at:
            found.append(Call(at, start, None, None, ()))
        found.append(_call(block, start, end))
        at = end
    if at < seconds:
        found.append(Call(at, seconds, None, None, ()))
    return found


def _call(block: training.TargetBlock, start: int, end: int) -> Call:
    by_metric = {each.metric: each for each in block.ranges}
    zones, pace = by_metric.get(POWER_ZONE), by_metric.get(PACE)
    others = [
        f"{_span(found.lower, found.upper)} {unit}"
        for metric, unit in OTHER_METRICS.items()
        if (found := by_metric.get(metric)) is not None
    ]
    return Call(start, end, _bounded(zones), (int(pace.lower), int(pace.upper)) if pace else None, others)


def _bounded(zones: training.TargetRange | None) -> tuple[int, int] | None:
    if zones is None:
        return None
    low, high = int(zones.lower), int(zones.upper)
    return (low, high) if 1 <= low <= high <= ZONES else None


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def length_of(blocks: Iterable[training.TargetBlock], offset: int, ridden: int) -> int:
    """Seconds of the class clock: as long as the class is, or until its last block."""
    last = max((block.end_seconds + 1 for block in blocks), default=0)
    return max(last, offset + ridden if ridden else 0)


def mark_of(call: Call, discipline: str = "") -> str:
    """The number that stands on a block: `3`, `2–3`; paces are counted from 1. Empty without a zone or pace."""
    if call.zones:
        return _span(*call.zones)
    return _span(*(_counted(bound, discipline) for bound in call.pace)) if call.pace else ""


def _counted(pace: int, discipline: str) -> int:
    return pace - min(_pace_names(discipline)) + 1


def _pace_names(discipline: str) -> Mapping[int, str]:
    return PACE_NAMES.get(discipline.removesuffix("_bootcamp"), RUNNING_NAMES)


def name_of(call: Call, discipline: str = "") -> str:
    """`Zone 3, Tempo`, `Zones 2–3`, `Easy`, `80–90 rpm`; what nothing is called for says so."""
    return ", ".join(filter(None, (_leading(call, discipline), *call.others))) or "Nothing called"


def _leading(call: Call, discipline: str) -> str:
    if call.zones:
        low, high = call.zones
        return f"Zone {low}, {NAMES[low - 1]}" if low == high else f"Zones {low}–{high}"
    if call.pace:
        names = _pace_names(discipline)
        low_name, high_name = (names.get(bound, f"intensity {bound}") for bound in call.pace)
        return low_name if low_name == high_name else f"{low_name} to {high_name.lower()}"
    return ""


def class_chart(listed: Sequence[Call], seconds: int, discipline: str = "") -> ClassChart | None:
    """The drawing; None where nothing is called at all. Paces have the names of the discipline."""
    if seconds <= 0 or not any(call.is_called for call in listed):
        return None
    paces = [bound for call in listed if call.pace for bound in call.pace]
    lowest, highest = (min(paces), max(paces)) if paces else (0, 1)
    return ClassChart(
        steps=[_step(call, seconds, (lowest, highest), discipline) for call in listed],
        ticks=_ticks(seconds),
        text=_text(listed, seconds, discipline),
        legend=[
            f"{_counted(pace, discipline)} {_pace_names(discipline).get(pace, 'other').lower()}"
            for pace in sorted(set(paces))
        ],
    )


def _step(call: Call, seconds: int, paces: tuple[int, int], discipline: str) -> Step:
    x, width = 100 * call.start / seconds, 100 * (call.end - call.start) / seconds
    height = _height(call, *paces)
    return Step(
        x=round(x, 3),
        y=round(100 - height, 2),
        width=round(max(width - GAP, 0.05), 3),
        height=round(height, 2),
        zone=call.zone,
        is_called=call.is_called,
        mark=_mark(call, width, discipline),
        mark_x=round(x + width / 2, 3),
        is_narrow=width < NARROW_PERCENT,
        is_above=width < INSIDE_PERCENT,
    )


def _mark(call: Call, width: float, discipline: str) -> str:
    """What fits onto a step: the name of a pace where it is wide, else the number."""
    if call.pace and width >= NAMED_PERCENT:
        return name_of(call, discipline)
    return mark_of(call, discipline) if width >= NUMBERED_PERCENT else ""


def _height(call: Call, lowest: int, highest: int) -> float:
    if call.zones:
        return LOWEST + (HIGHEST - LOWEST) * (call.zone - 1) / (ZONES - 1)
    if call.pace:
        return LOWEST + (HIGHEST - LOWEST) * (call.pace[1] - lowest) / max(highest - lowest, 1)
    return (LOWEST + HIGHEST) / 3 if call.is_called else UNCALLED


def _ticks(seconds: int) -> Sequence[Tick]:
    step = next((minutes for minutes in TICK_MINUTES if seconds / (minutes * MINUTE) <= MOST_TICKS), 120) * MINUTE
    return [Tick(round(100 * at / seconds, 3), duration(at)) for at in range(0, seconds, step) if at < 0.97 * seconds]


def _text(listed: Sequence[Call], seconds: int, discipline: str) -> str:
    """The drawing in a sentence; the table beside it has every block."""
    called = [call for call in listed if call.is_called]
    sums: dict[str, int] = {}
    for call in sorted(called, key=lambda call: call.zones or call.pace or ()):
        if call.zones or call.pace:
            key = f"in zone {mark_of(call)}" if call.zones else _leading(call, discipline).lower()
            sums[key] = sums.get(key, 0) + call.end - call.start
    parts = ", ".join(f"{duration(total)} {key}" for key, total in sums.items())
    return f"{duration(seconds)} with {plural(len(called), 'called block')}" + (f": {parts}." if parts else ".")
