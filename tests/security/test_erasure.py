"""T118, first form: an account with data in all five services is deleted by its owner, and nothing of it is left.

Every event goes the way that it goes in production: out of the outbox by the relay, into the consumers of whoever
takes it, in the order in which it happens to come; here without a broker between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import grpc
import pytest
from ctz.challenges.v1 import challenges_pb2, challenges_pb2_grpc
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc
from ctz.plans.v1 import plans_pb2, plans_pb2_grpc

import ctz_plans.consumers.accounts
from ctz_chassis.broker.ports import Outcome
from ctz_chassis.errors import RemoteError
from ctz_chassis.events import Event
from ctz_chassis.ids import uuid7
from ctz_chassis.outbox import Relay
from ctz_local.services import service_named

from .conftest import Owner, make_owner
from .leaving import SERVICES, TOMBSTONES, delete, naming, ticks
from .matrix_plans import DAY, note
from .system import MODULES, NAMES, System

pytestmark = pytest.mark.component


@dataclass
class Courier:
    """Takes events out of every outbox to the consumers, as relays and queues do, until there are none."""

    system: System
    delivered: list[Event] = field(default_factory=list)

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        """Keep what a relay publishes, to be delivered."""
        self.delivered += events
        return [Outcome.CONFIRMED for _ in events]

    def close(self) -> None:
        """Nothing is open."""

    def carry(self) -> None:
        """Publish and deliver until every outbox is empty."""
        while sum(self._publish(name) for name in NAMES):
            pass

    def deliver(self, event: Event) -> None:
        """Hand an event to every service that takes its type."""
        for name, consumer in self.system.consumers.items():
            if event.type in MODULES[name].QUEUE.bindings:
                consumer.handle(event)

    def _publish(self, name: str) -> int:
        before = len(self.delivered)
        Relay(self.system.databases[name], self, MODULES[name].SCHEMA.outbox).publish_once()
        for event in self.delivered[before:]:
            self.deliver(event)
        return len(self.delivered) - before


@dataclass(frozen=True, slots=True)
class Departure:
    """What was there before an account was deleted, what the others had, and the secret to watch."""

    owner: Owner
    before: dict[str, dict[str, int]]
    others: dict[str, str]
    at_once: dict[str, bool]
    secret: str
    courier: Courier


@pytest.fixture(scope="module")
def departure(system: System, bo: Owner) -> Departure:
    """Ann, who has something of everything and takes part in Bo's challenge too, deletes her account."""
    courier = Courier(system)
    ann = make_owner(system, "ann@example.org", "Ann", "canary-ada", mark="mine")
    joining = system.servers["challenges"].client(challenges_pb2_grpc.ChallengeServiceStub, user=ann.member.user)
    joining.JoinChallenge(challenges_pb2.JoinChallengeRequest(name=bo.things.challenge, code=bo.join_code))
    courier.carry()
    before, others = naming(system, ann.user_id), system.fingerprint(bo.user_id)
    secret = delete(system, ann.member)
    at_once = ticks(system, secret)
    courier.carry()
    return Departure(ann, before, others, at_once, secret, courier)


def test_t118_a_deleted_account_leaves_nothing_but_tombstones_in_all_five_schemas(
    system: System, departure: Departure
) -> None:
    held = {name: set(tables) for name, tables in departure.before.items()}
    assert {"account", "session", "token", "metric_entry", "security_event"} <= held["identity"]
    assert {"connection", "token", "workout_ref", "raw_payload", "sync_run", "ftp_proposal"} <= held["peloton-sync"]
    assert {"workout", "rider", "tally", "rider_note"} <= held["workouts"]
    assert {"total", "best", "streak", "guided_session", "year_share"} <= held["workouts"]
    assert {"item", "template", "program", "routine", "session", "calendar_feed"} <= held["plans"]
    assert {"member", "recorded_workout", "team_stay", "member_total"} <= held["challenges"]
    assert TOMBSTONES == naming(system, departure.owner.user_id)


def test_t118_its_address_is_nowhere(system: System, departure: Departure) -> None:
    """The one mail that is still to be sent is sealed."""
    tables = system.query(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema = ANY(%s)",
        [service_named(name).schema for name in NAMES],
    )
    for (table,) in tables:
        found = system.query(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%%' || %s || '%%'", "ann@example")  # noqa: S608
        assert [(0,)] == found, table


def test_t118_the_owner_sees_five_ticks(system: System, departure: Departure) -> None:
    assert {"identity": True} | dict.fromkeys(SERVICES[1:], False) == departure.at_once
    assert dict.fromkeys(SERVICES, True) == ticks(system, departure.secret)
    erased = [event.source for event in departure.courier.delivered if event.type.endswith(".user.erased.v1")]
    assert sorted(SERVICES[1:]) == sorted(erased)


def test_t118_events_that_are_replayed_change_nothing(system: System, departure: Departure) -> None:
    """Every event about the account is delivered again: under its id, and under a new one, last one first."""
    user_id = str(departure.owner.user_id)
    told = [event for event in departure.courier.delivered if event.subject == user_id]
    assert {"identity", "peloton-sync", "workouts", "plans", "challenges"} == {event.source for event in told}
    before = system.fingerprint()
    for event in reversed(told):
        departure.courier.deliver(event)
        if not event.type.endswith((".user.deleted.v1", ".user.erased.v1")):
            departure.courier.deliver(Event(uuid7(), event.type, event.source, event.subject, event.time, event.data))
    assert before == system.fingerprint()
    assert TOMBSTONES == naming(system, departure.owner.user_id)


def test_t118_nobody_else_has_lost_anything(system: System, bo: Owner, departure: Departure) -> None:
    assert departure.others == system.fingerprint(bo.user_id)
    challenges = system.servers["challenges"].client(challenges_pb2_grpc.ChallengeServiceStub, user=bo.member.user)
    view = challenges.GetChallenge(challenges_pb2.GetChallengeRequest(name=bo.things.challenge))
    assert 1 == view.challenge.member_count


def test_t118_a_call_that_was_under_way_is_swept(system: System, departure: Departure) -> None:
    """A user token lives five minutes: what it writes after the erasing goes with the next round of housekeeping."""
    stub = system.servers["plans"].client(plans_pb2_grpc.PlanServiceStub, user=departure.owner.member.user)
    stub.CreateItem(plans_pb2.CreateItemRequest(date=DAY, activity=note()))
    late = naming(system, departure.owner.user_id)["plans"]
    with system.databases["plans"].begin() as connection:
        ctz_plans.consumers.accounts.ERASURE.sweep(connection)
    assert {"item", "tombstone"} <= set(late)
    assert TOMBSTONES == naming(system, departure.owner.user_id)


def test_t097_the_session_and_the_password_open_nothing(system: System, departure: Departure) -> None:
    member = departure.owner.member
    with pytest.raises(RemoteError) as refused:
        system.sign_in(member.email)
    assert grpc.StatusCode.UNAUTHENTICATED == refused.value.code
    stub = system.servers["identity"].client(accounts_pb2_grpc.AccountServiceStub, user=member.user)
    with pytest.raises(RemoteError) as unknown:
        stub.GetProfile(accounts_pb2.GetProfileRequest())
    assert grpc.StatusCode.NOT_FOUND == unknown.value.code


def test_the_same_address_begins_anew(system: System) -> None:
    first = system.sign_up("cleo@example.org", "Cleo")
    plans = system.servers["plans"].client(plans_pb2_grpc.PlanServiceStub, user=first.user)
    plans.CreateItem(plans_pb2.CreateItemRequest(date=DAY, activity=note()))
    delete(system, first)
    Courier(system).carry()
    again = system.sign_up("cleo@example.org", "Cleo")
    assert again.user.user_id != first.user.user_id
    stub = system.servers["plans"].client(plans_pb2_grpc.PlanServiceStub, user=again.user)
    weeks = stub.ListWeeks(plans_pb2.ListWeeksRequest(from_date=DAY, week_count=1, today=DAY)).weeks
    assert [] == [item for week in weeks for day in week.days for item in day.items]
