"""Geometry of the small drawings that the server makes as SVG: pure functions; the style sheet has the colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.training import MiniBar

MINI_HEIGHT = 40
MINI_STEP = 4
# Narrower parts of a tall zone bar have no room for the zone's number.
NUMBER_NEEDS_PERCENT = 2.5


@dataclass(frozen=True, slots=True)
class BarPart:
    """One part of a stacked bar, in percent of its width; `number_x` is where its number starts, None without room."""

    zone: int
    x: float
    width: float
    number_x: float | None


def zone_bar(seconds: Sequence[int]) -> list[BarPart]:
    """Split a bar by the seconds in zones 1, 2, …; zones without time have no part."""
    total = sum(seconds)
    parts: list[BarPart] = []
    x = 0.0
    for zone, spent in enumerate(seconds, start=1):
        if spent <= 0:
            continue
        width = 100 * spent / total
        number_x = round(x + 0.8, 2) if width >= NUMBER_NEEDS_PERCENT else None
        parts.append(BarPart(zone, round(x, 2), round(width, 2), number_x))
        x += width
    return parts


@dataclass(frozen=True, slots=True)
class MiniPath:
    """All bars of one zone as one SVG path."""

    zone: int
    d: str


def mini_bars(bars: Sequence[MiniBar]) -> list[MiniPath]:
    """Bars of a mini chart as upright strokes, one path a zone: a row of the history stays small."""
    by_zone: dict[int, list[str]] = {}
    for position, bar in enumerate(bars):
        top = round(MINI_HEIGHT * (1 - min(max(bar.height, 0.04), 1)))
        by_zone.setdefault(bar.zone, []).append(f"M{position * MINI_STEP} {MINI_HEIGHT}V{top}")
    return [MiniPath(zone, "".join(parts)) for zone, parts in sorted(by_zone.items())]


def mini_line(line: Sequence[float | None]) -> str:
    """A line of shares (0 to 1) as an SVG path; a missing value breaks it."""
    parts: list[str] = []
    pen_is_up = True
    for position, share in enumerate(line):
        if share is None:
            pen_is_up = True
            continue
        y = round(MINI_HEIGHT - 2 - (MINI_HEIGHT - 4) * min(max(share, 0), 1), 1)
        parts.append(f"{'M' if pen_is_up else 'L'}{position * MINI_STEP} {y:g}")
        pen_is_up = False
    return "".join(parts)


def mini_width(count: int) -> int:
    """Width of the drawing for that many bars or points."""
    return max(count * MINI_STEP, 1)


@dataclass(frozen=True, slots=True)
class ShareParts:
    """Below, in and above the target as starts and widths in percent."""

    below: float
    inside: float
    above: float


def shares(below: int, inside: int, above: int) -> ShareParts:
    """Seconds as percent of their sum; all zero when there are none."""
    total = below + inside + above
    if total <= 0:
        return ShareParts(0, 0, 0)
    return ShareParts(*(round(100 * part / total, 2) for part in (below, inside, above)))


@dataclass(frozen=True, slots=True)
class ProfileStep:
    """A block of a class profile in a drawing 1000 wide and 100 high; zone 0 has no target."""

    zone: int
    x: float
    y: float
    width: float
    height: float


def profile(blocks: Iterable[tuple[int, int, int]]) -> list[ProfileStep]:
    """Blocks `(start, end, zone)` in seconds as steps whose height grows with the zone."""
    listed = list(blocks)
    total = max((end for _, end, _ in listed), default=0)
    steps: list[ProfileStep] = []
    for start, end, zone in listed:
        height = 12 + 74 * zone / 7 if zone else 10
        x = 1000 * start / total
        steps.append(
            ProfileStep(
                zone,
                round(x, 1),
                round(100 - height, 1),
                round(1000 * (end - start) / total - 1.5, 1),
                round(height, 1),
            )
        )
    return steps


def step_line(points: Sequence[tuple[float, float]]) -> str:
    """Points `(x, y)`, each a share of a drawing 1000 wide and 100 high, as a line that holds until the next one."""
    parts: list[str] = []
    for x, y in points:
        at, height = round(1000 * x, 1), round(100 - 100 * y, 1)
        parts.append(f"H{at:g}V{height:g}" if parts else f"M{at:g} {height:g}")
    return "".join([*parts, "H1000"]) if parts else ""
