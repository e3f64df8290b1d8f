"""The tables of the chassis and one projection, as a service has them."""

import sqlalchemy as sa
from alembic import op

from ctz_chassis.migrations import ops

revision = "0001"
down_revision = None


def upgrade() -> None:
    ops.create_outbox("plans")
    ops.create_inbox("plans")
    ops.create_request_ids("plans")
    op.create_table(
        "effect",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        schema="plans",
    )
