"""Profiles, their owners' security events, and administration (A1, A3, A8, S7)."""

from uuid import uuid4

import psycopg
import pytest
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import User
from ctz_local.testing.databases import ServiceDatabase

from .harness import Instance
from .test_sessions import is_valid
from .test_sign_up import reason_of

pytestmark = pytest.mark.component


def accounts_of(identity: Instance, user: User) -> accounts_pb2_grpc.AccountServiceStub:
    return identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=user)


def update(identity: Instance, user: User, *paths: str, **values: object) -> accounts_pb2.Profile:
    return accounts_of(identity, user).UpdateProfile(
        accounts_pb2.UpdateProfileRequest(
            profile=accounts_pb2.Profile(**values),  # type: ignore[arg-type]
            update_mask=FieldMask(paths=paths or tuple(values)),
        )
    )


def test_a_person_changes_what_the_mask_names_and_nothing_else(identity: Instance) -> None:
    browser = identity.member()
    changed = update(
        identity,
        browser.user,
        "units",
        "time_zone",
        "week_start",
        "onboarding_done",
        "birth_year",
        units=accounts_pb2.UNIT_SYSTEM_IMPERIAL,
        time_zone="America/New_York",
        week_start=6,
        onboarding_done=["ftp", "connect"],
        birth_year=1980,
        display_name="not named",
    )
    assert changed == accounts_of(identity, browser.user).GetProfile(accounts_pb2.GetProfileRequest())
    assert ("Rider", "America/New_York", 6, ["connect", "ftp"], 1980) == (
        changed.display_name,
        changed.time_zone,
        changed.week_start,
        list(changed.onboarding_done),
        changed.birth_year,
    )
    answer = identity.exchange_answer(browser.session_secret)
    assert ("imperial", 6, ["connect", "ftp"]) == (answer.units, answer.week_start, list(answer.onboarding_done))
    assert not update(identity, browser.user, "birth_year", display_name="x").HasField("birth_year")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("display_name", {"display_name": " "}),
        ("display_name", {"display_name": "x" * 81}),
        ("display_name", {"display_name": "a\r\nb"}),
        ("units", {"units": 0}),
        ("time_zone", {"time_zone": "Mars/Olympus"}),
        ("time_zone", {"time_zone": "../../etc/passwd"}),
        ("time_zone", {"time_zone": "Europe"}),
        ("time_zone", {"time_zone": ""}),
        ("week_start", {"week_start": 7}),
        ("onboarding_done", {"onboarding_done": ["elsewhere"]}),
        ("birth_year", {"birth_year": 1899}),
        ("update_mask", {"email": "other@example.org"}),
        ("update_mask", {"is_administrator": True}),
    ],
)
def test_nonsense_is_told_at_its_field(identity: Instance, field: str, values: dict[str, object]) -> None:
    user = identity.member().user
    with pytest.raises(RemoteError) as refused:
        update(identity, user, **values)
    assert [field] == [name for name, _ in refused.value.field_violations]


def test_people_read_their_own_security_events_newest_first(identity: Instance) -> None:
    browser = identity.member("anna@example.org")
    identity.member("other@example.org")
    with pytest.raises(RemoteError):
        identity.sign_in("anna@example.org", "wrong", address="203.0.113.9")
    stub, seen, token = accounts_of(identity, browser.user), [], ""
    while True:
        page = stub.ListSecurityEvents(accounts_pb2.ListSecurityEventsRequest(page_size=2, page_token=token))
        assert len(page.events) <= 2
        seen += [(event.type, event.client_address) for event in page.events]
        token = page.next_page_token
        if not token:
            break
    assert [
        ("account:login:failure", "203.0.113.9"),
        ("account:login:success", "192.0.2.1"),
        ("account:email:verified", ""),
        ("account:sign-up", "192.0.2.1"),
    ] == seen


def test_a_page_token_of_another_list_is_refused(identity: Instance) -> None:
    administrator = identity.administrator()
    identity.member()
    stub = accounts_of(identity, administrator.user)
    token = stub.ListAccounts(accounts_pb2.ListAccountsRequest(page_size=1)).next_page_token
    request = accounts_pb2.ListSecurityEventsRequest(page_token=token)
    assert "INVALID_FIELD" == reason_of(lambda: stub.ListSecurityEvents(request))


def test_the_service_cannot_change_or_delete_security_events(identity: Instance, database: ServiceDatabase) -> None:
    identity.member()
    url = database.app_url("identity").replace("postgresql+psycopg://", "postgresql://")
    for statement in ("UPDATE identity.security_event SET type = 'x'", "DELETE FROM identity.security_event",
                      "TRUNCATE identity.security_event"):  # fmt: skip
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_no_secret_and_no_address_of_a_stranger_is_recorded(identity: Instance, database: ServiceDatabase) -> None:
    with pytest.raises(RemoteError):
        identity.sign_in("stranger@example.org", "canary-password-1")
    with psycopg.connect(database.superuser_dsn()) as connection:
        rows = connection.execute(
            "SELECT security_event::text FROM identity.security_event UNION ALL "
            "SELECT attempt_counter::text FROM identity.attempt_counter"
        ).fetchall()
    assert rows
    assert not any("canary" in row[0] or "stranger" in row[0] for row in rows)


def test_administrators_list_accounts_and_switch_them_off_and_on(identity: Instance) -> None:
    administrator, member = identity.administrator(), identity.member("anna@example.org")
    stub = accounts_of(identity, administrator.user)
    listed = stub.ListAccounts(accounts_pb2.ListAccountsRequest()).accounts
    assert [administrator.email, "anna@example.org"] == [account.email for account in listed]
    name = listed[1].name

    assert not stub.SetAccountActive(accounts_pb2.SetAccountActiveRequest(name=name, is_active=False)).is_active
    assert not is_valid(identity, member)
    assert stub.SetAccountActive(accounts_pb2.SetAccountActiveRequest(name=name, is_active=True)).is_active
    assert not is_valid(identity, member), "sessions that were ended stay ended"
    assert identity.sign_in("anna@example.org").user.user_id


def test_the_last_administrator_stays(identity: Instance) -> None:
    administrator = identity.administrator()
    stub = accounts_of(identity, administrator.user)
    request = accounts_pb2.SetAccountActiveRequest(name=f"users/{administrator.user.user_id}", is_active=False)
    assert "LAST_ADMINISTRATOR" == reason_of(lambda: stub.SetAccountActive(request))
    unknown = accounts_pb2.SetAccountActiveRequest(name=f"users/{uuid4()}", is_active=False)
    assert "NOT_FOUND" == reason_of(lambda: stub.SetAccountActive(unknown))


def test_a_former_administrator_is_refused_though_the_token_still_says_so(identity: Instance) -> None:
    first, second = identity.administrator(), identity.administrator()
    accounts_of(identity, first.user).SetAccountActive(
        accounts_pb2.SetAccountActiveRequest(name=f"users/{second.user.user_id}", is_active=False)
    )
    stub = accounts_of(identity, second.user)
    request = accounts_pb2.SetAccountActiveRequest(name=f"users/{first.user.user_id}", is_active=False)
    assert "NOT_ADMINISTRATOR" == reason_of(lambda: stub.SetAccountActive(request))
    assert "NOT_ADMINISTRATOR" == reason_of(lambda: stub.ListAccounts(accounts_pb2.ListAccountsRequest()))


def test_members_are_no_administrators(identity: Instance) -> None:
    stub = accounts_of(identity, identity.member().user)
    assert "ADMINISTRATOR_REQUIRED" == reason_of(lambda: stub.ListAccounts(accounts_pb2.ListAccountsRequest()))
