"""Indexes of workouts, made while workouts are read and written: for lists and their orders, classes, imports."""

from ctz_chassis.migrations import ops

revision = "0007"
down_revision = "0006"

SCHEMA = "workouts"
TIE = "local_date DESC, start_time DESC, workout_id DESC"
ORDERS = {
    "workout_by_length": "coalesce(ridden_seconds, reported_seconds, -1)",
    "workout_by_work": "coalesce(nullif(total_work_joules, 0) / 1000, graph_work_kilojoules, total_work_joules, -1)",
    "workout_by_load": "coalesce(load, -1)",
    "workout_by_target_share": "coalesce(target_share, -1)",
    "workout_by_effort": "coalesce(effort_points, graph_effort_points, -1)",
}
INDEXES = {
    "workout_by_user": "(user_id)",
    "workout_by_day": f"(user_id, {TIE}) WHERE is_listed",
    "workout_by_kind": f"(user_id, discipline, class_type, instructor, {TIE}) WHERE is_listed",
    **{name: f"(user_id, ({rank}) DESC, {TIE}) WHERE is_listed" for name, rank in ORDERS.items()},
    "workout_attempt": "(user_id, class_id) WHERE is_listed AND class_id <> ''",
    # Without a list of what is still to be sorted in, which every search would read.
    "workout_by_terms": "USING gin (terms) WITH (fastupdate = off) WHERE is_listed",
}


def upgrade() -> None:
    """Create them."""
    with ops.outside_transaction():
        for name, definition in INDEXES.items():
            ops.create_index_concurrently(SCHEMA, "workout", name, definition)
        once = "(user_id, source_id) WHERE source = 'import' AND NOT is_deleted"
        ops.create_index_concurrently(SCHEMA, "workout", "workout_once_by_import", once, unique=True)


def downgrade() -> None:
    """Drop them."""
    for name in (*INDEXES, "workout_once_by_import"):
        ops.drop_index(SCHEMA, name)
