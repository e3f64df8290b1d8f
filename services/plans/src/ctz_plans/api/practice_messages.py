"""Between messages of exercises, routines and sessions and what the domain calls them."""

from collections.abc import Mapping

from ctz.plans.v1 import exercises_pb2 as pb

from ctz_chassis.errors import InvalidArgument
from ctz_plans.app.practice_routines import RoutineWish, StepWish
from ctz_plans.domain.practice import Category, Exercise, Pattern, PracticeName, Routine, Step
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.practice_session import Session
from ctz_plans.domain.timeline import Phase, PhaseKind, Side, Timeline

_CATEGORIES: Mapping[Category, pb.ExerciseCategory.ValueType] = {
    Category.KEGEL: pb.EXERCISE_CATEGORY_KEGEL,
    Category.MOBILITY: pb.EXERCISE_CATEGORY_MOBILITY,
    Category.YOGA: pb.EXERCISE_CATEGORY_YOGA,
    Category.STRETCHING: pb.EXERCISE_CATEGORY_STRETCHING,
    Category.PILATES: pb.EXERCISE_CATEGORY_PILATES,
    Category.BREATHWORK: pb.EXERCISE_CATEGORY_BREATHWORK,
}
_CATEGORY_OF: Mapping[int, Category | None] = {pb.EXERCISE_CATEGORY_UNSPECIFIED: None} | {
    number: category for category, number in _CATEGORIES.items()
}
_KINDS: Mapping[PhaseKind, pb.PhaseKind.ValueType] = {
    PhaseKind.READY: pb.PHASE_KIND_READY,
    PhaseKind.HOLD: pb.PHASE_KIND_HOLD,
    PhaseKind.RELEASE: pb.PHASE_KIND_RELEASE,
    PhaseKind.REST: pb.PHASE_KIND_REST,
    PhaseKind.CHANGE_SIDE: pb.PHASE_KIND_CHANGE_SIDE,
}
_SIDES: Mapping[Side, pb.Side.ValueType] = {
    Side.BOTH: pb.SIDE_UNSPECIFIED,
    Side.LEFT: pb.SIDE_LEFT,
    Side.RIGHT: pb.SIDE_RIGHT,
}


def category_asked(number: int) -> Category | None:
    """The category that a filter names, None for all."""
    try:
        return _CATEGORY_OF[number]
    except KeyError:
        raise InvalidArgument("category", "is no category of the library") from None


def routine_wish(message: pb.Routine) -> RoutineWish:
    """The title, description and steps that a request states."""
    return RoutineWish(
        title=message.title,
        description=message.description,
        steps=[_step_wish(number, step) for number, step in enumerate(message.steps)],
    )


def _step_wish(number: int, message: pb.RoutineStep) -> StepWish:
    path = f"routine.steps[{number}]"
    name = PracticeName.parse(message.exercise, f"{path}.exercise")
    if not message.HasField("pattern"):
        return StepWish(name, None)
    told = message.pattern
    try:
        pattern = Pattern(
            hold_seconds=told.hold_seconds,
            release_seconds=told.release_seconds,
            repetitions=told.repetitions,
            sets=told.sets,
            rest_seconds=told.rest_seconds,
            sides=told.sides,
        )
    except FieldRefused as refused:
        raise refused.under(f"{path}.pattern") from refused
    return StepWish(name, pattern)


def pattern_message(pattern: Pattern) -> pb.Pattern:
    """A pattern."""
    return pb.Pattern(
        hold_seconds=pattern.hold_seconds,
        release_seconds=pattern.release_seconds,
        repetitions=pattern.repetitions,
        sets=pattern.sets,
        rest_seconds=pattern.rest_seconds,
        sides=pattern.sides,
    )


def exercise_message(exercise: Exercise) -> pb.Exercise:
    """An exercise."""
    return pb.Exercise(
        name=str(exercise.name),
        title=exercise.title,
        category=_CATEGORIES[exercise.category],
        purpose=exercise.purpose,
        position=exercise.position,
        cues=exercise.cues,
        contraindications=exercise.contraindications,
        pattern=pattern_message(exercise.pattern),
        hold_word=exercise.hold_word,
        release_word=exercise.release_word,
        video_url=exercise.video_url,
        duration_seconds=exercise.duration_seconds,
        is_private=exercise.is_private,
    )


def routine_message(routine: Routine) -> pb.Routine:
    """A routine."""
    return pb.Routine(
        name=str(routine.name),
        title=routine.title,
        description=routine.description,
        category=_CATEGORIES[routine.category],
        steps=[_step_message(step) for step in routine.steps],
        duration_seconds=routine.duration_seconds,
        is_built_in=routine.is_built_in,
        is_private=routine.is_private,
        revision=routine.revision,
    )


def _step_message(step: Step) -> pb.RoutineStep:
    message = pb.RoutineStep(exercise=str(step.exercise.name))
    if step.told is not None:
        message.pattern.CopyFrom(pattern_message(step.told))
    return message


def timeline_message(timeline: Timeline) -> pb.Timeline:
    """A practice as it runs."""
    practice = timeline.practice
    return pb.Timeline(
        name=str(practice.name),
        title=practice.title,
        category=_CATEGORIES[practice.category],
        steps=[
            pb.TimelineStep(
                exercise=exercise_message(each.step.exercise),
                pattern=pattern_message(each.step.pattern),
                start_seconds=each.start_seconds,
                duration_seconds=each.duration_seconds,
            )
            for each in timeline.steps
        ],
        phases=[_phase_message(phase) for phase in timeline.phases],
        duration_seconds=timeline.duration_seconds,
        is_private=practice.is_private,
    )


def _phase_message(phase: Phase) -> pb.Phase:
    return pb.Phase(
        kind=_KINDS[phase.kind],
        seconds=phase.seconds,
        step=phase.step,
        set=phase.set_number,
        repetition=phase.repetition,
        side=_SIDES[phase.side],
        cue=phase.cue,
    )


def session_message(session: Session) -> pb.Session:
    """A session that was done."""
    message = pb.Session(
        name=f"sessions/{session.session_id}",
        practice=session.practice,
        title=session.title,
        category=_CATEGORIES[session.category],
        local_date=session.local_date.isoformat(),
        done_seconds=session.done_seconds,
        duration_seconds=session.duration_seconds,
        perceived_exertion=session.perceived_exertion,
        load=session.load,
        is_private=session.is_private,
    )
    message.start_time.FromDatetime(session.start_time)
    return message
