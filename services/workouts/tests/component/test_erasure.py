"""A deleted account: nothing of it stays, nothing of it comes back, nobody else notices."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2 as identity

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.erasure import DELETED
from ctz_chassis.events import Event
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import deletions, rows_naming
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.cli import ERASURE
from ctz_workouts.store import tables
from ctz_workouts.store.file_bytes import CHUNKS_AT_ONCE

from .harness import START, event, metric_changed, performance, recorded

pytestmark = pytest.mark.component

ERASED = {"outbox": 1, "tombstone": 1}


def deletion_of(user: UUID) -> Event:
    return event(DELETED, identity.UserDeleted(user_id=str(user)), user)


def naming(database: Database, user: UUID) -> dict[str, int]:
    with database.read() as connection:
        return rows_naming(connection, tables.SCHEMA, user)


def story(user: UUID, workout: UUID) -> list[Event]:
    """A ride, its series, an FTP and a new one, which leaves a task of recomputing."""
    return [
        metric_changed(user, 1, [(START.date(), 200)]),
        recorded(workout, user),
        performance(workout, user),
        metric_changed(user, 2, [(START.date(), 210)]),
    ]


def test_t118_nothing_of_a_deleted_account_stays_and_replayed_events_change_nothing(
    database: Database, consumer: Consumer
) -> None:
    user, other, mine, theirs = uuid7(), uuid7(), uuid7(), uuid7()
    told, others = story(user, mine), story(other, theirs)
    for each in (*told, *others):
        consumer.handle(each)
    before, unharmed = naming(database, user), naming(database, other)
    consumer.handle(deletion_of(user))
    again = [Event(uuid7(), e.type, e.source, e.subject, e.time, e.data) for e in told]
    for each in (*told, *again):
        consumer.handle(each)
    with database.read() as connection:
        erased = sa.select(tables.outbox.c.data).where(
            tables.outbox.c.type == "workouts.user.erased.v1", tables.outbox.c.subject == str(user)
        )
        messages = [identity.UserErased.FromString(data) for data in connection.execute(erased).scalars()]
        ridden = sa.select(tables.performance.c.workout_id).where(tables.performance.c.workout_id.in_([mine, theirs]))
        series = connection.execute(ridden).scalars().all()
    assert {"outbox", "rider", "tally", "task", "workout"} <= set(before)
    assert ERASED == naming(database, user)
    assert unharmed == naming(database, other)
    assert [theirs] == series
    assert [("workouts", str(user))] == [(each.service, each.user_id) for each in messages]


def test_t118_a_recomputing_that_is_under_way_does_not_bring_the_account_back(
    database: Database, consumer: Consumer, recomputing: Recomputing
) -> None:
    user = uuid7()
    for each in story(user, uuid7()):
        consumer.handle(each)
    claims = []
    while (claim := recomputing.claim()) is not None:
        claims.append(claim)
    consumer.handle(deletion_of(user))
    done = [recomputing.carry_out(claim) for claim in claims if claim.user_id == user]
    with database.begin() as connection:
        ERASURE.sweep(connection)
    assert [False] == done
    assert ERASED == naming(database, user)


def test_t118_a_long_history_and_waiting_bytes_go_in_small_statements(database: Database, consumer: Consumer) -> None:
    """Under the real statement time-out; nothing but their keys decides how much one statement deletes."""
    user = uuid7()
    fill(database, user, workouts=1_200, pieces=40)
    with deletions(database.engine) as gone:
        consumer.handle(deletion_of(user))
    assert [500, 500, 200] == [count for count in gone["workout"] if count]
    for table in ("import_chunk", "export_chunk"):
        assert [CHUNKS_AT_ONCE] * 5 == [count for count in gone[table] if count]
    assert ERASED == naming(database, user)


def fill(database: Database, user: UUID, *, workouts: int, pieces: int) -> None:
    """A rider's workouts with six kilobytes of series each, and files that wait to be read or fetched."""
    statements = (
        (
            "INSERT INTO workouts.workout (workout_id, user_id) "
            "SELECT gen_random_uuid(), :user FROM generate_series(1, :workouts)"
        ),
        (
            "INSERT INTO workouts.performance (workout_id, reported, series) SELECT workout_id, '', "
            "(SELECT decode(string_agg(md5(random()::text || n), ''), 'hex') FROM generate_series(1, 384) AS n) "
            "FROM workouts.workout WHERE user_id = :user"
        ),
        (
            "INSERT INTO workouts.import_chunk (file_id, place, user_id, size_bytes, data) "
            "SELECT :user, place, :user, 1, "
            "decode(repeat(md5(place::text), 32768), 'hex') FROM generate_series(1, :pieces) AS place"
        ),
        "INSERT INTO workouts.export (export_id, user_id, formats) VALUES (:user, :user, '{}')",
        (
            "INSERT INTO workouts.export_chunk (export_id, place, user_id, data) SELECT :user, place, :user, "
            "decode(repeat(md5(place::text), 65536), 'hex') FROM generate_series(1, :pieces) AS place"
        ),
    )
    for statement in statements:
        with database.begin() as connection:
            given = {"user": user, "workouts": workouts, "pieces": pieces}
            connection.execute(sa.text(statement), {name: given[name] for name in given if f":{name}" in statement})
