"""Workouts as files: one at once, all of them as a zip in the background."""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_chassis.db import Database
from ctz_workouts.app.importing import ClaimLostError, Stopping
from ctz_workouts.domain.arrays import FloatArray
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.distance import METERS_PER_UNIT, meters_of
from ctz_workouts.domain.errors import SeriesUnreadableError
from ctz_workouts.domain.series import without_nonsense
from ctz_workouts.formats import csv_own
from ctz_workouts.formats.activity import ALTITUDE, SPEED, UNITS, Activity, Samples
from ctz_workouts.formats.csv_text import written
from ctz_workouts.formats.fit_writer import write_fit
from ctz_workouts.formats.sniff import FileFormat
from ctz_workouts.formats.tcx_writer import write_tcx
from ctz_workouts.store.exports import ExportClaim, ExportedWorkout, ExportPlace, ExportQueue, sweep_exports

PROBLEM = "The zip could not be made. Start another export; if that fails too, tell the people who run this server."
TOLD_ONLY = ("normalized_power_watts", "training_stress_score", "perceived_exertion", "tags", "notes")
"""Columns of the list beyond what an import reads."""
_PAGE = 50
_CHUNK_BYTES = 1024 * 1024
_JOULES_PER_KILOJOULE = 1000
_FEET_PER_METER = 0.3048
_TO_KPH = {"kph": 1.0, "km/h": 1.0, "mph": METERS_PER_UNIT["mi"] / 1000, "m/s": 3.6}
_TO_METERS = {"m": 1.0, "ft": _FEET_PER_METER}
_FACTORS: Mapping[str, Mapping[str, float]] = {SPEED: _TO_KPH, ALTITUDE: _TO_METERS}
Written = Iterator[bytes]
WRITERS: Mapping[FileFormat, tuple[str, Callable[[Activity], Written]]] = {
    FileFormat.FIT: ("fit", lambda activity: iter([write_fit(activity)])),
    FileFormat.TCX: ("tcx", write_tcx),
    FileFormat.CSV: ("csv", csv_own.write_csv),
}
"""By format: the end of the name, and what writes it."""


def activity_of(exported: ExportedWorkout) -> Activity:
    """A stored workout in the words of files; `SeriesUnreadableError` where its samples are damaged."""
    row = exported.workout
    if row.start_time is None:
        raise ValueError("a workout without its summary is no activity")
    reported = peloton.WorkoutPerformance.FromString(exported.reported or b"")
    calories = next((total.value for total in reported.totals if total.slug == "calories"), None)
    work = row.total_work_joules / _JOULES_PER_KILOJOULE if row.total_work_joules else row.graph_work_kilojoules
    seconds = row.ridden_seconds if row.ridden_seconds is not None else row.reported_seconds
    return Activity(
        start_time=row.start_time,
        utc_offset_seconds=row.utc_offset_seconds,
        duration_seconds=max(seconds or 0, 1),
        discipline=_discipline(row.discipline),
        title=row.title,
        instructor=row.instructor,
        workout_type=row.workout_type,
        class_type=row.class_type,
        device=row.device_type,
        work_kilojoules=work,
        mean_power_watts=row.mean_power_watts,
        mean_heart_rate_bpm=row.mean_heart_rate_bpm,
        distance_meters=meters_of(row.distance, row.distance_unit),
        calories_kcal=calories,
        samples=_samples(exported.series),
        workout_id=str(row.workout_id),
    )


def _discipline(raw: str) -> str:
    """Our own word where there is one, the source's otherwise."""
    slug = discipline_of(raw).slug
    return raw if slug == "other" and raw else slug


def _samples(stored: bytes | None) -> Samples:
    if stored is None:
        return Samples()
    series = decode_series(stored)
    values = {}
    for metric in series.metrics:
        factor = _FACTORS.get(metric.slug, {}).get(metric.unit, 1.0)
        if metric.slug in UNITS and _is_convertible(metric.slug, metric.unit):
            values[metric.slug] = _plain(without_nonsense(metric.slug, metric.values) * factor)
    return Samples(series.seconds.tolist(), {slug: values[slug] for slug in UNITS if slug in values})


def _is_convertible(slug: str, unit: str) -> bool:
    return slug not in _FACTORS or unit in _FACTORS[slug]


def _plain(values: FloatArray) -> list[float]:
    plain: list[float] = np.round(values, 4).tolist()
    return plain


@dataclass(frozen=True, slots=True)
class Exporting:
    """Makes zips one by one. Any number may run at once, in any number of processes."""

    database: Database
    lease_seconds: float
    keep_hours: float

    def run_once(self, stop: Stopping) -> bool:
        """Take and make one export, or delete some of an old one; False when nothing waits.

        One that breaks off begins anew.
        """
        with self.database.begin() as connection:
            if sweep_exports(connection):
                return True
            queue = ExportQueue(connection)
            queue.give_up(PROBLEM)
            claim = queue.claim(self.lease_seconds)
        if claim is None:
            return False
        with suppress(ClaimLostError):
            self._make(claim, stop)
        return True

    def _make(self, claim: ExportClaim, stop: Stopping) -> None:
        self._drop_earlier(claim)
        with self.database.begin() as connection:
            queue = ExportQueue(connection)
            self._must(queue.note(claim, self.lease_seconds, workout_count=queue.count(claim)))
        sink = _Sink(self, claim)
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
            self._write_list(archive, claim, stop)
            for done, exported in enumerate(self._workouts(claim, stop), 1):
                for format_number in claim.formats:
                    _write_one(archive, exported, FileFormat(format_number))
                if done % _PAGE == 0:
                    self._note(claim, done)
        sink.flush_all()
        with self.database.begin() as connection:
            queue = ExportQueue(connection)
            self._must(queue.note(claim, self.lease_seconds, finished_count=queue.count(claim)))
            self._must(queue.end(claim, self.keep_hours))

    def _drop_earlier(self, claim: ExportClaim) -> None:
        is_left = True
        while is_left:
            with self.database.begin() as connection:
                is_left = ExportQueue(connection).drop_some(claim, self.lease_seconds)

    def _write_list(self, archive: zipfile.ZipFile, claim: ExportClaim, stop: Stopping) -> None:
        with archive.open("workouts.csv", "w") as file:
            for part in written([(*csv_own.HEADER, *TOLD_ONLY)]):
                file.write(part)
            for part in written(_listed(exported) for exported in self._workouts(claim, stop)):
                file.write(part)

    def _workouts(self, claim: ExportClaim, stop: Stopping) -> Iterator[ExportedWorkout]:
        after: ExportPlace | None = None
        while True:
            with self.database.read() as connection:
                page = ExportQueue(connection).page(claim, after, _PAGE)
            yield from page
            if stop.is_set():
                with self.database.begin() as connection:
                    ExportQueue(connection).put_back(claim)
                raise ClaimLostError
            if len(page) < _PAGE:
                return
            after = _place(page[-1])

    def _note(self, claim: ExportClaim, done: int) -> None:
        with self.database.begin() as connection:
            self._must(ExportQueue(connection).note(claim, self.lease_seconds, finished_count=done))

    def add(self, claim: ExportClaim, place: int, data: bytes) -> None:
        """Keep bytes of the zip."""
        with self.database.begin() as connection:
            self._must(ExportQueue(connection).add_chunk(claim, place, data, self.lease_seconds))

    @staticmethod
    def _must(is_ours: bool) -> None:
        if not is_ours:
            raise ClaimLostError


@dataclass(slots=True)
class _Sink:
    """What a zip is written into: chunks of one size, kept as they fill up. It cannot go back."""

    exporting: Exporting
    claim: ExportClaim
    held: bytearray = field(default_factory=bytearray)
    place: int = 0

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self.held += data
        while len(self.held) >= _CHUNK_BYTES:
            self._keep(bytes(self.held[:_CHUNK_BYTES]))
            del self.held[:_CHUNK_BYTES]
        return len(data)

    def flush(self) -> None:
        """Keep nothing before a chunk is full; `flush_all` does."""

    def flush_all(self) -> None:
        """Keep what is left."""
        if self.held:
            self._keep(bytes(self.held))
            self.held.clear()

    def _keep(self, data: bytes) -> None:
        self.exporting.add(self.claim, self.place, data)
        self.place += 1


def _write_one(archive: zipfile.ZipFile, exported: ExportedWorkout, kind: FileFormat) -> None:
    """A workout with a series as a file of its own; its name is ours."""
    if exported.series is None:
        return
    ending, writer = WRITERS[kind]
    with suppress(SeriesUnreadableError):
        activity = activity_of(exported)
        with archive.open(f"workouts/{file_stem(exported)}.{ending}", "w") as file:
            for part in writer(activity):
                file.write(part)


def file_stem(exported: ExportedWorkout) -> str:
    """A name by local time and id, of letters, digits and signs that every system takes."""
    row = exported.workout
    local = row.start_time + timedelta(seconds=row.utc_offset_seconds) if row.start_time else None
    return f"{local:%Y-%m-%d-%H%M}-{row.workout_id}" if local else str(row.workout_id)


def _listed(exported: ExportedWorkout) -> Sequence[csv_own.Cell]:
    row = exported.workout
    bare = ExportedWorkout(row, "", (), None, exported.reported, None)
    return (
        *csv_own.row_of(activity_of(bare)),
        row.normalized_power_watts,
        row.training_stress_score,
        exported.perceived_exertion,
        " ".join(f"#{tag}" for tag in exported.tags),
        exported.notes,
    )


def _place(exported: ExportedWorkout) -> ExportPlace:
    row: Any = exported.workout
    return ExportPlace(row.local_date, row.start_time, row.workout_id)
