"""Counts that are kept by difference always equal a recomputation from scratch."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.store import tables
from ctz_workouts.store.tallies import COUNTS

from .harness import deleted, performance, recorded

pytestmark = pytest.mark.component

STEPS = 120
TITLES = (("cycling", "Denis Morton"), ("cycling", "Matt Wilpers"), ("yoga", "Chelsea"), ("running", ""))
STATES = (peloton.CHART_STATE_DUE, peloton.CHART_STATE_ON_OPEN, peloton.CHART_STATE_NONE)


def from_scratch(database: Database, user: UUID) -> dict[tuple[str, str], tuple[int, ...]]:
    """The same counts from the rows of the workouts themselves."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    with database.read() as connection:
        rows = connection.execute(sa.select(tables.workout).where(tables.workout.c.user_id == user)).all()
        notes = {row.workout_id: row for row in connection.execute(sa.select(tables.rider_note))}
    hidden = {workout_id for workout_id, note in notes.items() if note.hidden_at is not None}
    for row in rows:
        if row.summary_revision == 0 or row.is_deleted or row.workout_id in hidden:
            assert not row.is_listed
            continue
        is_charted = row.series_state == pb.SERIES_STATE_STORED
        for key in terms_by_hand(row, notes.get(row.workout_id)):
            count = counts.setdefault(key, Counter())
            count["workout_count"] += 1
            if key[0] in {"month", "discipline", "instructor"}:
                count["chartable_count"] += is_charted or row.series_state == pb.SERIES_STATE_DUE
                count["charted_count"] += is_charted
                count["analyzed_count"] += is_charted
    return {key: tuple(count[name] for name in COUNTS) for key, count in counts.items()}


def terms_by_hand(row: Any, note: Any) -> set[tuple[str, str]]:
    """What a listed workout is found by: its month, what it is, and every word of it."""
    seconds = row.ridden_seconds if row.ridden_seconds is not None else row.reported_seconds
    tags, text = (note.tags, note.notes) if note is not None else ([], "")
    marks = {
        "charted": row.series_state == pb.SERIES_STATE_STORED,
        "power_zone": row.is_power_zone,
        "noted": bool(text),
    }
    found = {
        ("month", row.local_date.isoformat()[:7]),
        ("discipline", row.discipline),
        ("instructor", row.instructor),
        ("class_type", row.class_type),
        ("source", row.source),
        ("minutes", str(seconds // 60)),
        ("load", str(int(row.load // 10)) if row.load is not None else ""),
        *(("mark", mark) for mark, holds in marks.items() if holds),
        *(("tag", tag) for tag in tags),
        *(("word", word) for word in " ".join([row.title, row.instructor, text, *tags]).lower().split()),
    }
    return {(kind, value) for kind, value in found if value}


def kept(database: Database, user: UUID) -> dict[tuple[str, str], tuple[int, ...]]:
    with database.read() as connection:
        rows = connection.execute(sa.select(tables.tally).where(tables.tally.c.user_id == user)).mappings().all()
    found = {(row["kind"], row["value"]): tuple(row[name] for name in COUNTS) for row in rows}
    assert all(any(counts) == (counts[0] > 0) and min(counts) >= 0 for counts in found.values())
    return {key: counts for key, counts in found.items() if any(counts)}


@pytest.mark.parametrize("seed", range(5))
def test_counts_equal_a_recomputation_after_random_changes(
    consumer: Consumer, database: Database, server: RunningServer, client: Callable[..., Any], seed: int
) -> None:
    """Summaries, series, deletions, hiding and showing of eight workouts, in random order with random revisions."""
    chance, rider = random.Random(seed), server.keys.user()
    workouts = [uuid7() for _ in range(8)]
    asked = client(rider)
    for step in range(STEPS):
        one_step(chance, consumer, asked, rider, chance.choice(workouts))
        if step % 10 == 0:
            assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
    scratch = from_scratch(database, rider.user_id)
    assert scratch == kept(database, rider.user_id)
    check_head(asked, scratch)


def one_step(chance: random.Random, consumer: Consumer, asked: Any, rider: User, workout: UUID) -> None:
    name, revision = f"workouts/{workout}", chance.randrange(1, 40)
    discipline, instructor = chance.choice(TITLES)
    match chance.randrange(10):
        case 0 | 1 | 2:
            told = {"discipline": discipline, "instructor": instructor, "chart_state": chance.choice(STATES)}
            told |= {
                "class_type": chance.choice(("", "climb")),
                "title": chance.choice(("Power Zone Ride", "Climb Ride")),
            }
            days = chance.randrange(-90, 90)
            consumer.handle(recorded(workout, rider.user_id, revision, days=days, class_id="", **told))
        case 3 | 4:
            watts = (150,) * chance.choice((0, 40))
            consumer.handle(performance(workout, rider.user_id, revision, watts=watts))
        case 5:
            consumer.handle(deleted(workout, rider.user_id, revision))
        case 6:
            ignoring_unknown(lambda: asked.DeleteWorkout(pb.DeleteWorkoutRequest(name=name)))
        case 7 | 8:
            words = {
                "notes": chance.choice(("", "Felt strong", "saddle up")),
                "tags": chance.sample(("hot", "anna"), 1),
            }
            words["perceived_exertion"] = chance.randrange(0, 11)
            mask = FieldMask(paths=list(words))
            request = pb.UpdateWorkoutRequest(name=name, update_mask=mask, **words)
            ignoring_unknown(lambda: asked.UpdateWorkout(request))
        case _:
            ignoring_unknown(lambda: asked.UndeleteWorkout(pb.UndeleteWorkoutRequest(name=name)))


def ignoring_unknown(ask: Callable[[], Any]) -> None:
    """Ask; a workout whose summary has not come, or is gone, is not there."""
    try:
        ask()
    except Exception as error:
        if getattr(error, "reason", "") != "NOT_FOUND":
            raise


def check_head(asked: Any, scratch: dict[tuple[str, str], tuple[int, ...]]) -> None:
    archive = asked.GetArchive(pb.GetArchiveRequest())
    listed = asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=100))
    months = {value: counts for (kind, value), counts in scratch.items() if kind == "month"}
    totals = [sum(column) for column in zip(*months.values(), strict=True)] or [0] * len(COUNTS)
    assert totals == [archive.workout_count, archive.chartable_count, archive.charted_count, archive.analyzed_count]
    assert sorted(months) == [month.month for month in archive.months]
    assert archive.workout_count == len(listed.workouts) == listed.total_size
    assert archive.oldest_date == min((row.local_date for row in listed.workouts), default="")
    for kind, facets in (("discipline", archive.disciplines), ("instructor", archive.instructors)):
        assert {value: counts[0] for (k, value), counts in scratch.items() if k == kind} == {
            facet.value: facet.count for facet in facets
        }
