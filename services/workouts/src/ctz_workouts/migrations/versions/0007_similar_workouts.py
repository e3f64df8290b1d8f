"""Workouts of one kind are found without reading the others."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the index."""
    op.execute(
        "CREATE INDEX workout_by_kind ON workouts.workout (user_id, discipline, class_type, instructor, "
        "local_date DESC, start_time DESC, workout_id DESC) WHERE is_listed"
    )
