"""Whatever the order of events and however often they come, the same is left behind."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.events import Event
from ctz_chassis.ids import uuid7
from ctz_local.testing import ServiceDatabase
from ctz_workouts.app.recompute import carry_out
from ctz_workouts.store.tasks import TaskStore

from .harness import START, class_updated, deleted, metric_changed, performance, recorded
from .left_behind import BLOCKS, WATTS, apply, last_published, rows_of

pytestmark = [pytest.mark.component, pytest.mark.long]

PERMUTATIONS = 500
# Terms are hashed with the rider's id; what they stand for is counted in the tally.
IDS = {"user_id", "workout_id", "class_id", "source_id", "terms"}
Story = Callable[[UUID, str], list[Event]]


def edited_ride(user: UUID, class_id: str) -> list[Event]:
    """A ride whose series was corrected, whose class came late, and whose FTP changed."""
    edited = uuid7()
    return [
        metric_changed(user, 1, [(START.date(), 200)]),
        recorded(edited, user, 2, class_id=class_id, title="45 min Power Zone Endurance Ride"),
        performance(edited, user, 1, watts=(100,) * 80),
        performance(edited, user, 2, watts=WATTS),
        class_updated(class_id, 1, targets=BLOCKS),
        metric_changed(user, 2, [(START.date(), 200), (START.replace(day=30), 210)]),
    ]


def returned_ride(user: UUID, _class_id: str) -> list[Event]:
    """A ride that was deleted and came back on another day, beside one that is gone."""
    lifted, gone = uuid7(), uuid7()
    return [
        metric_changed(user, 3, [(START.date(), 200), (START.replace(day=30), 210)]),
        recorded(lifted, user, 1, days=1, class_id="", title="Just Ride", instructor=""),
        performance(lifted, user, 1, watts=WATTS),
        deleted(lifted, user, 2),
        recorded(lifted, user, 3, days=2, class_id="", title="Just Ride", instructor=""),
        deleted(gone, user, 2),
    ]


def history(user: UUID, class_id: str) -> list[Event]:
    """Both, of one rider."""
    return edited_ride(user, class_id) + returned_ride(user, class_id)


def recompute_all(connection: sa.Connection) -> None:
    while (claim := TaskStore(connection).claim(30)) is not None:
        assert carry_out(connection, claim)


def left_by(database: Database, story: Story, seed: int | None) -> dict[str, Any]:
    """What a story of a new rider leaves when it is told in the order of a seed, or as it happened; without ids."""
    user = uuid7()
    events = story(user, uuid7().hex)
    told = events if seed is None else random.Random(seed).sample(events, len(events))
    with database.begin() as connection:
        apply(connection, told)
        recompute_all(connection)
        left = rows_of(connection, user)
        published = last_published(connection, user)
    for message in published.values():
        for name in ("revision", "user_id", "workout_id"):
            message.ClearField(name)
    # Ids grow with time, so that rows keep their order.
    bare = {name: [{key: row[key] for key in row.keys() - IDS} for row in rows] for name, rows in left.items()}
    return {**bare, "published": [published[key] for key in sorted(published)]}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("story", [edited_ride, returned_ride])
def test_t019_any_order_of_events_leaves_the_same(made: ServiceDatabase, story: Story) -> None:
    """1,000 shuffled orders, 500 of each story, against the order in which things happened."""
    url = made.app_url("workouts")
    database = Database(make_engine(url, application_name="test", synchronous_commit=False))
    ordered = left_by(database, story, None)
    assert 1 == len(ordered["published"])

    for seed in range(PERMUTATIONS):
        assert ordered == left_by(database, story, seed), f"seed {seed}"
    database.close()


def test_t018_events_delivered_three_times_leave_the_same_rows(database: Database, consumer: Consumer) -> None:
    """Three deliveries in disorder, against one."""
    once, thrice = uuid7(), uuid7()
    for user, times in ((once, 1), (thrice, 3)):
        events = history(user, uuid7().hex)
        for each in random.Random(7).sample(events * times, len(events) * times) if times > 1 else events:
            consumer.handle(each)
    with database.begin() as connection:
        recompute_all(connection)
        first, second = (rows_of(connection, user) for user in (once, thrice))
    assert [len(rows) for rows in first.values()] == [len(rows) for rows in second.values()]
    assert first["tally"] == [row | {"user_id": once} for row in second["tally"]]
    names = ("title", "is_listed", "training_stress_score", "zone_seconds", "target_share", "ftp_watts_used")
    figures = [[tuple(row[name] for name in names) for row in rows["workout"]] for rows in (first, second)]
    assert figures[0] == figures[1]
    assert [200.0, 210.0, None] == [row["ftp_watts_used"] for row in first["workout"]]


def test_t028_the_first_body_under_an_event_id_wins(database: Database, consumer: Consumer) -> None:
    user, workout = uuid7(), uuid7()
    first, second = recorded(workout, user, 1, title="first"), recorded(workout, user, 2, title="second")
    consumer.handle(first)
    consumer.handle(Event(first.id, second.type, second.source, second.subject, second.time, second.data))
    with database.read() as connection:
        assert ["first"] == [row["title"] for row in rows_of(connection, user)["workout"]]
