"""A new version over what an older one told."""

from dataclasses import replace
from uuid import UUID

import pytest
from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_peloton_sync.app.upgrading import bring_up_to_date
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component


def mirrored(harness):
    """Everything that was told and not taken back, by workout."""
    with harness.store.begin() as tx:
        return {ref.id: ref for ref in tx.workouts.told_after(UUID(int=0), "", 1_000)}


def test_h7_class_types_that_an_older_version_did_not_tell_are_told_once(harness, simulate):
    """By the next revision, and as a sync tells them now: one behind the upgrade tells nothing."""
    with simulate(
        RiderSpec("rider", workouts=520, mix={"meditation": 1.0, "strength": 1.0}, heart_rate=False, ftp_source="none")
    ):
        user_id = harness.connect()
        harness.sync(user_id)
        now = mirrored(harness)
        stripped = {}
        for ref in now.values():
            message = pb.WorkoutRecorded.FromString(ref.summary)
            if message.class_type:
                message.ClearField("class_type")
                stripped[ref.id] = replace(ref, summary=message.SerializeToString(deterministic=True))
        with harness.store.begin() as tx:
            tx.workouts.update(list(stripped.values()))
        before = len(harness.events("recorded"))

        for _ in range(2):
            bring_up_to_date(harness.store)
        told = harness.events("recorded")[before:]
        harness.sync(user_id)
        after = mirrored(harness)

    assert [ref.summary for ref in now.values()] == [ref.summary for ref in after.values()]
    assert {str(workout): now[workout].summary_revision + 1 for workout in stripped} == {
        message.workout_id: message.revision for message in told
    }
    assert len(stripped) == len(told) == len(harness.events("recorded")) - before
    assert len(stripped) > 100
