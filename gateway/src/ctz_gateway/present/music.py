"""Music of a class: a strip of the chart and a list."""

from collections.abc import Sequence
from typing import Any

from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.viewmodels.workout import SongLine
from ctz_gateway.words import duration, listing


def chart_songs(view: workouts_pb2.WorkoutView) -> list[dict[str, Any]]:
    """Songs with a start, on the clock of the series, in order; what began before pedalling begins at 0."""
    timed = [(_start(song, view), song) for song in view.songs if song.HasField("start_seconds")]
    found: list[dict[str, Any]] = []
    for start, song in sorted(timed, key=lambda pair: pair[0]):
        if found and found[-1]["start_seconds"] == start:
            found.pop()
        found.append({"start_seconds": start, "text": _text(song)})
    return found


def playlist(view: workouts_pb2.WorkoutView) -> Sequence[SongLine]:
    """All songs in the order played."""
    return [
        SongLine(
            duration(_start(song, view)) if song.HasField("start_seconds") else "", song.title, listing(song.artists)
        )
        for song in view.songs
    ]


def _start(song: events_pb2.Song, view: workouts_pb2.WorkoutView) -> int:
    return max(song.start_seconds - view.pedaling_start_offset_seconds, 0)


def _text(song: events_pb2.Song) -> str:
    return ", ".join(part for part in (song.title, listing(song.artists)) if part)
