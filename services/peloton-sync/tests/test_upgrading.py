"""A new version over what an older one told."""

import pytest
import sqlalchemy as sa

from ctz_peloton_sync.app.upgrading import bring_up_to_date
from ctz_peloton_sync.store.tables import workout_ref
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component


def told(harness, place=0):
    """What was told from a place on, by workout, the revision apart; and every revision."""
    messages = harness.events("recorded")[place:]
    revisions = [message.revision for message in messages]
    for message in messages:
        message.ClearField("revision")
    return {message.workout_id: message for message in messages}, revisions


def test_h7_what_an_older_version_told_is_told_once_more(harness, simulate):
    """As it was, by the next revision; what was taken back is not."""
    spec = RiderSpec("rider", workouts=520, mix={"meditation": 1, "strength": 1}, heart_rate=False, ftp_source="none")
    with simulate(spec):
        user_id = harness.connect()
        harness.sync(user_id)
        before, _ = told(harness)
        with harness.store.database.begin() as connection:
            connection.execute(sa.update(workout_ref).values(is_told_anew=False))
            one = workout_ref.c.id == sa.select(workout_ref.c.id).limit(1).scalar_subquery()
            taken_back = sa.update(workout_ref).where(one).values(state="deleted").returning(workout_ref.c.id)
            gone = connection.execute(taken_back).scalar_one()
        for _ in range(2):
            bring_up_to_date(harness.store)
        after, revisions = told(harness, len(before))

    assert [2] * 519 == revisions
    assert after == {workout: message for workout, message in before.items() if workout != str(gone)}
