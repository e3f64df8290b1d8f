"""CSV as rows of text: read from bytes, and written so that no spreadsheet takes a title for a formula."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence

from ctz_workouts.formats.errors import FileDamaged, TooMuchInIt

LARGEST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 400_000
_FORMULA = frozenset("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
"""A cell that begins with one of these gets an apostrophe before it, which reading takes away."""


def text_of(data: bytes) -> str:
    """The text of a file, in UTF-8 with or without its mark, else in UTF-16 with one, else in Latin-1."""
    if len(data) > LARGEST_BYTES:
        raise TooMuchInIt
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def rows_of(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not empty, with the number of its line."""
    reader = csv.reader(io.StringIO(text_of(data).replace("\0", ""), newline=""))
    try:
        for row in reader:
            if reader.line_num > MOST_ROWS:
                raise TooMuchInIt
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise FileDamaged(f"line {reader.line_num}") from error


def written(rows: Iterable[Sequence[str | float | None]]) -> Iterator[bytes]:
    """Rows as bytes: numbers as they are, texts neutralised, nothing for none."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else _number(cell) for cell in row])
        yield held.getvalue().encode()
        held.seek(0)
        held.truncate()


def neutral(text: str) -> str:
    """A text as a cell that no spreadsheet computes."""
    return f"'{text}" if text[:1] in _FORMULA and text else text


def told(cell: str) -> str:
    """The text behind a cell that `neutral` wrote."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA and len(cell) > 1 else cell


def _number(value: float | None) -> str:
    if value is None or math.isnan(value):
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))
