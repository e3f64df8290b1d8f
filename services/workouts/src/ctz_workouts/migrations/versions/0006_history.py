"""Tags, revisions of what riders write, terms to search and filter by, saved filters; the history is listed anew.

The version before cannot work with this schema: it reads a column that is gone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"

SCHEMA = "workouts"
CHUNK = 40
KINDS = ("month", "discipline", "instructor", "class_type", "source", "tag", "mark", "minutes", "load", "word")
WHOLE = (
    "NOT is_listed OR (summary_revision > 0 AND NOT is_deleted AND start_time IS NOT NULL AND local_date IS NOT NULL)"
)


def _texts(name):
    return sa.Column(name, pg.ARRAY(sa.Text), nullable=False, server_default="{}")


def _flag(name):
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def upgrade() -> None:
    """Create columns and the table; let every workout that is there wait for being listed by its terms."""
    # One transaction: a history must never be out of the lists without waiting to come back.
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(f"LOCK TABLE {SCHEMA}.workout IN ACCESS EXCLUSIVE MODE")
    _list_again()
    op.drop_index("workout_by_words", "workout", schema=SCHEMA)
    op.drop_column("workout", "search_text", schema=SCHEMA)
    op.add_column("workout", sa.Column("class_type", sa.Text, nullable=False, server_default=""), schema=SCHEMA)
    op.add_column("workout", _texts("tags"), schema=SCHEMA)
    op.add_column("workout", _texts("words"), schema=SCHEMA)
    op.add_column("workout", _flag("has_notes"), schema=SCHEMA)
    terms = sa.Column("terms", pg.ARRAY(sa.BigInteger), nullable=False, server_default="{}")
    op.add_column("workout", terms, schema=SCHEMA)
    op.add_column("rider_note", _texts("tags"), schema=SCHEMA)
    op.add_column("rider_note", sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"), schema=SCHEMA)
    op.execute(f"UPDATE {SCHEMA}.rider_note SET revision = 1 WHERE notes <> '' OR perceived_exertion IS NOT NULL")
    # Searching looks for words by their beginning.
    op.execute(f'ALTER TABLE {SCHEMA}.tally ALTER COLUMN value TYPE text COLLATE "C"')
    op.drop_constraint("tally_kind", "tally", schema=SCHEMA)
    named = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_check_constraint("tally_kind", "tally", sa.text(f"kind IN ({named})"), schema=SCHEMA)
    op.create_table(
        "saved_filter",
        sa.Column("saved_filter_id", pg.UUID(as_uuid=True), primary_key=True, nullable=False),
        sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_form", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("kept", sa.LargeBinary, nullable=False),
        sa.Column("in_order", sa.SmallInteger, nullable=False, server_default="0"),
        sa.UniqueConstraint("user_id", "title_form", name="saved_filter_title"),
        schema=SCHEMA,
    )


def _list_again() -> None:
    """Terms, loads and every kept figure follow from what is stored: take all workouts out of the lists and their
    counts, and let them wait for recomputing, which lists them again, newest first.
    """
    # A new column costs the same for any number of rows; writing `false` into each would not. What rests on the old
    # one goes with it.
    op.drop_column("workout", "is_listed", schema=SCHEMA)
    op.add_column("workout", _flag("is_listed"), schema=SCHEMA)
    op.create_check_constraint("workout_listed_is_whole", "workout", sa.text(WHOLE), schema=SCHEMA)
    op.execute(f"TRUNCATE {SCHEMA}.tally, {SCHEMA}.task")
    op.execute(
        f"""
        INSERT INTO {SCHEMA}.task (task_id, user_id, workout_ids, place)
        SELECT gen_random_uuid(), user_id, array_agg(workout_id), place
        FROM (
            SELECT user_id, workout_id,
                (row_number() OVER (PARTITION BY user_id ORDER BY local_date DESC NULLS LAST, workout_id) - 1) / {CHUNK}
                AS place
            FROM {SCHEMA}.workout WHERE summary_revision > 0 AND NOT is_deleted
        ) AS placed
        GROUP BY user_id, place
        """
    )


def downgrade() -> None:
    """Drop them."""
    newest = ["user_id", *(sa.text(f"{name} DESC") for name in ("local_date", "start_time", "workout_id"))]
    listed = sa.text("is_listed")
    op.create_index("workout_by_day", "workout", newest, schema=SCHEMA, postgresql_where=listed)
    op.drop_table("saved_filter", schema=SCHEMA)
    op.drop_constraint("tally_kind", "tally", schema=SCHEMA)
    op.execute(f"DELETE FROM {SCHEMA}.tally WHERE kind NOT IN ('month', 'discipline', 'instructor')")
    named = sa.text("kind IN ('month', 'discipline', 'instructor')")
    op.create_check_constraint("tally_kind", "tally", named, schema=SCHEMA)
    for column in ("tags", "revision"):
        op.drop_column("rider_note", column, schema=SCHEMA)
    for column in ("class_type", "tags", "words", "has_notes", "terms"):
        op.drop_column("workout", column, schema=SCHEMA)
    op.add_column("workout", sa.Column("search_text", sa.Text, nullable=False, server_default=""), schema=SCHEMA)
    op.create_index(
        "workout_by_words",
        "workout",
        ["search_text"],
        schema=SCHEMA,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
