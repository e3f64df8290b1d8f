"""Challenges with schedule, teams and members; guided sessions; the ledger, its projections and decisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.migrations import ops

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "challenges"
POINTS = sa.Numeric(18, 6)


def _id(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=nullable)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _of_challenge() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["challenge_id"], [f"{SCHEMA}.challenge.challenge_id"], ondelete="CASCADE")


def _of_team() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["team_id"], [f"{SCHEMA}.team.team_id"], ondelete="CASCADE")


def upgrade() -> None:
    ops.create_request_ids(SCHEMA)
    _add_facts()
    _create_challenges()
    _create_members()
    _create_ledger()
    _create_projections()


def _add_facts() -> None:
    op.add_column(
        "recorded_workout", sa.Column("class_type", sa.Text, nullable=False, server_default=""), schema=SCHEMA
    )
    op.add_column("recorded_workout", sa.Column("distance_meters", sa.Double), schema=SCHEMA)
    op.create_table(
        "recorded_session",
        _id("session_id", primary_key=True),
        _id("user_id"),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("is_gone", sa.Boolean, nullable=False),
        sa.Column("local_date", sa.Date),
        sa.Column("start_time", sa.DateTime(timezone=True)),
        sa.Column("category", sa.Text, nullable=False, server_default=""),
        sa.Column("practice", sa.Text, nullable=False, server_default=""),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("done_seconds", sa.Integer),
        sa.Column("load", sa.Double),
        sa.CheckConstraint(
            "is_gone OR (local_date IS NOT NULL AND start_time IS NOT NULL)", name="recorded_session_is_whole"
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "recorded_session_by_day",
        "recorded_session",
        ["user_id", "local_date"],
        schema=SCHEMA,
        postgresql_where=sa.text("NOT is_gone"),
    )


def _create_challenges() -> None:
    op.create_table(
        "challenge",
        _id("challenge_id", primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("start_date", sa.Date, nullable=False),
        sa.Column("end_date", sa.Date, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        sa.Column("join_until_date", sa.Date, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False, server_default="0"),
        sa.Column("team_capacity", sa.Integer, nullable=False, server_default="0"),
        sa.Column("scoring", pg.JSONB, nullable=False),
        sa.Column("join_code", sa.Text, nullable=False, unique=True),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        _id("created_by", nullable=True),
        _now("created_at"),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint(
            "kind IN ('cycling', 'running', 'strength', 'yoga', 'mixed')", name="challenge_kind_is_known"
        ),
        sa.CheckConstraint("mode IN ('individual', 'team')", name="challenge_mode_is_known"),
        sa.CheckConstraint("end_date >= start_date", name="challenge_ends_after_its_start"),
        schema=SCHEMA,
    )
    op.create_index(
        "challenge_by_start", "challenge", [sa.text("start_date DESC"), sa.text("challenge_id DESC")], schema=SCHEMA
    )
    op.create_table(
        "challenge_item",
        _id("item_id", primary_key=True),
        _id("challenge_id"),
        sa.Column("week", sa.SmallInteger, nullable=False),
        sa.Column("day", sa.SmallInteger, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("activity", pg.JSONB, nullable=False),
        sa.Column("alternatives", pg.JSONB, nullable=False, server_default="[]"),
        _of_challenge(),
        sa.CheckConstraint("role IN ('core', 'bonus')", name="challenge_item_role_is_known"),
        sa.CheckConstraint("day BETWEEN 0 AND 6", name="challenge_item_day_is_of_a_week"),
        schema=SCHEMA,
    )
    op.create_index("challenge_item_by_week", "challenge_item", ["challenge_id", "week", "position"], schema=SCHEMA)


def _create_members() -> None:
    op.create_table(
        "team",
        _id("team_id", primary_key=True),
        _id("challenge_id"),
        sa.Column("title", sa.Text, nullable=False),
        _now("created_at"),
        _of_challenge(),
        schema=SCHEMA,
    )
    op.create_index(
        "team_title_is_unique", "team", ["challenge_id", sa.text("lower(title)")], schema=SCHEMA, unique=True
    )
    op.create_table(
        "member",
        _id("challenge_id", primary_key=True),
        _id("user_id", primary_key=True),
        sa.Column("join_date", sa.Date, nullable=False),
        _id("team_id", nullable=True),
        sa.Column("is_captain", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        _now("joined_at"),
        _of_challenge(),
        sa.ForeignKeyConstraint(["team_id"], [f"{SCHEMA}.team.team_id"], ondelete="SET NULL"),
        schema=SCHEMA,
    )
    op.create_index("member_by_user", "member", ["user_id", "challenge_id"], schema=SCHEMA)
    op.create_index(
        "member_now",
        "member",
        ["challenge_id", "team_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index("member_by_team", "member", ["team_id"], schema=SCHEMA)
    op.create_table(
        "team_stay",
        _id("challenge_id", primary_key=True),
        _id("user_id", primary_key=True),
        sa.Column("from_date", sa.Date, primary_key=True),
        _id("team_id"),
        sa.ForeignKeyConstraint(
            ["challenge_id", "user_id"],
            [f"{SCHEMA}.member.challenge_id", f"{SCHEMA}.member.user_id"],
            ondelete="CASCADE",
        ),
        _of_team(),
        schema=SCHEMA,
    )
    op.create_index("team_stay_by_team", "team_stay", ["team_id"], schema=SCHEMA)
    op.create_table(
        "recount",
        _id("challenge_id", primary_key=True),
        _id("after_user_id", nullable=True),
        _now("asked_at"),
        _of_challenge(),
        schema=SCHEMA,
    )


def _create_ledger() -> None:
    op.create_table(
        "ledger_line",
        _id("line_id", primary_key=True),
        _id("challenge_id"),
        _id("user_id"),
        sa.Column("week", sa.SmallInteger, nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("done_kind", sa.Text, nullable=False, server_default=""),
        _id("done_id", nullable=True),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        _id("item_id", nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("amount", sa.Double),
        sa.Column("points_per_unit", sa.Double),
        sa.Column("points", POINTS, nullable=False),
        _id("team_id", nullable=True),
        _now("created_at"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_cause", sa.Text),
        _of_challenge(),
        sa.CheckConstraint("done_kind IN ('', 'workout', 'session')", name="ledger_line_done_kind_is_known"),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_cause IS NULL)", name="ledger_line_withdrawal_has_a_cause"
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "ledger_line_in_force",
        "ledger_line",
        ["challenge_id", "user_id", sa.text("local_date DESC"), sa.text("line_id DESC")],
        schema=SCHEMA,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index(
        "ledger_line_by_withdrawal", "ledger_line", ["challenge_id", "user_id", "withdrawn_at"], schema=SCHEMA
    )
    op.create_table(
        "item_decision",
        _id("item_id", primary_key=True),
        _id("user_id", primary_key=True),
        _id("challenge_id"),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("is_done", sa.Boolean, nullable=False),
        sa.Column("done_kind", sa.Text, nullable=False, server_default=""),
        _id("done_id", nullable=True),
        sa.Column("done_date", sa.Date),
        sa.Column("points", POINTS, nullable=False, server_default="0"),
        _of_challenge(),
        schema=SCHEMA,
    )
    op.create_index("item_decision_by_member", "item_decision", ["challenge_id", "user_id"], schema=SCHEMA)


def _create_projections() -> None:
    op.create_table(
        "member_week",
        _id("challenge_id", primary_key=True),
        _id("user_id", primary_key=True),
        sa.Column("week", sa.SmallInteger, primary_key=True),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        _of_challenge(),
        schema=SCHEMA,
    )
    op.create_index(
        "member_week_by_points",
        "member_week",
        ["challenge_id", "week", sa.text("points DESC"), "reached_at", "user_id"],
        schema=SCHEMA,
    )
    op.create_table(
        "member_total",
        _id("challenge_id", primary_key=True),
        _id("user_id", primary_key=True),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_date", sa.Date),
        sa.Column("latest_points", POINTS, nullable=False, server_default="0"),
        sa.Column("changed_at", sa.DateTime(timezone=True)),
        _of_challenge(),
        schema=SCHEMA,
    )
    op.create_index(
        "member_total_by_points",
        "member_total",
        ["challenge_id", sa.text("points DESC"), "reached_at", "user_id"],
        schema=SCHEMA,
    )
    op.create_index("member_total_by_change", "member_total", ["challenge_id", "changed_at"], schema=SCHEMA)
    op.create_table(
        "team_week",
        _id("challenge_id", primary_key=True),
        _id("team_id", primary_key=True),
        sa.Column("week", sa.SmallInteger, primary_key=True),
        sa.Column("points", POINTS, nullable=False, server_default="0"),
        sa.Column("active_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        _of_challenge(),
        _of_team(),
        schema=SCHEMA,
    )
    op.create_table(
        "team_contribution",
        _id("challenge_id", primary_key=True),
        _id("team_id", primary_key=True),
        sa.Column("week", sa.SmallInteger, primary_key=True),
        _id("user_id", primary_key=True),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        _of_challenge(),
        _of_team(),
        schema=SCHEMA,
    )
    op.create_index("team_contribution_by_member", "team_contribution", ["challenge_id", "user_id"], schema=SCHEMA)
    op.create_index(
        "team_contribution_by_time", "team_contribution", ["challenge_id", "team_id", "week", "reached_at"], schema=SCHEMA
    )


def downgrade() -> None:
    for table in (
        "team_contribution",
        "team_week",
        "member_total",
        "member_week",
        "item_decision",
        "ledger_line",
        "recount",
        "team_stay",
        "member",
        "team",
        "challenge_item",
        "challenge",
        "recorded_session",
        "request_id",
    ):
        op.drop_table(table, schema=SCHEMA)
    op.drop_column("recorded_workout", "distance_meters", schema=SCHEMA)
    op.drop_column("recorded_workout", "class_type", schema=SCHEMA)
