"""Items: put, changed, moved, copied, deleted and brought back; two editors lose nothing."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa
from ctz.common.v1 import activity_pb2 as common
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_plans.store import tables
from ctz_plans.store.items import prune_deleted

from .harness import FRI, MON, NEXT_MON, SUN, TUE, WED, Rider, Riders, note, refused, titles, type_of

pytestmark = pytest.mark.component
INTERLEAVINGS = 1_000


def move(rider: Rider, item: pb.PlanItem, day: str, position: int) -> pb.PlanItem:
    return rider.plan.MoveItem(pb.MoveItemRequest(name=item.name, revision=item.revision, date=day, position=position))


def update(rider: Rider, item: pb.PlanItem, activity: common.Activity) -> pb.PlanItem:
    return rider.plan.UpdateItem(pb.UpdateItemRequest(name=item.name, revision=item.revision, activity=activity))


def delete(rider: Rider, item: pb.PlanItem) -> None:
    rider.plan.DeleteItem(pb.DeleteItemRequest(name=item.name))


def routine(name: str, minutes: int = 10) -> common.Activity:
    return common.Activity(
        kind=common.ACTIVITY_KIND_ROUTINE,
        title="routine",
        discipline="mobility",
        routine=name,
        duration_seconds=minutes * 60,
    )


def rows(database: Database, rider: Rider) -> int:
    with database.read() as connection:
        query = sa.select(sa.func.count()).select_from(tables.item).where(tables.item.c.user_id == rider.user_id)
        return connection.execute(query).scalar_one()


def test_items_stand_at_the_end_of_their_day(rider: Rider) -> None:
    made = [rider.put(MON, note(word)) for word in ("first", "second", "third")]
    assert [0, 1, 2] == [item.position for item in made]
    assert {MON: ["first", "second", "third"]} == titles(rider.week())
    assert (pb.ITEM_ORIGIN_OWN, 1, "") == (made[0].origin, made[0].revision, made[0].program)


def test_an_item_is_told_as_it_was_asked_for(rider: Rider) -> None:
    asked = common.Activity(
        kind=common.ACTIVITY_KIND_CLASS,
        title="45 min Power Zone Ride",
        class_id="a" * 32,
        discipline="cycling",
        class_type="power_zone",
        duration_seconds=2700,
    )
    assert asked == rider.put(MON, asked).activity
    assert asked == rider.week().days[0].items[0].activity


def test_an_item_is_changed_where_its_revision_is_the_stored_one(rider: Rider) -> None:
    item = rider.put(MON, note("easy"))
    changed = update(rider, item, type_of("power_zone"))
    assert (item.name, 2, "45 min power_zone") == (changed.name, changed.revision, changed.activity.title)
    with pytest.raises(RemoteError) as stale:
        update(rider, item, note("lost"))
    assert ("ABORTED", "REVISION_STALE", "2") == (
        stale.value.code.name,
        stale.value.reason,
        stale.value.metadata["revision"],
    )
    assert {MON: ["45 min power_zone"]} == titles(rider.week())


@pytest.mark.parametrize(
    ("day", "position", "expected"),
    [
        (MON, 0, {MON: ["c", "a", "b"], TUE: ["x"]}),
        (MON, 1, {MON: ["a", "c", "b"], TUE: ["x"]}),
        (MON, 2, {MON: ["a", "b", "c"], TUE: ["x"]}),
        (MON, 99, {MON: ["a", "b", "c"], TUE: ["x"]}),
        (TUE, 0, {MON: ["a", "b"], TUE: ["c", "x"]}),
        (TUE, 1, {MON: ["a", "b"], TUE: ["x", "c"]}),
        (SUN, 0, {MON: ["a", "b"], TUE: ["x"], SUN: ["c"]}),
    ],
)
def test_an_item_is_moved_to_a_place_of_a_day(
    rider: Rider, day: str, position: int, expected: dict[str, list[str]]
) -> None:
    *_, item = [rider.put(MON, note(word)) for word in "abc"]
    rider.put(TUE, note("x"))
    moved = move(rider, item, day, position)
    assert expected == titles(rider.week())
    assert (day, expected[day].index("c"), 2) == (moved.date, moved.position, moved.revision)


def test_a_day_with_gaps_keeps_its_order(rider: Rider) -> None:
    items = [rider.put(MON, note(word)) for word in "abcd"]
    delete(rider, items[1])
    added = rider.put(MON, note("e"))
    assert 3 == added.position
    assert 1 == update(rider, items[2], note("C")).position
    assert {MON: ["a", "C", "d", "e"]} == titles(rider.week())


def test_moving_costs_the_same_in_a_full_day(rider: Rider, database: Database) -> None:
    counts = []
    items = [rider.put(MON, note(str(number))) for number in range(2)]
    with count_statements(database.engine) as counted:
        items[0] = move(rider, items[0], MON, 1)
    counts.append(counted.count)
    for number in range(10):
        rider.put(MON, note(f"more {number}"))
    with count_statements(database.engine) as counted:
        move(rider, items[0], MON, 6)
    counts.append(counted.count)
    assert counts[0] == counts[1] <= 6


def test_a_day_has_room_for_twelve(rider: Rider) -> None:
    items = [rider.put(MON, note(str(number))) for number in range(12)]
    other = rider.put(TUE, note("x"))
    with refused("FAILED_PRECONDITION", "DAY_FULL"):
        rider.put(MON, note("one more"))
    with refused("FAILED_PRECONDITION", "DAY_FULL"):
        move(rider, other, MON, 0)
    with refused("FAILED_PRECONDITION", "DAY_FULL"):
        rider.plan.CopyItem(pb.CopyItemRequest(name=items[0].name, date=MON))
    assert move(rider, items[0], MON, 5).position == 5


def test_a_copy_is_an_item_of_its_own(rider: Rider) -> None:
    item = rider.decide(rider.put(MON, type_of("power_zone")), pb.DECISION_SKIPPED)
    copied = rider.plan.CopyItem(pb.CopyItemRequest(name=item.name, date=WED))
    assert item.name != copied.name
    assert (WED, item.activity, 1, False) == (copied.date, copied.activity, copied.revision, copied.is_decided)
    update(rider, copied, note("changed"))
    assert {MON: ["45 min power_zone"], WED: ["changed"]} == titles(rider.week())


def test_a_week_is_copied_behind_what_is_there(rider: Rider) -> None:
    for day, word in ((MON, "a"), (MON, "b"), (SUN, "c")):
        rider.put(day, note(word))
    rider.put(NEXT_MON, note("there"))
    request = pb.CopyWeekRequest(from_date=MON, to_date=NEXT_MON, request_id=str(uuid4()))
    assert 3 == rider.plan.CopyWeek(request).item_count
    assert 3 == rider.plan.CopyWeek(request).item_count  # the same request
    assert {NEXT_MON: ["there", "a", "b"], "2026-06-14": ["c"]} == titles(rider.week(NEXT_MON))
    assert {MON: ["a", "b"], SUN: ["c"]} == titles(rider.week())
    with refused("INVALID_ARGUMENT", field="to_date"):
        rider.plan.CopyWeek(pb.CopyWeekRequest(from_date=MON, to_date=MON))


def test_an_empty_week_is_copied_as_nothing(rider: Rider) -> None:
    assert 0 == rider.plan.CopyWeek(pb.CopyWeekRequest(from_date=MON, to_date=NEXT_MON)).item_count


def test_a_deleted_item_can_be_brought_back_to_its_place(rider: Rider) -> None:
    items = [rider.put(MON, note(word)) for word in "abc"]
    delete(rider, items[1])
    assert {MON: ["a", "c"]} == titles(rider.week())
    delete(rider, items[1])  # once more changes nothing
    back = rider.plan.UndeleteItem(pb.UndeleteItemRequest(name=items[1].name))
    assert (items[1].name, 1) == (back.name, back.position)
    assert back == rider.plan.UndeleteItem(pb.UndeleteItemRequest(name=items[1].name))
    assert {MON: ["a", "b", "c"]} == titles(rider.week())


def test_after_a_day_a_deleted_item_is_gone(rider: Rider, database: Database) -> None:
    old, fresh, kept = (rider.put(MON, note(word)) for word in ("old", "fresh", "kept"))
    delete(rider, old)
    delete(rider, fresh)
    with database.begin() as connection:
        is_old = tables.item.c.item_id == old.name.partition("/")[2]
        yesterday = sa.func.now() - sa.text("interval '25 hours'")
        connection.execute(sa.update(tables.item).where(is_old).values(deleted_at=yesterday))
    with refused("NOT_FOUND"):
        rider.plan.UndeleteItem(pb.UndeleteItemRequest(name=old.name))
    with refused("NOT_FOUND"):
        delete(rider, old)
    with database.begin() as connection:
        prune_deleted(connection)
    assert 2 == rows(database, rider)
    rider.plan.UndeleteItem(pb.UndeleteItemRequest(name=fresh.name))
    assert {MON: ["fresh", kept.activity.title]} == titles(rider.week())


def test_t075_the_same_create_five_times_at_once_makes_one_item(rider: Rider, database: Database) -> None:
    request = pb.CreateItemRequest(date=MON, activity=type_of("power_zone"), request_id=str(uuid4()))
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: rider.plan.CreateItem(request), range(5)))
    assert 1 == len({answer.SerializeToString(deterministic=True) for answer in answers})
    assert 1 == rows(database, rider)
    # After a lost answer, and even after a change, the answer is the first one word for word.
    update(rider, answers[0], note("changed"))
    assert answers[0] == rider.plan.CreateItem(request)


def test_t075_the_same_key_for_another_body_is_refused(riders: Riders) -> None:
    rider, key = riders(), str(uuid4())
    rider.put(MON, note("one"), key)
    with refused("ABORTED", "REQUEST_ID_REUSED"):
        rider.put(TUE, note("one"), key)
    with refused("INVALID_ARGUMENT", field="request_id"):
        rider.put(TUE, note("two"), "not an id")
    riders().put(MON, note("of another rider"), key)


def test_t075_every_create_is_safe_to_repeat(rider: Rider, database: Database) -> None:
    item = rider.put(MON, note("a"))
    template = rider.templates.ListTemplates(pb.ListTemplatesRequest()).templates[0]
    calls = [
        (rider.plan.CopyItem, pb.CopyItemRequest(name=item.name, date=FRI)),
        (
            rider.templates.StartTemplate,
            pb.StartTemplateRequest(name=template.name, start_date=MON, repetitions=1),
        ),
        (rider.templates.CreateTemplate, pb.CreateTemplateRequest(template=template)),
    ]
    for call, request in calls:
        request.request_id = str(uuid4())
        first = call(request)
        before = rows(database, rider)
        assert first == call(request)
        assert before == rows(database, rider)


def test_t076_two_editors_lose_no_update(rider: Rider) -> None:
    """1,000 random interleavings: edits of what was not seen are refused, all accepted ones are in the count."""
    shuffler = random.Random(76)
    seen = [rider.put(MON, note("0"))] * 2
    stored, accepted = seen[0], 0
    for number in range(INTERLEAVINGS):
        editor = shuffler.randrange(2)
        if shuffler.random() < 0.4:
            seen[editor] = stored
            continue
        is_fresh = seen[editor].revision == stored.revision
        try:
            is_move = shuffler.random() < 0.3
            stored = seen[editor] = (
                move(rider, seen[editor], shuffler.choice((MON, TUE)), 0)
                if is_move
                else update(rider, seen[editor], note(f"{number} of {editor}"))
            )
            accepted += 1
        except RemoteError as lost:
            if is_fresh or lost.reason != "REVISION_STALE":
                raise
            continue
        assert is_fresh
    assert accepted + 1 == stored.revision
    assert 100 < accepted < INTERLEAVINGS


def test_t076_edits_at_the_same_time_are_accepted_once(rider: Rider) -> None:
    item = rider.put(MON, note("start"))

    def edit(number: int) -> str | None:
        try:
            return update(rider, item, note(str(number))).activity.title
        except RemoteError as lost:
            if lost.reason != "REVISION_STALE":
                raise
            return None

    with ThreadPoolExecutor(6) as pool:
        (winner,) = filter(None, pool.map(edit, range(6)))
    assert {MON: [winner]} == titles(rider.week())


def test_moves_at_the_same_time_leave_whole_days(rider: Rider) -> None:
    items = [rider.put(MON, note(word)) for word in "abcdef"]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda item: move(rider, item, TUE, 0), items))
    week = rider.week()
    assert sorted("abcdef") == sorted(titles(week)[TUE])
    assert [0, 1, 2, 3, 4, 5] == [item.position for item in week.days[1].items]


@pytest.mark.parametrize(
    ("field", "request_of"),
    [
        ("date", lambda: pb.CreateItemRequest(date="soon", activity=note("a"))),
        ("date", lambda: pb.CreateItemRequest(date="20260601", activity=note("a"))),
        ("date", lambda: pb.CreateItemRequest(date="9999-12-31", activity=note("a"))),
        ("activity.kind", lambda: pb.CreateItemRequest(date=MON)),
        ("activity.title", lambda: pb.CreateItemRequest(date=MON, activity=note(""))),
        ("activity.title", lambda: pb.CreateItemRequest(date=MON, activity=note("a\nb"))),
        ("activity.class_type", lambda: pb.CreateItemRequest(date=MON, activity=type_of("spinning"))),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    rider: Rider, field: str, request_of: Callable[[], pb.CreateItemRequest]
) -> None:
    with refused("INVALID_ARGUMENT", field=field):
        rider.plan.CreateItem(request_of())


def test_t091_a_routine_of_somebody_else_cannot_be_planned(riders: Riders) -> None:
    """Another's is not found like one that is not there; one that was deleted may stay where it is planned."""
    rider, other = riders(), riders()
    made = other.make_routine("private")
    for name in (made, f"routines/{uuid4()}"):
        with refused("NOT_FOUND", "NOT_FOUND"):
            rider.put(MON, routine(name))
    with refused("NOT_FOUND", "NOT_FOUND"):
        update(rider, rider.put(MON, note("a")), routine(made))
    planned = other.put(MON, routine(made))
    other.delete_routine(made)
    changed = update(other, planned, routine(made, minutes=20))
    assert 1200 == changed.activity.duration_seconds
    with refused("NOT_FOUND", "NOT_FOUND"):
        other.put(MON, routine(made))
    assert {MON: ["a"]} == titles(rider.week())


def test_a_place_before_the_first_is_refused(rider: Rider) -> None:
    item = rider.put(MON, note("a"))
    with refused("INVALID_ARGUMENT", field="position"):
        move(rider, item, MON, -1)
