"""Targets that a rider recorded: what they may hold. Their title is shown to others, so it is judged like an attack."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from ctz_workouts.domain.errors import RecordedTargetsMalformedError
from ctz_workouts.domain.targets import PACE_INTENSITY, POWER_ZONE, TargetBlock, TargetRange

LONGEST_TITLE: Final = 80
MOST_BLOCKS: Final = 300
LONGEST_CLASS_SECONDS: Final = 14_400
"""Where the length of a class is not known, blocks end within four hours."""
_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    POWER_ZONE: (1, 7),
    "cadence": (0, 250),
    "resistance": (0, 100),
    PACE_INTENSITY: (-1, 6),
    "incline": (-5, 20),
    "speed": (0, 20),
    "stroke_rate": (0, 80),
}
_WHOLE: Final = frozenset({POWER_ZONE, PACE_INTENSITY})
# Controls, formats (which turn the direction of text round or hide in it), surrogates, private and unassigned code
# points, separators of lines and paragraphs.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def title_of(text: str) -> str:
    """A title as it is kept: composed (NFC), single spaces; refused if empty, too long, or with unseen characters."""
    title = " ".join(part for part in unicodedata.normalize("NFC", text).split(" ") if part)
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise RecordedTargetsMalformedError("title", f"is 1 to {LONGEST_TITLE} characters")
    if any(unicodedata.category(letter) in _REFUSED_CATEGORIES for letter in title):
        raise RecordedTargetsMalformedError("title", "holds a character that cannot be seen")
    return title


def blocks_of(blocks: Sequence[TargetBlock], class_seconds: int | None) -> tuple[TargetBlock, ...]:
    """The blocks in order; refused unless they lie within the class, do not overlap, and each calls something usable.

    `class_seconds` is the length on the class clock: offset of the pedalling start plus duration.
    """
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        raise RecordedTargetsMalformedError("blocks", f"are 1 to {MOST_BLOCKS}")
    ordered = tuple(sorted(blocks, key=lambda block: block.start_second))
    end = LONGEST_CLASS_SECONDS if class_seconds is None else class_seconds
    for block in ordered:
        if block.start_second < 0 or block.duration_seconds < 1 or block.end_second > end:
            raise RecordedTargetsMalformedError("blocks", f"lie between 0 and {end} s, each at least 1 s long")
        _judge(block.ranges)
    if any(after.start_second <= before.end_second for before, after in pairwise(ordered)):
        raise RecordedTargetsMalformedError("blocks", "do not overlap")
    return ordered


def _judge(ranges: Sequence[TargetRange]) -> None:
    metrics = [called.metric for called in ranges]
    if not metrics or len(set(metrics)) != len(metrics) or not set(metrics) <= _BOUNDS.keys():
        raise RecordedTargetsMalformedError("blocks.ranges", f"call each metric once, of {', '.join(sorted(_BOUNDS))}")
    for called in ranges:
        low, high = _BOUNDS[called.metric]
        if not (math.isfinite(called.lower) and low <= called.lower <= called.upper <= high):
            raise RecordedTargetsMalformedError("blocks.ranges", f"{called.metric} is {low:g} to {high:g}")
        if called.metric in _WHOLE and (called.lower % 1 or called.upper % 1):
            raise RecordedTargetsMalformedError("blocks.ranges", f"{called.metric} is whole")
