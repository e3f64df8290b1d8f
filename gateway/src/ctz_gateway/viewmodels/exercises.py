"""The exercise library, routines, the guided player, logged sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Form, Option


@dataclass(frozen=True, slots=True)
class ExerciseCard:
    """An exercise in the library; `key` is also the name of its drawing."""

    key: str
    title: str
    category: str
    purpose: str
    length_text: str
    is_private: bool


@dataclass(frozen=True, slots=True)
class RoutineCard:
    """A routine in a list."""

    key: str
    title: str
    category: str
    description: str
    facts: Sequence[str]
    is_own: bool
    is_private: bool


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """The library under a filter: `categories` are addresses of the other filters."""

    query: str
    category: str
    categories: Sequence[Option]
    cards: Sequence[ExerciseCard]
    routines: Sequence[RoutineCard]
    count_text: str


@dataclass(frozen=True, slots=True)
class ExercisePage:
    """One exercise, whole."""

    key: str
    title: str
    category: str
    category_url: str
    purpose: str
    position: str
    cues: Sequence[str]
    contraindications: Sequence[str]
    pattern: Sequence[tuple[str, str]]
    length_text: str
    video_url: str
    is_private: bool
    play_url: str
    plan_url: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One exercise of a routine; `number` is its place from 0."""

    number: int
    key: str
    title: str
    pattern_text: str
    length_text: str


@dataclass(frozen=True, slots=True)
class RoutinePage:
    """A routine, to look at or (own ones) to edit."""

    key: str
    title: str
    description: str
    facts: Sequence[str]
    steps: Sequence[StepRow]
    is_own: bool
    is_private: bool
    is_editing: bool
    revision: int
    form: Form
    exercises: Sequence[Option]
    play_url: str
    plan_url: str
    can_add: bool = True


@dataclass(frozen=True, slots=True)
class StepPage:
    """The pattern of one step of an own routine."""

    key: str
    number: int
    title: str
    revision: int
    form: Form


@dataclass(frozen=True, slots=True)
class Guide:
    """How the exercise of a step is done."""

    title: str
    key: str
    cues: Sequence[str]
    contraindications: Sequence[str]


@dataclass(frozen=True, slots=True)
class PlayerStep:
    """One exercise of a session; `guide` is the place of its guide."""

    title: str
    pattern_text: str
    length_text: str
    guide: int


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """A stretch of the session for those who read instead of being led."""

    text: str
    times: str


@dataclass(frozen=True, slots=True)
class PlayerPage:
    """A guided session: `timeline_json` goes to the script as it stands, everything else is text."""

    title: str
    length_text: str
    is_private: bool
    steps: Sequence[PlayerStep]
    guides: Sequence[Guide]
    lines: Sequence[PhaseLine]
    timeline_json: str
    streak_text: str
    log_url: str
    leave_url: str
    form: Form
    seconds: int
    minutes: int


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session that was logged."""

    id: str
    title: str
    facts: Sequence[str]
    is_private: bool
    back_url: str
    practice_url: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Pelvic-floor work of the day against the goal, and the streak; `error` when it cannot be told."""

    done: int
    goal: int
    text: str
    streak_text: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class PelvicFloorPage:
    """The settings of the pelvic floor."""

    goals: Sequence[Option]
    is_shared: bool
    form: Form
