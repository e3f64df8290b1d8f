"""Counts attempts in the database and refuses those beyond a limit."""

from datetime import datetime

from ctz_identity.domain.errors import TooManyAttempts
from ctz_identity.domain.limits import Charge, Limits, Scope, Tally
from ctz_identity.store.unit_of_work import Store


class Limiter:
    """Counts in a transaction of its own, so that an attempt counts whatever becomes of it."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits

    def amount(self, scope: Scope) -> int:
        """Return how many attempts a scope allows."""
        return self._limits.of(scope).amount

    def charge_of(self, scope: Scope, subject: str) -> Charge:
        """Return the charge for one attempt."""
        return Charge(self._limits.of(scope), subject)

    def count(self, *keys: tuple[Scope, str], now: datetime) -> list[Tally]:
        """Count an attempt against each key and return the tallies that are over."""
        charges = [self.charge_of(scope, subject) for scope, subject in keys]
        tallies = self._store.run(lambda tx: tx.counters.count(charges, now=now))
        return [tally for tally in tallies if tally.is_over]

    def admit(self, *keys: tuple[Scope, str], now: datetime) -> None:
        """Count an attempt against each key and refuse it when one is over."""
        over = self.count(*keys, now=now)
        if over:
            raise refusal(over, now=now)


def refusal(over: list[Tally], *, now: datetime) -> TooManyAttempts:
    """Return the error that tells when the last of the exceeded windows ends."""
    return TooManyAttempts(max(tally.retry_after_seconds(now) for tally in over))
