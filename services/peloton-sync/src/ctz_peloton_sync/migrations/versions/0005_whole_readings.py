"""Whole readings of browse categories, which tell what is no longer offered, and when classes were first shown."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SCHEMA = "peloton_sync"


def upgrade() -> None:
    """Remember which whole reading listed each class last."""
    op.add_column("class", sa.Column("air_time", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.add_column(
        "library_category", sa.Column("readings", sa.Integer, nullable=False, server_default="0"), schema=SCHEMA
    )
    op.add_column(
        "library_category",
        sa.Column("is_reading_whole", sa.Boolean, nullable=False, server_default=sa.false()),
        schema=SCHEMA,
    )
    op.add_column("library_category", sa.Column("whole_at", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.create_table(
        "library_listing",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("reading", sa.Integer, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("library_listing_by_class", "library_listing", ["class_id"], schema=SCHEMA)
    op.create_index("library_listing_by_reading", "library_listing", ["slug", "reading"], schema=SCHEMA)


def downgrade() -> None:
    """Forget them."""
    op.drop_table("library_listing", schema=SCHEMA)
    for name in ("whole_at", "is_reading_whole", "readings"):
        op.drop_column("library_category", name, schema=SCHEMA)
    op.drop_column("class", "air_time", schema=SCHEMA)
