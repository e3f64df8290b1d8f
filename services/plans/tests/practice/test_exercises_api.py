"""ExerciseService on a real Postgres: the library, own routines, timelines."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import grpc
import pytest
from ctz.plans.v1 import exercises_pb2 as pb
from ctz.plans.v1 import exercises_pb2_grpc as pb_grpc

from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import RunningServer, User
from ctz_plans.app.practice_routines import MOST_ROUTINES
from ctz_plans.domain.library import Library

pytestmark = pytest.mark.component

Exercises = pb_grpc.ExerciseServiceStub
ExercisesOf = Callable[[User], Exercises]


def wish(title: str = "Mine", *steps: pb.RoutineStep, description: str = "") -> pb.Routine:
    steps = steps or (pb.RoutineStep(exercise="exercises/cobra"),)
    return pb.Routine(title=title, description=description, steps=steps)


def create(exercises: Exercises, routine: pb.Routine | None = None, request_id: str = "") -> pb.Routine:
    return exercises.CreateRoutine(pb.CreateRoutineRequest(routine=routine or wish(), request_id=request_id))


def titles(exercises: Exercises, page_size: int = 0) -> list[str]:
    found: list[str] = []
    token = ""
    while True:
        page = exercises.ListRoutines(pb.ListRoutinesRequest(page_size=page_size, page_token=token))
        found += [routine.title for routine in page.routines]
        token = page.next_page_token
        if not token:
            return found


def refusal(raised: pytest.ExceptionInfo[RemoteError]) -> tuple[grpc.StatusCode, str, str]:
    fields = [field for field, _ in raised.value.field_violations]
    return raised.value.code, raised.value.reason, ",".join(fields)


def test_the_library_is_listed_by_category_and_page(exercises: Exercises, library: Library) -> None:
    slugs: list[str] = []
    token = ""
    while True:
        page = exercises.ListExercises(pb.ListExercisesRequest(page_size=7, page_token=token))
        slugs += [exercise.name.removeprefix("exercises/") for exercise in page.exercises]
        token = page.next_page_token
        if not token:
            break

    assert list(library.exercises) == slugs


def test_a_search_and_a_category_narrow_the_library(exercises: Exercises) -> None:
    yoga = exercises.ListExercises(pb.ListExercisesRequest(category=pb.EXERCISE_CATEGORY_YOGA))
    found = exercises.ListExercises(pb.ListExercisesRequest(query="Floors lift", category=pb.EXERCISE_CATEGORY_KEGEL))

    assert {pb.EXERCISE_CATEGORY_YOGA} == {exercise.category for exercise in yoga.exercises}
    assert ["exercises/elevator"] == [exercise.name for exercise in found.exercises]


def test_a_page_token_fits_only_its_own_list(exercises: Exercises) -> None:
    token = exercises.ListExercises(pb.ListExercisesRequest(page_size=3)).next_page_token
    with pytest.raises(RemoteError) as raised:
        exercises.ListExercises(pb.ListExercisesRequest(page_token=token, query="lift"))
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "page_token") == refusal(raised)
    with pytest.raises(RemoteError) as raised:
        exercises.ListRoutines(pb.ListRoutinesRequest(page_token=token))
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "page_token") == refusal(raised)


def test_an_exercise_tells_everything_that_a_page_shows(exercises: Exercises, library: Library) -> None:
    for slug, known in library.exercises.items():
        told = exercises.GetExercise(pb.GetExerciseRequest(name=f"exercises/{slug}"))

        assert (known.title, list(known.cues), known.duration_seconds) == (
            told.title,
            list(told.cues),
            told.duration_seconds,
        )
        assert told.category != pb.EXERCISE_CATEGORY_UNSPECIFIED
        assert known.pattern.hold_seconds == told.pattern.hold_seconds


@pytest.mark.parametrize("name", ["exercises/unknown", "exercises/daily"])
def test_an_unknown_exercise_is_not_found(exercises: Exercises, name: str) -> None:
    with pytest.raises(RemoteError) as raised:
        exercises.GetExercise(pb.GetExerciseRequest(name=name))
    assert (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", "") == refusal(raised)


@pytest.mark.parametrize("name", ["", "cobra", "routines/yoga-flow", "exercises/", "exercises/../x", "exercises/COBRA"])
def test_a_name_that_is_none_is_refused(exercises: Exercises, name: str) -> None:
    with pytest.raises(RemoteError) as raised:
        exercises.GetExercise(pb.GetExerciseRequest(name=name))
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "name") == refusal(raised)


@pytest.mark.parametrize("name", ["exercises/long-holds", "routines/hip-mobility", "routines/pelvic-floor-daily"])
def test_a_timeline_has_phases_without_a_gap(exercises: Exercises, name: str) -> None:
    timeline = exercises.GetTimeline(pb.GetTimelineRequest(name=name))
    start = 0
    for number, step in enumerate(timeline.steps):
        assert start == step.start_seconds
        assert step.duration_seconds == sum(phase.seconds for phase in timeline.phases if phase.step == number)
        start += step.duration_seconds

    assert timeline.duration_seconds == start == sum(phase.seconds for phase in timeline.phases)
    assert pb.PHASE_KIND_READY == timeline.phases[0].kind
    assert (name != "routines/hip-mobility") == timeline.is_private


def test_a_timeline_of_the_library_costs_no_statement(exercises: Exercises, database: Database) -> None:
    with count_statements(database.engine) as counted:
        exercises.GetTimeline(pb.GetTimelineRequest(name="routines/yoga-flow"))

    assert 0 == counted.count


def test_an_own_routine_is_made_read_changed_and_deleted(exercises: Exercises) -> None:
    steps = (
        pb.RoutineStep(exercise="exercises/long-holds"),
        pb.RoutineStep(
            exercise="exercises/childs-pose",
            pattern=pb.Pattern(hold_seconds=300, repetitions=1, sets=1, sides=1),
        ),
    )
    made = create(exercises, wish("Evening", *steps, description="Before bed."))

    assert (pb.EXERCISE_CATEGORY_YOGA, True, False, 1) == (
        made.category,
        made.is_private,
        made.is_built_in,
        made.revision,
    )
    assert (
        242 + 310
        == made.duration_seconds
        == exercises.GetTimeline(pb.GetTimelineRequest(name=made.name)).duration_seconds
    )
    assert made == exercises.GetRoutine(pb.GetRoutineRequest(name=made.name))
    assert not made.steps[0].HasField("pattern")

    wanted = wish("Night")
    wanted.name, wanted.revision = made.name, made.revision
    changed = exercises.UpdateRoutine(pb.UpdateRoutineRequest(routine=wanted))
    assert ("Night", 2, False) == (changed.title, changed.revision, changed.is_private)
    assert changed == exercises.GetRoutine(pb.GetRoutineRequest(name=made.name))

    exercises.DeleteRoutine(pb.DeleteRoutineRequest(name=made.name))
    with pytest.raises(RemoteError) as raised:
        exercises.GetRoutine(pb.GetRoutineRequest(name=made.name))
    assert (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", "") == refusal(raised)


def test_a_stale_revision_changes_nothing(exercises: Exercises) -> None:
    made = create(exercises)
    wanted = wish("First")
    wanted.name, wanted.revision = made.name, 1
    exercises.UpdateRoutine(pb.UpdateRoutineRequest(routine=wanted))
    wanted.title = "Second"
    with pytest.raises(RemoteError) as raised:
        exercises.UpdateRoutine(pb.UpdateRoutineRequest(routine=wanted))

    assert (grpc.StatusCode.ABORTED, "REVISION_STALE", "") == refusal(raised)
    assert "First" == exercises.GetRoutine(pb.GetRoutineRequest(name=made.name)).title


def test_routines_are_listed_by_title_with_the_own_among_them(exercises: Exercises, library: Library) -> None:
    for title in ("aardvark", "Émile", "yoga flow", "Zebra"):
        create(exercises, wish(title))
    built_in = [routine.title for routine in library.routines.values()]
    expected = sorted([*built_in, "aardvark", "Émile", "yoga flow", "Zebra"], key=str.casefold)

    assert [title.casefold() for title in expected] == [title.casefold() for title in titles(exercises)]
    for size in (1, 3, 4):
        assert titles(exercises) == titles(exercises, size)


def test_another_riders_routine_is_not_found(
    exercises: Exercises, exercises_of: ExercisesOf, server: RunningServer
) -> None:
    made = create(exercises)
    other = exercises_of(server.keys.user())
    wanted = wish("Theirs")
    wanted.name, wanted.revision = made.name, made.revision

    for call in (
        lambda: other.GetRoutine(pb.GetRoutineRequest(name=made.name)),
        lambda: other.GetTimeline(pb.GetTimelineRequest(name=made.name)),
        lambda: other.UpdateRoutine(pb.UpdateRoutineRequest(routine=wanted)),
        lambda: other.DeleteRoutine(pb.DeleteRoutineRequest(name=made.name)),
        lambda: other.GetRoutine(pb.GetRoutineRequest(name=f"routines/{uuid4()}")),
    ):
        with pytest.raises(RemoteError) as raised:
            call()
        assert (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", "", "No such routine.") == (
            *refusal(raised),
            raised.value.message,
        )
    assert "Mine" not in titles(other)
    assert made == exercises.GetRoutine(pb.GetRoutineRequest(name=made.name))


def test_a_built_in_routine_stays_as_it_is(exercises: Exercises) -> None:
    wanted = wish()
    wanted.name = "routines/yoga-flow"
    for call in (
        lambda: exercises.UpdateRoutine(pb.UpdateRoutineRequest(routine=wanted)),
        lambda: exercises.DeleteRoutine(pb.DeleteRoutineRequest(name="routines/yoga-flow")),
    ):
        with pytest.raises(RemoteError) as raised:
            call()
        assert (grpc.StatusCode.FAILED_PRECONDITION, "ROUTINE_BUILT_IN", "") == refusal(raised)


COBRA = pb.RoutineStep(exercise="exercises/cobra")


@pytest.mark.parametrize(
    ("routine", "field"),
    [
        (pb.Routine(steps=[COBRA]), "routine.title"),
        (wish("x" * 81), "routine.title"),
        (wish("tab\there"), "routine.title"),
        (wish(" space"), "routine.title"),
        (wish(description="x" * 501), "routine.description"),
        (wish(description="\u0000"), "routine.description"),
        (pb.Routine(title="None"), "routine.steps"),
        (wish("Many", *[COBRA] * 41), "routine.steps"),
        (wish("Wrong", COBRA, pb.RoutineStep(exercise="exercises/nothing")), "routine.steps[1].exercise"),
        (wish("Wrong", pb.RoutineStep(exercise="routines/yoga-flow")), "routine.steps[0].exercise"),
        (wish("Wrong", pb.RoutineStep()), "routine.steps[0].exercise"),
        (
            wish("Wrong", pb.RoutineStep(exercise="exercises/cobra", pattern=pb.Pattern(hold_seconds=5))),
            "routine.steps[0].pattern.repetitions",
        ),
        (
            wish(
                "Long",
                *[
                    pb.RoutineStep(
                        exercise="exercises/cobra",
                        pattern=pb.Pattern(hold_seconds=900, repetitions=2, sets=1, sides=2),
                    )
                ]
                * 3,
            ),
            "routine.steps",
        ),
    ],
)
def test_a_routine_that_cannot_be_is_refused_by_field(exercises: Exercises, routine: pb.Routine, field: str) -> None:
    with pytest.raises(RemoteError) as raised:
        create(exercises, routine)
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", field) == refusal(raised)


def test_t075_a_routine_made_five_times_in_parallel_is_one(exercises: Exercises, library: Library) -> None:
    request_id = str(uuid4())
    with ThreadPoolExecutor(5) as pool:
        made = list(pool.map(lambda _: create(exercises, wish(), request_id).name, range(5)))

    assert 1 == len(set(made))
    assert len(library.routines) + 1 == len(titles(exercises))
    with pytest.raises(RemoteError) as raised:
        create(exercises, wish("Another"), request_id)
    assert (grpc.StatusCode.ABORTED, "REQUEST_ID_REUSED", "") == refusal(raised)


def test_t035_routines_made_at_once_never_pass_the_limit(exercises: Exercises, library: Library) -> None:
    def attempt(_: int) -> str:
        try:
            create(exercises)
        except RemoteError as error:
            return error.reason
        return "MADE"

    for _ in range(MOST_ROUTINES - 3):
        create(exercises)
    with ThreadPoolExecutor(5) as pool:
        outcomes = Counter(pool.map(attempt, range(10)))

    assert {"MADE": 3, "ROUTINE_LIMIT_REACHED": 7} == outcomes
    assert len(library.routines) + MOST_ROUTINES == len(titles(exercises))
