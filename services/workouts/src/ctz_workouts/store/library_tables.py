"""Tables of the class library: what can be searched, what riders mark, record and vote."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import metadata, workout

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


# One narrow row a class, for lists; `ridden_class` holds what was published whole. The columns that end in `_order` are
# never null, so that a page can begin behind any of them: unknown lies last.
library_class = sa.Table(
    "library_class",
    metadata,
    sa.Column("class_id", sa.Text, primary_key=True),
    _text("title"),
    _text("instructor"),
    _text("discipline"),
    _text("class_type"),
    _text("search_text"),
    _text("language"),
    sa.Column("duration_seconds", sa.Integer),
    sa.Column("air_time", _TIME),
    sa.Column("air_year", sa.SmallInteger),
    sa.Column("difficulty", sa.Double),
    sa.Column("liked_share", sa.Double),
    sa.Column("taken_count", sa.BigInteger),
    _flag("is_power_zone"),
    _flag("is_ftp_test"),
    _flag("has_targets"),
    _flag("is_retired"),
    # Bit n - 1 stands for zone n; 0 without zone targets.
    sa.Column("zones", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("zone_seconds", pg.ARRAY(sa.Integer), nullable=False, server_default="{}"),
    sa.Column("expected_intensity", sa.Double),
    sa.Column("expected_stress", sa.Double),
    sa.Column("thumbnail_zones", sa.LargeBinary, nullable=False, server_default=sa.text("''::bytea")),
    sa.Column("newest_order", _TIME, nullable=False),
    sa.Column("load_order", sa.Double, nullable=False),
    sa.Column("length_order", sa.Integer, nullable=False),
    sa.Column("taken_order", sa.BigInteger, nullable=False),
    sa.Column("liked_order", sa.Double, nullable=False),
)
for _order in ("newest", "load", "taken", "liked"):
    sa.Index(f"library_class_by_{_order}", library_class.c[f"{_order}_order"].desc(), library_class.c.class_id.desc())
sa.Index("library_class_by_length", library_class.c.length_order, library_class.c.class_id)
sa.Index(
    "library_class_by_words",
    library_class.c.search_text,
    postgresql_using="gin",
    postgresql_ops={"search_text": "gin_trgm_ops"},
)
sa.Index(
    "workout_attempt",
    workout.c.user_id,
    workout.c.class_id,
    postgresql_where=sa.and_(workout.c.is_listed, workout.c.class_id != sa.text("''")),
)

# How many classes have a value, by discipline: kept with every change, so that filters cost the same in any library.
library_tally = sa.Table(
    "library_tally",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("discipline", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("class_count", sa.Integer, nullable=False),
    sa.CheckConstraint(
        "kind IN ('class', 'class_type', 'instructor', 'minutes', 'year', 'word')", name="library_tally_kind"
    ),
)

# What one rider thinks of a class. `chosen_blocks` is a copy of recorded targets, which outlives them.
class_mark = sa.Table(
    "class_mark",
    metadata,
    sa.Column("user_id", _UUID, primary_key=True),
    sa.Column("class_id", sa.Text, primary_key=True),
    sa.Column("favourite_at", _TIME),
    sa.Column("rating", sa.SmallInteger),
    sa.Column("chosen_id", _UUID),
    sa.Column("chosen_blocks", sa.LargeBinary),
    sa.CheckConstraint("rating BETWEEN 1 AND 5", name="class_mark_rating"),
)

# Targets that riders recorded; `blocks` is a `ctz.workouts.v1.RecordedTargets` with nothing but its blocks.
recorded_targets = sa.Table(
    "recorded_targets",
    metadata,
    sa.Column("recorded_id", _UUID, primary_key=True),
    sa.Column("user_id", _UUID, nullable=False),
    sa.Column("class_id", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("blocks", sa.LargeBinary, nullable=False),
    _flag("is_shared"),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("updated_at", _TIME, nullable=False),
    sa.Column("zone_seconds", pg.ARRAY(sa.Integer), nullable=False, server_default="{}"),
    sa.Column("expected_intensity", sa.Double),
    sa.Column("expected_stress", sa.Double),
)
sa.Index("recorded_targets_by_class", recorded_targets.c.class_id)
sa.Index("recorded_targets_by_user", recorded_targets.c.user_id)

recorded_vote = sa.Table(
    "recorded_vote",
    metadata,
    sa.Column(
        "recorded_id", _UUID, sa.ForeignKey(recorded_targets.c.recorded_id, ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("user_id", _UUID, primary_key=True),
    sa.Column("vote", sa.SmallInteger, nullable=False),
    sa.CheckConstraint("vote IN (-1, 1)", name="recorded_vote_vote"),
)
sa.Index("recorded_vote_by_user", recorded_vote.c.user_id)
