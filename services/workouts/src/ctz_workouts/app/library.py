"""The class library as one person sees it: pages, one class, marks, recorded targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import classes_pb2 as pb

from ctz_chassis.errors import NotFound
from ctz_workouts.app.classes import zones_of
from ctz_workouts.domain.library import CalledZones
from ctz_workouts.domain.recommending import (
    Candidate,
    Recommended,
    RecommendedInstructor,
    Ridden,
    recommend_classes,
    recommend_instructors,
    taste_of,
)
from ctz_workouts.store.class_views import ClassViews
from ctz_workouts.store.library_filters import LibraryFilter, Order, Words
from ctz_workouts.store.library_listing import ClassPage, LibraryListing, Place
from ctz_workouts.store.recorded import RecordedStore

_SECONDS_PER_DAY: Final = 86_400
CLASS_NOT_FOUND = "No such class."


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page of the library; `tallies` only on the first."""

    page: ClassPage
    tallies: Sequence[Any]
    is_similar: bool


@dataclass(frozen=True, slots=True)
class ToldClass:
    """Everything that the page of one class shows."""

    row: Any
    published: peloton.ClassUpdated
    called: CalledZones | None
    attempts: Sequence[Any]
    recorded: Sequence[Any]
    chosen_id: UUID | None
    practice: Sequence[training.TargetBlock]
    practice_source: "pb.PracticeSource.ValueType"
    practice_recorded: Any | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ToldRecommendations:
    """What is recommended, with the rows of the classes."""

    instructors: Sequence[RecommendedInstructor]
    untaken: dict[str, int]
    classes: Sequence[Recommended]
    rows: dict[str, Any]
    ride_count: int


def list_classes(
    listing: LibraryListing, kept: LibraryFilter, order: Order, after: Place | None, limit: int, *, is_similar: bool
) -> ToldPage:
    """A page; where nothing on the first one has the words, classes with similar words."""
    words = listing.corrected(kept.words) if is_similar else Words([[word] for word in kept.words])
    page = listing.page(kept, words, order, after=after, limit=limit)
    if after is None and not page.rows and kept.words:
        similar = listing.corrected(kept.words)
        if similar != words:
            page, is_similar = listing.page(kept, similar, order, after=None, limit=limit), True
    # Who names classes chooses from none.
    tallies = listing.tallies() if after is None and not kept.class_ids else ()
    return ToldPage(page, tallies, is_similar and bool(page.rows))


def told_class(connection: sa.Connection, class_id: str, user_id: UUID) -> ToldClass:
    """One class, or that there is none."""
    row = LibraryListing(connection, user_id).rows_of([class_id]).get(class_id)
    views = ClassViews(connection, user_id)
    stored = views.stored(class_id)
    if row is None or stored is None:
        raise NotFound(CLASS_NOT_FOUND)
    published = peloton.ClassUpdated.FromString(stored.published)
    recorded = RecordedStore(connection, user_id).of_class(class_id)
    blocks, source, best = _practice(published, stored.chosen_blocks, recorded)
    return ToldClass(
        row=row,
        published=published,
        called=zones_of(published),
        attempts=views.attempts(class_id),
        recorded=recorded,
        chosen_id=stored.chosen_id,
        practice=blocks,
        practice_source=source,
        practice_recorded=best,
        is_chosen=stored.chosen_blocks is not None,
    )


def blocks_in(stored: bytes) -> Sequence[training.TargetBlock]:
    """The blocks of recorded targets as they are stored."""
    return pb.RecordedTargets.FromString(stored).blocks


def _practice(
    published: peloton.ClassUpdated, chosen: bytes | None, recorded: Sequence[Any]
) -> tuple[Sequence[training.TargetBlock], "pb.PracticeSource.ValueType", Any | None]:
    """Blocks for the practice player: the source's, else those chosen, else the best that are not voted down."""
    if published.targets:
        return published.targets, pb.PRACTICE_SOURCE_PUBLISHED, None
    if chosen is not None:
        return blocks_in(chosen), pb.PRACTICE_SOURCE_CHOSEN, None
    best = next((each for each in recorded if each.votes_for >= each.votes_against), None)
    if best is not None:
        return blocks_in(best.blocks), pb.PRACTICE_SOURCE_BEST_VOTED, best
    return (), pb.PRACTICE_SOURCE_UNSPECIFIED, None


def recommend(
    connection: sa.Connection, user_id: UUID, discipline: str, count: int, now: datetime
) -> ToldRecommendations:
    """Instructors and classes that fit what the person rode and rated."""
    views = ClassViews(connection, user_id)
    rides = [_ridden(row, now) for row in views.rides(discipline)]
    taste = taste_of(rides)
    disciplines = sorted({ride.discipline for ride in rides})
    candidates = views.candidates(
        disciplines,
        sorted({name for _, name in taste.instructors}),
        sorted({name for _, name in taste.types}),
        now,
    )
    classes = recommend_classes(taste, (_candidate(row, now) for row in candidates), count)
    instructors = recommend_instructors(taste)
    rows = LibraryListing(connection, user_id).rows_of([each.candidate.class_id for each in classes])
    untaken = views.untaken([each.instructor for each in instructors])
    return ToldRecommendations(instructors, untaken, classes, rows, len(rides))


def _ridden(row: Any, now: datetime) -> Ridden:
    return Ridden(
        discipline=row.discipline,
        instructor=row.instructor,
        class_type=row.class_type,
        duration_seconds=row.duration_seconds,
        expected_stress=row.expected_stress,
        age_days=_days(now, row.start_time),
        rating=row.rating or 0,
        is_favourite=row.is_favourite,
    )


def _candidate(row: Any, now: datetime) -> Candidate:
    return Candidate(
        class_id=row.class_id,
        discipline=row.discipline,
        instructor=row.instructor,
        class_type=row.class_type,
        duration_seconds=row.duration_seconds,
        expected_stress=row.expected_stress,
        age_days=_days(now, row.air_time) if row.air_time is not None else None,
        liked_share=row.liked_share,
    )


def _days(now: datetime, at: datetime) -> float:
    return (now - at.astimezone(UTC)).total_seconds() / _SECONDS_PER_DAY
