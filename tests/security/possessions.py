"""What riders own in plans, challenges and the library, made as a browser would: through the services' own methods."""

from dataclasses import dataclass
from typing import Any

from ctz.challenges.v1 import challenges_pb2, challenges_pb2_grpc
from ctz.common.v1 import activity_pb2, training_pb2
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.plans.v1 import exercises_pb2, exercises_pb2_grpc, plans_pb2, plans_pb2_grpc
from ctz.workouts.v1 import classes_pb2, classes_pb2_grpc, transfers_pb2, transfers_pb2_grpc

from ctz_chassis.events import new_event

from .matrix_challenges import private_challenge, schedule
from .matrix_plans import DAY, NEXT_MONDAY, routine, started_moment
from .matrix_transfers import entry
from .system import Member, System

CLASS_ID = "b" * 32
LIBRARY_CLASS = f"classes/{CLASS_ID}"
"""A class of the library without targets; it belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a rider has in plans, by name."""

    template: str
    program: str
    item: str
    routine: str
    practised: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What a rider brought in or takes out, by name."""

    manual_workout: str
    import_job: str
    merge_batch: str
    export: str


@dataclass(frozen=True, slots=True)
class Contest:
    """A private challenge that a rider takes part in, as the captain of a team of it."""

    challenge: str
    challenge_item: str
    member: str
    team: str
    join_code: str


def plan_something(system: System, member: Member, mark: str) -> Planned:
    """A template that runs, an item, a routine that was done, and a calendar feed."""
    server = system.servers["plans"]
    templates = server.client(plans_pb2_grpc.TemplateServiceStub, user=member.user)
    plans = server.client(plans_pb2_grpc.PlanServiceStub, user=member.user)
    exercises = server.client(exercises_pb2_grpc.ExerciseServiceStub, user=member.user)
    sessions = server.client(exercises_pb2_grpc.SessionServiceStub, user=member.user)

    own = routine()
    own.title = f"{mark} routine"
    made = exercises.CreateRoutine(exercises_pb2.CreateRoutineRequest(routine=own))
    week = plans_pb2.TemplateWeek(days=[plans_pb2.TemplateDay() for _ in range(7)])
    ride = activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_DISCIPLINE, title=f"{mark} step", discipline="cycling", duration_seconds=1_800
    )
    week.days[1].activities.append(ride)
    wished = plans_pb2.Template(title=f"{mark} template", weeks=[week])
    template = templates.CreateTemplate(plans_pb2.CreateTemplateRequest(template=wished))
    started = templates.StartTemplate(
        plans_pb2.StartTemplateRequest(name=template.name, start_date=NEXT_MONDAY, repetitions=1)
    )
    asked = activity_pb2.Activity()
    asked.CopyFrom(ride)
    asked.title = f"{mark} item"
    item = plans.CreateItem(plans_pb2.CreateItemRequest(date=DAY, activity=asked))
    done = sessions.LogSession(
        exercises_pb2.LogSessionRequest(
            practice=made.name, start_time=started_moment(), local_date=DAY, done_seconds=60, perceived_exertion=5
        )
    )
    feeds = server.client(plans_pb2_grpc.CalendarFeedServiceStub, user=member.user)
    feeds.CreateCalendarFeed(plans_pb2.CreateCalendarFeedRequest())
    return Planned(template.name, started.program, item.name, made.name, done.name)


def compete(system: System, member: Member, mark: str) -> Contest:
    """A private challenge made by an administrator, joined with its code, and a team of the rider's own in it."""
    server = system.servers["challenges"]
    administrator = system.keys.user(is_administrator=True)

    def challenges(user: Any) -> challenges_pb2_grpc.ChallengeServiceStub:
        return server.client(challenges_pb2_grpc.ChallengeServiceStub, user=user)

    wished = challenges_pb2.CreateChallengeRequest(challenge=private_challenge(f"{mark} challenge"), items=schedule())
    made = challenges(administrator).CreateChallenge(wished)
    challenges(administrator).PublishChallenge(challenges_pb2.PublishChallengeRequest(name=made.name))
    seen = challenges(administrator).GetChallenge(challenges_pb2.GetChallengeRequest(name=made.name))
    challenges(member.user).JoinChallenge(challenges_pb2.JoinChallengeRequest(name=made.name, code=seen.join_code))
    teams = server.client(challenges_pb2_grpc.TeamServiceStub, user=member.user)
    team = teams.CreateTeam(challenges_pb2.CreateTeamRequest(challenge=made.name, title=f"{mark} team"))
    return Contest(
        challenge=made.name,
        challenge_item=seen.items[0].name,
        member=f"{made.name}/members/{member.user.user_id}",
        team=team.name,
        join_code=seen.join_code,
    )


def bring_something(system: System, member: Member, mark: str) -> Brought:
    """A workout entered by hand, an import, a batch of merges, and an export that waits."""
    server = system.servers["workouts"]
    manual = server.client(transfers_pb2_grpc.ManualWorkoutServiceStub, user=member.user)
    imports = server.client(transfers_pb2_grpc.ImportServiceStub, user=member.user)
    duplicates = server.client(transfers_pb2_grpc.DuplicateServiceStub, user=member.user)
    exports = server.client(transfers_pb2_grpc.ExportServiceStub, user=member.user)
    given = transfers_pb2.CreateManualWorkoutRequest(workout=entry(title=f"{mark} entry"), notes=f"{mark} by hand")
    return Brought(
        manual.CreateManualWorkout(given).name,
        imports.CreateImport(transfers_pb2.CreateImportRequest()).name,
        duplicates.CreateMergeBatch(transfers_pb2.CreateMergeBatchRequest()).name,
        exports.CreateExport(transfers_pb2.CreateExportRequest()).name,
    )


def recorded_blocks() -> list[training_pb2.TargetBlock]:
    """Targets that a rider could have recorded."""
    zone = training_pb2.TargetRange(metric="power_zone", lower=3, upper=3)
    return [training_pb2.TargetBlock(start_seconds=60, end_seconds=600, ranges=[zone])]


def think_of_a_class(system: System, member: Member, mark: str) -> str:
    """A favourite, a rating, and recorded targets that are not shared and that the rider chose; their name."""
    published = events_pb2.ClassUpdated(
        class_id=CLASS_ID, revision=1, title="20 min Groove Ride", duration_seconds=1_200
    )
    told = new_event("peloton-sync.class.updated.v1", source="peloton-sync", user_id=None, message=published)
    system.consumers["workouts"].handle(told)
    system.query(
        "INSERT INTO peloton_sync.class (id, state) VALUES (%s, 'listed') ON CONFLICT DO NOTHING RETURNING id", CLASS_ID
    )
    stub = system.servers["workouts"].client(classes_pb2_grpc.ClassServiceStub, user=member.user)
    stub.FavouriteClass(classes_pb2.FavouriteClassRequest(name=LIBRARY_CLASS))
    stub.RateClass(classes_pb2.RateClassRequest(name=LIBRARY_CLASS, rating=4))
    wished = classes_pb2.CreateRecordedTargetsRequest(
        class_name=LIBRARY_CLASS, title=f"{mark} targets", blocks=recorded_blocks()
    )
    kept = stub.CreateRecordedTargets(wished)
    choice = classes_pb2.ChooseRecordedTargetsRequest(class_name=LIBRARY_CLASS, recorded_targets=kept.name)
    stub.ChooseRecordedTargets(choice)
    return kept.name
