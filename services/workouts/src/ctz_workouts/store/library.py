"""Keeping the library's rows and their tallies, class by class."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
    is_retired: bool = False
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
    is_shelved: bool
    """Whether the library has it; a version without a library kept classes too."""


class LibraryStore:
    """The library within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def hold(self, class_id: str) -> HeldClass:
        """Hold a class to the end of the transaction, so that what is counted of it is counted once."""
        row = self._connection.execute(_HOLD, {"class_id": class_id}).one()
        return HeldClass(row.revision, row.published, row.is_shelved)

    def unshelved(self, after: str, limit: int) -> Sequence[str]:
        """Classes behind another that are kept and that the library has not."""
        is_shelved = sa.exists().where(library_class.c.class_id == ridden_class.c.class_id)
        missing = sa.select(ridden_class.c.class_id).where(ridden_class.c.revision > 0, ~is_shelved)
        behind = missing.where(ridden_class.c.class_id > after).order_by(ridden_class.c.class_id).limit(limit)
        return self._connection.execute(behind).scalars().all()

    def put(self, row: LibraryRow, before: LibraryRow | None) -> None:
        """Write a class's row, and what it changes of the tallies."""
        self._connection.execute(_PUT, row.values)
        changes = sorted(_difference(before.tallies() if before else (), row.tallies()).items())
        if changes:
            kinds, disciplines, values = zip(*(tally for tally, _ in changes), strict=True)
            told = {"kinds": kinds, "disciplines": disciplines, "tally_values": values}
            counts = [change for _, change in changes]
            self._connection.execute(_COUNT, {name: list(each) for name, each in told.items()} | {"counts": counts})


def _difference(before: Iterable[Tally], after: Iterable[Tally]) -> dict[Tally, int]:
    counts = Counter(after)
    counts.subtract(Counter(before))
    return {tally: change for tally, change in counts.items() if change}


def _hold() -> sa.sql.dml.ReturningInsert[Any]:
    class_id = sa.bindparam("class_id", type_=sa.Text)
    insert = pg.insert(ridden_class).values(class_id=class_id, revision=0, is_power_zone=False, published=b"")
    held = insert.on_conflict_do_update(
        index_elements=[ridden_class.c.class_id], set_={"class_id": insert.excluded.class_id}
    )
    is_shelved = sa.exists().where(library_class.c.class_id == class_id)
    return held.returning(ridden_class.c.revision, ridden_class.c.published, is_shelved.label("is_shelved"))


def _put() -> pg.Insert:
    insert = pg.insert(library_class).values({column.name: sa.bindparam(column.name) for column in library_class.c})
    changed = {column.name: insert.excluded[column.name] for column in library_class.c if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=[library_class.c.class_id], set_=changed)


def _count() -> pg.Insert:
    """Add to tallies, always in the same order, so that no two transactions wait for each other."""
    texts = [sa.bindparam(name, type_=pg.ARRAY(sa.Text)) for name in ("kinds", "disciplines", "tally_values")]
    columns = [sa.column(name, sa.Text) for name in ("kind", "discipline", "value")]
    changes = (
        sa.func.unnest(*texts, sa.bindparam("counts", type_=pg.ARRAY(sa.Integer)))
        .table_valued(*columns, sa.column("class_count", sa.Integer), name="change")
        .render_derived()
    )
    keys = [library_tally.c.kind, library_tally.c.discipline, library_tally.c.value]
    told = sa.select(*changes.c).order_by(changes.c.kind, changes.c.discipline, changes.c.value)
    insert = pg.insert(library_tally).from_select([*keys, library_tally.c.class_count], told)
    total = library_tally.c.class_count + insert.excluded.class_count
    return insert.on_conflict_do_update(index_elements=keys, set_={"class_count": total})


# Put together once: that took as long as running them.
_HOLD: Final = _hold()
_PUT: Final = _put()
_COUNT: Final = _count()
