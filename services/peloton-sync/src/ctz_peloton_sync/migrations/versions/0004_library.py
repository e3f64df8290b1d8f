"""The class library: what was published of a class, which details are wanted, how far each category was read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SCHEMA = "peloton_sync"


def upgrade() -> None:
    """Let a class be known without its detail, and remember how far the library was read."""
    op.drop_constraint("class_state", "class", schema=SCHEMA)
    op.create_check_constraint(
        "class_state", "class", "state IN ('listed', 'due', 'fetched', 'missing')", schema=SCHEMA
    )
    op.add_column("class", sa.Column("published", sa.LargeBinary), schema=SCHEMA)
    op.add_column(
        "class",
        sa.Column("is_detail_due", sa.Boolean, nullable=False, server_default=sa.false()),
        schema=SCHEMA,
    )
    # What the version before published of a class tells less, and was not kept.
    op.execute(f"UPDATE {SCHEMA}.class SET is_detail_due = true WHERE state = 'fetched'")
    op.create_index(
        "class_detail_due",
        "class",
        ["id"],
        schema=SCHEMA,
        postgresql_where=sa.text("is_detail_due"),
    )
    op.create_table(
        "library_category",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("is_under_way", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("is_whole", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("next_page", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Forget the library."""
    op.drop_table("library_category", schema=SCHEMA)
    op.drop_index("class_detail_due", "class", schema=SCHEMA)
    op.drop_column("class", "is_detail_due", schema=SCHEMA)
    op.drop_column("class", "published", schema=SCHEMA)
    op.execute(f"DELETE FROM {SCHEMA}.class WHERE state = 'listed'")
    op.drop_constraint("class_state", "class", schema=SCHEMA)
    op.create_check_constraint("class_state", "class", "state IN ('due', 'fetched', 'missing')", schema=SCHEMA)
