"""Zips and gzips, unpacked by count and never by what they say of themselves. Names are shown, and used for nothing."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ctz_workouts.formats.activity import plain
from ctz_workouts.formats.errors import FileDamaged, FormatError, TooMuchInIt, ZipLocked

MOST_ENTRIES = 20_000
LARGEST_ENTRY_BYTES = 24 * 1024 * 1024
MOST_UNPACKED_BYTES = 4 * 1024 * 1024 * 1024
"""Of a whole zip: two years of one ride a day as TCX, twice over."""
LARGEST_DIRECTORY_BYTES = 8 * 1024 * 1024
_CHUNK = 256 * 1024
_LONGEST_NAME = 120
_END = struct.Struct("<4s6xHLLH")
_END_MAGIC = b"PK\x05\x06"
_LONGEST_COMMENT = 65_535
_GZIP_BITS = 31
_PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Entry:
    """A file within a zip: its place, and its last name for showing."""

    place: int
    name: str
    info: zipfile.ZipInfo


class Archive:
    """An open zip. What is no file of the rider's (folders, links, hidden files) is not listed."""

    def __init__(self, file: IO[bytes]) -> None:
        """Open it; `FormatError` where its directory cannot be read or lists too much."""
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, struct.error) as error:
            raise FileDamaged from error
        self._unpacked = 0
        infos = self._zip.infolist()
        self.entries = [
            Entry(place, plain(info.filename.replace("\\", "/").rpartition("/")[2], _LONGEST_NAME), info)
            for place, info in enumerate(infos)
            if _is_own_file(info)
        ]

    def read(self, entry: Entry) -> bytes:
        """The bytes of an entry, as many as one may have."""
        if entry.info.flag_bits & _ENCRYPTED or entry.info.compress_type not in _PLAIN:
            raise ZipLocked(entry.name)
        try:
            with self._zip.open(entry.info) as opened:
                data = _limited(opened, min(LARGEST_ENTRY_BYTES, MOST_UNPACKED_BYTES - self._unpacked))
        except FormatError as error:
            error.place = entry.name
            raise
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError, struct.error) as error:
            raise FileDamaged(entry.name) from error
        self._unpacked += len(data)
        return data


def unpacked_gzip(data: bytes) -> bytes:
    """What a gzip holds, as much as a file may have."""
    unpacker = zlib.decompressobj(_GZIP_BITS)
    try:
        found = unpacker.decompress(data, LARGEST_ENTRY_BYTES + 1)
    except zlib.error as error:
        raise FileDamaged from error
    if len(found) > LARGEST_ENTRY_BYTES:
        raise TooMuchInIt
    if not unpacker.eof:
        raise FileDamaged
    return found


def _limited(opened: IO[bytes], most: int) -> bytes:
    parts, size = [], 0
    for part in _parts(opened):
        size += len(part)
        if size > most:
            raise TooMuchInIt
        parts.append(part)
    return b"".join(parts)


def _parts(opened: IO[bytes]) -> Iterator[bytes]:
    while part := opened.read(_CHUNK):
        yield part


def _is_own_file(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    last = name.rpartition("/")[2]
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    return bool(last) and not is_link and not last.startswith(".") and not name.startswith("__MACOSX/")


def _check_directory(file: IO[bytes]) -> None:
    """Look at the end of a zip before anything reads its directory into memory."""
    size = file.seek(0, 2)
    file.seek(max(size - _END.size - _LONGEST_COMMENT, 0))
    tail = file.read()
    at = tail.rfind(_END_MAGIC)
    if at < 0 or at + _END.size > len(tail):
        raise FileDamaged
    _magic, entries, directory_bytes, *_rest = _END.unpack_from(tail, at)
    if entries > MOST_ENTRIES or directory_bytes > LARGEST_DIRECTORY_BYTES:
        raise TooMuchInIt
    file.seek(0)
