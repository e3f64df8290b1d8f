"""The reading of Peloton's FTP history that a rider said yes to.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "peloton_sync"


def upgrade() -> None:
    op.add_column("connection", sa.Column("ftp_reading", sa.Text, nullable=False, server_default=""), schema=SCHEMA)


def downgrade() -> None:
    op.drop_column("connection", "ftp_reading", schema=SCHEMA)
