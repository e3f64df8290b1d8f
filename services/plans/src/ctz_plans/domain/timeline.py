"""How a session runs: the phases of an exercise or a routine, second by second, without a gap."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ctz_plans.domain.practice import CHANGE_SIDE_SECONDS, READY_SECONDS, Practice, Step

REST_CUE = "Rest and breathe"


class PhaseKind(Enum):
    """What a phase asks for."""

    READY = "ready"
    HOLD = "hold"
    RELEASE = "release"
    REST = "rest"
    CHANGE_SIDE = "change_side"


class Side(Enum):
    """Side of the body; BOTH also where an exercise has none in particular."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


ONE_SIDE, TWO_SIDES = (Side.BOTH,), (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a session in which one thing is asked for; set and repetition count from 1, 0 is none."""

    kind: PhaseKind
    seconds: int
    step: int
    set_number: int
    repetition: int
    side: Side
    cue: str


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One exercise of a timeline: what, and when it begins."""

    step: Step
    start_seconds: int
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A practice as it runs."""

    practice: Practice
    steps: tuple[TimelineStep, ...]
    phases: tuple[Phase, ...]
    duration_seconds: int


def compile_timeline(practice: Practice) -> Timeline:
    """Return the phases of a practice; they last as long as its patterns say."""
    steps: list[TimelineStep] = []
    phases: list[Phase] = []
    start = 0
    for number, step in enumerate(practice.steps):
        seconds = step.pattern.duration_seconds
        steps.append(TimelineStep(step, start, seconds))
        phases.extend(_phases(number, step))
        start += seconds
    return Timeline(practice, tuple(steps), tuple(phases), start)


def _phases(number: int, step: Step) -> Iterator[Phase]:
    pattern = step.pattern
    sides = TWO_SIDES if pattern.sides == len(TWO_SIDES) else ONE_SIDE
    yield Phase(PhaseKind.READY, READY_SECONDS, number, 1, 0, sides[0], step.exercise.position)
    for set_number in range(1, pattern.sets + 1):
        if set_number > 1:
            yield from _between_sets(number, step, set_number, sides[0])
        for side in sides:
            if side is Side.RIGHT:
                yield _change(number, set_number, side)
            for repetition in range(1, pattern.repetitions + 1):
                yield from _hold_and_release(number, step, set_number, repetition, side)


def _hold_and_release(number: int, step: Step, set_number: int, repetition: int, side: Side) -> Iterator[Phase]:
    pattern, exercise = step.pattern, step.exercise
    yield Phase(PhaseKind.HOLD, pattern.hold_seconds, number, set_number, repetition, side, exercise.hold_cue)
    if pattern.release_seconds:
        yield Phase(
            PhaseKind.RELEASE, pattern.release_seconds, number, set_number, repetition, side, exercise.release_cue
        )


def _between_sets(number: int, step: Step, set_number: int, first_side: Side) -> Iterator[Phase]:
    """A rest leaves time to turn; without a rest, two sides need the time to turn back."""
    if step.pattern.rest_seconds:
        yield Phase(PhaseKind.REST, step.pattern.rest_seconds, number, set_number, 0, first_side, REST_CUE)
    elif first_side is not Side.BOTH:
        yield _change(number, set_number, first_side)


def _change(number: int, set_number: int, side: Side) -> Phase:
    cue = f"Change to the {side.value} side"
    return Phase(PhaseKind.CHANGE_SIDE, CHANGE_SIDE_SECONDS, number, set_number, 0, side, cue)
