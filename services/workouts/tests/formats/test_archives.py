"""T083: zips are unpacked by count; what they say of themselves, and what their files are called, decides nothing."""

import gzip
import io
import stat
import struct
import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO

import pytest

from ctz_workouts.formats.activity import Activity
from ctz_workouts.formats.archives import LARGEST_ENTRY_BYTES
from ctz_workouts.formats.errors import FormatError
from ctz_workouts.formats.fit_writer import write_fit
from ctz_workouts.formats.reading import Opened, Reader, Sniffed
from ctz_workouts.formats.sniff import FileFormat, format_of
from ctz_workouts.formats.zones_of_time import rider_zone

from .activities import NOW, ride

RIDE = write_fit(ride(30))


def outcomes(data: bytes, first_place: int = 0) -> list[str]:
    """What came of each item: `workout`, or the reason and the place."""
    told = []
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        for said in Reader(NOW, rider_zone("UTC")).read(file, first_place):
            if isinstance(said, Activity):
                told.append("workout")
            elif isinstance(said, FormatError):
                told.append(f"{said.reason} {said.place}".strip())
    return told


def packed(files: Sequence[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return held.getvalue()


def test_names_are_shown_and_used_for_nothing() -> None:
    bad = RIDE[:-30]
    names = ["../../etc/passwd.fit", "C:\\rides\\x.fit", "a\r\nSet-Cookie: x.fit", "\u202egnp.fit", "/abs.fit"]
    assert [
        "FILE_DAMAGED passwd.fit",
        "FILE_DAMAGED x.fit",
        "FILE_DAMAGED a Set-Cookie: x.fit",
        "FILE_DAMAGED gnp.fit",
        "FILE_DAMAGED abs.fit",
    ] == outcomes(packed([(name, bad) for name in names]))


def test_folders_links_and_hidden_files_are_passed_over() -> None:
    link = zipfile.ZipInfo("link.fit")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    files = [("rides/", b""), (link, b"/etc/passwd"), (".DS_Store", b"x"), ("__MACOSX/a.fit", b"x"), ("a.fit", RIDE)]
    assert ["workout"] == outcomes(packed(files))


def test_nested_zips_gzips_and_types_that_lie() -> None:
    nested = packed([("a.fit", RIDE)])
    files = [
        ("nested.fit", nested),
        ("strava.fit.gz", gzip.compress(RIDE)),
        ("twice.gz", gzip.compress(gzip.compress(RIDE))),
        ("picture.fit", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("cut.gz", gzip.compress(RIDE)[:-9]),
    ]
    assert [
        "ZIP_IN_ZIP nested.fit",
        "workout",
        "ZIP_IN_ZIP twice.gz",
        "ENTRY_PASSED_OVER picture.fit",
        "FILE_DAMAGED cut.gz",
    ] == outcomes(packed(files))


def test_bombs_are_stopped_by_what_comes_out_of_them() -> None:
    zeros = b"\0" * (LARGEST_ENTRY_BYTES + 1)
    assert ["FILE_TOO_LARGE bomb.fit", "workout"] == outcomes(packed([("bomb.fit", zeros), ("a.fit", RIDE)]))
    assert ["FILE_TOO_LARGE"] == outcomes(gzip.compress(zeros))
    assert ["FILE_TOO_LARGE b.gz"] == outcomes(packed([("b.gz", gzip.compress(zeros))]))


def test_sizes_that_lie_are_not_believed() -> None:
    honest = bytearray(packed([("a.fit", RIDE)], zipfile.ZIP_STORED))
    for at in (honest.rfind(b"PK\x01\x02") + 24, 22):
        honest[at : at + 4] = struct.pack("<I", 10)
    assert ["FILE_DAMAGED a.fit"] == outcomes(bytes(honest))


def test_a_hundred_thousand_entries_are_refused_before_they_are_listed() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 4_000_000, 0, 0)
    assert ["FILE_TOO_LARGE"] == outcomes(b"PK\x03\x04" + b"\0" * 100 + end)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 40, b"PK\x03\x04" + b"x" * 5_000])
def test_what_is_no_zip_behind_its_first_letters_is_damaged(data: bytes) -> None:
    assert outcomes(data) in (["FILE_DAMAGED"], [])


def test_encrypted_entries_say_so() -> None:
    data = bytearray(packed([("a.fit", RIDE)]))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    assert ["ZIP_LOCKED a.fit"] == outcomes(bytes(data))


def test_reading_goes_on_behind_an_entry() -> None:
    data = packed([("a.fit", RIDE), ("b.fit", RIDE), ("c.fit", b"nothing")])
    assert ["workout", "ENTRY_PASSED_OVER c.fit"] == outcomes(data, first_place=1)


def test_what_is_left_is_told_for_progress() -> None:
    def said(file: IO[bytes]) -> list[object]:
        return list(Reader(NOW, rider_zone("UTC")).read(file))

    told = said(io.BytesIO(packed([("a.fit", RIDE), ("b.fit", RIDE)])))
    assert [Sniffed(FileFormat.ZIP)] == told[:1]
    assert [2, 1] == [each.left for each in told if isinstance(each, Opened)]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (RIDE, FileFormat.FIT),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<TrainingCenterDatabase xmlns='x'>", FileFormat.TCX),
        (b"<gpx version='1.1'>", FileFormat.GPX),
        ("<?xml version='1.0' encoding='utf-16'?><gpx>".encode("utf-16"), FileFormat.GPX),
        (b"<svg onload=alert(1)>", FileFormat.UNKNOWN),
        (b"GIF89a/*<gpx*/", FileFormat.UNKNOWN),
        (b"workout,start_time\n", FileFormat.UNKNOWN),
        (b"", FileFormat.UNKNOWN),
        (b"\x1f\x8b\x08\x00", FileFormat.GZIP),
    ],
)
def test_t084_a_format_is_known_by_its_content(head: bytes, expected: FileFormat) -> None:
    assert expected is format_of(head)
