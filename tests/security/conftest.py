"""Ada, whose things nobody else may see or touch; strangers; and all five services."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from ctz.common.v1 import training_pb2
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, metrics_pb2, metrics_pb2_grpc, tokens_pb2, tokens_pb2_grpc
from ctz.peloton_sync.v1 import connections_pb2, connections_pb2_grpc, sync_pb2, sync_pb2_grpc
from ctz.workouts.v1 import (
    analytics_pb2,
    analytics_pb2_grpc,
    saved_filters_pb2,
    saved_filters_pb2_grpc,
    workouts_pb2,
    workouts_pb2_grpc,
)
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from ctz_local.testing import DatabaseMaker

from .cells import Things
from .possessions import LIBRARY_CLASS, bring_something, compete, plan_something, think_of_a_class
from .system import PELOTON_PASSWORD, Member, System, new_id, running_system

CANARY = "CANARY"


@dataclass(frozen=True, slots=True)
class Owner:
    """A rider with a history, and the names of their things."""

    member: Member
    things: Things
    token_secret: str
    join_code: str

    @property
    def user_id(self) -> UUID:
        """Whose rows these are."""
        return self.member.user.user_id


@pytest.fixture(scope="module")
def system(test_databases: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All five services, running."""
    with running_system(test_databases, tmp_path_factory.mktemp("system")) as system:
        yield system


@pytest.fixture(scope="module")
def ada(system: System) -> Owner:
    """A rider with something of everything, marked with canaries wherever text of one's own can stand."""
    return make_owner(system, "canary-ada@example.org", f"Ada {CANARY}", "canary-ada", mark=CANARY)


@pytest.fixture(scope="module")
def bo(system: System) -> Owner:
    """Another rider with a history of their own, so that no list of theirs is empty."""
    return make_owner(system, "bo@example.org", "Bo", "bo", mark="mine")


@pytest.fixture
def stranger(system: System) -> Callable[[str], Member]:
    """`stranger(service)`: somebody new for whom the service is ready to work."""

    def make(service: str) -> Member:
        member = system.sign_up(f"mallory-{secrets.token_hex(6)}@example.org", "Mallory")
        if service == "peloton-sync":
            _connect(system, member, "bo")
        return member

    return make


@pytest.fixture
def nothing() -> Things:
    """Names of things that do not exist."""
    kinds = {
        "user": "users",
        "session": "sessions",
        "token": "tokens",
        "metric": "metrics",
        "workout": "workouts",
        "saved_filter": "savedFilters",
        "library_class": "classes",
        "recorded_targets": "recordedTargets",
        "manual_workout": "workouts",
        "import_job": "imports",
        "merge_batch": "mergeBatches",
        "export": "exports",
        "task": "syncTasks",
        "proposal": "ftpProposals",
        "template": "templates",
        "program": "programs",
        "item": "items",
        "routine": "routines",
        "practised": "sessions",
        "challenge": "challenges",
        "challenge_item": "challengeItems",
        "team": "teams",
    }
    names = {thing: f"{kind}/{new_id()}" for thing, kind in kinds.items()}
    return Things(**names, member=f"{names['challenge']}/members/{new_id()}", peloton_username="nobody")


def make_owner(system: System, email: str, display_name: str, peloton_username: str, *, mark: str) -> Owner:
    """Somebody with something of everything, in all five services."""
    member = system.sign_up(email, display_name)
    other_session = system.sign_in(email)
    token = _token(system, member, mark)
    metric = _metric(system, member)
    profile = accounts_pb2.UpdateProfileRequest(
        profile=accounts_pb2.Profile(birth_year=1977), update_mask=FieldMask(paths=["birth_year"])
    )
    system.servers["identity"].client(accounts_pb2_grpc.AccountServiceStub, user=member.user).UpdateProfile(profile)
    _connect(system, member, peloton_username)
    system.servers["peloton-sync"].client(sync_pb2_grpc.SyncServiceStub, user=member.user).StartSync(
        sync_pb2.StartSyncRequest()
    )
    system.work_and_tell()
    workout = _noted_workout(system, member, mark)
    _share_year(system, member, mark)
    brought = bring_something(system, member, mark)
    planned, contest = plan_something(system, member, mark), compete(system, member, mark)
    system.work_and_tell()
    things = Things(
        user=f"users/{member.user.user_id}",
        session=f"sessions/{other_session.user.session_id}",
        token=token.token.name,
        metric=f"metrics/{metric}",
        workout=workout,
        saved_filter=_saved_filter(system, member, mark),
        library_class=LIBRARY_CLASS,
        recorded_targets=think_of_a_class(system, member, mark),
        manual_workout=brought.manual_workout,
        import_job=brought.import_job,
        merge_batch=brought.merge_batch,
        export=brought.export,
        task=_failed_task(system, member),
        proposal=_proposal(system, member, mark),
        template=planned.template,
        program=planned.program,
        item=planned.item,
        routine=planned.routine,
        practised=planned.practised,
        challenge=contest.challenge,
        challenge_item=contest.challenge_item,
        member=contest.member,
        team=contest.team,
        peloton_username=peloton_username,
    )
    return Owner(member, things, token.secret, contest.join_code)


def _connect(system: System, member: Member, peloton_username: str) -> None:
    stub = system.servers["peloton-sync"].client(connections_pb2_grpc.ConnectionServiceStub, user=member.user)
    stub.ConnectWithPassword(
        connections_pb2.ConnectWithPasswordRequest(username=peloton_username, password=PELOTON_PASSWORD)
    )


def _token(system: System, member: Member, mark: str) -> tokens_pb2.CreateTokenResponse:
    stub = system.servers["identity"].client(tokens_pb2_grpc.TokenServiceStub, user=member.user)
    request = tokens_pb2.CreateTokenRequest(display_name=f"{mark} token", scopes=["workouts:read"], lifetime_days=30)
    return stub.CreateToken(request)


def _metric(system: System, member: Member) -> str:
    stub = system.servers["identity"].client(metrics_pb2_grpc.MetricServiceStub, user=member.user)
    wish = metrics_pb2.NewMetric(
        kind=training_pb2.METRIC_KIND_FTP,
        effective_time=Timestamp(seconds=1_600_000_000),
        value=234,
        source=training_pb2.METRIC_SOURCE_TEST,
    )
    return stub.AddMetrics(metrics_pb2.AddMetricsRequest(metrics=[wish])).entries[0].entry_id


def _noted_workout(system: System, member: Member, mark: str) -> str:
    stub = system.servers["workouts"].client(workouts_pb2_grpc.WorkoutServiceStub, user=member.user)
    name = stub.ListWorkouts(workouts_pb2.ListWorkoutsRequest()).workouts[0].name
    stub.UpdateWorkout(
        workouts_pb2.UpdateWorkoutRequest(name=name, notes=f"{mark} notes", update_mask=FieldMask(paths=["notes"]))
    )
    return name


def _share_year(system: System, member: Member, mark: str) -> None:
    stub = system.servers["workouts"].client(analytics_pb2_grpc.AnalyticsServiceStub, user=member.user)
    stub.CreateYearShare(analytics_pb2.CreateYearShareRequest(year=2026, shown_name=f"{mark} name"))


def _saved_filter(system: System, member: Member, mark: str) -> str:
    stub = system.servers["workouts"].client(saved_filters_pb2_grpc.SavedFilterServiceStub, user=member.user)
    kept = workouts_pb2.WorkoutFilter(query=f"{mark} words")
    return stub.CreateSavedFilter(saved_filters_pb2.CreateSavedFilterRequest(title=f"{mark} filter", filter=kept)).name


def _failed_task(system: System, member: Member) -> str:
    """A task that has failed for good, as twenty minutes of bad answers would leave it."""
    ((task_id,),) = system.query(
        "INSERT INTO peloton_sync.sync_task (id, user_id, kind, dedupe_key, target, priority, sort_time, state, "
        "attempts, not_before, last_error, failed_at) VALUES (gen_random_uuid(), %s, 'performance', "
        "gen_random_uuid()::text, 'x', 5, now(), 'failed', 5, now(), 'bad_answer', now()) RETURNING id",
        member.user.user_id,
    )
    return f"syncTasks/{task_id}"


def _proposal(system: System, member: Member, mark: str) -> str:
    ((proposal_id,),) = system.query(
        "INSERT INTO peloton_sync.ftp_proposal (id, user_id, effective_time, reported_watts, proposed_watts, kind, "
        "workout_title) VALUES (gen_random_uuid(), %s, now(), 200, 190, 'ftp_manual_source', %s) RETURNING id",
        member.user.user_id,
        f"{mark} test",
    )
    return f"ftpProposals/{proposal_id}"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder of the test's own."""
    return tmp_path
