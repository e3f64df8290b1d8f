"""Exercises, and routines made of them: what a rider practises. Values that mean nothing cannot be made."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from ctz_plans.domain.practice_errors import FieldRefused

READY_SECONDS = 10
"""Time to take the position of an exercise."""
CHANGE_SIDE_SECONDS = 5
"""Time to turn to the other side."""
LONGEST_SESSION_SECONDS = 2 * 60 * 60
MOST_STEPS = 40
LONGEST_TITLE, LONGEST_DESCRIPTION = 80, 500

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Category(StrEnum):
    """What kind of practice it is; the order is that of the library's pages."""

    KEGEL = "kegel"
    MOBILITY = "mobility"
    YOGA = "yoga"
    STRETCHING = "stretching"
    PILATES = "pilates"
    BREATHWORK = "breathwork"

    @property
    def is_private(self) -> bool:
        """Whether it is nobody's business unless the rider says so."""
        return self is Category.KEGEL


CATEGORIES = tuple(Category)


class Collection(StrEnum):
    """Where a practice is found."""

    EXERCISES = "exercises"
    ROUTINES = "routines"


@dataclass(frozen=True, slots=True)
class PracticeName:
    """The name of something to practise: `exercises/long-holds`, `routines/hip-mobility`, `routines/0192f0c1-…`."""

    collection: Collection
    key: str

    @classmethod
    def parse(cls, text: str, field: str = "name") -> Self:
        """Read a name; `field` is where it stood in the request."""
        collection, _, key = text.partition("/")
        if collection not in {*Collection} or len(text) > LONGEST_TITLE or not _SLUG.fullmatch(key):
            raise FieldRefused(field, "must look like exercises/{exercise} or routines/{routine}")
        return cls(Collection(collection), key)

    def __str__(self) -> str:
        return f"{self.collection}/{self.key}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sets of repetitions of a hold and a release, on one side after the other where there are two."""

    hold_seconds: int
    release_seconds: int = 0
    repetitions: int = 1
    sets: int = 1
    rest_seconds: int = 0
    sides: int = 1

    BOUNDS: ClassVar[dict[str, tuple[int, int]]] = {
        "hold_seconds": (1, 900),
        "release_seconds": (0, 300),
        "repetitions": (1, 100),
        "sets": (1, 10),
        "rest_seconds": (0, 300),
        "sides": (1, 2),
    }

    def __post_init__(self) -> None:
        """Refuse a pattern outside its bounds."""
        for field, (low, high) in self.BOUNDS.items():
            if not low <= getattr(self, field) <= high:
                raise FieldRefused(field, f"must be {low} to {high}")

    @property
    def pause_seconds(self) -> int:
        """Seconds between two sets: the rest, or the turn back to the first side where there is none."""
        if self.rest_seconds or self.sides == 1:
            return self.rest_seconds
        return CHANGE_SIDE_SECONDS

    @property
    def duration_seconds(self) -> int:
        """Seconds of the whole, the getting ready included."""
        one_side = self.repetitions * (self.hold_seconds + self.release_seconds)
        one_set = self.sides * one_side + (self.sides - 1) * CHANGE_SIDE_SECONDS
        return READY_SECONDS + self.sets * one_set + (self.sets - 1) * self.pause_seconds


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the library."""

    slug: str
    title: str
    category: Category
    purpose: str
    position: str
    cues: tuple[str, ...]
    contraindications: tuple[str, ...]
    pattern: Pattern
    hold_word: str
    release_word: str
    hold_cue: str
    release_cue: str
    video_url: str = ""

    @property
    def name(self) -> PracticeName:
        """Where it is found."""
        return PracticeName(Collection.EXERCISES, self.slug)

    @property
    def is_private(self) -> bool:
        """Whether sessions of it are private unless the rider opts in."""
        return self.category.is_private

    @property
    def steps(self) -> tuple["Step", ...]:
        """Itself, as the one step of a session."""
        return (Step(self),)

    @property
    def duration_seconds(self) -> int:
        """Seconds of a session of it alone."""
        return self.pattern.duration_seconds


@dataclass(frozen=True, slots=True)
class Step:
    """One exercise of a session, done in its own pattern unless another is told."""

    exercise: Exercise
    told: Pattern | None = None

    @property
    def pattern(self) -> Pattern:
        """How it is done here."""
        return self.told or self.exercise.pattern


@dataclass(frozen=True, slots=True)
class Routine:
    """Exercises one after the other. `key` is a slug for those built in and an id for a rider's own."""

    key: str
    title: str
    description: str
    steps: tuple[Step, ...]
    is_built_in: bool
    revision: int = 1

    def __post_init__(self) -> None:
        """Refuse texts and lengths that no page could show and no rider could do."""
        refuse_text("title", self.title, shortest=1, longest=LONGEST_TITLE)
        refuse_text("description", self.description, shortest=0, longest=LONGEST_DESCRIPTION)
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise FieldRefused("steps", f"must be 1 to {MOST_STEPS} exercises")
        if self.duration_seconds > LONGEST_SESSION_SECONDS:
            raise FieldRefused("steps", f"last longer than {LONGEST_SESSION_SECONDS // 60} minutes")

    @property
    def name(self) -> PracticeName:
        """Where it is found."""
        return PracticeName(Collection.ROUTINES, self.key)

    @property
    def duration_seconds(self) -> int:
        """Seconds of a session."""
        return sum(step.pattern.duration_seconds for step in self.steps)

    @property
    def category(self) -> Category:
        """The category of most of its time; of equal ones the one that comes first in it."""
        seconds: Counter[Category] = Counter()
        for step in self.steps:
            seconds[step.exercise.category] += step.pattern.duration_seconds
        return seconds.most_common(1)[0][0]

    @property
    def is_private(self) -> bool:
        """Whether it holds an exercise whose sessions are private unless the rider opts in."""
        return any(step.exercise.is_private for step in self.steps)


Practice = Exercise | Routine
"""What a session can be of."""


def refuse_text(field: str, text: str, *, shortest: int, longest: int) -> None:
    """Raise FieldRefused unless the text is trimmed, of a fitting length and printable."""
    if not shortest <= len(text) <= longest:
        raise FieldRefused(field, f"must have {shortest} to {longest} characters")
    if text != text.strip():
        raise FieldRefused(field, "must not begin or end with a space")
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text):
        raise FieldRefused(field, "must be one line of printable characters")
