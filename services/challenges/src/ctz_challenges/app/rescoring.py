"""Scoring a member anew: the ledger, the boards and what is told of items follow from facts, never from each other."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.clock import Clock


class Cause(StrEnum):
    """Why lines of the ledger are withdrawn."""

    DELETED = "deleted"
    CHANGED = "changed"
    RULES = "rules"
    LEFT = "left"


def rescore_member(connection: sa.Connection, challenge_id: UUID, user_id: UUID, cause: Cause, clock: Clock) -> None:
    """Score one member anew: on joining, leaving (after `left_at` is set), moving and rejoining."""
    raise NotImplementedError


def rescore_challenge(connection: sa.Connection, challenge_id: UUID, cause: Cause, clock: Clock) -> None:
    """Score every member anew and count the teams' active members again: after the rules or the schedule changed."""
    raise NotImplementedError


def recount_team_weeks(
    connection: sa.Connection, challenge_id: UUID, clock: Clock, *, teams: Collection[UUID] | None = None
) -> None:
    """Count active members of teams in every week again, of these teams or of all: after somebody came, went or moved."""
    raise NotImplementedError
