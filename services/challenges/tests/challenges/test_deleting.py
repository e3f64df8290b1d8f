"""Challenges of any size are deleted, in steps; what breaks off half-way is finished and never comes back."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.store import tables
from ctz_challenges.store.unit_of_work import Store

from .harness import World, id_of, reason_of
from .test_points_follow import rides

pytestmark = pytest.mark.component


def held(world: World, made: pb.Challenge) -> set[str]:
    """The tables with a row of a challenge."""
    of_challenges = [table for table in tables.metadata.sorted_tables if "challenge_id" in table.c]
    return {table.name for table in of_challenges if world.rows(table, made)}


def contest(world: World) -> pb.Challenge:
    """A challenge with points, teams and who left."""
    made = world.published()
    rider, gone = world.member(made), world.member(made)
    world.choose(gone, made, world.team(rider, made, "Climbers").name)
    world.clock.advance(days=4)
    for user in (rider, gone):
        rides(world, user, 1)
    world.leave(gone, made)
    return made


def test_a_deletion_that_broke_off_is_finished_and_nobody_opens_the_challenge_again(world: World) -> None:
    """Some of its points are gone: boards would be wrong for good."""
    made, other = contest(world), contest(world)
    full, store = held(world, made), Store(world.database)
    challenge_id, steps = UUID(id_of(made)), 0
    store.run(lambda tx: tx.challenges.publish(challenge_id, published_at=None, revision=9))
    calls = world.challenges(world.administrator)
    while world.rows(tables.member, made):
        assert "NOT_FOUND" == reason_of(lambda: calls.PublishChallenge(pb.PublishChallengeRequest(name=made.name)))
        store.run(lambda tx: tx.challenges.remove_some(challenge_id, 1))
        steps += 1
    calls.DeleteChallenge(pb.DeleteChallengeRequest(name=made.name))

    assert {"ledger_line", "member_total", "team_contribution", "team_stay", "team_week"} <= full
    assert steps > len(full)
    assert set() == held(world, made)
    assert full == held(world, other)


def test_every_row_that_refers_to_another_is_found_by_an_index(world: World) -> None:
    """Else the deletion of a thousand teams reads whole tables a thousand times, and runs into the time-out."""
    query = sa.text(
        "SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c"
        " WHERE c.contype = 'f' AND c.connamespace = CAST(:schema AS regnamespace) AND NOT EXISTS ("
        " SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL"
        " AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)"
    )
    with world.database.read() as connection:
        assert [] == connection.execute(query, {"schema": tables.SCHEMA}).all()
