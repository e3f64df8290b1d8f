"""Sums, records, distances by day and streaks that are kept by difference always equal those made from scratch."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.app.recompute import Recomputing

from .aggregates import from_scratch, kept
from .harness import START, deleted, metric_changed, performance, recorded
from .test_aggregates import ignoring_unknown

pytestmark = pytest.mark.component

STEPS = 90
DISCIPLINES = ("cycling", "cycling", "cycling", "running", "bike_bootcamp", "yoga")
LENGTHS = (600, 1200, 1800, 2700)
HEART_RATES = (
    training.METRIC_KIND_RESTING_HEART_RATE,
    training.METRIC_KIND_THRESHOLD_HEART_RATE,
    training.METRIC_KIND_MAX_HEART_RATE,
)


class Story:
    """Random changes of one rider's workouts."""

    def __init__(self, seed: int, consumer: Consumer, asked: Any, rider: User) -> None:
        self.chance = random.Random(seed)
        self.consumer, self.asked, self.user = consumer, asked, rider.user_id
        self.workouts = [uuid7() for _ in range(12)]
        self.metric_revision = 0

    def step(self) -> None:
        """One change of a workout or of what it is computed with."""
        workout = self.chance.choice(self.workouts)
        changes: list[tuple[int, Callable[[UUID], None]]] = [
            (5, self.record),
            (5, self.perform),
            (2, self.delete),
            (2, self.hide),
            (2, self.show),
            (2, self.tell_effort),
            (1, self.change_ftp),
            (1, self.change_heart_rate),
        ]
        weights = [weight for weight, _ in changes]
        self.chance.choices([change for _, change in changes], weights)[0](workout)

    def record(self, workout: UUID) -> None:
        days = self.chance.choice((self.chance.randrange(-20, 20), self.chance.randrange(-500, 500)))
        told = {
            "discipline": self.chance.choice(DISCIPLINES),
            "duration_seconds": self.chance.choice(LENGTHS),
            "total_work_joules": self.chance.choice((0, 300_000, 400_000)),
            "class_id": self.chance.choice(("", "c" * 32)),
        }
        self.consumer.handle(recorded(workout, self.user, self.revision(), days=days, **told))

    def perform(self, workout: UUID) -> None:
        seconds = self.chance.choice((0, 40, 130, 200))
        watts = [self.chance.choice((120, 150, 180, 240, 310)) for _ in range(seconds)]
        beats = [self.chance.choice((110, 140, 165)) for _ in range(seconds)] if self.chance.random() < 0.6 else None
        distance = training.Measure(slug="distance", value=self.chance.choice((0.5, 3, 9, 14.2)), unit="mi")
        self.consumer.handle(
            performance(workout, self.user, self.revision(), watts=watts, beats=beats, totals=[distance])
        )

    def delete(self, workout: UUID) -> None:
        self.consumer.handle(deleted(workout, self.user, self.revision()))

    def hide(self, workout: UUID) -> None:
        ignoring_unknown(lambda: self.asked.DeleteWorkout(pb.DeleteWorkoutRequest(name=f"workouts/{workout}")))

    def show(self, workout: UUID) -> None:
        ignoring_unknown(lambda: self.asked.UndeleteWorkout(pb.UndeleteWorkoutRequest(name=f"workouts/{workout}")))

    def tell_effort(self, workout: UUID) -> None:
        request = pb.UpdateWorkoutRequest(
            name=f"workouts/{workout}",
            perceived_exertion=self.chance.randrange(11),
            update_mask=FieldMask(paths=["perceived_exertion"]),
        )
        ignoring_unknown(lambda: self.asked.UpdateWorkout(request))

    def change_ftp(self, _: UUID) -> None:
        self.change_metric(training.METRIC_KIND_FTP, self.chance.randrange(120, 300))

    def change_heart_rate(self, _: UUID) -> None:
        at = self.chance.randrange(3)
        self.change_metric(HEART_RATES[at], (50, 160, 185)[at] + self.chance.randrange(10))

    def change_metric(self, kind: "training.MetricKind.ValueType", value: float) -> None:
        self.metric_revision += 1
        entries = [(START.date().replace(year=2023), value)] if self.chance.random() < 0.8 else []
        self.consumer.handle(metric_changed(self.user, self.metric_revision, entries, kind))

    def revision(self) -> int:
        return self.chance.randrange(1, 60)


@pytest.mark.parametrize("seed", range(3))
def test_aggregates_equal_a_recomputation_after_random_changes(
    consumer: Consumer,
    database: Database,
    recomputing: Recomputing,
    server: RunningServer,
    client: Callable[..., Any],
    seed: int,
) -> None:
    """Workouts recorded, charted, moved to other days, deleted, hidden, shown, and analysed again."""
    rider = server.keys.user()
    story = Story(seed, consumer, client(rider), rider)
    for step in range(STEPS):
        story.step()
        if story.chance.random() < 0.3:
            while recomputing.run_once():
                pass
        if step % 5 == 0:
            assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
