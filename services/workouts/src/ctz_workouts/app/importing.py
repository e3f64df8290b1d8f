"""Reading files that came: every item becomes a workout, is known already, or is told as a problem.

An item is kept in a transaction with the count of it, so that a worker that dies leaves nothing half done: the next
one reads the file again and passes over what is counted.
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from hashlib import blake2b
from typing import IO, Protocol
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_workouts.app import own_workouts
from ctz_workouts.domain.sources import IMPORT
from ctz_workouts.formats.activity import Activity
from ctz_workouts.formats.errors import FormatError, TookTooLong
from ctz_workouts.formats.reading import Item, Opened, Sniffed
from ctz_workouts.formats.zones_of_time import rider_zone
from ctz_workouts.store import own_rows
from ctz_workouts.store.file_bytes import drop_let_go
from ctz_workouts.store.imports import FileClaim, FileQueue, Outcome
from ctz_workouts.store.riders import RiderStore

_DIGEST_BYTES = 24
_MINUTE = timedelta(minutes=1)
_PELOTON_KEY = "peloton-csv"


class FileReader(Protocol):
    """Reads a file apart from this process."""

    def read(self, file: IO[bytes], zone: str) -> Iterator[Opened | Sniffed | Item]:
        """Everything in a file, in an order that is the same every time."""
        ...


class Stopping(Protocol):
    """Tells whether the process is to end."""

    def is_set(self) -> bool:
        """Whether it is."""
        ...


class ClaimLostError(Exception):
    """The file was deleted, or another worker has it."""


@dataclass(frozen=True, slots=True)
class Importing:
    """Takes files one by one. Any number may run at once, in any number of processes."""

    database: Database
    reader: FileReader
    lease_seconds: float

    def run_once(self, stop: Stopping) -> bool:
        """Take and read one file, or delete some bytes that nobody reads any more; False when nothing waits."""
        with self.database.begin() as connection:
            if drop_let_go(connection):
                return True
            queue = FileQueue(connection)
            queue.give_up(_problem(TookTooLong()))
            claim = queue.claim(self.lease_seconds)
        if claim is None:
            return False
        with suppress(ClaimLostError):
            self._read(claim, stop)
        return True

    def _read(self, claim: FileClaim, stop: Stopping) -> None:
        zone = rider_zone(claim.time_zone)
        done, left = 0, 0
        with tempfile.TemporaryFile() as file:
            self._fetch(claim, file)
            for said in self.reader.read(file, claim.time_zone):
                if stop.is_set():
                    with self.database.begin() as connection:
                        FileQueue(connection).put_back(claim)
                    return
                if isinstance(said, Sniffed):
                    self._note(claim, format=int(said.format))
                elif isinstance(said, Opened):
                    left = said.left
                else:
                    done += 1
                    if done > claim.finished_count:
                        self._keep(claim, said, zone, max(left - 1, 0))
        with self.database.begin() as connection:
            FileQueue(connection).end(claim)

    def _fetch(self, claim: FileClaim, file: IO[bytes]) -> None:
        """Write the bytes into a file without a name, which is gone with this process."""
        place = 0
        while True:
            with self.database.read() as connection:
                chunks = FileQueue(connection).chunks(claim, place)
            for chunk in chunks:
                file.write(chunk)
            place += len(chunks)
            if not chunks:
                file.flush()
                file.seek(0)
                return

    def _note(self, claim: FileClaim, **values: int) -> None:
        with self.database.begin() as connection:
            if not FileQueue(connection).note(claim, self.lease_seconds, **values):
                raise ClaimLostError

    def _keep(self, claim: FileClaim, item: Item, zone: tzinfo, still_expected: int) -> None:
        def work(connection: sa.Connection) -> None:
            RiderStore(connection).take_turn(claim.user_id)
            outcome = (
                Outcome(problem=_problem(item))
                if isinstance(item, FormatError)
                else keep_item(connection, claim, item, zone)
            )
            if not FileQueue(connection).keep(claim, outcome, self.lease_seconds, still_expected):
                raise ClaimLostError

        self.database.run(work)


def keep_item(connection: sa.Connection, claim: FileClaim, activity: Activity, zone: tzinfo) -> Outcome:
    """Make a workout of an activity, unless it is here already; in the rider's turn."""
    offset = activity.utc_offset_seconds
    if offset is None:
        local = activity.start_time.astimezone(zone)
        offset = round((local.utcoffset() or timedelta(0)).total_seconds())
    source_id = source_id_of(activity)
    known = _known(connection, claim.user_id, activity, source_id)
    if known is not None:
        return Outcome(known=known)
    workout_id = uuid7()
    told = own_workouts.told_of(activity, IMPORT, source_id, offset)
    own_workouts.keep(connection, claim.user_id, workout_id, 1, told)
    return Outcome(created=workout_id)


def source_id_of(activity: Activity) -> str:
    """What an item is known by when it comes again: its row, else what was recorded in it."""
    digest = blake2b(digest_size=_DIGEST_BYTES)
    if activity.key:
        digest.update(activity.key.encode())
        return digest.hexdigest()
    digest.update(f"{activity.start_time.isoformat()}\n{activity.duration_seconds}\n{activity.discipline}".encode())
    for slug in sorted(activity.samples.values):
        digest.update(slug.encode())
        for value in activity.samples.values[slug]:
            digest.update(f"{value:.2f};".encode())
    return digest.hexdigest()


def _known(connection: sa.Connection, user_id: UUID, activity: Activity, source_id: str) -> UUID | None:
    """The workout that an item is: by an earlier import, by its id, or a synced one of its minute and title."""
    found = own_rows.imported(connection, user_id, source_id)
    if found is not None:
        return found
    own_id = _uuid(activity.workout_id)
    if own_id is not None and own_rows.is_here(connection, user_id, own_id):
        return own_id
    if activity.key.startswith(_PELOTON_KEY) and activity.title:
        start = activity.start_time
        return own_rows.synced_alike(connection, user_id, activity.title, [(start - _MINUTE, start + 2 * _MINUTE)])
    return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _problem(error: FormatError) -> tuple[str, str, str]:
    return error.reason, str(error), error.place
