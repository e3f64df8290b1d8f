"""The class library: refreshed from the archive by browse category, once a day for the whole instance.

Nothing of it is asked while any rider waits for anything: `feed` queues a few tasks only when the queue is empty, with
the token of the connected rider whose call went through last. Details are asked for the same classes as elsewhere:
Power Zone, pace targets, FTP tests (architecture.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_peloton_sync.app import events
from ctz_peloton_sync.app.new_tasks import class_task, library_task
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.domain.errors import ClassUnknown
from ctz_peloton_sync.domain.fields import Json
from ctz_peloton_sync.domain.library import CATEGORIES, ClassFacts, LibraryPage, parse_library_page
from ctz_peloton_sync.domain.limits import Passage, passage
from ctz_peloton_sync.domain.runs import PRIORITY_OF_LIBRARY, PRIORITY_ON_OPEN, Lease, TaskKind
from ctz_peloton_sync.store.classes import KnownClass, NewListing
from ctz_peloton_sync.store.payloads import content_hash
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork

PUT_OFF = timedelta(hours=1)


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
        if passage(tx.gates.get(), tx.now) != Passage.FREE or tx.tasks.has_open():
            return 0
        user_id = tx.connections.best_served(tx.now)
        if user_id is None:
            return 0
        due = tx.library.due(CATEGORIES, tx.now, policy.batch)
        tasks = [library_task(each.slug, each.next_page, tx.now) for each in due]
        if not due:
            details = tx.classes.details_due(policy.batch)
            tasks = [class_task(class_id, tx.now, PRIORITY_OF_LIBRARY) for class_id in details]
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


def apply_page(tx: UnitOfWork, lease: Lease, page: LibraryPage, interval: timedelta) -> Sequence[TaskKind]:
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
    has_new = any(facts.ride.class_id not in known for facts in page.classes)
    if page.is_last or (category.is_whole and not has_new):
        is_whole = category.is_whole or page.is_last
        tx.library.finish(replace(category, is_whole=is_whole), tx.now, tx.now + interval)
    else:
        tx.library.go_on(replace(category, next_page=number + 1), tx.now)
    return ()


def _listing(facts: ClassFacts, known: KnownClass | None) -> tuple[NewListing, pb.ClassUpdated] | None:
    """What a row tells that was not published; none when it tells nothing new."""
    if known is not None and known.published is None:
        return None  # its own page is on its way and tells more
    before = None if known is None or known.published is None else pb.ClassUpdated.FromString(known.published)
    message = events.class_listed(facts, before)
    published = message.SerializeToString(deterministic=True)
    digest = content_hash(published)
    if known is not None and known.content_hash == digest:
        return None
    revision = 1 if known is None else known.revision + 1
    message.revision = revision
    ride = facts.ride
    return NewListing(ride.class_id, ride.title, revision, digest, published, ride.is_detail_due), message


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
