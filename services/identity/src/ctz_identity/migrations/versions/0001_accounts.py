"""Accounts, sessions, devices, secrets, tokens, security events, limits, outgoing mail, dated metrics, outbox."""

import sqlalchemy as sa
from alembic import op
from ctz_chassis.migrations import ops
from sqlalchemy.dialects import postgresql as pg

revision = "0001"
down_revision = None

SCHEMA = "identity"
UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)


def _user_id(**options: bool) -> sa.Column:
    return sa.Column("user_id", UUID, sa.ForeignKey(f"{SCHEMA}.account.id", ondelete="CASCADE"), **options)


def upgrade() -> None:
    _people()
    _secrets()
    _records()
    _metrics()
    ops.create_outbox(SCHEMA)
    ops.create_request_ids(SCHEMA)
    _close_the_log()


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("id", UUID, primary_key=True),
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
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("verified_at", TIME),
        sa.Column("password_changed_at", TIME, nullable=False),
        sa.Column("last_sign_in_at", TIME),
        sa.CheckConstraint("units IN ('metric', 'imperial')", name="account_units"),
        sa.CheckConstraint("week_start BETWEEN 0 AND 6", name="account_week_start"),
        schema=SCHEMA,
    )
    op.create_table(
        "session",
        sa.Column("id", UUID, primary_key=True),
        _user_id(nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME, nullable=False),
        sa.Column("authenticated_at", TIME, nullable=False),
        sa.Column("client_address", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("session_user", "session", ["user_id", "last_used_at"], schema=SCHEMA)
    op.create_table(
        "device",
        _user_id(primary_key=True),
        sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
        sa.Column("created_at", TIME, nullable=False),
        schema=SCHEMA,
    )


def _secrets() -> None:
    op.create_table(
        "secret",
        sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        _user_id(nullable=True),
        sa.Column("email", sa.Text),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.CheckConstraint(
            "purpose IN ('verify', 'reset', 'invitation', 'first-administrator')", name="secret_purpose"
        ),
        schema=SCHEMA,
    )
    op.create_index("secret_user", "secret", ["user_id", "purpose"], schema=SCHEMA)
    op.create_index("secret_expiry", "secret", ["expires_at"], schema=SCHEMA)
    op.create_table(
        "token",
        sa.Column("id", UUID, primary_key=True),
        _user_id(nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("scopes", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME),
        schema=SCHEMA,
    )
    op.create_index("token_user", "token", ["user_id", "id"], schema=SCHEMA)


def _records() -> None:
    op.create_table(
        "security_event",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("user_id", UUID),
        sa.Column("actor_user_id", UUID),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("client_address", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("security_event_user", "security_event", ["user_id", "id"], schema=SCHEMA)
    op.create_table(
        "attempt_counter",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("window_ends_at", TIME, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("attempt_counter_end", "attempt_counter", ["window_ends_at"], schema=SCHEMA)
    op.create_table(
        "outgoing_mail",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("outgoing_mail_due", "outgoing_mail", ["due_at"], schema=SCHEMA)


def _metrics() -> None:
    op.create_table(
        "metric_timeline",
        _user_id(primary_key=True),
        sa.Column("kind", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint("kind BETWEEN 1 AND 8", name="metric_timeline_kind"),
        schema=SCHEMA,
    )
    op.create_table(
        "metric_entry",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("user_id", UUID, nullable=False),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.Column("effective_at", TIME, nullable=False),
        sa.Column("value", sa.Numeric(6, 2), nullable=False),
        sa.Column("source", sa.SmallInteger, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "kind"],
            [f"{SCHEMA}.metric_timeline.user_id", f"{SCHEMA}.metric_timeline.kind"],
            name="metric_entry_timeline",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("user_id", "kind", "effective_at", name="metric_entry_moment"),
        sa.CheckConstraint("value > 0", name="metric_entry_value"),
        sa.CheckConstraint("source BETWEEN 1 AND 6", name="metric_entry_source"),
        schema=SCHEMA,
    )


def _close_the_log() -> None:
    """Leave whoever is not the owner nothing but adding and reading security events."""
    op.execute(
        f"""
        DO $$
        DECLARE grantee record;
        BEGIN
            FOR grantee IN
                SELECT DISTINCT acl.grantee::regrole::text AS name
                FROM pg_class, aclexplode(pg_class.relacl) AS acl
                WHERE pg_class.oid = '{SCHEMA}.security_event'::regclass
                    AND acl.grantee <> 0 AND acl.grantee <> pg_class.relowner
            LOOP
                EXECUTE format('REVOKE ALL ON {SCHEMA}.security_event FROM %s', grantee.name);
                EXECUTE format('GRANT SELECT, INSERT ON {SCHEMA}.security_event TO %s', grantee.name);
            END LOOP;
        END $$
        """
    )
