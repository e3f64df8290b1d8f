"""Marks: figures that workouts reached, the best of them, and what stood before the best.

A `Peak` says of a set of marks which is the best and which was the best until then. Peaks of neighbouring spans of time
join into the peak of both, so that a year's follows from its months'. A new mark is folded in without looking at the
others, except where that cannot be told: then the peak is made anew from its span.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

Moment = tuple[str, int]
"""A day and an instant of it, which order marks in time."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure, and the workout that reached it; higher is better, and of equal ones the earliest is."""

    value: float
    day: str
    """The rider's day, `YYYY-MM-DD`."""
    microseconds: int
    """Its start, since 1970."""
    workout_id: str

    @property
    def moment(self) -> Moment:
        """When it was: its day and its start."""
        return (self.day, self.microseconds)

    @property
    def place(self) -> tuple[str, int, str]:
        """Its place in time. Days come first, so that a mark never lies outside the span of its day."""
        return (self.day, self.microseconds, self.workout_id)

    def beats(self, other: "Mark | None") -> bool:
        """Whether this is the better one."""
        if other is None or self.value > other.value:
            return True
        return self.value == other.value and self.place < other.place


@dataclass(frozen=True, slots=True)
class Peak:
    """The best mark of a span, and the best of those before it."""

    best: Mark
    before: Mark | None = None
    first: Moment = ("", 0)
    """No mark of the span lies before this; it may lie before the first mark after a mark was taken away."""

    def with_mark(self, mark: Mark) -> "Peak | None":
        """The peak with one mark more; none where only all marks of the span can tell."""
        first = min(self.first, mark.moment)
        if not mark.beats(self.best):
            is_second = mark.place < self.best.place and mark.beats(self.before)
            return Peak(self.best, mark if is_second else self.before, first)
        if mark.place > self.best.place:
            return Peak(mark, self.best, first)
        if self.before is None or self.before.place < mark.place:
            return Peak(mark, self.before, first)
        return Peak(mark, None, first) if mark.moment < self.first else None

    def followed_by(self, later: "Peak") -> "Peak":
        """The peak of this span and a later one."""
        if not later.best.beats(self.best):
            return replace(self, first=min(self.first, later.first))
        before = later.before if later.before is not None and later.before.beats(self.best) else self.best
        return Peak(later.best, before, min(self.first, later.first))


def alone(mark: Mark) -> Peak:
    """The peak of a single mark."""
    return Peak(mark, None, mark.moment)


def joined(peaks: Iterable[Peak]) -> Peak | None:
    """The peak of spans in order of time; none of none."""
    whole: Peak | None = None
    for peak in peaks:
        whole = peak if whole is None else whole.followed_by(peak)
    return whole


def peak_of(marks: Iterable[Mark]) -> Peak | None:
    """The peak of these marks, in any order; none of none."""
    return joined(alone(mark) for mark in sorted(marks, key=lambda mark: mark.place))
