"""Target blocks on the class clock, and pace tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_peloton_sync.domain.fields import Json, identifier, integer, items, mapping, number, text

MAXIMUM_CLASS_SECONDS = 86_400
MAXIMUM_BLOCKS = 5_000
SECONDS_IN_MINUTE = 60
# A slow end of 60.0 means that the band has no floor; rowing writes 15.0 (peloton-api.md, section 5).
OPEN_PACE = 60.0
OPEN_PACE_ROWING = 15.0
SPELLINGS = {"strokes_rate": "stroke_rate"}


@dataclass(frozen=True, slots=True)
class TargetRange:
    """What is called for one metric, both ends inclusive."""

    metric: str
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class TargetBlock:
    """Seconds of the class, both ends inclusive, and what is called in them."""

    start_seconds: int
    end_seconds: int
    segment_type: str
    ranges: tuple[TargetRange, ...]


@dataclass(frozen=True, slots=True)
class PaceBand:
    """Pace of one intensity, in seconds per distance unit; `slow_seconds` is none where the band is open."""

    intensity: int
    display_name: str
    fast_seconds: float
    slow_seconds: float | None


def parse_targets(payload: Json) -> tuple[TargetBlock, ...]:
    """Blocks in the order of the class; blocks without a length and calls without bounds are left out."""
    blocks = [block for entry in items(payload)[:MAXIMUM_BLOCKS] if (block := _block(entry)) is not None]
    return tuple(sorted(blocks, key=lambda block: (block.start_seconds, block.end_seconds)))


def parse_cues(payload: Json) -> tuple[TargetBlock, ...]:
    """The older `instructor_cues` of bike classes as blocks."""
    blocks = []
    for entry in items(payload)[:MAXIMUM_BLOCKS]:
        cue = mapping(entry)
        metrics: list[Json] = [
            {**mapping(cue.get(f"{name}_range")), "name": name}
            for name in ("resistance", "cadence")
            if cue.get(f"{name}_range")
        ]
        block = _block({"offsets": cue.get("offsets"), "segment_type": "cycling", "metrics": metrics})
        if block is not None and block.ranges:
            blocks.append(block)
    return tuple(sorted(blocks, key=lambda block: (block.start_seconds, block.end_seconds)))


def _block(payload: Json) -> TargetBlock | None:
    body = mapping(payload)
    offsets = mapping(body.get("offsets"))
    start = integer(offsets.get("start"), high=MAXIMUM_CLASS_SECONDS)
    end = integer(offsets.get("end"), high=MAXIMUM_CLASS_SECONDS)
    if start is None or end is None or end < start:
        return None
    ranges = tuple(found for entry in items(body.get("metrics"))[:16] if (found := _range(entry)) is not None)
    return TargetBlock(start, end, text(body.get("segment_type"), limit=64), ranges)


def _range(payload: Json) -> TargetRange | None:
    body = mapping(payload)
    name = identifier(body.get("name"))
    lower, upper = (number(body.get(end), low=-1000, high=10_000) for end in ("lower", "upper"))
    if name == "" or lower is None or upper is None or lower > upper:
        return None
    return TargetRange(SPELLINGS.get(name, name), lower, upper)


def seconds_of_pace(value: float) -> float | None:
    """Seconds of a pace written as minutes.seconds: 15.47 is 15:47, 9.5 is 9:50 (peloton-api.md, section 5)."""
    minutes = int(value)
    seconds = round((value - minutes) * 100)
    return float(minutes * SECONDS_IN_MINUTE + seconds) if seconds < SECONDS_IN_MINUTE else None


def parse_pace_level(payload: Json) -> int | None:
    """Level of a slug such as `level_4`."""
    slug = text(payload, limit=16)
    digits = slug.removeprefix("level_")
    level = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 2 else 0  # noqa: PLR2004 two digits
    return level if 1 <= level <= 10 else None  # noqa: PLR2004 ten levels exist


def parse_pace_bands(payload: Json, level: int | None) -> tuple[PaceBand, ...]:
    """The bands of one level, by intensity; none when the level is unknown."""
    entries = [mapping(entry) for entry in items(payload)[:32]]
    is_rowing = any(integer(entry.get("value"), low=-9, high=99) == -1 for entry in entries)
    bands = [band for entry in entries if (band := _band(entry, level, is_rowing=is_rowing)) is not None]
    return tuple(sorted(bands, key=lambda band: band.intensity))


def _band(entry: Json, level: int | None, *, is_rowing: bool) -> PaceBand | None:
    body = mapping(entry)
    intensity = integer(body.get("value"), low=-9, high=99)
    row = _row_of_level(items(body.get("pace_levels")), level)
    fast = number(row.get("fast_pace"), low=0.5, high=OPEN_PACE)
    slow = number(row.get("slow_pace"), low=0.5, high=OPEN_PACE)
    fast_seconds = None if fast is None else seconds_of_pace(fast)
    if intensity is None or fast_seconds is None or slow is None:
        return None
    is_open = slow == OPEN_PACE or (is_rowing and slow == OPEN_PACE_ROWING)
    slow_seconds = None if is_open else seconds_of_pace(slow)
    if slow_seconds is None and not is_open:
        return None
    return PaceBand(intensity, text(body.get("display_name"), limit=64), fast_seconds, slow_seconds)


def _row_of_level(rows: Sequence[Json], level: int | None) -> dict[str, Json]:
    return next(
        (
            dict(row)
            for entry in rows
            if level is not None and parse_pace_level((row := mapping(entry)).get("slug")) == level
        ),
        {},
    )
