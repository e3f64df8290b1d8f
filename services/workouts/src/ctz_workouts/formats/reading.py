"""One file of any format as a row of items: workouts, and what could not be read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import IO

from ctz_workouts.formats.activity import Activity
from ctz_workouts.formats.archives import LARGEST_ENTRY_BYTES, Archive, Entry, unpacked_gzip
from ctz_workouts.formats.csv_own import read_own_csv
from ctz_workouts.formats.csv_peloton import read_peloton_csv
from ctz_workouts.formats.errors import (
    EntryPassedOver,
    FormatError,
    NestedZip,
    NotAWorkoutFile,
    TookTooLong,
    TooMuchInIt,
)
from ctz_workouts.formats.fit_reader import read_fit
from ctz_workouts.formats.gpx_reader import read_gpx
from ctz_workouts.formats.sniff import HEAD_BYTES, FileFormat, format_of
from ctz_workouts.formats.tcx_reader import read_tcx

Item = Activity | FormatError


@dataclass(frozen=True, slots=True)
class Opened:
    """A file is about to be read: the whole one, or the next within a zip. How many are left counts this one."""

    place: int
    name: str
    left: int


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the whole file is."""

    format: FileFormat


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading depends on beside the bytes: the time, and the zone of clocks that do not tell theirs."""

    now: datetime
    rider: tzinfo

    def read(self, file: IO[bytes], first_place: int = 0) -> Iterator[Opened | Sniffed | Item]:
        """Every item of a file; of a zip from the entry at a place on."""
        head = file.read(HEAD_BYTES)
        file.seek(0)
        found = format_of(head)
        if found is FileFormat.ZIP:
            yield Sniffed(found)
            yield from self._read_zip(file, first_place)
            return
        data = file.read(LARGEST_ENTRY_BYTES + 1)
        if len(data) > LARGEST_ENTRY_BYTES:
            yield TooMuchInIt()
            return
        yield Opened(0, "", 1)
        try:
            if found is FileFormat.GZIP:
                data, found = _out_of_gzip(data)
            yield Sniffed(found)
            yield from self._items(data, found)
        except FormatError as error:
            yield error
        except MemoryError:
            yield TookTooLong()

    def _read_zip(self, file: IO[bytes], first_place: int) -> Iterator[Opened | Item]:
        try:
            archive = Archive(file)
        except FormatError as error:
            yield error
            return
        entries = [entry for entry in archive.entries if entry.place >= first_place]
        for done, entry in enumerate(entries):
            yield Opened(entry.place, entry.name, len(entries) - done)
            yield from self._read_entry(archive, entry)

    def _read_entry(self, archive: Archive, entry: Entry) -> Iterator[Item]:
        try:
            data = archive.read(entry)
            found = format_of(data)
            if found is FileFormat.GZIP:
                data, found = _out_of_gzip(data)
            if found is FileFormat.ZIP:
                raise NestedZip(entry.name)
            if found is FileFormat.UNKNOWN:
                raise EntryPassedOver(entry.name)
            for item in self._items(data, found):
                yield _placed(item, entry.name) if isinstance(item, FormatError) else item
        except FormatError as error:
            yield _placed(error, entry.name)
        except MemoryError:
            yield TookTooLong(entry.name)

    def _items(self, data: bytes, found: FileFormat) -> Iterable[Item]:
        if found is FileFormat.FIT:
            return read_fit(data, self.now)
        if found is FileFormat.TCX:
            return read_tcx(data, self.now)
        if found is FileFormat.GPX:
            return read_gpx(data, self.now)
        if found is FileFormat.PELOTON_CSV:
            return read_peloton_csv(data, self.now, self.rider)
        if found is FileFormat.CSV:
            return read_own_csv(data, self.now)
        raise NotAWorkoutFile


def _out_of_gzip(data: bytes) -> tuple[bytes, FileFormat]:
    inside = unpacked_gzip(data)
    found = format_of(inside)
    if found in {FileFormat.GZIP, FileFormat.ZIP}:
        raise NestedZip
    return inside, found


def _placed(error: FormatError, name: str) -> FormatError:
    if name and error.place != name:
        error.place = f"{name}, {error.place}" if error.place else name
    return error
