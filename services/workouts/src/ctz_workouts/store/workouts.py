"""Rows of `workout`: loaded, changed as values, and saved whole, under the rider's turn (store/riders.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store import settling
from ctz_workouts.store.library_tables import class_mark
from ctz_workouts.store.tables import performance, ridden_class, rider_note, workout
from ctz_workouts.store.transfer_tables import absorption


@dataclass(frozen=True, slots=True)
class StoredWorkout:
    """One row of `workout`; its fields are the columns. What is none was not told or cannot be derived."""

    workout_id: UUID
    user_id: UUID
    summary_revision: int = 0
    performance_revision: int = 0
    analyzed_revision: int = 0
    analyzed_digest: bytes | None = None
    is_deleted: bool = False
    is_listed: bool = False
    terms: Sequence[int] = field(default_factory=list)
    source: str = ""
    source_id: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    utc_offset_seconds: int = 0
    local_date: date | None = None
    discipline: str = ""
    workout_type: str = ""
    title: str = ""
    instructor: str = ""
    class_id: str = ""
    class_type: str = ""
    tags: Sequence[str] = field(default_factory=list)
    words: Sequence[str] = field(default_factory=list)
    has_notes: bool = False
    reported_seconds: int | None = None
    pedaling_start_offset_seconds: int | None = None
    total_work_joules: float | None = None
    effort_points: float | None = None
    heart_rate_zone_seconds: Sequence[int] = field(default_factory=list)
    device_type: str = ""
    is_total_work_record: bool = False
    chart_state: int = 0
    detail: bytes | None = None
    is_power_zone: bool = False
    graph_work_kilojoules: float | None = None
    graph_effort_points: float | None = None
    mean_power_watts: float | None = None
    mean_heart_rate_bpm: float | None = None
    distance: float | None = None
    distance_unit: str = ""
    distance_name: str = ""
    has_graph_targets: bool = False
    series_state: int = 0
    analysis_version: int = 0
    ridden_seconds: int | None = None
    power_seconds: int | None = None
    normalized_power_watts: float | None = None
    training_stress_score: float | None = None
    target_share: float | None = None
    zone_seconds: Sequence[int] = field(default_factory=list)
    best_watts: Sequence[float | None] = field(default_factory=list)
    thumbnail_heights: bytes = b""
    thumbnail_zones: bytes = b""
    power_absent_reason: int = 0
    uses_ftp: bool = False
    ftp_watts_used: float | None = None
    uses_pace_level: int = 0
    pace_level_used: float | None = None
    load: float | None = None
    load_source: int = 0
    load_absent_reason: int = 0
    uses_heart_rate: bool = False
    heart_rate_bpm_used: Sequence[float | None] | None = None
    heart_rate_from: UUID | None = None

    @property
    def has_summary(self) -> bool:
        """Whether `recorded` has arrived and nothing took it back."""
        return self.summary_revision > 0 and not self.is_deleted

    def without_summary(self) -> "StoredWorkout":
        """Only what neither comes from the summary nor was derived with it: keys, revisions, the performance's part."""
        kept = {name: getattr(self, name) for name in _WITHOUT_SUMMARY}
        return StoredWorkout(**(kept | ({"series_state": self.series_state} if self.performance_revision else {})))

    def without_figures(self) -> "StoredWorkout":
        """The row as it is before anything but its summary was told."""
        blank = StoredWorkout(self.workout_id, self.user_id)
        return replace(self, **{name: getattr(blank, name) for name in _WITHOUT_FIGURES})


@dataclass(frozen=True, slots=True)
class Standing:
    """A workout as it stands before a change, with what decides about it from outside its row."""

    workout: StoredWorkout
    is_known: bool
    """Whether there is a row of it."""
    is_hidden: bool
    class_is_power_zone: bool | None
    class_published: bytes | None
    perceived_exertion: int | None = None
    notes: str = ""
    tags: Sequence[str] = ()
    absorbed_into: UUID | None = None
    """The workout that it is, recorded twice, by the rider's word."""
    chosen_targets: bytes | None = None
    """Recorded targets that the rider chose for the class; they count only where its source publishes none."""
    beneath: Sequence[UUID] = ()
    """The workouts that are this one, recorded twice, by the rider's word."""

    def settled(self, changed: StoredWorkout) -> StoredWorkout:
        """The changed row with its place in lists: there unless taken back, by its source or by the rider."""
        is_listed = changed.has_summary and not self.is_hidden and self.absorbed_into is None
        told = settling.with_told_load(changed, self.perceived_exertion)
        return settling.found_by_terms(replace(told, is_listed=is_listed), self.tags, self.notes)


COLUMNS = tuple(each.name for each in fields(StoredWorkout))
# A summary and a performance each write their own half of the row: short statements, which the driver keeps prepared.
KEYS = ("workout_id", "user_id")
SHARED = (
    "is_listed",
    "terms",
    "is_power_zone",
    "series_state",
    "power_absent_reason",
    "load",
    "load_source",
    "load_absent_reason",
)
_TOLD_BY_PERFORMANCE = COLUMNS[COLUMNS.index("graph_work_kilojoules") : COLUMNS.index("series_state")]
_DERIVED = tuple(name for name in COLUMNS[COLUMNS.index("analysis_version") :] if name not in SHARED)
_REVISIONS = ("performance_revision", "analyzed_revision", "analyzed_digest")
FIGURES = (*_REVISIONS, *_TOLD_BY_PERFORMANCE, *_DERIVED)
_WITHOUT_SUMMARY = (*KEYS, *_REVISIONS, *_TOLD_BY_PERFORMANCE)
_WITHOUT_FIGURES = (*_TOLD_BY_PERFORMANCE, *_DERIVED, "series_state", "load", "load_source", "load_absent_reason")
SUMMARY = tuple(name for name in COLUMNS if name not in {*KEYS, *SHARED, *FIGURES})


def _load() -> sa.Select[Any]:
    """One row for every given id, whether or not the workout is known; its class is the newer of given and stored."""
    arrays: dict[str, pg.ARRAY[Any]] = {
        "id": _UUIDS,
        "class_id": pg.ARRAY(sa.Text),
        "revision": pg.ARRAY(sa.BigInteger),
    }
    given = sa.func.unnest(*(sa.bindparam(f"given_{name}", type_=kind) for name, kind in arrays.items()))
    columns = [sa.column(name, kind.item_type) for name, kind in arrays.items()]
    asked = given.table_valued(*columns, name="asked").render_derived()
    wanted = asked.c.id
    is_newer = asked.c.revision > sa.func.coalesce(workout.c.summary_revision, 0)
    class_id = sa.case((is_newer, asked.c.class_id), else_=workout.c.class_id)
    lying = absorption.alias("lying")
    beneath = (
        sa.select(sa.func.array_agg(pg.aggregate_order_by(lying.c.absorbed_id, lying.c.absorbed_id)))
        .where(lying.c.user_id == workout.c.user_id, lying.c.into_id == wanted)
        .scalar_subquery()
    )
    return (
        sa.select(
            wanted.label("wanted_id"),
            *(workout.c[name] for name in COLUMNS),
            rider_note.c.hidden_at.is_not(None).label("is_hidden"),
            rider_note.c.perceived_exertion,
            rider_note.c.notes,
            rider_note.c.tags.label("told_tags"),
            absorption.c.into_id.label("absorbed_into"),
            beneath.label("beneath"),
            ridden_class.c.is_power_zone.label("class_is_power_zone"),
            ridden_class.c.published.label("class_published"),
            class_mark.c.chosen_blocks.label("chosen_targets"),
        )
        .select_from(asked)
        .outerjoin(workout, workout.c.workout_id == wanted)
        .outerjoin(rider_note, rider_note.c.workout_id == wanted)
        .outerjoin(absorption, absorption.c.absorbed_id == wanted)
        .outerjoin(ridden_class, ridden_class.c.class_id == class_id)
        .outerjoin(class_mark, sa.and_(class_mark.c.user_id == workout.c.user_id, class_mark.c.class_id == class_id))
    )


_UUIDS = pg.ARRAY(pg.UUID(as_uuid=True))
_LOAD = _load()
_ANALYSED = pg.insert(performance).values(
    workout_id=sa.bindparam("of_workout"), reported=sa.literal(b""), analysis=sa.bindparam("analysis")
)
_SAVE_ANALYSIS = _ANALYSED.on_conflict_do_update(
    index_elements=[performance.c.workout_id], set_={"analysis": _ANALYSED.excluded.analysis}
)


@dataclass(frozen=True, slots=True)
class StoredPerformance:
    """What `performance` told: the event without its samples, and the samples in their stored form."""

    reported: bytes
    series: bytes | None


class WorkoutStore:
    """Workouts within one transaction in which the rider's turn is held."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def arriving(self, user_id: UUID, told: Mapping[UUID, tuple[str | None, int]]) -> list[Standing]:
        """Workouts as they stand, new rows where nothing is known; by the class and revision of summaries that come."""
        class_ids, revisions = zip(*told.values(), strict=True)
        rows = self._connection.execute(_LOAD, _given(list(told), class_ids, revisions)).mappings()
        return [_standing(row, user_id) for row in rows]

    def standing(self, workout_id: UUID, user_id: UUID) -> Standing:
        """One workout as it stands; a new row when nothing is known of it."""
        return self.arriving(user_id, {workout_id: (None, 0)})[0]

    def own_standing(self, workout_id: UUID, user_id: UUID) -> Standing | None:
        """One workout of this rider as it stands; none if there is no such one."""
        owned = _LOAD.where(workout.c.user_id == user_id)
        row = self._connection.execute(owned, _given([workout_id])).mappings().first()
        return _standing(row, user_id) if row is not None else None

    def standings(self, workout_ids: Sequence[UUID]) -> list[Standing]:
        """Those of the workouts that are known."""
        rows = self._connection.execute(_LOAD, _given(workout_ids)).mappings()
        return [_standing(row, row["user_id"]) for row in rows if row["workout_id"] is not None]

    def performances(self, workout_ids: Sequence[UUID]) -> dict[UUID, StoredPerformance]:
        """What `performance` told of these workouts."""
        query = sa.select(performance.c.workout_id, performance.c.reported, performance.c.series).where(
            performance.c.workout_id == sa.any_(sa.literal(list(workout_ids), pg.ARRAY(pg.UUID(as_uuid=True))))
        )
        return {row.workout_id: StoredPerformance(row.reported, row.series) for row in self._connection.execute(query)}

    def analysis(self, workout_id: UUID) -> bytes | None:
        """What was derived from what `performance` told; none where nothing is."""
        query = sa.select(performance.c.analysis).where(performance.c.workout_id == workout_id)
        return self._connection.execute(query).scalar()

    def save_analyses(self, analyses: Mapping[UUID, bytes | None]) -> None:
        """Write what was derived anew, or that nothing is; from a borrowed heart rate also without a performance."""
        made = [{"of_workout": key, "analysis": analysis} for key, analysis in analyses.items() if analysis is not None]
        gone = [key for key, analysis in analyses.items() if analysis is None]
        if made:
            self._connection.execute(_SAVE_ANALYSIS, made if len(made) > 1 else made[0])
        if gone:
            cleared = sa.update(performance).where(performance.c.workout_id.in_(gone)).values(analysis=None)
            self._connection.execute(cleared)


def _given(
    workout_ids: Sequence[UUID], class_ids: Sequence[str | None] = (), revisions: Sequence[int] = ()
) -> dict[str, object]:
    """Parameters of `_LOAD`; arrays that are shorter are filled up with nothing."""
    return {"given_id": list(workout_ids), "given_class_id": list(class_ids), "given_revision": list(revisions)}


def _standing(row: Mapping[Any, Any], user_id: UUID) -> Standing:
    is_known = row["workout_id"] is not None
    values = {name: row[name] for name in COLUMNS}
    stored = StoredWorkout(**values) if is_known else StoredWorkout(row["wanted_id"], user_id)
    return Standing(
        stored,
        is_known,
        row["is_hidden"],
        row["class_is_power_zone"],
        row["class_published"],
        row["perceived_exertion"],
        row["notes"] or "",
        row["told_tags"] or (),
        row["absorbed_into"],
        row["chosen_targets"],
        row["beneath"] or (),
    )
