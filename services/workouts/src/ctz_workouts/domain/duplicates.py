"""When two recordings are certainly one workout, so that a rider need not look at each pair.

Being wrong costs more than asking once more: whatever is unclear is not certain, and stays a suggestion.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from ctz_workouts.domain.discipline import OTHER, Discipline
from ctz_workouts.domain.sources import IMPORT, MANUAL, OWN

LONGEST_APART = timedelta(minutes=1)
LISTED_EARLIER = timedelta(seconds=122)
"""Peloton's CSV tells starts to the minute, cut off, of a clock that may begin 60 to 62 s before the pedalling."""
LENGTH_TOLERANCE_SECONDS = 60
"""The same CSV tells lengths to the minute."""
FIGURE_TOLERANCE = 0.02
"""Figures that differ by so much of the larger one, or by a unit, agree: exports round, and count a second more."""
_ONE_UNIT = 1.0
KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class Recording:
    """What decides about one of a pair; `figures` are those that it tells, by name, in the same units on both sides."""

    source: str
    start_time: datetime
    seconds: int | None
    discipline: Discipline
    has_series: bool
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def standing(self) -> tuple[bool, bool, int]:
        """By which of two the higher one stays: the synced one, else the one with samples, else the longer one."""
        return (self.source not in OWN, self.has_series, self.seconds or 0)


@dataclass(frozen=True, slots=True)
class Candidate(Generic[KeyT]):
    """A pair with the keys of both; the staying one is the one that is listed after a merge."""

    staying_key: KeyT
    going_key: KeyT
    staying: Recording
    going: Recording


def is_certain(staying: Recording, going: Recording) -> bool:
    """Whether an imported recording is certainly the one that is to stay, recorded or told a second time."""
    if going.source != IMPORT or staying.source == MANUAL:
        # What a rider typed in, only the rider knows.
        return False
    if staying.source == IMPORT and going.has_series:
        # Of two files with samples either may be the better one.
        return False
    earliest = staying.start_time - (LONGEST_APART if going.has_series else LISTED_EARLIER)
    if not earliest <= going.start_time <= staying.start_time + LONGEST_APART or not _is_as_long(staying, going):
        return False
    if not _is_same_discipline(staying.discipline, going.discipline):
        return False
    told = staying.figures.keys() & going.figures.keys()
    if not all(_agree(staying.figures[name], going.figures[name]) for name in told):
        return False
    # A recording with samples of its own is more than a line of a list: something of it must be the same.
    return not going.has_series or bool(told)


def certain_pairs(candidates: Sequence[Candidate[KeyT]]) -> list[Candidate[KeyT]]:
    """Those pairs that are certain and clear: no workout goes to two others, nor goes while another goes to it."""
    found = [each for each in candidates if is_certain(each.staying, each.going)]
    goes = Counter(each.going_key for each in found)
    return [each for each in found if goes[each.going_key] == 1 and not goes[each.staying_key]]


def _is_as_long(first: Recording, second: Recording) -> bool:
    if first.seconds is None or second.seconds is None:
        return False
    return abs(first.seconds - second.seconds) <= LENGTH_TOLERANCE_SECONDS


def _is_same_discipline(first: Discipline, second: Discipline) -> bool:
    if first.slug == OTHER:
        return first.raw == second.raw
    return first.slug == second.slug


def _agree(first: float, second: float) -> bool:
    return abs(first - second) <= max(_ONE_UNIT, FIGURE_TOLERANCE * max(abs(first), abs(second)))
