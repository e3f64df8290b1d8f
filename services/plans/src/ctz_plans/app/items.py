"""What a rider does to the items of the weeks. Changes of one rider follow each other (`take_turn`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.errors import NotFound
from ctz_chassis.ids import uuid7
from ctz_plans.app.references import refuse_others_routines
from ctz_plans.domain.activity import Activity
from ctz_plans.domain.errors import ItemAsksNothing, RevisionStale
from ctz_plans.domain.item import Decision, Item, Program, refuse_full
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.week import DAYS
from ctz_plans.store.facts import FactStore
from ctz_plans.store.items import ItemStore, take_turn


@dataclass(frozen=True, slots=True)
class Rider:
    """Whose weeks are changed, in which transaction and when."""

    connection: sa.Connection
    user_id: UUID
    now: datetime

    def store(self) -> ItemStore:
        """The rider's items, once it is this transaction's turn."""
        take_turn(self.connection, self.user_id)
        return ItemStore(self.connection, self.user_id, self.now)


def create(rider: Rider, day: date, activity: Activity) -> Item:
    """Add an item at the end of a day."""
    refuse_others_routines(rider.connection, rider.user_id, [activity])
    (item,) = append(rider.store(), [(day, activity)])
    return item


def append(store: ItemStore, wanted: Sequence[tuple[date, Activity]], program: Program | None = None) -> list[Item]:
    """Add items behind what the days have, in two statements however many there are."""
    ends = store.ends({day for day, _ in wanted})
    made: list[Item] = []
    told: list[Item] = []
    for day, activity in wanted:
        count, behind = ends.get(day, (0, 0))
        refuse_full(day, count + 1)
        ends[day] = count + 1, behind + 1
        made.append(Item(uuid7(), day, behind, activity, program=program))
        told.append(replace(made[-1], position=count))
    if made:
        store.add(made)
    return told


def update(rider: Rider, item_id: UUID, revision: int, activity: Activity) -> Item:
    """Replace what an item asks for; the rider's word on it lasts unless it asks for nothing any more."""
    store = rider.store()
    item = _found(store.find(item_id))
    refuse_others_routines(rider.connection, rider.user_id, [activity], known=[item.activity.routine])
    _refuse_stale(item, revision)
    changed = replace(item, activity=activity, revision=item.revision + 1, is_changed=True)
    if not activity.asks:
        changed = replace(changed, decision=Decision.NONE, decided_ref="")
    store.replace(changed)
    return changed


def move(rider: Rider, item_id: UUID, revision: int, day: date, position: int) -> Item:
    """Put an item at a place of a day; its neighbours make room."""
    store = rider.store()
    item = _found(store.find(item_id))
    _refuse_stale(item, revision)
    neighbours = [one.item_id for one in store.of_days(day, day) if one.item_id != item_id]
    refuse_full(day, len(neighbours) + 1)
    place = min(position, len(neighbours))
    moved = replace(item, day=day, position=place, revision=item.revision + 1, is_changed=True)
    store.replace(moved)
    store.order_day([*neighbours[:place], item_id, *neighbours[place:]])
    return moved


def copy(rider: Rider, item_id: UUID, day: date) -> Item:
    """Put what an item asks for at the end of a day, as an item of the rider's own."""
    store = rider.store()
    item = _found(store.find(item_id))
    (copied,) = append(store, [(day, item.activity)])
    return copied


def copy_week(rider: Rider, from_day: date, to_day: date) -> int:
    """Copy the items of seven days to seven others, behind what is there; return how many."""
    if from_day == to_day:
        raise FieldRefused("to_date", "must be another week than from_date")
    store = rider.store()
    items = store.of_days(from_day, from_day + timedelta(days=DAYS - 1))
    return len(append(store, [(to_day + (item.day - from_day), item.activity) for item in items]))


def delete(rider: Rider, item_id: UUID) -> None:
    """Delete an item; deleting it again within a day changes nothing."""
    store = rider.store()
    if not store.delete([item_id]) and store.find_deleted(item_id) is None:
        raise NotFound


def undelete(rider: Rider, item_id: UUID) -> Item:
    """Bring an item back to where it was, within a day."""
    store = rider.store()
    item = store.find(item_id)
    if item is not None:
        return item
    deleted = _found(store.find_deleted(item_id))
    refuse_full(deleted.day, len(store.of_days(deleted.day, deleted.day)) + 1)
    store.bring_back(item_id)
    return _found(store.find(item_id))


def decide(rider: Rider, item_id: UUID, decision: Decision, ref: str) -> Item:
    """Keep the rider's own word on an item; what counts for it counts for no other."""
    store = rider.store()
    item = _found(store.find(item_id))
    if decision is Decision.COUNTS and FactStore(rider.connection, rider.user_id).find(ref) is None:
        raise NotFound
    if not item.activity.asks:
        raise ItemAsksNothing
    if decision is Decision.COUNTS:
        store.forget_word_about(ref, save=item_id)
    said = replace(item, decision=decision, decided_ref=ref, revision=item.revision + 1, is_changed=True)
    if (item.decision, item.decided_ref) != (decision, ref):
        store.replace(said)
        return said
    return item


def _refuse_stale(item: Item, revision: int) -> None:
    if item.revision != revision:
        raise RevisionStale(item.revision)


def _found(item: Item | None) -> Item:
    if item is None:
        raise NotFound
    return item
