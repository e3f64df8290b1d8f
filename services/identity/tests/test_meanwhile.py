"""What happens between the first and the last statement of a sign-in: other people's acts come in between."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_identity.app.password_hasher import Cost
from ctz_identity.domain.security_events import Client, EventType
from ctz_local.testing.databases import ServiceDatabase
from ctz_local.waiting import wait_until

from .harness import Instance
from .test_erasure import delete, naming

pytestmark = pytest.mark.component

GUESS = """
    INSERT INTO identity.security_event
           (id, user_id, actor_user_id, type, created_at, client_address, user_agent, request_id)
    VALUES (%s, %s, %s, 'account:login:failure', %s, '', '', '')
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextmanager
def in_between(database: ServiceDatabase, act: Callable[[], object]) -> Iterator[psycopg.Connection]:
    """Hold what the body locks until `act`, in a thread of its own, waits for it; then let go and wait for the act."""
    with psycopg.connect(database.superuser_dsn()) as held, psycopg.connect(database.superuser_dsn()) as looking:
        looking.autocommit = True
        yield held
        acting = threading.Thread(target=act)
        acting.start()
        assert wait_until(lambda: looking.execute(WAITING).fetchone() != (0,), timeout_seconds=10)
        held.commit()
        acting.join(timeout=10)
        assert not acting.is_alive()


def reason_of_sign_in(identity: Instance, email: str, reasons: list[str]) -> None:
    try:
        identity.sign_in(email)
    except RemoteError as error:
        reasons.append(error.reason)
    else:
        reasons.append("")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE identity.account SET password_hash = 'another' WHERE email = %s",
        "UPDATE identity.account SET is_active = false WHERE email = %s",
        "DELETE FROM identity.account WHERE email = %s",
    ],
)
def test_t097_a_sign_in_that_a_new_password_overtakes_opens_nothing(
    identity: Instance, database: ServiceDatabase, change: str
) -> None:
    """The old password was right when it was looked at; it is not when the session is to be opened."""
    email = identity.member().email
    reasons: list[str] = []
    sessions = "SELECT count(*) FROM identity.session"
    with in_between(database, lambda: reason_of_sign_in(identity, email, reasons)) as held:
        held.execute("DELETE FROM identity.session")
        held.execute(change, [email])
    with psycopg.connect(database.superuser_dsn()) as looking:
        assert (0,) == looking.execute(sessions).fetchone()
    assert ["INVALID_CREDENTIALS"] == reasons


def test_t110_a_hash_at_a_new_cost_does_not_bring_an_old_password_back(
    make_instance: Callable[..., Instance], database: ServiceDatabase
) -> None:
    """The hash of the old password is renewed while the owner sets another one."""
    identity = make_instance()
    email = identity.member().email
    dearer = make_instance(cost=Cost(memory_kib=128))
    reasons: list[str] = []
    with in_between(database, lambda: reason_of_sign_in(dearer, email, reasons)) as held:
        held.execute("UPDATE identity.account SET password_hash = 'another' WHERE email = %s", [email])
    with psycopg.connect(database.superuser_dsn()) as looking:
        kept = looking.execute("SELECT password_hash FROM identity.account WHERE email = %s", [email]).fetchone()
    assert ("another",) == kept
    assert ["INVALID_CREDENTIALS"] == reasons


def test_t118_a_wrong_guess_after_the_erasure_names_nobody(identity: Instance) -> None:
    """The guess found the account, which is gone when the guess is written down."""
    rider = identity.member()
    user_id, now = rider.user.user_id, identity.clock()
    delete(identity, rider)
    identity.base.store.run(
        lambda tx: tx.security_events.add(EventType.LOGIN_FAILURE, user_id=user_id, client=Client(), now=now)
    )
    assert {"tombstone"} == naming(identity, user_id).keys() - {"outbox"}


def test_t118_a_wrong_guess_during_the_erasure_names_nobody(identity: Instance, database: ServiceDatabase) -> None:
    rider = identity.member()
    user_id, now = rider.user.user_id, identity.clock()
    with in_between(database, lambda: delete(identity, rider)) as held:
        held.execute("SELECT 1 FROM identity.account WHERE id = %s FOR KEY SHARE", [user_id])
        held.execute(GUESS, [uuid7(), user_id, user_id, now])
    assert {"tombstone"} == naming(identity, user_id).keys() - {"outbox"}
