"""Workouts that may be one, and those that were made one."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Figure


@dataclass(frozen=True, slots=True)
class Side:
    """One workout of a pair, with what it has; `facts` are pairs of name and text."""

    id: str
    url: str
    title: str
    when_text: str
    source_text: str
    icon: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PairCard:
    """Two workouts that overlap; `primary` is the one that would be shown. `gain_text`: what it gains by that."""

    primary: Side
    other: Side
    overlap_text: str
    gain_text: str = ""


@dataclass(frozen=True, slots=True)
class MergeRow:
    """Workouts that are shown as one: the shown one, and those beneath it."""

    primary: Side
    beneath: Sequence[Side]
    when_text: str


@dataclass(frozen=True, slots=True)
class CertainRow:
    """A pair that is certain, in one line: the two, and from where they are."""

    url: str
    title: str
    when_text: str
    icon: str
    source_text: str
    other_text: str


@dataclass(frozen=True, slots=True)
class CertainPage:
    """Pairs that are certain, and the act that merges all of them; `is_start` tells the first page from the others."""

    rows: Sequence[CertainRow]
    count_text: str
    more_url: str = ""
    is_start: bool = True


@dataclass(frozen=True, slots=True)
class BatchRow:
    """Workouts that were merged together, in one line."""

    url: str
    text: str
    when_text: str
    is_done: bool
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Workouts that are merged together and how far that is; `progress_url` and `undo_url` are empty without a use."""

    when_text: str
    headline: str
    percent: int
    figures: Sequence[Figure]
    is_done: bool
    spoken: str
    explanation: str = ""
    progress_url: str = ""
    undo_url: str = ""
    undo_question: str = ""


@dataclass(frozen=True, slots=True)
class DuplicatesPage:
    """Pairs and merges; `undo` is the id of a workout that was just put beneath another."""

    pairs: Sequence[PairCard]
    pairs_text: str
    merges: Sequence[MergeRow]
    more_pairs_url: str = ""
    more_merges_url: str = ""
    undo: str = ""
    certain_text: str = ""
    batch: BatchRow | None = None
    apart_text: str = ""


@dataclass(frozen=True, slots=True)
class WorkoutTransfers:
    """What the page of a workout says of its ways in and out; `merge` is None for one that is part of none.

    `is_beneath`: the workout itself is kept beneath the primary. `edit_url` is empty where its source has the say.
    """

    workout_id: str
    edit_url: str = ""
    merge: MergeRow | None = None
    is_beneath: bool = False
