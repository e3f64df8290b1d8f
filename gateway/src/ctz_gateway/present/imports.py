"""What came of files, in plain words."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.common import Figure, Tone
from ctz_gateway.viewmodels.imports import FileRow, ImportPage, ImportRow, Trouble
from ctz_gateway.words import listing, moment, plural, thousands

FORMATS = {
    pb.FILE_FORMAT_FIT: "FIT",
    pb.FILE_FORMAT_TCX: "TCX",
    pb.FILE_FORMAT_GPX: "GPX",
    pb.FILE_FORMAT_PELOTON_CSV: "Peloton’s CSV",
    pb.FILE_FORMAT_CSV: "CSV",
    pb.FILE_FORMAT_ZIP: "zip",
}
ENDED = frozenset({pb.TRANSFER_STATE_DONE, pb.TRANSFER_STATE_FAILED})
KILO = 1024
FINE_MEGABYTES = 100
SHOWN_LINKS = 5


def size_text(count: int) -> str:
    """`812 bytes`, `81 kB`, `4.2 MB`."""
    if count < KILO:
        return plural(count, "byte")
    if count < KILO * KILO:
        return f"{count / KILO:.0f} kB"
    megabytes = count / KILO / KILO
    return f"{megabytes:.1f} MB" if megabytes < FINE_MEGABYTES else f"{megabytes:,.0f} MB"


def import_row(told: pb.Import, url: str, zone: ZoneInfo, at: datetime) -> ImportRow:
    """An import among others."""
    icon, tone = _mark(told.state, told.problem_count)
    return ImportRow(url, moment(instant(told.create_time), zone, at), _came_of(told), icon, tone)


def import_page(
    told: pb.Import, files: Sequence[pb.ImportFile], zone: ZoneInfo, at: datetime, *, progress_url: str,
    delete_url: str, more_url: str,
) -> ImportPage:  # fmt: skip
    """One import with its files."""
    is_done = told.state in ENDED
    return ImportPage(
        when_text=moment(instant(told.create_time), zone, at),
        headline=_headline(told),
        percent=percent_of(told),
        figures=[
            Figure("Added", thousands(told.created_count)),
            Figure("Here already", thousands(told.known_count)),
            Figure("Not read", thousands(told.problem_count)),
        ],
        files=[file_row(each) for each in files],
        is_done=is_done,
        has_new=told.created_count > 0,
        spoken=spoken(told),
        delete_url=delete_url,
        progress_url="" if is_done else progress_url,
        more_url=more_url,
    )


def spoken(told: pb.Import) -> str:
    """How far it is, for a reader who hears it."""
    if told.state in ENDED:
        return f"Everything is read: {_came_of(told)}."
    return f"{percent_of(told)} % is read."


def percent_of(told: pb.Import) -> int:
    """How much of an import is dealt with: files by what is in them, those that were not opened yet as one thing."""
    if told.state in ENDED:
        return 100
    unopened = max(told.file_count - told.finished_file_count - (1 if told.item_count else 0), 0)
    whole = told.item_count + unopened
    return min(100 * told.finished_item_count // whole, 99) if whole else 0


def file_row(file: pb.ImportFile) -> FileRow:
    """A file and what came of it."""
    icon, tone = _mark(file.state, file.problem_count)
    hidden = file.problem_count - len(file.problems)
    shown = [f"/{name}" for name in file.workouts[:SHOWN_LINKS]]
    kind = FORMATS.get(file.format, "")
    return FileRow(
        name=file.file_name,
        facts=[fact for fact in (kind, size_text(file.size_bytes)) if fact],
        state_text=_file_state(file),
        icon=icon,
        tone=tone,
        troubles=[Trouble(each.place, each.message) for each in file.problems],
        more_troubles=f"and {thousands(hidden)} more" if hidden > 0 and file.problems else "",
        workout_urls=shown,
    )


def _mark(state: int, problems: int) -> tuple[str, Tone]:
    if state == pb.TRANSFER_STATE_FAILED:
        return "alert", "bad"
    if state == pb.TRANSFER_STATE_DONE:
        return ("alert", "warn") if problems else ("done", "good")
    return ("sync" if state == pb.TRANSFER_STATE_RUNNING else "todo"), "plain"


def _headline(told: pb.Import) -> str:
    if told.state == pb.TRANSFER_STATE_FAILED:
        return "Nothing could be read"
    if told.state == pb.TRANSFER_STATE_DONE:
        return "Everything is read"
    if told.state == pb.TRANSFER_STATE_RUNNING:
        return f"Reading {plural(told.file_count, 'file')}"
    return "Waits for its turn"


def _came_of(told: pb.Import | pb.ImportFile) -> str:
    parts = [
        f"{plural(told.created_count, 'workout')} added" if told.created_count else "",
        f"{thousands(told.known_count)} here already" if told.known_count else "",
        f"{thousands(told.problem_count)} not read" if told.problem_count else "",
    ]
    said = listing([part for part in parts if part])
    if said:
        return said
    return "nothing in it" if told.state in ENDED else "waits"


def _file_state(file: pb.ImportFile) -> str:
    if file.state == pb.TRANSFER_STATE_WAITING:
        return "waits"
    if file.state == pb.TRANSFER_STATE_RUNNING:
        return (
            f"{thousands(file.finished_item_count)} of {thousands(file.item_count)} read"
            if file.item_count
            else "being read"
        )
    return _came_of(file)
