"""Counters of attempts, shared by every process."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_identity.domain.limits import Charge, Scope, Tally
from ctz_identity.store.tables import attempt_counter


class Counters:
    """Counters inside one transaction, which should be short: attempts of the same subject wait for each other."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def count(self, charges: Sequence[Charge], *, now: datetime) -> list[Tally]:
        """Count one attempt against each limit, in one statement; return what the counters show after it."""
        ordered = sorted(charges, key=lambda charge: (charge.limit.scope.value, charge.subject))  # no deadlocks
        rows = [
            {
                "scope": charge.limit.scope.value,
                "subject": charge.subject,
                "count": 1,
                "window_ends_at": now + charge.limit.window,
            }
            for charge in ordered
        ]
        new = pg.insert(attempt_counter).values(rows)
        is_over = attempt_counter.c.window_ends_at <= now
        counted = self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[attempt_counter.c.scope, attempt_counter.c.subject],
                set_={
                    "count": sa.case((is_over, 1), else_=attempt_counter.c.count + 1),
                    "window_ends_at": sa.case(
                        (is_over, new.excluded.window_ends_at), else_=attempt_counter.c.window_ends_at
                    ),
                },
            ).returning(
                attempt_counter.c.scope, attempt_counter.c.count.label("attempts"), attempt_counter.c.window_ends_at
            )
        )
        limits = {charge.limit.scope.value: charge.limit for charge in ordered}
        return [Tally(limits[row.scope], row.attempts, row.window_ends_at) for row in counted]

    def clear(self, keys: Collection[tuple[Scope, str]]) -> int:
        """Set counters back to nothing; return how many there were."""
        key = sa.tuple_(attempt_counter.c.scope, attempt_counter.c.subject)
        wanted = sorted((scope.value, subject) for scope, subject in keys)
        return self._connection.execute(sa.delete(attempt_counter).where(key.in_(wanted))).rowcount

    def clear_all(self) -> int:
        """Set every counter back to nothing; return how many there were."""
        return self._connection.execute(sa.delete(attempt_counter)).rowcount

    def prune(self, *, now: datetime) -> int:
        """Delete counters whose window is over; return how many."""
        return self._connection.execute(
            sa.delete(attempt_counter).where(attempt_counter.c.window_ends_at <= now)
        ).rowcount
