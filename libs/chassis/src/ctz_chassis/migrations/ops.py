"""Tables of the chassis as migration steps; what a step creates never changes, a later form is a step of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def create_outbox(schema: str) -> None:
    """Create the outbox, and the trigger that wakes the relay once per inserting statement."""
    op.create_table(
        "outbox",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _now("due_at"),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        schema=schema,
    )
    waiting, published = sa.text("published_at IS NULL"), sa.text("published_at IS NOT NULL")
    op.create_index("outbox_due", "outbox", ["due_at", "id"], schema=schema, postgresql_where=waiting)
    op.create_index("outbox_published", "outbox", ["published_at"], schema=schema, postgresql_where=published)
    op.execute(
        f"CREATE FUNCTION {schema}.outbox_notify() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_notify('{schema}.outbox', ''); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER outbox_notify AFTER INSERT ON {schema}.outbox "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {schema}.outbox_notify()"
    )


def create_inbox(schema: str) -> None:
    """Create the inbox."""
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="1"),
        _now("seen_at"),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        schema=schema,
    )
    op.create_index("inbox_seen", "inbox", ["seen_at"], schema=schema)


def create_request_ids(schema: str) -> None:
    """Create the table of request ids."""
    op.create_table(
        "request_id",
        sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        _now("created_at"),
        schema=schema,
    )
    op.create_index("request_id_created", "request_id", ["created_at"], schema=schema)


def create_tombstones(schema: str) -> None:
    """Create the tombstones of erased accounts."""
    op.create_table(
        "tombstone",
        sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        _now("erased_at"),
        schema=schema,
    )
