"""Tables of the schema `peloton_sync`."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.erasure import tombstone_table
from ctz_chassis.idempotency import request_ids_table
from ctz_chassis.inbox import inbox_table
from ctz_chassis.outbox import outbox_table

SCHEMA = "peloton_sync"
TASK_CHANNEL = "peloton_sync.task"

metadata = sa.MetaData()

_UUID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


outbox = outbox_table(metadata, SCHEMA)
inbox = inbox_table(metadata, SCHEMA)
request_ids = request_ids_table(metadata, SCHEMA)
tombstones = tombstone_table(metadata, SCHEMA)

connection = sa.Table(
    "connection",
    metadata,
    sa.Column("user_id", _UUID, primary_key=True),
    sa.Column("connection_id", _UUID, nullable=False, unique=True),
    sa.Column("peloton_user_id", sa.Text, nullable=False),
    _text("peloton_username"),
    sa.Column("state", sa.Text, nullable=False),
    _text("state_reason"),
    sa.Column("state_time", _TIME, nullable=False),
    sa.Column("connected_at", _TIME, nullable=False),
    sa.Column("is_renewable", sa.Boolean, nullable=False),
    sa.Column("total_workouts", sa.Integer),
    sa.Column("revision", sa.BigInteger, nullable=False),
    _count("refusals"),
    sa.Column("refused_at", _TIME),
    sa.Column("resume_at", _TIME),
    sa.Column("served_at", _TIME),
    sa.Column("next_run_at", _TIME),
    _text("ftp_account"),
    _text("ftp_searched"),
    sa.Column("is_ftp_searching", sa.Boolean, nullable=False, server_default=sa.false()),
    _text("ftp_reading"),
    sa.CheckConstraint("state IN ('active', 'reconnect', 'disconnected')", name="connection_state"),
    sa.Index("connection_next_run", "next_run_at", postgresql_where=sa.text("state = 'active'")),
    schema=SCHEMA,
)

token = sa.Table(
    "token",
    metadata,
    sa.Column("user_id", _UUID, sa.ForeignKey(connection.c.user_id, ondelete="CASCADE"), primary_key=True),
    sa.Column("connection_id", _UUID, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("access_expires_at", _TIME, nullable=False),
    sa.Index("token_key", "key_id"),
    schema=SCHEMA,
)

sync_run = sa.Table(
    "sync_run",
    metadata,
    sa.Column("id", _UUID, primary_key=True),
    sa.Column("user_id", _UUID, sa.ForeignKey(connection.c.user_id, ondelete="CASCADE"), nullable=False),
    sa.Column("trigger", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    _text("state_reason"),
    sa.Column("started_at", _TIME, nullable=False),
    sa.Column("ended_at", _TIME),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("rescan_since", _TIME),
    sa.Column("pass_number", sa.Integer, nullable=False, server_default="1"),
    _count("pages_known"),
    sa.Column("is_listed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("workouts_total", sa.Integer),
    sa.Column("months", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    _count("unreadable"),
    *[
        _count(f"{phase}_{figure}")
        for phase in ("list", "performance", "class", "detail")
        for figure in ("done", "total", "failed", "calls")
    ],
    sa.CheckConstraint("state IN ('running', 'parked', 'done', 'done_with_failures')", name="sync_run_state"),
    sa.Index("sync_run_open", "user_id", unique=True, postgresql_where=sa.text("state IN ('running', 'parked')")),
    sa.Index("sync_run_recent", "user_id", sa.text("started_at DESC")),
    schema=SCHEMA,
)

sync_task = sa.Table(
    "sync_task",
    metadata,
    sa.Column("id", _UUID, primary_key=True),
    sa.Column("user_id", _UUID, sa.ForeignKey(connection.c.user_id, ondelete="CASCADE"), nullable=False),
    sa.Column("run_id", _UUID, sa.ForeignKey(sync_run.c.id, ondelete="SET NULL")),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("workout_id", _UUID),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("sort_time", _TIME, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="pending"),
    _count("attempts"),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("not_before", _TIME, nullable=False),
    sa.Column("lease_until", _TIME),
    _text("last_error"),
    sa.Column("failed_at", _TIME),
    sa.CheckConstraint("state IN ('pending', 'leased', 'failed')", name="sync_task_state"),
    sa.Index(
        "sync_task_due",
        "user_id",
        "priority",
        sa.text("sort_time DESC"),
        postgresql_where=sa.text("state = 'pending'"),
    ),
    sa.Index("sync_task_leased", "user_id", "lease_until", postgresql_where=sa.text("state = 'leased'")),
    sa.Index("sync_task_failed", "user_id", "failed_at", postgresql_where=sa.text("state = 'failed'")),
    sa.Index("sync_task_run", "run_id"),
    schema=SCHEMA,
)

workout_ref = sa.Table(
    "workout_ref",
    metadata,
    sa.Column("id", _UUID, primary_key=True),
    sa.Column("user_id", _UUID, nullable=False),
    sa.Column("source", sa.Text, nullable=False, server_default="peloton"),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_time", _TIME, nullable=False),
    sa.Column("start_time", _TIME, nullable=False),
    sa.Column("end_time", _TIME, nullable=False),
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
    # False for what a version told whose readers kept less of it: it is told once more.
    sa.Column("is_told_anew", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.CheckConstraint("state IN ('live', 'in_progress', 'missing', 'deleted', 'set_aside')", name="workout_ref_state"),
    sa.CheckConstraint(
        "performance_state IN ('due', 'on_open', 'fetched', 'missing')", name="workout_ref_performance_state"
    ),
    sa.UniqueConstraint("user_id", "source", "source_id", name="workout_ref_source"),
    sa.Index("workout_ref_created", "user_id", "created_time"),
    sa.Index("workout_ref_told_before", "user_id", "source_id", postgresql_where=sa.text("NOT is_told_anew")),
    schema=SCHEMA,
)

ride_class = sa.Table(
    "class",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    _text("title"),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("content_hash", sa.LargeBinary),
    sa.Column("fetched_at", _TIME),
    # The newest `ClassUpdated`, without its revision: a list row and a detail each tell parts of it.
    sa.Column("published", sa.LargeBinary),
    sa.Column("is_detail_due", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("air_time", _TIME),
    sa.CheckConstraint("state IN ('listed', 'due', 'fetched', 'missing')", name="class_state"),
    sa.Index("class_detail_due", "id", postgresql_where=sa.text("is_detail_due")),
    schema=SCHEMA,
)

# How far each browse category of the class library was read; `is_whole` once it was read to its end, `readings` times.
library_category = sa.Table(
    "library_category",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("is_under_way", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("is_whole", sa.Boolean, nullable=False, server_default=sa.false()),
    _count("next_page"),
    sa.Column("due_at", _TIME, nullable=False, server_default=sa.func.now()),
    sa.Column("read_at", _TIME),
    _count("readings"),
    sa.Column("is_reading_whole", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("whole_at", _TIME),
    schema=SCHEMA,
)

# Which whole reading of a category listed a class last.
library_listing = sa.Table(
    "library_listing",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("class_id", sa.Text, primary_key=True),
    sa.Column("reading", sa.Integer, nullable=False),
    sa.Index("library_listing_by_class", "class_id"),
    sa.Index("library_listing_by_reading", "slug", "reading"),
    schema=SCHEMA,
)

raw_payload = sa.Table(
    "raw_payload",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("content_hash", sa.LargeBinary, primary_key=True),
    sa.Column("user_id", _UUID),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("fetched_at", _TIME, nullable=False),
    sa.Index("raw_payload_fetched", "fetched_at"),
    sa.Index("raw_payload_user", "user_id"),
    schema=SCHEMA,
)

rate_bucket = sa.Table(
    "rate_bucket",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("arrival_time", _TIME, nullable=False),
    schema=SCHEMA,
)

gate = sa.Table(
    "gate",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True),
    sa.Column("is_killed", sa.Boolean, nullable=False, server_default=sa.false()),
    _text("kill_reason"),
    _text("killed_by"),
    sa.Column("killed_at", _TIME),
    sa.Column("breaker_state", sa.Text, nullable=False, server_default="closed"),
    _text("breaker_reason"),
    _count("failures"),
    sa.Column("window_start", _TIME),
    sa.Column("next_probe_time", _TIME),
    sa.Column("last_success_at", _TIME),
    sa.CheckConstraint("id = 1", name="gate_single"),
    sa.CheckConstraint("breaker_state IN ('closed', 'open')", name="gate_breaker_state"),
    schema=SCHEMA,
)

ftp_answer = sa.Table(
    "ftp_answer",
    metadata,
    sa.Column("user_id", _UUID, sa.ForeignKey(connection.c.user_id, ondelete="CASCADE"), primary_key=True),
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("is_known", sa.Boolean, nullable=False),
    _count("watts"),
    _text("kind"),
    _text("test_id"),
    sa.Column("start_time", _TIME),
    sa.Column("end_time", _TIME),
    _text("title"),
    schema=SCHEMA,
)

ftp_proposal = sa.Table(
    "ftp_proposal",
    metadata,
    sa.Column("id", _UUID, primary_key=True),
    sa.Column("user_id", _UUID, sa.ForeignKey(connection.c.user_id, ondelete="CASCADE"), nullable=False),
    sa.Column("effective_time", _TIME, nullable=False),
    sa.Column("reported_watts", sa.Integer, nullable=False),
    sa.Column("proposed_watts", sa.Integer, nullable=False),
    sa.Column("alternative_watts", sa.Integer),
    sa.Column("kind", sa.Text, nullable=False),
    _text("workout_title"),
    sa.Column("resolved_at", _TIME),
    sa.UniqueConstraint("user_id", "effective_time", "reported_watts", "kind", name="ftp_proposal_once"),
    schema=SCHEMA,
)
