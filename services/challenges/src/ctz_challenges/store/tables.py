"""Every table of the schema: challenges, teams, members, and the ledger that boards are read from."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.store.recorded_tables import recorded_session, recorded_workout
from ctz_challenges.store.schema import (
    SCHEMA,
    id_column,
    inbox,
    metadata,
    now_column,
    of_challenge,
    outbox,
    request_id,
    tombstones,
)

__all__ = [
    "POINTS",
    "SCHEMA",
    "challenge",
    "challenge_item",
    "inbox",
    "item_decision",
    "ledger_line",
    "member",
    "member_total",
    "member_week",
    "metadata",
    "outbox",
    "recorded_session",
    "recorded_workout",
    "recount",
    "request_id",
    "team",
    "team_contribution",
    "team_stay",
    "team_week",
    "tombstones",
]

POINTS = sa.Numeric(18, 6)
"""Points are exact: sums do not depend on the order in which lines arrived."""

challenge = sa.Table(
    "challenge",
    metadata,
    id_column("challenge_id", primary_key=True),
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
    # Absent once its maker's account is deleted.
    id_column("created_by", nullable=True),
    now_column("created_at"),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    sa.CheckConstraint("kind IN ('cycling', 'running', 'strength', 'yoga', 'mixed')", name="challenge_kind_is_known"),
    sa.CheckConstraint("mode IN ('individual', 'team')", name="challenge_mode_is_known"),
    sa.CheckConstraint("end_date >= start_date", name="challenge_ends_after_its_start"),
)
sa.Index("challenge_by_start", challenge.c.start_date.desc(), challenge.c.challenge_id.desc())

challenge_item = sa.Table(
    "challenge_item",
    metadata,
    id_column("item_id", primary_key=True),
    id_column("challenge_id"),
    sa.Column("week", sa.SmallInteger, nullable=False),
    sa.Column("day", sa.SmallInteger, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("activity", pg.JSONB, nullable=False),
    sa.Column("alternatives", pg.JSONB, nullable=False, server_default="[]"),
    of_challenge(),
    sa.CheckConstraint("role IN ('core', 'bonus')", name="challenge_item_role_is_known"),
    sa.CheckConstraint("day BETWEEN 0 AND 6", name="challenge_item_day_is_of_a_week"),
)
sa.Index("challenge_item_by_week", challenge_item.c.challenge_id, challenge_item.c.week, challenge_item.c.position)

team = sa.Table(
    "team",
    metadata,
    id_column("team_id", primary_key=True),
    id_column("challenge_id"),
    sa.Column("title", sa.Text, nullable=False),
    now_column("created_at"),
    of_challenge(),
)
sa.Index("team_title_is_unique", team.c.challenge_id, sa.func.lower(team.c.title), unique=True)

member = sa.Table(
    "member",
    metadata,
    id_column("challenge_id", primary_key=True),
    id_column("user_id", primary_key=True),
    sa.Column("join_date", sa.Date, nullable=False),
    # The team of the latest stay, so that who is in a team now is one index away.
    id_column("team_id", nullable=True),
    sa.Column("is_captain", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("left_at", sa.DateTime(timezone=True)),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    now_column("joined_at"),
    of_challenge(),
    sa.ForeignKeyConstraint(["team_id"], [f"{SCHEMA}.team.team_id"], ondelete="SET NULL"),
)
sa.Index("member_by_user", member.c.user_id, member.c.challenge_id)
sa.Index("member_now", member.c.challenge_id, member.c.team_id, postgresql_where=member.c.left_at.is_(None))
sa.Index("member_by_team", member.c.team_id)

# The team of a member on a day is that of the latest stay that began on or before it.
team_stay = sa.Table(
    "team_stay",
    metadata,
    id_column("challenge_id", primary_key=True),
    id_column("user_id", primary_key=True),
    sa.Column("from_date", sa.Date, primary_key=True),
    id_column("team_id"),
    sa.ForeignKeyConstraint(
        ["challenge_id", "user_id"], [f"{SCHEMA}.member.challenge_id", f"{SCHEMA}.member.user_id"], ondelete="CASCADE"
    ),
    sa.ForeignKeyConstraint(["team_id"], [f"{SCHEMA}.team.team_id"], ondelete="CASCADE"),
)
sa.Index("team_stay_by_team", team_stay.c.team_id)

# Challenges whose rules changed, until every member is scored anew: `after_user_id` is how far that has come.
recount = sa.Table(
    "recount",
    metadata,
    id_column("challenge_id", primary_key=True),
    id_column("after_user_id", nullable=True),
    now_column("asked_at"),
    of_challenge(),
)

# Lines are never changed: a line that no longer holds is withdrawn with its cause, and stays for the explanation.
ledger_line = sa.Table(
    "ledger_line",
    metadata,
    id_column("line_id", primary_key=True),
    id_column("challenge_id"),
    id_column("user_id"),
    sa.Column("week", sa.SmallInteger, nullable=False),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("done_kind", sa.Text, nullable=False, server_default=""),
    id_column("done_id", nullable=True),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    id_column("item_id", nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("amount", sa.Double),
    sa.Column("points_per_unit", sa.Double),
    sa.Column("points", POINTS, nullable=False),
    id_column("team_id", nullable=True),
    now_column("created_at"),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    sa.Column("withdrawn_cause", sa.Text),
    of_challenge(),
    sa.CheckConstraint("done_kind IN ('', 'workout', 'session')", name="ledger_line_done_kind_is_known"),
    sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_cause IS NULL)", name="ledger_line_withdrawal_has_a_cause"),
)
sa.Index(
    "ledger_line_in_force",
    ledger_line.c.challenge_id,
    ledger_line.c.user_id,
    ledger_line.c.local_date.desc(),
    ledger_line.c.line_id.desc(),
    postgresql_where=ledger_line.c.withdrawn_at.is_(None),
)
# Corrections of a member, newest first; and what a deletion of the challenge has to find.
sa.Index("ledger_line_by_withdrawal", ledger_line.c.challenge_id, ledger_line.c.user_id, ledger_line.c.withdrawn_at)

# Projections of the ledger: sums of lines in force of members that have not left.
member_week = sa.Table(
    "member_week",
    metadata,
    id_column("challenge_id", primary_key=True),
    id_column("user_id", primary_key=True),
    sa.Column("week", sa.SmallInteger, primary_key=True),
    sa.Column("points", POINTS, nullable=False),
    sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
    of_challenge(),
)
sa.Index(
    "member_week_by_points",
    member_week.c.challenge_id,
    member_week.c.week,
    member_week.c.points.desc(),
    member_week.c.reached_at,
    member_week.c.user_id,
)

# Week 0 of the same projection would hide a total among weeks; the total is a table of its own.
member_total = sa.Table(
    "member_total",
    metadata,
    id_column("challenge_id", primary_key=True),
    id_column("user_id", primary_key=True),
    sa.Column("points", POINTS, nullable=False),
    sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
    # Points of the latest day with any, so that yesterday's rank needs no walk through the ledger.
    sa.Column("latest_date", sa.Date),
    sa.Column("latest_points", POINTS, nullable=False, server_default="0"),
    # When the points last changed here; absent before the first.
    sa.Column("changed_at", sa.DateTime(timezone=True)),
    of_challenge(),
)
sa.Index("member_total_by_change", member_total.c.challenge_id, member_total.c.changed_at)
sa.Index(
    "member_total_by_points",
    member_total.c.challenge_id,
    member_total.c.points.desc(),
    member_total.c.reached_at,
    member_total.c.user_id,
)

# A team's score of a week is `points / active_count`; its total is the sum of its weeks.
team_week = sa.Table(
    "team_week",
    metadata,
    id_column("challenge_id", primary_key=True),
    id_column("team_id", primary_key=True),
    sa.Column("week", sa.SmallInteger, primary_key=True),
    sa.Column("points", POINTS, nullable=False, server_default="0"),
    sa.Column("active_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
    of_challenge(),
    sa.ForeignKeyConstraint(["team_id"], [f"{SCHEMA}.team.team_id"], ondelete="CASCADE"),
)

# A team that goes looks for its rows, of whichever challenge.
sa.Index("team_week_by_team", team_week.c.team_id)

# What each member brought to a team in a week: a team's points follow one member's without a look at the others.
team_contribution = sa.Table(
    "team_contribution",
    metadata,
    id_column("challenge_id", primary_key=True),
    id_column("team_id", primary_key=True),
    sa.Column("week", sa.SmallInteger, primary_key=True),
    id_column("user_id", primary_key=True),
    sa.Column("points", POINTS, nullable=False),
    sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
    of_challenge(),
    sa.ForeignKeyConstraint(["team_id"], [f"{SCHEMA}.team.team_id"], ondelete="CASCADE"),
)
sa.Index("team_contribution_by_team", team_contribution.c.team_id)
sa.Index("team_contribution_by_member", team_contribution.c.challenge_id, team_contribution.c.user_id)
sa.Index(
    "team_contribution_by_time",
    team_contribution.c.challenge_id,
    team_contribution.c.team_id,
    team_contribution.c.week,
    team_contribution.c.reached_at,
)

# What was published of an item for a member, so that only changes are.
item_decision = sa.Table(
    "item_decision",
    metadata,
    id_column("item_id", primary_key=True),
    id_column("user_id", primary_key=True),
    id_column("challenge_id"),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("is_done", sa.Boolean, nullable=False),
    sa.Column("done_kind", sa.Text, nullable=False, server_default=""),
    id_column("done_id", nullable=True),
    sa.Column("done_date", sa.Date),
    sa.Column("points", POINTS, nullable=False, server_default="0"),
    of_challenge(),
)
sa.Index("item_decision_by_member", item_decision.c.challenge_id, item_decision.c.user_id)
