"""What all workers share: rate limit, breaker, kill switch."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.domain.limits import Breaker, BreakerState, Gate, Rate
from ctz_peloton_sync.store.tables import gate as t
from ctz_peloton_sync.store.tables import rate_bucket

FLEET = "fleet"
RETRIES = "retries"
_CONNECTING = "connecting:"

# GCRA over two rows: the slot is the first time that both allow; it is taken only when it is near enough.
_RESERVE = sa.text("""
    WITH bucket AS MATERIALIZED (
        SELECT key, arrival_time FROM peloton_sync.rate_bucket WHERE key IN (:fleet, :account) ORDER BY key FOR UPDATE
    ), slot AS (
        SELECT GREATEST(CAST(:now AS timestamptz),
               max(arrival_time - CASE key WHEN :fleet THEN CAST(:fleet_tolerance AS interval)
                                           ELSE CAST(:account_tolerance AS interval) END)) AS at
          FROM bucket HAVING count(*) = 2
    )
    UPDATE peloton_sync.rate_bucket b
       SET arrival_time = GREATEST(b.arrival_time, slot.at)
                        + CASE b.key WHEN :fleet THEN CAST(:fleet_interval AS interval)
                                     ELSE CAST(:account_interval AS interval) END
      FROM slot, bucket
     WHERE b.key = bucket.key AND slot.at <= CAST(:now AS timestamptz) + CAST(:patience AS interval)
    RETURNING slot.at
""")

_ENSURE = sa.text("""
    INSERT INTO peloton_sync.rate_bucket (key, arrival_time) VALUES (:fleet, :now), (:account, :now)
    ON CONFLICT (key) DO NOTHING
""")


_GATE = sa.select(
    t.c.breaker_state,
    t.c.breaker_reason,
    t.c.failures,
    t.c.window_start,
    t.c.next_probe_time,
    t.c.last_success_at,
    t.c.is_killed,
    t.c.kill_reason,
)
_HELD_GATE = _GATE.with_for_update()


class GateStore:
    """Reads and writes the gate and the buckets."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, *, lock: bool = False) -> Gate:
        """The gate as it stands."""
        row = self._connection.execute(_HELD_GATE if lock else _GATE).one()
        breaker = Breaker(BreakerState(row[0]), row[1], row[2], row[3], row[4], row[5])
        return Gate(breaker, row.is_killed, row.kill_reason)

    def put_breaker(self, breaker: Breaker) -> None:
        """Store the breaker's new state; the caller holds the row."""
        self._connection.execute(
            sa.update(t).values(
                breaker_state=breaker.state.value,
                breaker_reason=breaker.reason,
                failures=breaker.failures,
                window_start=breaker.window_start,
                next_probe_time=breaker.next_probe_time,
                last_success_at=breaker.last_success,
            )
        )

    def set_kill_switch(self, *, is_killed: bool, reason: str, by: str, now: datetime) -> bool:
        """Stop or allow all calls; False when it was so already."""
        change = (
            sa.update(t)
            .where(t.c.is_killed != is_killed)
            .values(is_killed=is_killed, kill_reason=reason if is_killed else "", killed_by=by, killed_at=now)
        )
        return self._connection.execute(change).rowcount == 1

    def reserve(
        self, user_id: UUID, *, fleet: Rate, account: Rate, now: datetime, patience: timedelta
    ) -> datetime | None:
        """Take the next slot of fleet and account; none when it is further away than the patience."""
        values = {
            "fleet": FLEET,
            "account": str(user_id),
            "now": now,
            "fleet_tolerance": fleet.tolerance,
            "account_tolerance": account.tolerance,
            "fleet_interval": fleet.interval,
            "account_interval": account.interval,
            "patience": patience,
        }
        rows = self._connection.execute(_RESERVE, values).all()
        if not rows and self._is_new(values):
            rows = self._connection.execute(_RESERVE, values).all()
        return rows[0][0] if rows else None

    def retry_slot(self, *, interval: timedelta, burst: int, now: datetime) -> datetime:
        """Take the next slot of the budget for retries; a few come at once, then one per interval."""
        free_from = now - interval * (burst - 1)
        insert = pg.insert(rate_bucket).values(key=RETRIES, arrival_time=free_from + interval)
        upsert = insert.on_conflict_do_update(
            index_elements=[rate_bucket.c.key],
            set_={"arrival_time": sa.func.greatest(rate_bucket.c.arrival_time, free_from) + interval},
        ).returning(rate_bucket.c.arrival_time)
        taken: datetime = self._connection.execute(upsert).scalar_one()
        return taken - interval

    def may_connect(self, user_id: UUID, rate: Rate, now: datetime) -> bool:
        """Take one of the rider's tries at connecting; False when there is none at this time."""
        insert = pg.insert(rate_bucket).values(key=_CONNECTING + str(user_id), arrival_time=now + rate.interval)
        arrival = rate_bucket.c.arrival_time
        upsert = insert.on_conflict_do_update(
            index_elements=[rate_bucket.c.key],
            set_={"arrival_time": sa.func.greatest(arrival, now) + rate.interval},
            where=arrival <= now + rate.tolerance,
        ).returning(arrival)
        return self._connection.execute(upsert).first() is not None

    def forget(self, user_id: UUID) -> None:
        """Remove what names a user: the buckets of the account, and who turned the switch."""
        keys = [str(user_id), _CONNECTING + str(user_id)]
        self._connection.execute(sa.delete(rate_bucket).where(rate_bucket.c.key.in_(keys)))
        self._connection.execute(sa.update(t).where(t.c.killed_by == str(user_id)).values(killed_by=""))

    def _is_new(self, values: dict[str, object]) -> bool:
        ensured = self._connection.execute(_ENSURE, {name: values[name] for name in ("fleet", "account", "now")})
        return ensured.rowcount > 0
