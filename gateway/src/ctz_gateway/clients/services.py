"""Every service that the pages ask, as stubs that carry both identities and a deadline."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ctz.challenges.v1 import challenges_pb2_grpc
from ctz.identity.v1 import accounts_pb2_grpc, metrics_pb2_grpc, sessions_pb2_grpc, tokens_pb2_grpc
from ctz.peloton_sync.v1 import connections_pb2_grpc, sync_pb2_grpc
from ctz.plans.v1 import exercises_pb2_grpc, plans_pb2_grpc
from ctz.workouts.v1 import (
    analytics_pb2_grpc,
    classes_pb2_grpc,
    comparisons_pb2_grpc,
    saved_filters_pb2_grpc,
    transfers_pb2_grpc,
    workouts_pb2_grpc,
)

from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.grpc_client import Channel, client
from ctz_chassis.settings import Targets
from ctz_gateway.clients.feeds import CalendarFeeds
from ctz_gateway.clients.workout_files import WorkoutFiles


@dataclass(frozen=True, slots=True)
class Services:
    """The stubs. Every call must run inside a deadline scope of the chassis."""

    accounts: accounts_pb2_grpc.AccountServiceStub
    sessions: sessions_pb2_grpc.SessionServiceStub
    tokens: tokens_pb2_grpc.TokenServiceStub
    metrics: metrics_pb2_grpc.MetricServiceStub
    connections: connections_pb2_grpc.ConnectionServiceStub
    sync: sync_pb2_grpc.SyncServiceStub
    workouts: workouts_pb2_grpc.WorkoutServiceStub
    analytics: analytics_pb2_grpc.AnalyticsServiceStub
    comparisons: comparisons_pb2_grpc.ComparisonServiceStub
    classes: classes_pb2_grpc.ClassServiceStub
    saved_filters: saved_filters_pb2_grpc.SavedFilterServiceStub
    manual: transfers_pb2_grpc.ManualWorkoutServiceStub
    imports: transfers_pb2_grpc.ImportServiceStub
    duplicates: transfers_pb2_grpc.DuplicateServiceStub
    exports: transfers_pb2_grpc.ExportServiceStub
    files: WorkoutFiles
    exercises: exercises_pb2_grpc.ExerciseServiceStub
    guided: exercises_pb2_grpc.SessionServiceStub
    templates: plans_pb2_grpc.TemplateServiceStub
    plan: plans_pb2_grpc.PlanServiceStub
    calendar: plans_pb2_grpc.CalendarFeedServiceStub
    feeds: CalendarFeeds
    challenges: challenges_pb2_grpc.ChallengeServiceStub
    teams: challenges_pb2_grpc.TeamServiceStub
    boards: challenges_pb2_grpc.BoardServiceStub
    close: Callable[[], None]


def connect(
    targets: Targets, signer: ServiceSigner, *, plans_http_url: str = "", workouts_http_url: str = ""
) -> Services:
    """Open one channel a service; nothing is sent before the first call."""
    identity = Channel(targets.identity_target, service_signer=signer, audience="identity")
    peloton = Channel(targets.peloton_sync_target, service_signer=signer, audience="peloton-sync")
    workouts = Channel(targets.workouts_target, service_signer=signer, audience="workouts")
    plans = Channel(targets.plans_target, service_signer=signer, audience="plans")
    challenges = Channel(targets.challenges_target, service_signer=signer, audience="challenges")

    def close() -> None:
        for channel in (identity, peloton, workouts, plans, challenges):
            channel.close()

    def stub(channel: Channel, kind: Callable[..., Any]) -> Any:
        return client(channel, kind)

    return Services(
        accounts=stub(identity, accounts_pb2_grpc.AccountServiceStub),
        sessions=stub(identity, sessions_pb2_grpc.SessionServiceStub),
        tokens=stub(identity, tokens_pb2_grpc.TokenServiceStub),
        metrics=stub(identity, metrics_pb2_grpc.MetricServiceStub),
        connections=stub(peloton, connections_pb2_grpc.ConnectionServiceStub),
        sync=stub(peloton, sync_pb2_grpc.SyncServiceStub),
        workouts=stub(workouts, workouts_pb2_grpc.WorkoutServiceStub),
        analytics=stub(workouts, analytics_pb2_grpc.AnalyticsServiceStub),
        comparisons=stub(workouts, comparisons_pb2_grpc.ComparisonServiceStub),
        classes=stub(workouts, classes_pb2_grpc.ClassServiceStub),
        saved_filters=stub(workouts, saved_filters_pb2_grpc.SavedFilterServiceStub),
        manual=stub(workouts, transfers_pb2_grpc.ManualWorkoutServiceStub),
        imports=stub(workouts, transfers_pb2_grpc.ImportServiceStub),
        duplicates=stub(workouts, transfers_pb2_grpc.DuplicateServiceStub),
        exports=stub(workouts, transfers_pb2_grpc.ExportServiceStub),
        files=WorkoutFiles(workouts_http_url, signer),
        exercises=stub(plans, exercises_pb2_grpc.ExerciseServiceStub),
        guided=stub(plans, exercises_pb2_grpc.SessionServiceStub),
        templates=stub(plans, plans_pb2_grpc.TemplateServiceStub),
        plan=stub(plans, plans_pb2_grpc.PlanServiceStub),
        calendar=stub(plans, plans_pb2_grpc.CalendarFeedServiceStub),
        feeds=CalendarFeeds(plans_http_url, signer),
        challenges=stub(challenges, challenges_pb2_grpc.ChallengeServiceStub),
        teams=stub(challenges, challenges_pb2_grpc.TeamServiceStub),
        boards=stub(challenges, challenges_pb2_grpc.BoardServiceStub),
        close=close,
    )
