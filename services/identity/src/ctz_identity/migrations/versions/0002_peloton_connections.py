"""The newest state of riders' Peloton connections, and the inbox of the events that tell it."""

import sqlalchemy as sa
from alembic import op
from ctz_chassis.migrations import ops
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"

SCHEMA = "identity"


def upgrade() -> None:
    op.create_table(
        "peloton_connection",
        sa.Column(
            "user_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey(f"{SCHEMA}.account.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("needs_sign_in", sa.Boolean, nullable=False),
        sa.Column("asked_revision", sa.BigInteger),
        schema=SCHEMA,
    )
    ops.create_inbox(SCHEMA)
