"""What a file is, by its content. Its name is never asked."""

import csv
import enum
import io

from ctz_workouts.formats.csv_own import is_own_header
from ctz_workouts.formats.csv_peloton import is_peloton_header
from ctz_workouts.formats.csv_text import text_of
from ctz_workouts.formats.fit_container import is_fit

HEAD_BYTES = 8_192


class FileFormat(enum.IntEnum):
    """The formats, by their numbers in the contract."""

    UNKNOWN = 0
    FIT = 1
    TCX = 2
    GPX = 3
    PELOTON_CSV = 4
    CSV = 5
    ZIP = 6
    GZIP = 100
    """Only within this package: what is inside counts."""


def format_of(head: bytes) -> FileFormat:
    """The format of a file by its first bytes."""
    if is_fit(head):
        return FileFormat.FIT
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return FileFormat.ZIP
    if head.startswith(b"\x1f\x8b\x08"):
        return FileFormat.GZIP
    return _format_of_text(head[:HEAD_BYTES])


def _format_of_text(head: bytes) -> FileFormat:
    text = text_of(head).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        if "<TrainingCenterDatabase" in text or ":TrainingCenterDatabase" in text:
            return FileFormat.TCX
        return FileFormat.GPX if "<gpx" in text or ":gpx" in text else FileFormat.UNKNOWN
    try:
        first = next(csv.reader(io.StringIO(text.split("\n", 1)[0])), [])
    except csv.Error:
        return FileFormat.UNKNOWN
    if is_peloton_header(first):
        return FileFormat.PELOTON_CSV
    return FileFormat.CSV if is_own_header(first) else FileFormat.UNKNOWN
