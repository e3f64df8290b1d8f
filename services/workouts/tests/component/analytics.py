"""A rider whose figures can be computed by hand."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ctz.common.v1 import training_pb2 as training
from ctz.plans.events.v1 import events_pb2 as plans
from ctz.workouts.v1 import analytics_pb2 as pb
from ctz.workouts.v1 import analytics_pb2_grpc, workouts_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.consumers.sessions import SESSION_COMPLETED

from .harness import START, event, metric_changed, performance, recorded

Stub = analytics_pb2_grpc.AnalyticsServiceStub
DAY = timedelta(days=1)
FIRST = START.date()


class Rider:
    """A rider with an FTP of 200 W who does things on days after `START`."""

    def __init__(self, server: RunningServer, consumer: Consumer, person: User | None = None) -> None:
        self.person = person or server.keys.user()
        self.consumer = consumer
        self.asked: Any = server.client(Stub, user=self.person, caller="gateway")
        self.workouts: Any = server.client(workouts_pb2_grpc.WorkoutServiceStub, user=self.person, caller="gateway")

    @property
    def user(self) -> UUID:
        return self.person.user_id

    def metric(self, kind: "training.MetricKind.ValueType", value: float, at: date = FIRST - 30 * DAY) -> None:
        self.consumer.handle(metric_changed(self.user, 1, [(at, value)], kind))

    def ride(self, days: float, watts: int = 200, seconds: int = 900, **told: Any) -> UUID:
        """A steady ride; at FTP, 15 minutes are a load of 25."""
        workout = uuid7()
        given = {"duration_seconds": seconds, "total_work_joules": watts * seconds, "class_id": ""} | told
        self.consumer.handle(recorded(workout, self.user, days=days, **given))
        self.consumer.handle(performance(workout, self.user, watts=(watts,) * seconds))
        return workout

    def session(self, revision: int, days: float, load: float | None, session: UUID, **told: Any) -> None:
        message = plans.SessionCompleted(
            session_id=str(session),
            user_id=str(self.user),
            revision=revision,
            local_date=(FIRST + days * DAY).isoformat(),
            category="mobility",
            done_seconds=600,
            load=load,
            **told,
        )
        self.consumer.handle(event(SESSION_COMPLETED, message, self.user))


def spanning(first: int, last: int, **told: Any) -> pb.GetFitnessRequest:
    return pb.GetFitnessRequest(
        from_date=(FIRST + first * DAY).isoformat(), to_date=(FIRST + last * DAY).isoformat(), **told
    )
