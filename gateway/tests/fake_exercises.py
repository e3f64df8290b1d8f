"""The exercise library, routines and sessions in memory behind their real contract."""

# ruff: noqa: N802 - methods are named by the contract

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from ctz.plans.v1 import exercises_pb2

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_gateway.clients.times import stamp
from gateway.tests.refusals import Refused
from gateway.tests.rides import NAMESPACE

READY_SECONDS = 3
LONG_HOLDS_SECONDS = 21
KEGEL, MOBILITY = exercises_pb2.EXERCISE_CATEGORY_KEGEL, exercises_pb2.EXERCISE_CATEGORY_MOBILITY


def library() -> dict[str, exercises_pb2.Exercise]:
    """Two exercises: a private one with sets, one with sides."""
    long_holds = exercises_pb2.Exercise(
        name="exercises/long-holds", title="Long holds", category=KEGEL, purpose="Builds endurance.",
        position="Lie on your back.", cues=["Draw up and in.", "Let go completely."],
        contraindications=["Not while you have pain."], hold_word="Lift", release_word="Let go", is_private=True,
        pattern=exercises_pb2.Pattern(
            hold_seconds=2, release_seconds=2, repetitions=2, sets=2, rest_seconds=2, sides=1),
    )  # fmt: skip
    hips = exercises_pb2.Exercise(
        name="exercises/hip-circles", title="Hip circles", category=MOBILITY, purpose="Frees the hips.",
        position="Stand on one leg.", cues=["Draw a slow circle."], hold_word="Circle",
        video_url="https://video.example/hips",
        pattern=exercises_pb2.Pattern(hold_seconds=2, repetitions=1, sets=1, sides=2),
    )  # fmt: skip
    for exercise in (long_holds, hips):
        exercise.duration_seconds = timeline([(exercise, exercise.pattern)], "", "").duration_seconds
    return {each.name: each for each in (long_holds, hips)}


def timeline(
    steps: list[tuple[exercises_pb2.Exercise, exercises_pb2.Pattern]], name: str, title: str
) -> exercises_pb2.Timeline:
    """The phases of a session, as plans lays them out."""
    told = exercises_pb2.Timeline(name=name, title=title)
    for number, (exercise, pattern) in enumerate(steps):
        phases = [exercises_pb2.Phase(kind=1, seconds=READY_SECONDS, step=number, set=1, cue=exercise.position)]
        for which in range(1, pattern.sets + 1):
            for side in [1, 2] if pattern.sides > 1 else [0]:
                if side == 2:
                    phases.append(exercises_pb2.Phase(kind=5, seconds=2, step=number, set=which, side=2))
                for repetition in range(1, pattern.repetitions + 1):
                    common = {"step": number, "set": which, "side": side, "repetition": repetition}
                    phases.append(
                        exercises_pb2.Phase(kind=2, seconds=pattern.hold_seconds, cue=exercise.cues[0], **common)
                    )
                    if pattern.release_seconds:
                        phases.append(
                            exercises_pb2.Phase(kind=3, seconds=pattern.release_seconds, cue="Let go.", **common)
                        )
            if which < pattern.sets:
                phases.append(exercises_pb2.Phase(kind=4, seconds=pattern.rest_seconds or 1, step=number, set=which))
        length = sum(phase.seconds for phase in phases)
        told.steps.append(
            exercises_pb2.TimelineStep(
                exercise=exercise, pattern=pattern, start_seconds=told.duration_seconds, duration_seconds=length
            )
        )
        told.phases.extend(phases)
        told.duration_seconds += length
        told.category, told.is_private = exercise.category, told.is_private or exercise.is_private
    return told


@dataclass
class PracticeStore:
    """Every rider's routines, sessions and settings; the library is everybody's."""

    routines: dict[UUID, dict[str, exercises_pb2.Routine]] = field(default_factory=lambda: defaultdict(dict))
    sessions: dict[UUID, dict[str, exercises_pb2.Session]] = field(default_factory=lambda: defaultdict(dict))
    settings: dict[UUID, exercises_pb2.PelvicFloorSettings] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)

    def furnish(self, owner: UUID, mark: str) -> None:
        """A routine and a session with a mark."""
        routine = exercises_pb2.Routine(
            name=f"routines/{uuid5(NAMESPACE, f'{mark}routine')}", title=f"{mark}routine", revision=1,
            steps=[exercises_pb2.RoutineStep(exercise=name) for name in library()],
        )  # fmt: skip
        self.routines[owner][routine.name] = routine
        self.keep(owner, f"sessions/{uuid5(NAMESPACE, f'{mark}guided')}", f"{mark}session")

    def keep(self, owner: UUID, name: str, title: str, **more: Any) -> exercises_pb2.Session:
        """Add a session of now."""
        now = datetime.now(UTC)
        given = {"start_time": stamp(now), "local_date": now.date().isoformat(), "done_seconds": 21, **more}
        session = exercises_pb2.Session(
            name=name, practice="exercises/long-holds", title=title, category=KEGEL, duration_seconds=21,
            is_private=True, **given,
        )  # fmt: skip
        self.sessions[owner][name] = session
        return session


class ExerciseService:
    """ExerciseService over the store."""

    def __init__(self, store: PracticeStore) -> None:
        self.store = store

    def ListExercises(self, request: Any, _context: Any) -> Any:
        words = request.query.lower().split()
        found = [
            each for each in library().values()
            if request.category in {0, each.category} and all(word in each.title.lower() for word in words)
        ]  # fmt: skip
        return exercises_pb2.ListExercisesResponse(exercises=found)

    def GetExercise(self, request: Any, _context: Any) -> Any:
        if request.name not in library():
            raise NotFound
        return library()[request.name]

    def _routine(self, name: str, context: Any) -> exercises_pb2.Routine:
        built_in = _built_in()
        if name == built_in.name:
            return built_in
        found = self.store.routines[person_of(context).user_id].get(name)
        if found is None:
            raise NotFound
        return found

    def ListRoutines(self, _request: Any, context: Any) -> Any:
        own = self.store.routines[person_of(context).user_id].values()
        return exercises_pb2.ListRoutinesResponse(routines=[_built_in(), *(_counted(each) for each in own)])

    def GetRoutine(self, request: Any, context: Any) -> Any:
        return _counted(self._routine(request.name, context))

    def CreateRoutine(self, request: Any, context: Any) -> Any:
        if any(step.exercise not in library() for step in request.routine.steps):
            raise InvalidArgument("routine.steps", "holds an exercise that does not exist")
        made = exercises_pb2.Routine.FromString(request.routine.SerializeToString())
        made.name, made.revision = f"routines/{uuid4()}", 1
        self.store.routines[person_of(context).user_id][made.name] = made
        return _counted(made)

    def UpdateRoutine(self, request: Any, context: Any) -> Any:
        kept = self._routine(request.routine.name, context)
        if kept.revision != request.routine.revision:
            raise Refused("ABORTED", "REVISION_STALE")
        kept.CopyFrom(request.routine)
        kept.revision += 1
        return kept

    def DeleteRoutine(self, request: Any, context: Any) -> Any:
        self._routine(request.name, context)
        del self.store.routines[person_of(context).user_id][request.name]
        return exercises_pb2.DeleteRoutineResponse()

    def GetTimeline(self, request: Any, context: Any) -> Any:
        if request.name.startswith("exercises/"):
            exercise = self.GetExercise(request, context)
            return timeline([(exercise, exercise.pattern)], exercise.name, exercise.title)
        routine = self._routine(request.name, context)
        return timeline(_steps(routine), routine.name, routine.title)


class SessionService:
    """SessionService over the store."""

    def __init__(self, store: PracticeStore) -> None:
        self.store = store

    def LogSession(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        known = {*library(), _built_in().name, *self.store.routines[owner]}
        if request.practice not in known:
            raise NotFound
        if request.done_seconds < 1:
            raise InvalidArgument("done_seconds", "must be at least 1")
        if request.practice == "exercises/long-holds" and request.done_seconds > LONG_HOLDS_SECONDS:
            raise InvalidArgument("done_seconds", "must be at most the length of the session")
        if request.request_id in self.store.answered:
            return self.store.sessions[owner][self.store.answered[request.request_id]]
        name = f"sessions/{uuid4()}"
        if request.request_id:
            self.store.answered[request.request_id] = name
        session = self.store.keep(
            owner, name, "Long holds", start_time=request.start_time, local_date=request.local_date,
            done_seconds=request.done_seconds,
        )  # fmt: skip
        if request.perceived_exertion:
            session.perceived_exertion = request.perceived_exertion
        return session

    def ListSessions(self, request: Any, context: Any) -> Any:
        own = self.store.sessions[person_of(context).user_id].values()
        found = [each for each in own if request.from_date <= each.local_date <= request.to_date]
        return exercises_pb2.ListSessionsResponse(sessions=found)

    def DeleteSession(self, request: Any, context: Any) -> Any:
        if self.store.sessions[person_of(context).user_id].pop(request.name, None) is None:
            raise NotFound
        return exercises_pb2.DeleteSessionResponse()

    def GetPelvicFloorDay(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        done = sum(each.local_date == request.date for each in self.store.sessions[owner].values())
        settings = self.store.settings.get(owner, exercises_pb2.PelvicFloorSettings(daily_goal=3))
        return exercises_pb2.PelvicFloorDay(done_count=done, settings=settings, streak_days=min(done, 1))

    def UpdatePelvicFloorSettings(self, request: Any, context: Any) -> Any:
        if not 1 <= request.settings.daily_goal <= 10:
            raise InvalidArgument("settings.daily_goal", "must be from 1 to 10")
        self.store.settings[person_of(context).user_id] = request.settings
        return request.settings


def _steps(routine: exercises_pb2.Routine) -> list[tuple[exercises_pb2.Exercise, exercises_pb2.Pattern]]:
    found = [(library()[step.exercise], step) for step in routine.steps]
    return [(each, step.pattern if step.HasField("pattern") else each.pattern) for each, step in found]


def _counted(kept: exercises_pb2.Routine) -> exercises_pb2.Routine:
    """A routine as it is told: with its length and category, which are computed when read."""
    routine = exercises_pb2.Routine.FromString(kept.SerializeToString())
    told = timeline(_steps(routine), routine.name, routine.title)
    routine.duration_seconds, routine.category, routine.is_private = (
        told.duration_seconds, told.category, told.is_private,
    )  # fmt: skip
    return routine


def _built_in() -> exercises_pb2.Routine:
    steps = [exercises_pb2.RoutineStep(exercise="exercises/long-holds")]
    routine = exercises_pb2.Routine(
        name="routines/pelvic-floor-daily", title="Pelvic floor, daily", steps=steps, is_built_in=True, revision=1
    )
    return _counted(routine)
