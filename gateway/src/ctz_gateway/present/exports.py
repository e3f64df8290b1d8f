"""Exports in words."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.times import instant
from ctz_gateway.present.imports import size_text
from ctz_gateway.viewmodels.common import Tone
from ctz_gateway.viewmodels.exports import ExportRow
from ctz_gateway.words import day_month, listing, moment, plural, thousands

FORMATS = {"fit": pb.FILE_FORMAT_FIT, "tcx": pb.FILE_FORMAT_TCX, "csv": pb.FILE_FORMAT_CSV}
NAMES = {"fit": "FIT", "tcx": "TCX", "csv": "CSV"}
MEANINGS = {
    "fit": "for Garmin, Strava and most other apps",
    "tcx": "for older apps",
    "csv": "for tables and scripts, second by second",
}
BEING_MADE = frozenset({pb.TRANSFER_STATE_WAITING, pb.TRANSFER_STATE_RUNNING})
_MARKS: dict[int, tuple[str, Tone]] = {
    pb.TRANSFER_STATE_DONE: ("done", "good"),
    pb.TRANSFER_STATE_FAILED: ("alert", "bad"),
    pb.TRANSFER_STATE_RUNNING: ("sync", "plain"),
}


def export_row(told: pb.Export, zone: ZoneInfo, at: datetime, *, link_url: str, delete_url: str) -> ExportRow:
    """One export."""
    icon, tone = _MARKS.get(told.state, ("todo", "plain"))
    names = [NAMES[slug] for slug, kind in FORMATS.items() if kind in told.formats]
    is_ready = told.state == pb.TRANSFER_STATE_DONE
    facts = [f"asked for {moment(instant(told.create_time), zone, at)}", listing(names)]
    if is_ready:
        facts.append(size_text(told.size_bytes))
    if is_ready and told.HasField("expire_time"):
        until = instant(told.expire_time).astimezone(zone)
        facts.append(f"kept until {day_month(until.date())}, {until:%H:%M}")
    return ExportRow(
        title=_title(told),
        facts=[fact for fact in facts if fact],
        icon=icon,
        tone=tone,
        percent=_percent(told) if told.state in BEING_MADE else None,
        problem=told.problem.message if told.HasField("problem") else "",
        link_url=link_url if is_ready else "",
        delete_url=delete_url,
    )


def spoken(exports: Sequence[pb.Export]) -> str:
    """How far the newest is, for a reader who hears it."""
    made = next((each for each in exports if each.state in BEING_MADE), None)
    return f"{_percent(made)} % is written." if made is not None else "The export is ready."


def _title(told: pb.Export) -> str:
    if told.state == pb.TRANSFER_STATE_DONE:
        return f"{plural(told.workout_count, 'workout')} as zip"
    if told.state == pb.TRANSFER_STATE_FAILED:
        return "Nothing came of it"
    if told.state == pb.TRANSFER_STATE_RUNNING:
        return f"{thousands(told.finished_count)} of {plural(told.workout_count, 'workout')} written"
    return "Waits for its turn"


def _percent(told: pb.Export) -> int:
    return min(100 * told.finished_count // told.workout_count, 99) if told.workout_count else 0
