"""Tables of the kept aggregates: changed with every row in its transaction, never recomputed to answer a question.

Amounts are whole numbers, so that what is added by one change and taken off by another leaves nothing behind.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import metadata

AMOUNTS = (
    "workout_count",
    "duration_seconds",
    "work_joules",
    "distance_meters",
    "scored_count",
    "power_load",
    "heart_rate_load",
    "effort_load",
    "zone_1",
    "zone_2",
    "zone_3",
    "zone_4",
    "zone_5",
    "zone_6",
    "zone_7",
    "fitness_carry",
    "fatigue_carry",
)
"""What is summed. Loads are thousandths; a carry is what a month's loads leave of fitness or fatigue at its end."""


def _user_id(*, primary_key: bool = True) -> sa.Column[object]:
    return sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


# Sums by day, month, year and of all time, by discipline; of workouts (origin 1) and of guided sessions (origin 2).
total = sa.Table(
    "total",
    metadata,
    _user_id(),
    sa.Column("origin", sa.SmallInteger, primary_key=True),
    sa.Column("span", sa.SmallInteger, primary_key=True),
    sa.Column("start_date", sa.Date, primary_key=True),
    sa.Column("discipline", sa.Text, primary_key=True),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in AMOUNTS),
)

# The best of each kind, and what stood before it, by month, year and of all time: {"power:60": [first, best, before]},
# see store/marks.py.
best = sa.Table(
    "best",
    metadata,
    _user_id(),
    sa.Column("span", sa.SmallInteger, primary_key=True),
    sa.Column("start_date", sa.Date, primary_key=True),
    sa.Column("discipline", sa.Text, primary_key=True),
    sa.Column("marks", pg.JSON, nullable=False),
)

# How many days a rider went how far, by activity and whole units of either kind.
distance_day = sa.Table(
    "distance_day",
    metadata,
    _user_id(),
    sa.Column("activity", sa.SmallInteger, primary_key=True),
    sa.Column("unit", sa.SmallInteger, primary_key=True),
    sa.Column("reached", sa.SmallInteger, primary_key=True),
    sa.Column("day_count", sa.Integer, nullable=False),
)

# Streaks of days with a workout, over frozen days.
streak = sa.Table(
    "streak",
    metadata,
    _user_id(),
    sa.Column("start_date", sa.Date, primary_key=True),
    sa.Column("end_date", sa.Date, nullable=False),
    sa.Column("active_days", sa.Integer, nullable=False),
)
sa.Index("streak_by_length", streak.c.user_id, streak.c.active_days.desc(), streak.c.end_date.desc())
sa.Index("streak_by_end", streak.c.user_id, streak.c.end_date.desc())

# Guided sessions as plans tells of them; a deletion stays as a row that only a higher revision lifts.
guided_session = sa.Table(
    "guided_session",
    metadata,
    sa.Column("session_id", pg.UUID(as_uuid=True), primary_key=True),
    _user_id(primary_key=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("is_deleted", sa.Boolean, nullable=False),
    sa.Column("local_date", sa.Date),
    sa.Column("category", sa.Text, nullable=False, server_default=""),
    sa.Column("done_seconds", sa.Integer, nullable=False, server_default="0"),
    sa.Column("load", sa.Double),
)
sa.Index("guided_session_by_user", guided_session.c.user_id)

# Public links to a year. Of the secret only the hash is kept.
year_share = sa.Table(
    "year_share",
    metadata,
    _user_id(),
    sa.Column("year", sa.SmallInteger, primary_key=True),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False),
    sa.Column("shown_name", sa.Text, nullable=False, server_default=""),
    sa.Column("is_imperial", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)
sa.Index("year_share_by_secret", year_share.c.secret_hash, unique=True)
