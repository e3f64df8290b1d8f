"""A rider's history as facts: the simulator's payloads through peloton-sync's parsers into what consumes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ctz.common.v1 import training_pb2
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.plans.v1 import plans_pb2, plans_pb2_grpc
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

import ctz_plans.cli
import ctz_workouts.cli
from ctz_chassis.broker.ports import Outcome
from ctz_chassis.consumers import Consumer
from ctz_chassis.events import Event, new_event
from ctz_chassis.ids import uuid7
from ctz_chassis.outbox import Relay
from ctz_identity.store import tables as identity_tables
from ctz_peloton_sync.app import events
from ctz_peloton_sync.app.mirroring import Mirrored, mirror
from ctz_peloton_sync.domain.graphs import parse_graph
from ctz_peloton_sync.domain.library import parse_class_detail
from ctz_peloton_sync.domain.runs import RunState, Trigger
from ctz_peloton_sync.domain.scopes import WHOLE
from ctz_peloton_sync.domain.workouts import parse_list_page
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_simulator.accounts import ListQuery
from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.payloads.workout import Joins
from ctz_simulator.rider import GeneratedRider
from ctz_simulator.spec import RiderSpec
from ctz_workouts.store import tables as workouts_tables

from .shelving import shelve
from .system import Session, System

PAGE: Final = 100
LIBRARY_CLASSES: Final = 5_000
SOURCE: Final = "peloton-sync"
_PASS: Final = "benchmark"
PLANNED_WEEKS: Final = 8
_MOST_ENTRIES: Final = 100


class HandOver:
    """A publisher that puts events straight into a consumer's hands."""

    def __init__(self, consumer: Consumer, types: Sequence[str]) -> None:
        self._consumer = consumer
        self._types = frozenset(types)

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        """Have each event handled that the consumer is bound to."""
        for event in events:
            if event.type in self._types:
                self._consumer.handle(event)
        return [Outcome.CONFIRMED] * len(events)

    def close(self) -> None:
        """Nothing is held."""


@dataclass(slots=True)
class Feeder:
    """Feeds one rider's history, newest first, page by page; what is fed is what a sync would have told."""

    rider: GeneratedRider
    user_id: UUID
    consumer: Consumer
    plans: Consumer
    system: System
    _classes: set[str] = field(default_factory=set)

    @classmethod
    def onto(cls, system: System, session: Session, rider: GeneratedRider) -> "Feeder":
        """A feeder of the signed-in rider; classes that the archive has already are told again, to no effect."""
        consumers = ctz_workouts.cli.event_consumer(system.workouts), ctz_plans.cli.event_consumer(system.plans)
        return cls(rider, session.user.user_id, *consumers, system)

    def feed(self, pages: range) -> None:
        """Feed list pages of 100 with their classes and graphs."""
        for page in pages:
            query = ListQuery(limit=PAGE, page=page, joins=Joins(ride=True, instructor=True))
            rows = parse_list_page(self.rider.workouts(query)).rows
            mirrored = [mirror(row, None, self.user_id, _PASS, datetime.now(UTC)) for row in rows]
            with self.system.sync.begin() as tx:
                tx.workouts.insert([each.ref for each in mirrored])
            for each in mirrored:
                self._tell(each)
            self._pass_on()

    def _pass_on(self) -> None:
        """Tell plans what workouts found out."""
        hand_over = HandOver(self.plans, list(ctz_plans.cli.MESSAGE_TYPES))
        relay = Relay(self.system.workouts, hand_over, workouts_tables.outbox)
        while relay.publish_once():
            pass

    def _tell(self, each: Mirrored) -> None:
        if each.message is None:
            return
        self._handle(events.RECORDED, each.message, self.user_id)
        ride = each.row.ride
        if ride.is_detail_due and ride.class_id not in self._classes:
            self._classes.add(ride.class_id)
            self._tell_class(ride.class_id)
        if each.is_graph_due:
            graph = parse_graph(self.rider.graph(each.ref.source_id, 1, with_location=False))
            told = events.performance(graph, workout_id=each.ref.id, user_id=self.user_id)
            told.revision = 1
            self._handle(events.PERFORMANCE, told, self.user_id)

    def _tell_class(self, class_id: str) -> None:
        detail = parse_class_detail(self.rider.ride_details(class_id))
        if detail is not None:
            told: events_pb2.ClassUpdated = events.class_updated(detail)
            told.revision = 1
            self._handle(events.CLASS_UPDATED, told, None)

    def _handle(self, name: str, message: Message, user_id: UUID | None) -> None:
        event = new_event(f"{SOURCE}.{name}", source=SOURCE, user_id=user_id, message=message)
        self.consumer.handle(event)
        HandOver(self.plans, list(ctz_plans.cli.MESSAGE_TYPES)).publish([event])


def make_rider(workouts: int) -> GeneratedRider:
    """The simulated member whose history it is, up to today."""
    spec = RiderSpec("bench", workouts=workouts, seed=7, ends_on=datetime.now(UTC).date())
    return GeneratedRider(spec, Catalogue())


def prepare(system: System, session: Session, rider: GeneratedRider) -> Feeder:
    """Give the rider the FTP that the simulator tells, and a connection; returns what feeds the history."""
    feeder = Feeder.onto(system, session, rider)
    _add_metrics(system, session, rider)
    hand_over = HandOver(feeder.consumer, list(ctz_workouts.cli.MESSAGE_TYPES))
    Relay(system.identity.database, hand_over, identity_tables.outbox).publish_once()
    _connect(system.sync, session.user.user_id, rider)
    _plan(system, session)
    shelve(feeder.consumer, Catalogue(), LIBRARY_CLASSES)
    return feeder


def _plan(system: System, session: Session) -> None:
    """Weeks behind and ahead of today, full of what three templates ask for."""
    templates = system.servers["plans"].client(plans_pb2_grpc.TemplateServiceStub, user=session.user)
    first = datetime.now(UTC).date() - timedelta(weeks=PLANNED_WEEKS // 2)
    for template in templates.ListTemplates(plans_pb2.ListTemplatesRequest(page_size=3)).templates:
        templates.StartTemplate(
            plans_pb2.StartTemplateRequest(
                name=template.name, start_date=first.isoformat(), repetitions=PLANNED_WEEKS, request_id=str(uuid7())
            )
        )


def _add_metrics(system: System, session: Session, rider: GeneratedRider) -> None:
    metrics = system.identity_server.client(metrics_pb2_grpc.MetricServiceStub, user=session.user)
    wanted = metrics_pb2.AddMetricsRequest(request_id=str(uuid7()))
    for start, watts in _ftp_changes(rider):
        at = Timestamp()
        at.FromSeconds(start)
        wanted.metrics.add(
            kind=training_pb2.METRIC_KIND_FTP,
            effective_time=at,
            value=watts,
            source=training_pb2.METRIC_SOURCE_TEST,
        )
    metrics.AddMetrics(wanted)


def _ftp_changes(rider: GeneratedRider) -> list[tuple[int, float]]:
    """When the FTP changed in the simulator's own account of the history, oldest first."""
    found: list[tuple[int, float]] = []
    facts: list[dict[str, Any]] = sorted(rider.truth()["workouts"].values(), key=lambda fact: fact["start_time"])
    for fact in facts:
        watts = fact["ftp_watts"]
        if watts and (not found or found[-1][1] != watts):
            found.append((int(fact["start_time"]), float(watts)))
    return found[-_MOST_ENTRIES:]


def _connect(store: Store, user_id: UUID, rider: GeneratedRider) -> None:
    """A connection whose first sync has ended well."""
    with store.begin() as tx:
        tx.connections.connect(
            user_id=user_id,
            connection_id=uuid7(),
            peloton_user_id=rider.user_id,
            username=rider.username,
            total_workouts=rider.spec.workouts,
            is_renewable=True,
            now=tx.now,
        )
        run = tx.runs.start(
            run_id=uuid7(), user_id=user_id, trigger=Trigger.FIRST, scope=WHOLE, rescan_since=None, now=tx.now
        )
        if run is not None:
            tx.runs.end(run.id, RunState.DONE, tx.now)
