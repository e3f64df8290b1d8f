"""What people tell about themselves, and what they read about their account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_identity.domain import profile as rules
from ctz_identity.domain.errors import InvalidField
from ctz_identity.domain.profile import Profile, Units
from ctz_identity.domain.security_events import SecurityEvent
from ctz_identity.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """New values of those fields that `named` lists; the others are not looked at."""

    named: frozenset[str]
    display_name: str
    units: Units | None
    time_zone: str
    week_start: int
    onboarding_done: tuple[str, ...]
    birth_year: int | None


CHANGEABLE = frozenset({"display_name", "units", "time_zone", "week_start", "onboarding_done", "birth_year"})


class Profiles:
    """Profiles and the log of security events of their owners."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get(self, user_id: UUID) -> Profile:
        """Return a person's profile."""
        return self._store.read(lambda tx: tx.accounts.profile(user_id))

    def update(self, user_id: UUID, changes: ProfileChanges) -> Profile:
        """Change the named fields of a person's profile."""
        values = self._checked(changes)
        return self._store.run(lambda tx: tx.accounts.update_profile(user_id, values))

    def display_names(self, user_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
        """Return the names of those of the people who take part in this instance."""
        return self._store.read(lambda tx: tx.accounts.display_names(user_ids))

    def security_events(self, user_id: UUID, *, before: UUID | None, limit: int) -> list[SecurityEvent]:
        """Return a person's own security events, newest first."""
        return self._store.read(lambda tx: tx.security_events.page_owned(user_id, before=before, limit=limit))

    def _checked(self, changes: ProfileChanges) -> Mapping[str, Any]:
        if not changes.named or not changes.named <= CHANGEABLE:
            raise InvalidField("update_mask", f"Name at least one of: {', '.join(sorted(CHANGEABLE))}.")
        checks: dict[str, Any] = {
            "display_name": lambda: rules.checked_name(changes.display_name),
            "units": lambda: _checked_units(changes.units),
            "time_zone": lambda: rules.checked_time_zone(changes.time_zone),
            "week_start": lambda: rules.checked_week_start(changes.week_start),
            "onboarding_done": lambda: list(rules.checked_steps(changes.onboarding_done)),
            "birth_year": lambda: rules.checked_birth_year(changes.birth_year, now=self._clock()),
        }
        return {name: checks[name]() for name in changes.named}


def _checked_units(units: Units | None) -> str:
    if units is None:
        raise InvalidField("units", "Choose metric or imperial units.")
    return units.value
