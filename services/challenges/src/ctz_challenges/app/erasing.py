"""A rider whose account is deleted: out of one challenge after the other as if they had left, then without a row."""

from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.app.rescoring import Cause, recount_team_weeks, rescore_member
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.members import Members
from ctz_challenges.store.recorded import RecordedStore
from ctz_chassis.clock import Clock
from ctz_chassis.db import Database


def leave_step_by_step(database: Database, user_id: UUID, *, clock: Clock) -> None:
    """Take a rider out of every challenge, each in a transaction of its own, so that none is held up by the others."""
    with database.read() as connection:
        known = Members(connection).challenges_of(user_id)
    for challenge_id in known:
        database.run(lambda connection, one=challenge_id: _remove(connection, one, user_id, clock))  # type: ignore[misc]


def leave_everything(connection: sa.Connection, user_id: UUID, *, clock: Clock) -> None:
    """Take a rider out of the challenges that are left; those that they made stay, nobody's."""
    Challenges(connection).forget_maker(user_id)
    for challenge_id in Members(connection).challenges_of(user_id):
        _remove(connection, challenge_id, user_id, clock)


def _remove(connection: sa.Connection, challenge_id: UUID, user_id: UUID, clock: Clock) -> None:
    """Let boards and teams be what they would be without this rider, and keep nothing of the membership."""
    # What is being recorded of the rider at this moment comes wholly before.
    RecordedStore(connection).take_turn(user_id)
    Challenges(connection).lock(challenge_id)
    members = Members(connection)
    membership = members.find(challenge_id, user_id)
    if membership is not None and not membership.has_left:
        teams = members.teams_of(challenge_id, user_id)
        members.leave(challenge_id, user_id, clock())
        rescore_member(connection, challenge_id, user_id, Cause.LEFT, clock)
        recount_team_weeks(connection, challenge_id, teams=teams)
    members.remove(challenge_id, user_id)
