"""Tags, revisions of what riders write, terms to search and filter by, orders of the history, saved filters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"

SCHEMA = "workouts"
CHUNK = 40
KINDS = ("month", "discipline", "instructor", "class_type", "source", "tag", "mark", "minutes", "load", "word")
ORDERS = {
    "workout_by_length": "coalesce(ridden_seconds, reported_seconds, -1)",
    "workout_by_work": "coalesce(nullif(total_work_joules, 0) / 1000, graph_work_kilojoules, total_work_joules, -1)",
    "workout_by_load": "coalesce(load, -1)",
    "workout_by_target_share": "coalesce(target_share, -1)",
    "workout_by_effort": "coalesce(effort_points, graph_effort_points, -1)",
}


def _texts(name):
    return sa.Column(name, pg.ARRAY(sa.Text), nullable=False, server_default="{}")


def upgrade() -> None:
    """Create columns, indexes and the table; let every workout that is there be found by its terms."""
    _list_again()
    op.drop_index("workout_by_words", "workout", schema=SCHEMA)
    op.drop_column("workout", "search_text", schema=SCHEMA)
    op.add_column("workout", sa.Column("class_type", sa.Text, nullable=False, server_default=""), schema=SCHEMA)
    op.add_column("workout", _texts("tags"), schema=SCHEMA)
    op.add_column("workout", _texts("words"), schema=SCHEMA)
    op.add_column("workout", sa.Column("has_notes", sa.Boolean, nullable=False, server_default=sa.false()), schema=SCHEMA)
    terms = sa.Column("terms", pg.ARRAY(sa.BigInteger), nullable=False, server_default="{}")
    op.add_column("workout", terms, schema=SCHEMA)
    op.add_column("rider_note", _texts("tags"), schema=SCHEMA)
    op.add_column("rider_note", sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"), schema=SCHEMA)
    op.execute(
        f"UPDATE {SCHEMA}.rider_note SET revision = 1 WHERE notes <> '' OR perceived_exertion IS NOT NULL"
    )
    # Searching looks for words by their beginning.
    op.execute(f'ALTER TABLE {SCHEMA}.tally ALTER COLUMN value TYPE text COLLATE "C"')
    op.drop_constraint("tally_kind", "tally", schema=SCHEMA)
    named = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_check_constraint("tally_kind", "tally", sa.text(f"kind IN ({named})"), schema=SCHEMA)
    _create_indexes()
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


def _create_indexes() -> None:
    # Without a list of what is still to be sorted in, which every search would read.
    op.execute(
        f"CREATE INDEX workout_by_terms ON {SCHEMA}.workout USING gin (terms) WITH (fastupdate = off) WHERE is_listed"
    )
    for name, rank in ORDERS.items():
        op.execute(
            f"CREATE INDEX {name} ON {SCHEMA}.workout "
            f"(user_id, ({rank}) DESC, local_date DESC, start_time DESC, workout_id DESC) WHERE is_listed"
        )


def _list_again() -> None:
    """Terms, loads and every kept figure follow from what is stored: take all workouts out of the lists and their
    counts, and let them wait for recomputing, which lists them again, newest first.
    """
    op.execute(f"UPDATE {SCHEMA}.workout SET is_listed = false WHERE is_listed")
    op.execute(f"DELETE FROM {SCHEMA}.tally")
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
    op.drop_table("saved_filter", schema=SCHEMA)
    for name in ("workout_by_terms", *ORDERS):
        op.drop_index(name, "workout", schema=SCHEMA)
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
