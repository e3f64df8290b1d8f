"""Deleting an account: nothing of the person stays, the others are told, and the owner can watch."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2
from ctz.identity.v1 import (
    accounts_pb2,
    accounts_pb2_grpc,
    metrics_pb2,
    metrics_pb2_grpc,
)

from ctz_chassis import outbox
from ctz_chassis.db import count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.events import Event, new_event
from ctz_chassis.testing import rows_naming
from ctz_identity.cli.composition import build_event_consumer
from ctz_identity.domain.errors import LastAdministrator
from ctz_identity.store import tables
from ctz_identity.store.tombstones import Tombstones
from ctz_local.testing.databases import ServiceDatabase

from .harness import PASSWORD, Browser, Instance, SettableClock
from .test_accepted_ftp import JUNE, accepted
from .test_metrics import add, new
from .test_tokens import create, exchange

pytestmark = pytest.mark.component

OTHERS = ("peloton-sync", "workouts", "plans", "challenges")


def delete(identity: Instance, browser: Browser, password: str = PASSWORD) -> str:
    stub = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=browser.user)
    return str(stub.DeleteAccount(accounts_pb2.DeleteAccountRequest(current_password=password)).erasure_secret)


def progress(identity: Instance, secret: str) -> accounts_pb2.Erasure:
    return identity.accounts.GetErasure(accounts_pb2.GetErasureRequest(erasure_secret=secret))


def ticks(identity: Instance, secret: str) -> dict[str, datetime | None]:
    return {
        each.service: each.erase_time.ToDatetime() if each.HasField("erase_time") else None
        for each in progress(identity, secret).services
    }


def naming(identity: Instance, user_id: UUID) -> dict[str, int]:
    with identity.base.database.read() as connection:
        return rows_naming(connection, tables.SCHEMA, user_id)


def erased(service: str, user_id: UUID, at: datetime, *, says: str = "") -> Event:
    message = events_pb2.UserErased(user_id=str(user_id), service=says or service)
    message.erase_time.FromDatetime(at)
    return new_event(f"{service}.user.erased.v1", source=service, user_id=user_id, message=message)


def deletions(identity: Instance) -> list[events_pb2.UserDeleted]:
    """What the others are told of deleted accounts, in the order in which it is told."""
    query = sa.select(tables.outbox.c.data).where(tables.outbox.c.type == "identity.user.deleted.v1")
    with identity.base.database.read() as connection:
        found = connection.execute(query.order_by(tables.outbox.c.id)).scalars()
        return [events_pb2.UserDeleted.FromString(data) for data in found]


def refusal(act) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(RemoteError) as refused:
        act()
    return str(refused.value.reason)


@pytest.fixture
def leaver(identity: Instance, clock: SettableClock) -> Browser:
    """Somebody with a session, a token, metrics, an answered request and a log."""
    browser = identity.member("leaver@example.org")
    create(identity, browser.user)
    add(identity, browser.user, new(clock(), 200))
    return browser


def test_t118_nothing_of_a_deleted_account_stays_but_its_tombstone(
    identity: Instance, leaver: Browser, database: ServiceDatabase
) -> None:
    other = identity.member()
    user_id, before = leaver.user.user_id, naming(identity, leaver.user.user_id)
    unharmed = naming(identity, other.user.user_id)
    delete(identity, leaver)

    assert {"account", "session", "device", "token", "metric_entry", "metric_timeline", "security_event"} <= set(before)
    # The event that tells the others leaves the outbox once it is out.
    assert {"outbox": 1, "tombstone": 1} == naming(identity, user_id)
    assert unharmed == naming(identity, other.user.user_id)
    with psycopg.connect(database.superuser_dsn()) as connection:
        traces = [
            connection.execute(f"SELECT t::text FROM identity.{table.name} t").fetchall()  # noqa: S608 - our own names
            for table in tables.metadata.sorted_tables
        ]
    assert "leaver@example.org" not in str(traces)


def test_t118_the_others_are_told_once_with_the_time(identity: Instance, leaver: Browser, clock: SettableClock) -> None:
    delete(identity, leaver)
    expected = events_pb2.UserDeleted(user_id=str(leaver.user.user_id))
    expected.delete_time.FromDatetime(clock())
    assert [expected] == deletions(identity)
    assert {"outbox": 1, "tombstone": 1} == naming(identity, leaver.user.user_id)


def test_t118_the_log_keeps_what_happened_without_who(identity: Instance, leaver: Browser) -> None:
    def log() -> list[tuple[str, object, str, str]]:
        table = tables.security_event
        with identity.base.database.read() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.id)).all()
        return [(row.type, row.user_id or row.actor_user_id, row.client_address, row.user_agent) for row in rows]

    before = log()
    delete(identity, leaver)
    assert leaver.user.user_id in {who for _, who, _, _ in before}
    expected = [(kind, None, "", "") for kind, *_ in before]
    assert [*expected, ("account:deleted", None, "", "")] == log()


def test_s7_the_log_forgets_nobody_who_is_not_buried(identity: Instance, leaver: Browser) -> None:
    before = naming(identity, leaver.user.user_id)
    with identity.base.database.begin() as connection:
        connection.execute(sa.select(sa.func.identity.forget_in_the_log(leaver.user.user_id)))
    assert before == naming(identity, leaver.user.user_id)


def test_t110_a_mail_says_that_the_account_was_deleted(identity: Instance, leaver: Browser) -> None:
    identity.new_mails()
    delete(identity, leaver)
    assert [("leaver@example.org", "Your account was deleted")] == [
        (mail["To"], mail["Subject"]) for mail in identity.new_mails()
    ]


def test_t110_deleting_needs_a_fresh_sign_in_and_the_password(
    identity: Instance, leaver: Browser, clock: SettableClock
) -> None:
    assert "WRONG_PASSWORD" == refusal(lambda: delete(identity, leaver, "some other password"))
    clock.advance(minutes=11)
    stale = Browser(leaver.email, leaver.session_secret, "", identity.exchange(leaver.session_secret))
    assert "FRESH_SIGN_IN_REQUIRED" == refusal(lambda: delete(identity, stale))
    assert "account" in naming(identity, leaver.user.user_id)


def test_the_password_cannot_be_guessed_from_a_stolen_session(identity: Instance, leaver: Browser) -> None:
    reasons = [refusal(lambda: delete(identity, leaver, "some other password")) for _ in range(11)]
    assert [*["WRONG_PASSWORD"] * 10, "TOO_MANY_ATTEMPTS"] == reasons


def test_t097_sessions_and_tokens_end_with_the_account(identity: Instance, leaver: Browser) -> None:
    elsewhere, token = identity.sign_in(leaver.email), create(identity, leaver.user).secret
    delete(identity, leaver)
    assert "TOKEN_INVALID" == refusal(lambda: exchange(identity, token))
    for browser in (leaver, elsewhere):
        assert "SESSION_INVALID" == refusal(lambda browser=browser: identity.exchange(browser.session_secret))
    assert "INVALID_CREDENTIALS" == refusal(lambda: identity.sign_in(leaver.email))


def test_t111_a_token_that_outlives_its_account_by_minutes_makes_nothing(
    identity: Instance, leaver: Browser, clock: SettableClock
) -> None:
    delete(identity, leaver)
    assert "NOT_FOUND" == refusal(lambda: add(identity, leaver.user, new(clock(), 210)))
    assert "NOT_FOUND" == refusal(lambda: create(identity, leaver.user))
    assert "NOT_FOUND" == refusal(lambda: delete(identity, leaver))
    assert {"outbox": 1, "tombstone": 1} == naming(identity, leaver.user.user_id)


def test_the_last_administrator_stays(identity: Instance) -> None:
    administrator = identity.administrator()
    assert "LAST_ADMINISTRATOR" == refusal(lambda: delete(identity, administrator))
    identity.administrator()
    delete(identity, administrator)
    assert {"outbox": 1, "tombstone": 1} == naming(identity, administrator.user.user_id)


def test_t118_an_account_that_a_restored_backup_brought_back_is_erased_again(
    identity: Instance, leaver: Browser
) -> None:
    """Here, where its tombstone may be lost, and by telling the others once more."""
    other = identity.member("stays@example.org").user.user_id
    before = naming(identity, other)
    assert 1 == identity.operations.erase_again([leaver.user.user_id])

    assert {"outbox": 1, "tombstone": 1} == naming(identity, leaver.user.user_id)
    assert "NOT_FOUND" == refusal(lambda: delete(identity, leaver))
    assert [leaver.user.user_id] == [UUID(message.user_id) for message in deletions(identity)]
    assert before == naming(identity, other)


def test_t118_a_deletion_is_told_again_with_its_first_time(
    identity: Instance, leaver: Browser, clock: SettableClock
) -> None:
    """A service whose backup is older than the deletion erases what came back."""
    deleted_at = clock()
    secret = delete(identity, leaver)
    with identity.base.database.begin() as connection:
        connection.execute(sa.delete(tables.outbox))
    clock.advance(hours=1)
    assert 2 == identity.operations.erase_again([leaver.user.user_id, uuid4()])

    told = [message for message in deletions(identity) if message.user_id == str(leaver.user.user_id)]
    assert [deleted_at] == [message.delete_time.ToDatetime(tzinfo=UTC) for message in told]
    assert "identity" in ticks(identity, secret)


def test_the_last_administrator_is_not_erased_again(identity: Instance) -> None:
    administrator = identity.administrator()
    with pytest.raises(LastAdministrator):
        identity.operations.erase_again([administrator.user.user_id])
    assert "tombstone" not in naming(identity, administrator.user.user_id)


def test_the_same_address_signs_up_as_somebody_new(identity: Instance, leaver: Browser) -> None:
    delete(identity, leaver)
    back = identity.member(leaver.email)
    stub = identity.server.client(metrics_pb2_grpc.MetricServiceStub, user=back.user)
    assert leaver.user.user_id != back.user.user_id
    assert [] == list(stub.ListMetrics(metrics_pb2.ListMetricsRequest()).timelines)
    assert {"outbox": 1, "tombstone": 1} == naming(identity, leaver.user.user_id)


def test_t118_the_holder_of_the_secret_sees_every_service_tick(
    identity: Instance, leaver: Browser, clock: SettableClock
) -> None:
    deleted_at = clock()
    secret = delete(identity, leaver)
    first = ticks(identity, secret)
    consumer = build_event_consumer(identity.base)
    for number, service in enumerate(OTHERS, start=1):
        consumer.handle(erased(service, leaver.user.user_id, deleted_at + timedelta(seconds=number)))
        consumer.handle(erased(service, leaver.user.user_id, deleted_at + timedelta(hours=number)))

    own = deleted_at.replace(tzinfo=None)
    assert {"identity": own} | dict.fromkeys(OTHERS) == first
    expected = {service: own + timedelta(seconds=number) for number, service in enumerate(OTHERS, start=1)}
    assert {"identity": own} | expected == ticks(identity, secret)
    assert own == progress(identity, secret).delete_time.ToDatetime()
    assert {"outbox": 1, "tombstone": 1} == naming(identity, leaver.user.user_id)


def test_a_service_that_speaks_for_another_is_not_believed(identity: Instance, leaver: Browser) -> None:
    secret = delete(identity, leaver)
    consumer = build_event_consumer(identity.base)
    with pytest.raises(Exception, match="malformed"):
        consumer.handle(erased("plans", leaver.user.user_id, identity.clock(), says="workouts"))
    assert ["identity"] == [service for service, at in ticks(identity, secret).items() if at is not None]


@pytest.mark.parametrize("secret", ["", "nonsense", "A" * 43, "\x00"])
def test_another_secret_shows_nothing(identity: Instance, leaver: Browser, secret: str) -> None:
    delete(identity, leaver)
    assert "NOT_FOUND" == refusal(lambda: progress(identity, secret))


def test_after_a_week_only_the_tombstone_is_left(identity: Instance, leaver: Browser, clock: SettableClock) -> None:
    secret = delete(identity, leaver)
    clock.advance(days=6, hours=23)
    assert 5 == len(ticks(identity, secret))
    clock.advance(hours=1)
    assert "NOT_FOUND" == refusal(lambda: progress(identity, secret))
    with identity.base.database.begin() as connection:
        pruned = Tombstones(connection).prune(deleted_before=clock() - timedelta(days=7))
        row = connection.execute(sa.select(tables.tombstone)).one()
    assert (1, leaver.user.user_id, None, {}) == (pruned, row.user_id, row.secret_hash, row.erased)


def test_t118_events_about_the_account_that_come_late_have_no_effect(identity: Instance, leaver: Browser) -> None:
    delete(identity, leaver)
    with identity.base.database.begin() as connection:
        connection.execute(sa.delete(tables.outbox))
    build_event_consumer(identity.base).handle(accepted(leaver.user.user_id, (JUNE, 222)))
    assert {"tombstone": 1} == naming(identity, leaver.user.user_id)
    with identity.base.database.read() as connection:
        assert 0 == outbox.pending(connection, tables.outbox)


def test_names_are_told_of_people_who_take_part_and_of_nobody_else(identity: Instance) -> None:
    asking, named, inactive = identity.member(), identity.member(), identity.member()
    identity.sign_up("unproven@example.org")
    with identity.base.database.begin() as connection:
        account = tables.account
        unproven = connection.execute(sa.select(account.c.id).where(account.c.verified_at.is_(None))).scalar_one()
        connection.execute(sa.update(account).where(account.c.id == inactive.user.user_id).values(is_active=False))
    asked = [named.user.user_id, asking.user.user_id, inactive.user.user_id, unproven, uuid4(), named.user.user_id]
    stub = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=asking.user)
    answer = stub.ListDisplayNames(accounts_pb2.ListDisplayNamesRequest(user_ids=map(str, asked)))

    assert {str(named.user.user_id): "Rider", str(asking.user.user_id): "Rider"} == {
        each.user_id: each.display_name for each in answer.names
    }
    assert 2 == len(answer.names)
    assert "@" not in str(answer)


def test_t094_of_others_only_the_name_to_show_is_told() -> None:
    assert {"user_id", "display_name"} == set(accounts_pb2.DisplayName.DESCRIPTOR.fields_by_name)
    assert {"names"} == set(accounts_pb2.ListDisplayNamesResponse.DESCRIPTOR.fields_by_name)


def test_names_cost_one_statement_and_have_a_bound(identity: Instance) -> None:
    asking = identity.member()
    stub = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=asking.user)
    with count_statements(identity.base.engine) as statements:
        stub.ListDisplayNames(accounts_pb2.ListDisplayNamesRequest(user_ids=[str(uuid4()) for _ in range(200)]))
    many = accounts_pb2.ListDisplayNamesRequest(user_ids=[str(uuid4()) for _ in range(201)])
    nobody = accounts_pb2.ListDisplayNamesRequest(user_ids=["nobody"])

    assert 1 == statements.count
    for request in (many, nobody):
        with pytest.raises(RemoteError) as refused:
            stub.ListDisplayNames(request)
        assert ["user_ids"] == [field for field, _ in refused.value.field_violations]
