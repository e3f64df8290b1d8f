"""Keeping the library's rows and their tallies, class by class."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.words import search_form, words_of
from ctz_workouts.store.library_tables import library_class, library_tally
from ctz_workouts.store.tables import ridden_class

CLASS, CLASS_TYPE, INSTRUCTOR, MINUTES, YEAR, WORD = "class", "class_type", "instructor", "minutes", "year", "word"
"""Kinds of tallies; a word is counted over all disciplines."""
_UNKNOWN_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN_LENGTH: Final = 2**31 - 1
_UNKNOWN: Final = -1
_SECONDS: Final = 60

Tally = tuple[str, str, str]
"""Kind, discipline, value."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One class as lists show and find it; what is none is not known."""

    class_id: str
    title: str
    instructor: str
    discipline: str
    class_type: str
    language: str = ""
    duration_seconds: int | None = None
    air_time: datetime | None = None
    difficulty: float | None = None
    liked_share: float | None = None
    taken_count: int | None = None
    is_power_zone: bool = False
    is_ftp_test: bool = False
    has_targets: bool = False
    zones: int = 0
    zone_seconds: list[int] = field(default_factory=list)
    expected_intensity: float | None = None
    expected_stress: float | None = None
    thumbnail_zones: bytes = b""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it is found by."""
        return words_of(self.title, self.instructor, self.class_type.replace("_", " "))

    @property
    def values(self) -> dict[str, Any]:
        """Its columns."""
        return asdict(self) | {
            "search_text": search_form(" ".join(self.words)),
            "air_year": self.air_time.astimezone(UTC).year if self.air_time else None,
            "newest_order": self.air_time or _UNKNOWN_TIME,
            "load_order": _UNKNOWN if self.expected_stress is None else self.expected_stress,
            "length_order": _OPEN_LENGTH if self.duration_seconds is None else self.duration_seconds,
            "taken_order": _UNKNOWN if self.taken_count is None else self.taken_count,
            "liked_order": _UNKNOWN if self.liked_share is None else self.liked_share,
        }

    def tallies(self) -> Iterator[Tally]:
        """What it counts for."""
        yield CLASS, self.discipline, ""
        if self.class_type:
            yield CLASS_TYPE, self.discipline, self.class_type
        if self.instructor:
            yield INSTRUCTOR, self.discipline, self.instructor
        if self.duration_seconds is not None:
            yield MINUTES, self.discipline, str(self.duration_seconds // _SECONDS)
        if self.air_time is not None:
            yield YEAR, self.discipline, str(self.air_time.astimezone(UTC).year)
        yield from ((WORD, "", word) for word in self.words)


@dataclass(frozen=True, slots=True)
class HeldClass:
    """What is stored of a class while its row is held; revision 0 when nothing is."""

    revision: int
    published: bytes


class LibraryStore:
    """The library within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def hold(self, class_id: str) -> HeldClass:
        """Hold a class to the end of the transaction, so that what is counted of it is counted once."""
        insert = pg.insert(ridden_class).values(class_id=class_id, revision=0, is_power_zone=False, published=b"")
        held = insert.on_conflict_do_update(
            index_elements=[ridden_class.c.class_id], set_={"class_id": insert.excluded.class_id}
        ).returning(ridden_class.c.revision, ridden_class.c.published)
        return HeldClass(*self._connection.execute(held).one())

    def put(self, row: LibraryRow, before: LibraryRow | None) -> None:
        """Write a class's row, and what it changes of the tallies."""
        values = row.values
        insert = pg.insert(library_class).values(values)
        changed = {name: insert.excluded[name] for name in values if name != "class_id"}
        self._connection.execute(insert.on_conflict_do_update(index_elements=[library_class.c.class_id], set_=changed))
        self._count(_difference(before.tallies() if before else (), row.tallies()))

    def _count(self, changes: Mapping[Tally, int]) -> None:
        """Add to tallies, always in the same order, so that no two transactions wait for each other."""
        rows = [
            {"kind": kind, "discipline": discipline, "value": value, "class_count": change}
            for (kind, discipline, value), change in sorted(changes.items())
        ]
        if not rows:
            return
        insert = pg.insert(library_tally).values(rows)
        keys = [library_tally.c.kind, library_tally.c.discipline, library_tally.c.value]
        total = library_tally.c.class_count + insert.excluded.class_count
        self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_={"class_count": total}))


def _difference(before: Iterable[Tally], after: Iterable[Tally]) -> dict[Tally, int]:
    counts = Counter(after)
    counts.subtract(Counter(before))
    return {tally: change for tally, change in counts.items() if change}
