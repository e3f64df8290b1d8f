"""The class library: refreshed from the archive by browse category, once a day for the whole instance.

Most passes end where everything is known. Now and then one goes on to the end of its category: a class that two such
readings in a row do not list, in any category that did, is retired. It stays where it is, marked.

Nothing of it is asked while any rider waits for anything: `feed` queues a few tasks only when the queue is empty, with
the token of the connected rider whose call went through last. Details are asked for the same classes as elsewhere:
Power Zone, pace targets, FTP tests (architecture.md).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_peloton_sync.app import events
from ctz_peloton_sync.app.new_tasks import class_task, library_task
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.domain.errors import ClassUnknown
from ctz_peloton_sync.domain.fields import Json
from ctz_peloton_sync.domain.library import (
    CATEGORIES,
    MAXIMUM_CATEGORY_PAGES,
    ClassFacts,
    LibraryPage,
    is_credible,
    parse_library_page,
)
from ctz_peloton_sync.domain.limits import Passage, passage
from ctz_peloton_sync.domain.runs import PRIORITY_OF_LIBRARY, PRIORITY_ON_OPEN, Lease, TaskKind
from ctz_peloton_sync.store.classes import KnownClass, NewListing
from ctz_peloton_sync.store.library import Category
from ctz_peloton_sync.store.payloads import content_hash
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork

logger = logging.getLogger(__name__)

PUT_OFF = timedelta(hours=1)
READINGS_WITHOUT = 2
"""So many whole readings in a row must not list a class before it is retired."""
MOST_RETIRED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often each category is looked at, and how often it is read to its end; a whole interval of 0 is never."""

    interval: timedelta
    whole_interval: timedelta

    def is_whole_due(self, category: Category, now: datetime) -> bool:
        """Whether a pass that begins now has to go to the end."""
        if category.whole_at is None:
            return True
        return self.whole_interval > timedelta(0) and category.whole_at + self.whole_interval <= now


@dataclass(frozen=True, slots=True)
class LibraryPolicy:
    """How often each category is read, and how much is queued at a time; no interval is never."""

    interval: timedelta
    batch: int


def feed(store: Store, policy: LibraryPolicy) -> int:
    """Queue the next pages or, once all are read, the next details; returns how many tasks were queued."""
    if policy.interval <= timedelta(0):
        return 0
    with store.begin() as tx:
        if passage(tx.gates.get(), tx.now) != Passage.FREE or tx.connections.is_any_waiting(tx.now):
            return 0
        user_id = tx.connections.best_served(tx.now)
        if user_id is None:
            return 0
        due = tx.library.due(CATEGORIES, tx.now, policy.batch)
        tasks = [library_task(each.slug, each.next_page, tx.now) for each in due]
        if not due:
            details = enumerate(tx.classes.details_due(policy.batch))
            tasks = [class_task(each, tx.now - timedelta(seconds=at), PRIORITY_OF_LIBRARY) for at, each in details]
        queued = tx.tasks.add(user_id, None, tasks, tx.now)
        if queued:
            tx.wake_workers()
        return len(queued)


def read_page(lease: Lease, payload: Json) -> LibraryPage:
    """Parse a page; raises UnexpectedContent."""
    page = parse_library_page(payload, _place(lease)[1])
    if page is None:
        raise errors.UnexpectedContent("library")
    return page


def apply_page(tx: UnitOfWork, lease: Lease, page: LibraryPage, rhythm: Rhythm) -> Sequence[TaskKind]:
    """Publish what is new or changed; go on to the next page unless everything behind this one is known.

    Nothing is queued: the next page waits until no rider waits for anything.
    """
    slug, number = _place(lease)
    category = tx.library.get(slug)
    known = tx.classes.known([facts.ride.class_id for facts in page.classes])
    told = [listing for facts in page.classes if (listing := _listing(facts, known.get(facts.ride.class_id)))]
    stored = tx.classes.note_listed([listing for listing, _ in told])
    tx.publish([(events.CLASS_UPDATED, None, message) for _, message in told if message.class_id in stored])
    if number != category.next_page:
        return ()  # asked before the category was begun anew
    if number == 0:
        category = replace(category, is_reading_whole=rhythm.is_whole_due(category, tx.now))
    tx.library.note_listed(slug, {facts.ride.class_id for facts in page.classes}, category.reading)
    has_new = any(facts.ride.class_id not in known for facts in page.classes)
    if page.is_last or not (has_new or category.is_reading_whole):
        tx.library.finish(_ended(tx, category, page, number), tx.now, tx.now + rhythm.interval)
    else:
        tx.library.go_on(replace(category, next_page=number + 1), tx.now)
    return ()


def _ended(tx: UnitOfWork, category: Category, page: LibraryPage, number: int) -> Category:
    """The category behind a pass; a whole reading that can be believed counts, and retires what it did not list."""
    ended = replace(category, next_page=0, is_reading_whole=False)
    if not category.is_reading_whole:
        return ended
    ended = replace(ended, is_whole=True, whole_at=tx.now)
    counted, known = tx.library.counts(category.slug, category.reading)
    if number + 1 >= MAXIMUM_CATEGORY_PAGES or not is_credible(counted, known, page.total):
        logger.warning("library.reading_not_believed", extra={"category": category.slug, "classes": counted})
        return ended
    _retire(tx, tx.library.unlisted(category.slug, category.reading - READINGS_WITHOUT + 1, MOST_RETIRED_AT_ONCE))
    return replace(ended, readings=category.reading)


def _retire(tx: UnitOfWork, class_ids: Sequence[str]) -> None:
    """Publish that classes are no longer offered, those that no other category lists."""
    gone = sorted(set(class_ids) - tx.library.listed_elsewhere(class_ids)) if class_ids else []
    for _, known in sorted(tx.classes.known(gone).items()):
        message = pb.ClassUpdated.FromString(known.published or b"")
        message.is_retired = True
        listing = _told(message, known) if known.published is not None else None
        if listing is not None:
            tx.classes.note_retired(listing)
            tx.publish([(events.CLASS_UPDATED, None, message)])


def _listing(facts: ClassFacts, known: KnownClass | None) -> tuple[NewListing, pb.ClassUpdated] | None:
    """What a row tells that was not published; none when it tells nothing new."""
    if known is not None and known.published is None:
        return None  # its own page is on its way and tells more
    before = None if known is None or known.published is None else pb.ClassUpdated.FromString(known.published)
    message = events.class_listed(facts, before)
    listing = _told(message, known, is_detail_due=facts.ride.is_detail_due, air_time=facts.air_time)
    return None if listing is None else (listing, message)


def _told(
    message: pb.ClassUpdated, known: KnownClass | None, *, is_detail_due: bool = False, air_time: datetime | None = None
) -> NewListing | None:
    """What is stored of a message, which gets its revision; none when it was published like that before."""
    published = message.SerializeToString(deterministic=True)
    digest = content_hash(published)
    if known is not None and known.content_hash == digest:
        return None
    message.revision = 1 if known is None else known.revision + 1
    return NewListing(message.class_id, message.title, message.revision, digest, published, is_detail_due, air_time)


def give_up(tx: UnitOfWork, lease: Lease) -> None:
    """A task of the library failed for good: nobody waits for it, and no rider is told; a page is tried again later."""
    if lease.kind == TaskKind.LIBRARY:
        tx.library.put_off(_place(lease)[0], tx.now + PUT_OFF)
    else:
        tx.classes.note_unread(lease.target)


def is_of_library(lease: Lease) -> bool:
    """Whether a task is nobody's: a page of the library, or a detail outside any run."""
    return lease.kind == TaskKind.LIBRARY or (lease.kind == TaskKind.CLASS and lease.run_id is None)


def request_class(store: Store, user_id: UUID, class_id: str) -> bool:
    """Fetch the detail of a class that a rider opened, before everything else; False when it is here or cannot be."""
    with store.begin() as tx:
        state = tx.classes.state_of(class_id)
        if state is None:
            raise ClassUnknown
        connection = tx.connections.get(user_id)
        if state not in {"listed", "due"} or connection is None or connection.state != "active":
            return False
        tx.classes.claim_new({class_id: ""})
        tx.tasks.add_quietly(user_id, class_task(class_id, tx.now, PRIORITY_ON_OPEN), tx.now)
        tx.wake_workers()
        return True


def _place(lease: Lease) -> tuple[str, int]:
    slug, _, page = lease.target.rpartition(":")
    return slug, int(page)
