"""What a change of FTP would do: zones side by side, and the rides that change (ui.md, pattern 11)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, cast

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.metrics import current_entry
from ctz_gateway.present.zones import NAMES, range_text
from ctz_gateway.viewmodels.account import MetricPreview, RideChange, ZoneChange
from ctz_gateway.words import day_month_year, plural

TITLES = {"add": "Add this FTP", "correct": "Correct this FTP", "delete": "Delete this FTP"}


def metric_preview(
    *,
    action: str,
    old_entries: Sequence[training.MetricEntry],
    new_entries: Sequence[training.MetricEntry],
    answer: workouts_pb2.PreviewFTPResponse,
    confirm_url: str,
    fields: Mapping[str, str],
    at: datetime,
) -> MetricPreview:
    """The preview of a change of the FTP timeline."""
    old, new = current_entry(old_entries, at), current_entry(new_entries, at)
    return MetricPreview(
        slug="ftp",
        title=TITLES[action],
        sentence=_sentence(answer),
        action=cast("Literal['add', 'correct', 'delete']", action),
        confirm_text="Delete it" if action == "delete" else "Save",
        confirm_url=confirm_url,
        fields=dict(fields),
        zones=[
            ZoneChange(zone, NAMES[zone - 1], _zone_text(zone, old), _zone_text(zone, new))
            for zone in range(len(NAMES), 0, -1)
        ],
        rides=[_ride(change) for change in answer.changes],
        ride_count=answer.change_count,
        is_destructive=action == "delete",
    )


def _zone_text(zone: int, entry: training.MetricEntry | None) -> str:
    return range_text(zone, entry.value) if entry is not None else "–"


def _sentence(answer: workouts_pb2.PreviewFTPResponse) -> str:
    if not answer.change_count:
        return "No ride changes."
    first, last = (date.fromisoformat(day) for day in (answer.first_date, answer.last_date))
    verb = "is" if answer.change_count == 1 else "are"
    days = day_month_year(first) if first == last else f"{day_month_year(first)} to {day_month_year(last)}"
    return f"{plural(answer.change_count, 'ride')} {verb} computed anew: {days}. All others stay as they are."


def _ride(change: workouts_pb2.FTPChange) -> RideChange:
    return RideChange(
        id=change.workout.removeprefix("workouts/"),
        title=change.title,
        date_text=day_month_year(date.fromisoformat(change.local_date)),
        old_text=_load(change, "old"),
        new_text=_load(change, "new"),
    )


def _load(change: workouts_pb2.FTPChange, which: Literal["old", "new"]) -> str:
    if not change.HasField("old_training_stress_score" if which == "old" else "new_training_stress_score"):
        return "no load"
    value = change.old_training_stress_score if which == "old" else change.new_training_stress_score
    return f"{value:.0f} TSS"
