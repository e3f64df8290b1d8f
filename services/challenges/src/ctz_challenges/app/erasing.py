"""A rider whose account is deleted: out of every challenge as if they had left, before the rows go."""

from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.app.rescoring import Cause, recount_team_weeks, rescore_member
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.members import Members
from ctz_challenges.store.recorded import RecordedStore
from ctz_chassis.clock import Clock


def withdraw_from_everything(connection: sa.Connection, user_id: UUID, *, clock: Clock) -> None:
    """Let boards and teams be what they would be without this rider; challenges that they made stay, nobody's."""
    # What is being recorded of the rider at this moment comes wholly before.
    RecordedStore(connection).take_turn(user_id)
    challenges, members = Challenges(connection), Members(connection)
    challenges.forget_maker(user_id)
    for challenge_id in members.joined_by(user_id):
        challenges.lock(challenge_id)
        teams = members.teams_of(challenge_id, user_id)
        members.leave(challenge_id, user_id, clock())
        rescore_member(connection, challenge_id, user_id, Cause.LEFT, clock)
        recount_team_weeks(connection, challenge_id, teams=teams)
