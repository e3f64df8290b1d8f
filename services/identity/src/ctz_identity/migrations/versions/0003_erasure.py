"""Tombstones of deleted accounts, and the one way in which the log of security events forgets somebody."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"

SCHEMA = "identity"


def upgrade() -> None:
    op.create_table(
        "tombstone",
        sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, unique=True),
        sa.Column("erased", pg.JSONB, nullable=False),
        schema=SCHEMA,
    )
    # The runtime role may not change the log. This runs as the owner, and only for an account that is buried.
    op.execute(
        f"""
        CREATE FUNCTION {SCHEMA}.forget_in_the_log(gone uuid) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS
        $$
            UPDATE {SCHEMA}.security_event
            SET user_id = nullif(user_id, gone), actor_user_id = nullif(actor_user_id, gone),
                client_address = '', user_agent = '', request_id = ''
            WHERE gone IN (user_id, actor_user_id) AND EXISTS (SELECT FROM {SCHEMA}.tombstone WHERE user_id = gone)
        $$
        """
    )


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SCHEMA}.forget_in_the_log(uuid)")
    op.drop_table("tombstone", schema=SCHEMA)
