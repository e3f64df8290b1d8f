"""Tables of the chassis as migration steps; what a step creates never changes, a later form is a step of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


# A concurrent index waits for every transaction that is open when it begins, and nobody waits for it meanwhile.
_PATIENCE = "10min"


@contextmanager
def outside_transaction() -> Iterator[None]:
    """Let every step of a version stand by itself; all of them are done again when it did not end."""
    connection = op.get_bind()
    names = ("statement_timeout", "lock_timeout")
    usual = {name: connection.execute(sa.text(f"SHOW {name}")).scalar_one() for name in names}
    with op.get_context().autocommit_block():
        for name in names:
            op.execute(f"SET {name} = '{_PATIENCE}'")
        try:
            yield
        finally:
            for name, value in usual.items():
                op.execute(f"SET {name} = '{value}'")


def create_index_concurrently(schema: str, table: str, name: str, definition: str, *, unique: bool = False) -> None:
    """Create an index, where there is none yet, while its table is read and written; needs `outside_transaction`.

    A run that was interrupted leaves an index that is not valid: it is made anew.
    """
    found = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    is_valid = op.get_bind().execute(found, {"name": f"{schema}.{name}"}).scalar()
    if is_valid:
        return
    if is_valid is not None:
        op.execute(f"DROP INDEX CONCURRENTLY {schema}.{name}")
    kind = "UNIQUE INDEX" if unique else "INDEX"
    op.execute(f"CREATE {kind} CONCURRENTLY {name} ON {schema}.{table} {definition}")


def drop_index(schema: str, name: str) -> None:
    """Drop an index, where there is one."""
    op.execute(f"DROP INDEX IF EXISTS {schema}.{name}")


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
