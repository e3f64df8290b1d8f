"""Imports, exports, merges, suggestions of duplicates, request ids."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.migrations import ops

revision = "0003"
down_revision = "0002"

SCHEMA = "workouts"
TABLES = ("duplicate", "absorption", "export_chunk", "export", "import_chunk", "import_file", "import_job")


def _uuid(name, *, primary_key=False):
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


def _count(name):
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _now(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    """Create the tables."""
    ops.create_request_ids(SCHEMA)
    _create_imports()
    _create_exports()
    _create_merges()


def _create_imports() -> None:
    op.create_table(
        "import_job",
        _uuid("import_id", primary_key=True),
        _uuid("user_id"),
        sa.Column("time_zone", sa.Text, nullable=False),
        _now("created_at"),
        schema=SCHEMA,
    )
    op.create_index("import_job_by_user", "import_job", ["user_id", sa.text("import_id DESC")], schema=SCHEMA)
    op.create_table(
        "import_file",
        _uuid("file_id", primary_key=True),
        sa.Column(
            "import_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey(f"{SCHEMA}.import_job.import_id", ondelete="CASCADE"),
            nullable=False,
        ),
        _uuid("user_id"),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("format", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("state", sa.SmallInteger, nullable=False, server_default="1"),
        _count("item_count"),
        _count("finished_count"),
        _count("created_count"),
        _count("known_count"),
        _count("problem_count"),
        sa.Column("problems", pg.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("workout_ids", pg.ARRAY(pg.UUID(as_uuid=True)), nullable=False, server_default="{}"),
        _now("created_at"),
        _now("due_at"),
        sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        schema=SCHEMA,
    )
    op.create_index("import_file_once", "import_file", ["import_id", "digest"], unique=True, schema=SCHEMA)
    op.create_index(
        "import_file_due", "import_file", ["created_at"], schema=SCHEMA, postgresql_where=sa.text("state < 3")
    )
    op.create_index("import_file_by_user", "import_file", ["user_id"], schema=SCHEMA)
    op.create_table(
        "import_chunk",
        _uuid("file_id", primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        _uuid("user_id"),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        _now("created_at"),
        schema=SCHEMA,
    )
    op.create_index("import_chunk_by_user", "import_chunk", ["user_id", "size_bytes"], schema=SCHEMA)
    op.create_index(
        "import_chunk_let_go",
        "import_chunk",
        ["file_id", "place"],
        schema=SCHEMA,
        postgresql_where=sa.text("size_bytes = 0"),
    )
    _wake_by("import_file")


def _create_exports() -> None:
    op.create_table(
        "export",
        _uuid("export_id", primary_key=True),
        _uuid("user_id"),
        _now("created_at"),
        sa.Column("formats", pg.ARRAY(sa.SmallInteger), nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False, server_default="1"),
        _count("workout_count"),
        _count("finished_count"),
        sa.Column("size_bytes", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("secret_digest", sa.LargeBinary),
        sa.Column("secret_expires_at", sa.DateTime(timezone=True)),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        _now("due_at"),
        sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        schema=SCHEMA,
    )
    op.create_index("export_by_user", "export", ["user_id", sa.text("export_id DESC")], schema=SCHEMA)
    op.create_index(
        "export_under_way", "export", ["user_id"], unique=True, schema=SCHEMA, postgresql_where=sa.text("state < 3")
    )
    op.create_table(
        "export_chunk",
        sa.Column(
            "export_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey(f"{SCHEMA}.export.export_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("place", sa.Integer, primary_key=True),
        _uuid("user_id"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("export_chunk_by_user", "export_chunk", ["user_id"], schema=SCHEMA)
    # Already compressed.
    op.execute(f"ALTER TABLE {SCHEMA}.export_chunk ALTER COLUMN data SET STORAGE EXTERNAL")
    _wake_by("export")


def _create_merges() -> None:
    op.create_table(
        "absorption",
        _uuid("absorbed_id", primary_key=True),
        _uuid("user_id"),
        sa.Column("into_id", pg.UUID(as_uuid=True)),
        sa.Column("revision", sa.BigInteger, nullable=False),
        _now("changed_at"),
        sa.CheckConstraint("into_id <> absorbed_id", name="absorption_into_another"),
        schema=SCHEMA,
    )
    op.create_index(
        "absorption_by_user",
        "absorption",
        ["user_id", "into_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("into_id IS NOT NULL"),
    )
    op.create_table(
        "duplicate",
        _uuid("workout_id", primary_key=True),
        _uuid("other_id", primary_key=True),
        _uuid("user_id"),
        sa.Column("start_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("workout_id < other_id", name="duplicate_in_order"),
        schema=SCHEMA,
    )
    op.create_index(
        "duplicate_by_time",
        "duplicate",
        ["user_id", sa.text("start_time DESC"), sa.text("workout_id DESC")],
        schema=SCHEMA,
    )
    op.create_index("duplicate_by_other", "duplicate", ["other_id"], schema=SCHEMA)


def _wake_by(table: str) -> None:
    """Wake the workers whenever a row waits anew."""
    op.execute(
        f"CREATE FUNCTION {SCHEMA}.{table}_notify() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_notify('{SCHEMA}.transfer', ''); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_notify AFTER INSERT ON {SCHEMA}.{table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.{table}_notify()"
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.import_file_notify()")
    op.execute(f"DROP FUNCTION {SCHEMA}.export_notify()")
    op.drop_table("request_id", schema=SCHEMA)
