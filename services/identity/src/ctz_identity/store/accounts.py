"""Queries on accounts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_identity.domain import sessions
from ctz_identity.domain.errors import NotAdministrator, NotFound
from ctz_identity.domain.limits import Scope
from ctz_identity.domain.profile import Account, Profile, Units
from ctz_identity.store.tables import account, attempt_counter, device


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """What deciding about a sign-in needs; for an unknown address there is no user and no hash."""

    user_id: UUID | None
    password_hash: str | None
    is_active: bool
    is_verified: bool
    is_known_device: bool
    failures: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A sign-up that is ready to be stored."""

    user_id: UUID
    email: str
    display_name: str
    password_hash: str
    time_zone: str
    is_administrator: bool
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who a person is and how their password is checked."""

    user_id: UUID
    email: str
    display_name: str
    password_hash: str


class Accounts:
    """Accounts inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def facts_for_sign_in(self, email: str, *, device_hash: bytes, subject: str, now: datetime) -> SignInFacts:
        """Return what a sign-in is decided on, in one statement that is the same for unknown addresses."""
        one = sa.select(sa.literal(1).label("one")).subquery("one")
        known_device = sa.and_(
            device.c.user_id == account.c.id,
            device.c.secret_hash == device_hash,
            device.c.created_at > now - sessions.DEVICE_LIFETIME,
        )
        counted = sa.and_(
            attempt_counter.c.scope == Scope.SIGN_IN_ACCOUNT,
            attempt_counter.c.subject == subject,
            attempt_counter.c.window_ends_at > now,
        )
        row = self._connection.execute(
            sa.select(
                account.c.id,
                account.c.password_hash,
                sa.func.coalesce(account.c.is_active, False).label("is_active"),
                account.c.verified_at,
                device.c.user_id.label("device_of"),
                sa.func.coalesce(attempt_counter.c.count, 0).label("failures"),
            ).select_from(
                one.outerjoin(account, account.c.email == email)
                .outerjoin(device, known_device)
                .outerjoin(attempt_counter, counted)
            )
        ).one()
        return SignInFacts(
            user_id=row.id,
            password_hash=row.password_hash,
            is_active=row.is_active,
            is_verified=row.verified_at is not None,
            is_known_device=row.device_of is not None,
            failures=row.failures,
        )

    def put(self, new: NewAccount, *, now: datetime) -> tuple[UUID, bool]:
        """Make an account, or replace one whose address was never proven; return its id and whether that happened.

        A proven account stays as it is. The statement is the same for known and unknown addresses.
        """
        values = {
            "id": new.user_id,
            "email": new.email,
            "display_name": new.display_name,
            "password_hash": new.password_hash,
            "time_zone": new.time_zone,
            "units": Units.METRIC.value,
            "week_start": 0,
            "onboarding_done": [],
            "is_active": True,
            "is_administrator": new.is_administrator,
            "created_at": now,
            "verified_at": now if new.is_verified else None,
            "password_changed_at": now,
        }
        replaced = (
            "display_name",
            "password_hash",
            "time_zone",
            "is_administrator",
            "verified_at",
            "password_changed_at",
        )
        insert = pg.insert(account).values(values)
        proven = account.c.verified_at.is_not(None)
        statement = insert.on_conflict_do_update(
            index_elements=[account.c.email],
            set_={name: sa.case((proven, account.c[name]), else_=insert.excluded[name]) for name in replaced},
        ).returning(account.c.id, (account.c.password_hash == new.password_hash).label("is_ours"))
        row = self._connection.execute(statement).one()
        return row.id, row.is_ours

    def find(self, email: str) -> tuple[UUID, bool] | None:
        """Return the id behind an address and whether the address is proven."""
        row = self._connection.execute(
            sa.select(account.c.id, account.c.verified_at).where(account.c.email == email)
        ).one_or_none()
        return None if row is None else (row.id, row.verified_at is not None)

    def active_address(self, user_id: UUID) -> str | None:
        """Return the e-mail address of an active account."""
        row = self._connection.execute(sa.select(account.c.email).where(account.c.id == user_id, account.c.is_active))
        return row.scalar()

    def address(self, user_id: UUID) -> str | None:
        """Return the e-mail address of an account, active or not."""
        return self._connection.execute(sa.select(account.c.email).where(account.c.id == user_id)).scalar()

    def credentials(self, user_id: UUID) -> Credentials:
        """Return how a person's password is checked."""
        row = self._connection.execute(
            sa.select(account.c.id, account.c.email, account.c.display_name, account.c.password_hash).where(
                account.c.id == user_id, account.c.is_active
            )
        ).one_or_none()
        if row is None:
            raise NotFound
        return Credentials(row.id, row.email, row.display_name, row.password_hash)

    def set_password(self, user_id: UUID, password_hash: str, *, now: datetime, proves_address: bool) -> None:
        """Store a new password; a reset by mail also proves the address."""
        values: dict[str, Any] = {"password_hash": password_hash, "password_changed_at": now}
        if proves_address:
            values["verified_at"] = sa.func.coalesce(account.c.verified_at, now)
        self._connection.execute(sa.update(account).where(account.c.id == user_id).values(values))

    def note_sign_in(self, user_id: UUID, password_hash: str | None, *, now: datetime, rehashed: str | None) -> bool:
        """Store the time of a sign-in, and the password under the present cost where that has risen.

        False when the password is no longer the one with this hash, or the account not active: nothing is stored then.
        """
        values: dict[str, Any] = {"last_sign_in_at": now}
        if rehashed is not None:
            values["password_hash"] = rehashed
        is_same = sa.and_(account.c.id == user_id, account.c.password_hash == password_hash, account.c.is_active)
        return self._connection.execute(sa.update(account).where(is_same).values(values)).rowcount == 1

    def verify(self, user_id: UUID, *, now: datetime) -> None:
        """Store that the address is proven."""
        self._connection.execute(
            sa.update(account)
            .where(account.c.id == user_id)
            .values(verified_at=sa.func.coalesce(account.c.verified_at, now))
        )

    def profile(self, user_id: UUID) -> Profile:
        """Return what a person sees of themselves."""
        row = self._connection.execute(sa.select(account).where(account.c.id == user_id)).one_or_none()
        if row is None:
            raise NotFound
        return _profile(row)

    def update_profile(self, user_id: UUID, changes: Mapping[str, Any]) -> Profile:
        """Change columns of a person's profile."""
        row = self._connection.execute(
            sa.update(account).where(account.c.id == user_id).values(dict(changes)).returning(account)
        ).one_or_none()
        if row is None:
            raise NotFound
        return _profile(row)

    def page(self, *, after: UUID | None, limit: int) -> list[Account]:
        """Return accounts in the order in which they were made, those after one of them."""
        query = sa.select(account).order_by(account.c.id).limit(limit)
        if after is not None:
            query = query.where(account.c.id > after)
        return [_account(row) for row in self._connection.execute(query)]

    def display_names(self, user_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
        """Return the names of those of the people who take part: active, with a proven address."""
        known = sa.select(account.c.id, account.c.display_name).where(
            account.c.id.in_(user_ids), account.c.is_active, account.c.verified_at.is_not(None)
        )
        return [(row.id, row.display_name) for row in self._connection.execute(known.order_by(account.c.id))]

    def delete(self, user_id: UUID) -> None:
        """Remove an account and, by cascade, whatever refers to it."""
        self._connection.execute(sa.delete(account).where(account.c.id == user_id))

    def require_administrator(self, user_id: UUID) -> None:
        """Refuse who is not an active administrator at this moment, whatever their token says."""
        allowed = self._connection.execute(
            sa.select(account.c.id).where(account.c.id == user_id, account.c.is_administrator, account.c.is_active)
        ).one_or_none()
        if allowed is None:
            raise NotAdministrator

    def has_administrator(self) -> bool:
        """Say whether somebody administers the instance."""
        return self._connection.execute(
            sa.select(sa.exists().where(account.c.is_administrator, account.c.verified_at.is_not(None)))
        ).scalar_one()

    def lock_administrators(self) -> set[UUID]:
        """Return everybody who administers the instance; nobody else can change that until the commit."""
        rows = self._connection.execute(
            sa.select(account.c.id)
            .where(account.c.is_administrator, account.c.is_active, account.c.verified_at.is_not(None))
            .order_by(account.c.id)
            .with_for_update()
        )
        return {row.id for row in rows}

    def set_active(self, user_id: UUID, *, is_active: bool) -> Account:
        """Activate or deactivate an account."""
        return self._changed(user_id, {"is_active": is_active})

    def set_administrator(self, user_id: UUID, *, is_administrator: bool) -> Account:
        """Make somebody an administrator, or no longer."""
        return self._changed(user_id, {"is_administrator": is_administrator})

    def _changed(self, user_id: UUID, values: Mapping[str, Any]) -> Account:
        row = self._connection.execute(
            sa.update(account).where(account.c.id == user_id).values(dict(values)).returning(account)
        ).one_or_none()
        if row is None:
            raise NotFound
        return _account(row)


def _profile(row: Any) -> Profile:
    return Profile(
        user_id=row.id,
        email=row.email,
        display_name=row.display_name,
        units=Units(row.units),
        time_zone=row.time_zone,
        week_start=row.week_start,
        is_administrator=row.is_administrator,
        onboarding_done=tuple(row.onboarding_done),
        birth_year=row.birth_year,
        created_at=row.created_at,
    )


def _account(row: Any) -> Account:
    return Account(
        user_id=row.id,
        email=row.email,
        display_name=row.display_name,
        is_active=row.is_active,
        is_verified=row.verified_at is not None,
        is_administrator=row.is_administrator,
        created_at=row.created_at,
        last_sign_in_at=row.last_sign_in_at,
    )
