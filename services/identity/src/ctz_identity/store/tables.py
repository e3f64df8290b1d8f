"""The tables of the schema `identity`; `migrations/` creates them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.idempotency import request_ids_table
from ctz_chassis.inbox import inbox_table
from ctz_chassis.outbox import outbox_table

SCHEMA = "identity"
metadata = sa.MetaData(schema=SCHEMA)

_ID = pg.UUID(as_uuid=True)
_TIME = sa.DateTime(timezone=True)


def _user_id(*, nullable: bool = False, primary_key: bool = False) -> sa.Column[object]:
    owner = sa.ForeignKey(f"{SCHEMA}.account.id", ondelete="CASCADE")
    return sa.Column("user_id", _ID, owner, nullable=nullable, primary_key=primary_key)


account = sa.Table(
    "account",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("units", sa.Text, nullable=False),
    sa.Column("week_start", sa.SmallInteger, nullable=False),
    sa.Column("birth_year", sa.SmallInteger),
    sa.Column("onboarding_done", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("is_administrator", sa.Boolean, nullable=False),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("verified_at", _TIME),
    sa.Column("password_changed_at", _TIME, nullable=False),
    sa.Column("last_sign_in_at", _TIME),
    sa.CheckConstraint("units IN ('metric', 'imperial')", name="account_units"),
    sa.CheckConstraint("week_start BETWEEN 0 AND 6", name="account_week_start"),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    _user_id(),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("last_used_at", _TIME, nullable=False),
    sa.Column("authenticated_at", _TIME, nullable=False),
    sa.Column("client_address", sa.Text, nullable=False),
    sa.Column("user_agent", sa.Text, nullable=False),
    sa.Index("session_user", "user_id", "last_used_at"),
)

device = sa.Table(
    "device",
    metadata,
    _user_id(primary_key=True),
    sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
    sa.Column("created_at", _TIME, nullable=False),
)

# A row without a person answers a request about an unknown address with the same statements; its secret opens nothing.
secret = sa.Table(
    "secret",
    metadata,
    sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    _user_id(nullable=True),
    sa.Column("email", sa.Text),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("expires_at", _TIME, nullable=False),
    sa.Index("secret_user", "user_id", "purpose"),
    sa.Index("secret_expiry", "expires_at"),
    sa.CheckConstraint("purpose IN ('verify', 'reset', 'invitation', 'first-administrator')", name="secret_purpose"),
)

token = sa.Table(
    "token",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    _user_id(),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("scopes", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("expires_at", _TIME, nullable=False),
    sa.Column("last_used_at", _TIME),
    sa.Index("token_user", "user_id", "id"),
)

# The runtime role may add and read rows, nothing else (S7). Without a foreign key: the log outlives accounts.
security_event = sa.Table(
    "security_event",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("user_id", _ID),
    sa.Column("actor_user_id", _ID),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("client_address", sa.Text, nullable=False),
    sa.Column("user_agent", sa.Text, nullable=False),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Index("security_event_user", "user_id", "id"),
)

attempt_counter = sa.Table(
    "attempt_counter",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("window_ends_at", _TIME, nullable=False),
    sa.Index("attempt_counter_end", "window_ends_at"),
)

outgoing_mail = sa.Table(
    "outgoing_mail",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("due_at", _TIME, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index("outgoing_mail_due", "due_at"),
)

metric_timeline = sa.Table(
    "metric_timeline",
    metadata,
    _user_id(primary_key=True),
    sa.Column("kind", sa.SmallInteger, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.CheckConstraint("kind BETWEEN 1 AND 8", name="metric_timeline_kind"),
)

metric_entry = sa.Table(
    "metric_entry",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("user_id", _ID, nullable=False),
    sa.Column("kind", sa.SmallInteger, nullable=False),
    sa.Column("effective_at", _TIME, nullable=False),
    sa.Column("value", sa.Numeric(6, 2), nullable=False),
    sa.Column("source", sa.SmallInteger, nullable=False),
    sa.Column("created_at", _TIME, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "kind"],
        [f"{SCHEMA}.metric_timeline.user_id", f"{SCHEMA}.metric_timeline.kind"],
        name="metric_entry_timeline",
        ondelete="CASCADE",
    ),
    sa.UniqueConstraint("user_id", "kind", "effective_at", name="metric_entry_moment"),
    sa.CheckConstraint("value > 0", name="metric_entry_value"),
    sa.CheckConstraint("source BETWEEN 1 AND 6", name="metric_entry_source"),
)

# `asked_revision` is the revision at which the rider was last asked to sign in to Peloton again.
peloton_connection = sa.Table(
    "peloton_connection",
    metadata,
    _user_id(primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("needs_sign_in", sa.Boolean, nullable=False),
    sa.Column("asked_revision", sa.BigInteger),
)

# What stays of an account that was deleted: its id and when; for a week also who has erased what, for whoever holds the
# secret.
tombstone = sa.Table(
    "tombstone",
    metadata,
    sa.Column("user_id", _ID, primary_key=True),
    sa.Column("deleted_at", _TIME, nullable=False),
    sa.Column("secret_hash", sa.LargeBinary, unique=True),
    sa.Column("erased", pg.JSONB, nullable=False),
)

outbox = outbox_table(metadata, SCHEMA)
inbox = inbox_table(metadata, SCHEMA)
request_ids = request_ids_table(metadata, SCHEMA)
