"""A deleted account: its points leave the boards, and nothing of it stays or comes back."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.identity.events.v1 import events_pb2 as identity
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_challenges.cli import event_consumer
from ctz_challenges.consumers.accounts import erasure
from ctz_challenges.store import tables
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.members import OF_MEMBERSHIP
from ctz_chassis.db import Database, make_engine
from ctz_chassis.events import Event, new_event
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User, rows_naming
from ctz_local.testing import ServiceDatabase

from .harness import World, id_of

pytestmark = pytest.mark.component

MINUTES = pb.ScoringRules(metric_rules=[pb.MetricRule(metric=pb.SCORED_METRIC_MINUTES, points_per_unit=1)])
ERASED = {"outbox": 1, "tombstone": 1}


def ridden(user: User, at: datetime, minutes: int) -> Event:
    message = peloton.WorkoutRecorded(
        workout_id=str(uuid7()),
        user_id=str(user.user_id),
        revision=1,
        source="peloton",
        source_id="x",
        local_date=at.date().isoformat(),
        discipline="cycling",
        workout_type="class",
        title=f"{minutes} min Groove Ride",
        duration_seconds=60 * minutes,
    )
    message.start_time.FromDatetime(at)
    return new_event("peloton-sync.workout.recorded.v1", source="peloton-sync", user_id=user.user_id, message=message)


def deletion_of(user: User) -> Event:
    message = identity.UserDeleted(user_id=str(user.user_id))
    return new_event("identity.user.deleted.v1", source="identity", user_id=user.user_id, message=message)


def naming(world: World, user: User) -> dict[str, int]:
    with world.database.read() as connection:
        return rows_naming(connection, tables.SCHEMA, user.user_id)


def team_weeks(world: World, made: pb.Challenge) -> dict[int, tuple[Decimal, int]]:
    """Points and active members of the first team, by week; weeks without either are left out."""
    table = tables.team_week
    with world.database.read() as connection:
        rows = connection.execute(sa.select(table).where(table.c.challenge_id == UUID(id_of(made)))).all()
    return {row.week: (row.points, row.active_count) for row in rows if row.points or row.active_count}


@pytest.fixture
def contest(world: World) -> tuple[pb.Challenge, User, User, list[Event]]:
    """Two members of one team; the leaver rode 30 and 45 minutes in the first week, the other one 20."""
    made = world.published(scoring=MINUTES)
    leaver, other = world.member(made), world.member(made)
    team = world.team(leaver, made, "Ours")
    world.choose(other, made, team.name)
    monday = datetime.fromisoformat(f"{made.start_date}T08:00:00+00:00")
    told = [ridden(leaver, monday, 30), ridden(leaver, monday + timedelta(days=1), 45), ridden(other, monday, 20)]
    consumer = event_consumer(world.database, clock=world.clock)
    for event in told:
        consumer.handle(event)
    return made, leaver, other, told


def test_t118_points_of_a_deleted_account_leave_the_boards(
    world: World, contest: tuple[pb.Challenge, User, User, list[Event]]
) -> None:
    made, leaver, other, _ = contest
    before, mates = team_weeks(world, made), naming(world, other)
    event_consumer(world.database, clock=world.clock).handle(deletion_of(leaver))

    assert (Decimal(95), 2) == before[1]
    assert (Decimal(20), 1) == team_weeks(world, made)[1]
    assert mates == naming(world, other)
    assert 1 == world.view(other, made).challenge.member_count


def test_t118_nothing_of_a_deleted_account_stays_and_replayed_events_change_nothing(
    world: World, contest: tuple[pb.Challenge, User, User, list[Event]]
) -> None:
    made, leaver, _, told = contest
    before = naming(world, leaver)
    consumer = event_consumer(world.database, clock=world.clock)
    consumer.handle(deletion_of(leaver))
    boards = team_weeks(world, made)
    for event in told:
        consumer.handle(event)
        consumer.handle(Event(uuid7(), event.type, event.source, event.subject, event.time, event.data))

    assert {"ledger_line", "member", "member_total", "team_contribution", "team_stay"} <= set(before)
    assert ERASED == naming(world, leaver)
    assert boards == team_weeks(world, made)


def test_a_challenge_stays_when_its_maker_goes(world: World) -> None:
    made = world.published()
    event_consumer(world.database, clock=world.clock).handle(deletion_of(world.administrator))
    assert ERASED == naming(world, world.administrator)
    assert made.title == world.view(world.member(made), made).challenge.title


def index_beginnings(world: World) -> set[tuple[str, tuple[str, ...]]]:
    """The first one and two columns of every index that has all rows of its table."""
    query = sa.text(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY k.place) FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid"
        " CROSS JOIN unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place)"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
        " WHERE c.relnamespace = CAST(:schema AS regnamespace) AND i.indpred IS NULL"
        " GROUP BY i.indexrelid, c.relname"
    )
    with world.database.read() as connection:
        found = connection.execute(query, {"schema": tables.SCHEMA}).all()
    return {(table, tuple(columns[:count])) for table, columns in found for count in (1, 2)}


def test_t118_the_rows_of_an_account_are_found_without_reading_those_of_all_others(world: World) -> None:
    beginnings = index_beginnings(world)

    assert {(table.name, ("user_id",)) for table in erasure(world.clock).tables} <= beginnings
    assert {(table.name, ("challenge_id", "user_id")) for table in OF_MEMBERSHIP} <= beginnings


def test_t118_an_account_leaves_one_challenge_after_the_other_before_anybody_is_told(
    world: World, contest: tuple[pb.Challenge, User, User, list[Event]], migrated: ServiceDatabase
) -> None:
    """Where one of them is held, the others are left already; the next delivery goes on."""
    made, leaver, other, _ = contest
    busy = world.published()
    world.join(leaver, busy)
    impatient = Database(make_engine(migrated.app_url("challenges"), application_name="test", lock_timeout_ms=50))
    with world.database.begin() as connection:
        Challenges(connection).lock(UUID(id_of(busy)))
        with pytest.raises(sa.exc.OperationalError):
            event_consumer(impatient, clock=world.clock).handle(deletion_of(leaver))
    impatient.close()

    assert (Decimal(20), 1) == team_weeks(world, made)[1]
    left = naming(world, leaver)
    assert (1, 1) == (left["member"], left["member_total"])
    assert not {"team_stay", "team_contribution", "tombstone"} & set(left)
    event_consumer(world.database, clock=world.clock).handle(deletion_of(leaver))
    assert ERASED == naming(world, leaver)
    assert 1 == world.view(other, made).challenge.member_count


def test_t118_nothing_stays_of_a_challenge_that_the_account_had_left_before(
    world: World, contest: tuple[pb.Challenge, User, User, list[Event]]
) -> None:
    made, leaver, other, _ = contest
    world.leave(leaver, made)
    mates = naming(world, other)
    event_consumer(world.database, clock=world.clock).handle(deletion_of(leaver))

    assert ERASED == naming(world, leaver)
    assert mates == naming(world, other)
