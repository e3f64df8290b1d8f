"""Transactions, and a database that is slow, busy or away."""

import os
import socket
import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from ctz_chassis.db import Database, DatabaseUnavailable, TransactionConflict, count_statements, make_engine
from ctz_chassis.errors import Unavailable
from ctz_chassis.ids import uuid7

NOTES = sa.text("SELECT note FROM plans.effect ORDER BY id")


def insert(connection: sa.Connection, note: str) -> None:
    statement = sa.text("INSERT INTO plans.effect (event_id, note) VALUES (:event_id, :note)")
    connection.execute(statement, {"event_id": uuid7(), "note": note})


def notes(store) -> list[str]:
    with store.database.read() as connection:
        return list(connection.execute(NOTES).scalars())


def test_a_transaction_is_kept_on_return_and_gone_when_the_block_raises(store) -> None:
    with store.database.begin() as connection:
        insert(connection, "kept")
    with suppress(KeyError), store.database.begin() as connection:
        insert(connection, "gone")
        {}["x"]
    assert ["kept"] == notes(store)


def test_a_reading_transaction_cannot_write(store) -> None:
    with pytest.raises(DBAPIError, match="read-only"), store.database.read() as connection:
        insert(connection, "never")
    with store.database.begin() as connection:
        insert(connection, "the pooled connection writes again")
    assert ["the pooled connection writes again"] == notes(store)


def test_t034_a_deadlock_is_retried_once_and_nobody_notices(store) -> None:
    with store.database.begin() as connection:
        insert(connection, "a")
        insert(connection, "b")
    both_hold_one = threading.Barrier(2, timeout=10)
    attempts: list[str] = []

    def swap(first: str, second: str) -> None:
        tries = 0

        def work(connection: sa.Connection) -> None:
            nonlocal tries
            tries += 1
            attempts.append(first)
            for position, name in enumerate((first, second)):
                connection.execute(sa.text("UPDATE plans.effect SET note = note WHERE note = :n"), {"n": name})
                if position == 0 and tries == 1:
                    both_hold_one.wait()

        store.database.run(work)

    threads = [threading.Thread(target=swap, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 3 == len(attempts)


def test_t034_a_transaction_that_loses_twice_says_so(store) -> None:
    tries = []

    def lose(connection: sa.Connection) -> None:
        tries.append(1)
        connection.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$"))

    with pytest.raises(TransactionConflict):
        store.database.run(lose)
    assert 2 == len(tries)


def test_another_error_is_not_retried(store) -> None:
    tries = []

    def fail(connection: sa.Connection) -> None:
        tries.append(1)
        connection.execute(sa.text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError, match="division by zero"):
        store.database.run(fail)
    assert 1 == len(tries)


def test_t032_an_exhausted_pool_is_unavailable_and_recovers(store) -> None:
    engine = make_engine(store.url, application_name="tests", pool_size=1, max_overflow=0, pool_timeout_seconds=0.05)
    database = Database(engine)
    with database.begin(), pytest.raises(DatabaseUnavailable), database.begin():
        pass
    with database.begin() as connection:
        assert 1 == connection.execute(sa.text("SELECT 1")).scalar_one()
    database.close()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = Database(make_engine("postgresql://nobody:x@127.0.0.1:1/none", application_name="tests"))
    with pytest.raises(Unavailable), database.begin():
        pass


def test_t031_a_killed_backend_costs_at_most_the_call_that_used_it(store) -> None:
    kill = sa.text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseUnavailable), store.database.begin() as connection:
        connection.execute(kill)
    with store.database.begin() as connection:
        insert(connection, "after")
    assert ["after"] == notes(store)


def test_t031_a_connection_that_ended_in_the_pool_costs_no_call(store) -> None:
    with store.database.begin() as connection:
        pid = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    killer = Database(make_engine(store.url, application_name="tests"))
    with killer.begin() as connection:
        assert connection.execute(sa.select(sa.func.pg_terminate_backend(pid, 5_000))).scalar_one()
    with store.database.begin() as connection:
        assert pid != connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    killer.close()


def test_a_server_that_vanishes_without_a_word_is_found_out(store) -> None:
    """Only the kernel can find it out while an answer is awaited; it is asked to within half a minute."""
    with (
        store.database.begin() as connection,
        socket.socket(fileno=os.dup(connection.connection.dbapi_connection.fileno())) as link,
    ):
        probed = [link.getsockopt(socket.IPPROTO_TCP, name) for name in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL)]
        assert 1 == link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert [15, 5] == probed
        assert 30_000 == link.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)


def test_errors_do_not_repeat_what_was_sent(store) -> None:
    with pytest.raises(DBAPIError) as failed, store.database.begin() as connection:
        connection.execute(sa.text("SELECT CAST(:number AS int) / 0"), {"number": 424_242})
    assert "424242" not in str(failed.value)


@pytest.mark.parametrize(("limit", "hold"), [("statement_timeout_ms", False), ("lock_timeout_ms", True)])
def test_t033_nobody_waits_for_ever(store, limit: str, hold: bool) -> None:
    database = Database(make_engine(store.url, application_name="tests", **{limit: 1_000}))
    with store.database.begin() as holder:
        if hold:
            holder.execute(sa.text("LOCK TABLE plans.effect IN ACCESS EXCLUSIVE MODE"))
        slow = "SELECT count(*) FROM plans.effect" if hold else "SELECT pg_sleep(60)"
        with pytest.raises(OperationalError, match="timeout"), database.begin() as connection:
            connection.execute(sa.text(slow))
    database.close()


def test_statements_are_counted_inside_the_block_only(store) -> None:
    with count_statements(store.database.engine) as sent, store.database.begin() as connection:
        insert(connection, "one")
        insert(connection, "two")
    with store.database.begin() as connection:
        insert(connection, "three")
    assert 2 == sent.count
    assert all("INSERT" in statement for statement in sent.statements)
