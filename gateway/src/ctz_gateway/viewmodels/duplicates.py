"""Workouts that may be one, and those that were made one."""

from collections.abc import Sequence
from dataclasses import dataclass


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
    """Two workouts that overlap; `primary` is the one that would be shown."""

    primary: Side
    other: Side
    overlap_text: str


@dataclass(frozen=True, slots=True)
class MergeRow:
    """Workouts that are shown as one: the shown one, and those beneath it."""

    primary: Side
    beneath: Sequence[Side]
    when_text: str


@dataclass(frozen=True, slots=True)
class DuplicatesPage:
    """Pairs and merges; `undo` is the id of a workout that was just put beneath another."""

    pairs: Sequence[PairCard]
    pairs_text: str
    merges: Sequence[MergeRow]
    more_pairs_url: str = ""
    more_merges_url: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class WorkoutTransfers:
    """What the page of a workout says of its ways in and out; `merge` is None for one that is part of none.

    `is_beneath`: the workout itself is kept beneath the primary. `edit_url` is empty where its source has the say.
    """

    workout_id: str
    edit_url: str = ""
    merge: MergeRow | None = None
    is_beneath: bool = False
