"""Connections, tokens, runs, tasks, mirror, classes, payloads, limits, FTP history.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.migrations import ops

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "peloton_sync"
UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)


def _count(name):
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _text(name):
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _user(*, primary_key=False):
    target = f"{SCHEMA}.connection.user_id"
    return sa.Column("user_id", UUID, sa.ForeignKey(target, ondelete="CASCADE"), primary_key=primary_key, nullable=False)


def upgrade() -> None:
    ops.create_outbox(SCHEMA)
    ops.create_inbox(SCHEMA)
    ops.create_request_ids(SCHEMA)
    _connections()
    _runs()
    _mirror()
    _limits()
    _ftp()


def _connections() -> None:
    op.create_table(
        "connection",
        sa.Column("user_id", UUID, primary_key=True),
        sa.Column("connection_id", UUID, nullable=False, unique=True),
        sa.Column("peloton_user_id", sa.Text, nullable=False),
        _text("peloton_username"),
        sa.Column("state", sa.Text, nullable=False),
        _text("state_reason"),
        sa.Column("state_time", TIME, nullable=False),
        sa.Column("connected_at", TIME, nullable=False),
        sa.Column("is_renewable", sa.Boolean, nullable=False),
        sa.Column("total_workouts", sa.Integer),
        sa.Column("revision", sa.BigInteger, nullable=False),
        _count("refusals"),
        sa.Column("refused_at", TIME),
        sa.Column("resume_at", TIME),
        sa.Column("served_at", TIME),
        sa.Column("next_run_at", TIME),
        _text("ftp_account"),
        _text("ftp_searched"),
        sa.Column("is_ftp_searching", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.CheckConstraint("state IN ('active', 'reconnect', 'disconnected')", name="connection_state"),
        schema=SCHEMA,
    )
    active = sa.text("state = 'active'")
    op.create_index("connection_next_run", "connection", ["next_run_at"], schema=SCHEMA, postgresql_where=active)
    op.create_table(
        "token",
        _user(primary_key=True),
        sa.Column("connection_id", UUID, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("access_expires_at", TIME, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("token_key", "token", ["key_id"], schema=SCHEMA)


def _runs() -> None:
    phases = [
        _count(f"{phase}_{figure}")
        for phase in ("list", "performance", "class", "detail")
        for figure in ("done", "total", "failed", "calls")
    ]
    op.create_table(
        "sync_run",
        sa.Column("id", UUID, primary_key=True),
        _user(),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        _text("state_reason"),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("rescan_since", TIME),
        sa.Column("pass_number", sa.Integer, nullable=False, server_default="1"),
        _count("pages_known"),
        sa.Column("is_listed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("workouts_total", sa.Integer),
        sa.Column("months", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        _count("unreadable"),
        *phases,
        sa.CheckConstraint("state IN ('running', 'parked', 'done', 'done_with_failures')", name="sync_run_state"),
        schema=SCHEMA,
    )
    is_open = sa.text("state IN ('running', 'parked')")
    op.create_index("sync_run_open", "sync_run", ["user_id"], unique=True, schema=SCHEMA, postgresql_where=is_open)
    op.create_index("sync_run_recent", "sync_run", ["user_id", sa.text("started_at DESC")], schema=SCHEMA)
    op.create_table(
        "sync_task",
        sa.Column("id", UUID, primary_key=True),
        _user(),
        sa.Column("run_id", UUID, sa.ForeignKey(f"{SCHEMA}.sync_run.id", ondelete="SET NULL")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("workout_id", UUID),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("sort_time", TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="pending"),
        _count("attempts"),
        sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("not_before", TIME, nullable=False),
        sa.Column("lease_until", TIME),
        _text("last_error"),
        sa.Column("failed_at", TIME),
        sa.CheckConstraint("state IN ('pending', 'leased', 'failed')", name="sync_task_state"),
        schema=SCHEMA,
    )
    due = ["user_id", "priority", sa.text("sort_time DESC")]
    indexes = {"due": ("pending", due), "leased": ("leased", ["user_id", "lease_until"])}
    indexes["failed"] = ("failed", ["user_id", "failed_at"])
    for name, (state, columns) in indexes.items():
        where = sa.text(f"state = '{state}'")
        op.create_index(f"sync_task_{name}", "sync_task", columns, schema=SCHEMA, postgresql_where=where)
    op.create_index("sync_task_run", "sync_task", ["run_id"], schema=SCHEMA)


def _mirror() -> None:
    op.create_table(
        "workout_ref",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("user_id", UUID, nullable=False),
        sa.Column("source", sa.Text, nullable=False, server_default="peloton"),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_time", TIME, nullable=False),
        sa.Column("start_time", TIME, nullable=False),
        sa.Column("end_time", TIME, nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        _text("title"),
        sa.Column("is_ftp_candidate", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("summary_revision", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("summary", sa.LargeBinary),
        sa.Column("detail", sa.LargeBinary),
        sa.Column("lost_class", sa.LargeBinary),
        sa.Column("performance_state", sa.Text, nullable=False),
        sa.Column("performance_revision", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("performance_hash", sa.LargeBinary),
        sa.Column("seen_pass", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("state IN ('live', 'in_progress', 'missing', 'deleted', 'set_aside')", name="workout_ref_state"),
        sa.CheckConstraint(
            "performance_state IN ('due', 'on_open', 'fetched', 'missing')", name="workout_ref_performance_state"
        ),
        sa.UniqueConstraint("user_id", "source", "source_id", name="workout_ref_source"),
        schema=SCHEMA,
    )
    op.create_index("workout_ref_created", "workout_ref", ["user_id", "created_time"], schema=SCHEMA)
    op.create_table(
        "class",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        _text("title"),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("content_hash", sa.LargeBinary),
        sa.Column("fetched_at", TIME),
        sa.CheckConstraint("state IN ('due', 'fetched', 'missing')", name="class_state"),
        schema=SCHEMA,
    )
    op.create_table(
        "raw_payload",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("content_hash", sa.LargeBinary, primary_key=True),
        sa.Column("user_id", UUID),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        schema=SCHEMA,
    )
    op.execute(f"ALTER TABLE {SCHEMA}.raw_payload ALTER COLUMN body SET STORAGE EXTERNAL")  # it is compressed already
    op.create_index("raw_payload_fetched", "raw_payload", ["fetched_at"], schema=SCHEMA)
    op.create_index("raw_payload_user", "raw_payload", ["user_id"], schema=SCHEMA)


def _limits() -> None:
    op.create_table(
        "rate_bucket",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("arrival_time", TIME, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "gate",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("is_killed", sa.Boolean, nullable=False, server_default=sa.false()),
        _text("kill_reason"),
        _text("killed_by"),
        sa.Column("killed_at", TIME),
        sa.Column("breaker_state", sa.Text, nullable=False, server_default="closed"),
        _text("breaker_reason"),
        _count("failures"),
        sa.Column("window_start", TIME),
        sa.Column("next_probe_time", TIME),
        sa.Column("last_success_at", TIME),
        sa.CheckConstraint("id = 1", name="gate_single"),
        sa.CheckConstraint("breaker_state IN ('closed', 'open')", name="gate_breaker_state"),
        schema=SCHEMA,
    )
    op.execute(f"INSERT INTO {SCHEMA}.gate (id) VALUES (1)")


def _ftp() -> None:
    op.create_table(
        "ftp_answer",
        _user(primary_key=True),
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("is_known", sa.Boolean, nullable=False),
        _count("watts"),
        _text("kind"),
        _text("test_id"),
        sa.Column("start_time", TIME),
        sa.Column("end_time", TIME),
        _text("title"),
        schema=SCHEMA,
    )
    op.create_table(
        "ftp_proposal",
        sa.Column("id", UUID, primary_key=True),
        _user(),
        sa.Column("effective_time", TIME, nullable=False),
        sa.Column("reported_watts", sa.Integer, nullable=False),
        sa.Column("proposed_watts", sa.Integer, nullable=False),
        sa.Column("alternative_watts", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        _text("workout_title"),
        sa.Column("resolved_at", TIME),
        sa.UniqueConstraint("user_id", "effective_time", "reported_watts", "kind", name="ftp_proposal_once"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("ftp_proposal", "ftp_answer", "gate", "rate_bucket", "raw_payload", "class", "workout_ref"):
        op.drop_table(table, schema=SCHEMA)
    for table in ("sync_task", "sync_run", "token", "connection", "request_id", "inbox", "outbox"):
        op.drop_table(table, schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.outbox_notify()")
