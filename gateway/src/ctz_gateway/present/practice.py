"""The practice player: what the script plays and what is read without one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ctz.workouts.v1 import classes_pb2

from ctz_gateway.present import class_chart
from ctz_gateway.present.class_chart import Call
from ctz_gateway.present.class_page import seconds_of, song_rows, source_text, watts_text
from ctz_gateway.present.classes import class_id_of, facts
from ctz_gateway.present.pace_tables import bounds_of, pace_text, speed_text
from ctz_gateway.present.zones import EDGE_SHARES, LINE_SHARES
from ctz_gateway.viewmodels.class_targets import Interval, PracticePage
from ctz_gateway.viewmodels.common import Option
from ctz_gateway.words import duration


@dataclass(frozen=True, slots=True)
class Rider:
    """For whom the targets are: an FTP in watts, or a level of a pace table."""

    ftp_watts: float | None
    ftp_typed: str
    ftp_error: str
    level: int
    paces: classes_pb2.ReferencePaceTable | None
    is_metric: bool


def practice_page(view: classes_pb2.ClassView, rider: Rider, leave_url: str) -> PracticePage | None:
    """The page; None where nothing is called that could be practised."""
    found = view.library_class
    seconds = seconds_of(view, view.practice_targets)
    listed = class_chart.calls(view.practice_targets, seconds)
    drawn = class_chart.class_chart(listed, seconds, found.discipline)
    if drawn is None:
        return None
    texts = _pace_texts(listed, rider)
    return PracticePage(
        class_id=class_id_of(found.name),
        title=found.title,
        facts=facts(found),
        timeline_json=_timeline(view, listed, seconds, texts),
        intervals=[_interval(call, rider, texts, found.discipline) for call in listed],
        songs=song_rows(view.songs),
        chart=drawn,
        source_text=source_text(view),
        seconds=seconds,
        uses_power=any(call.zones for call in listed),
        ftp=rider.ftp_typed,
        ftp_error=rider.ftp_error,
        levels=_levels(rider) if texts else [],
        leave_url=leave_url,
    )


def _levels(rider: Rider) -> Sequence[Option]:
    levels = rider.paces.levels if rider.paces else []
    return [Option(str(each.level), f"Level {each.level}", each.level == rider.level) for each in levels]


def _pace_texts(listed: Sequence[Call], rider: Rider) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Speed and pace of every called intensity, by level."""
    if rider.paces is None:
        return {}
    called = sorted({call.pace for call in listed if call.pace})
    texts: dict[str, dict[str, Sequence[str]]] = {}
    for level in rider.paces.levels:
        bands = {band.intensity: band for band in level.bands}
        for low, high in called:
            if low in bands and high in bands:
                bounds = bounds_of(bands[low], bands[high])
                told = (speed_text(bounds, is_metric=rider.is_metric), pace_text(bounds, is_metric=rider.is_metric))
                texts.setdefault(str(level.level), {})[f"{low}..{high}"] = told
    return texts


def _interval(call: Call, rider: Rider, texts: Mapping[str, Mapping[str, Sequence[str]]], discipline: str) -> Interval:
    target = ""
    if call.zones:
        target = watts_text(call, rider.ftp_watts) if rider.ftp_watts else _share_text(*call.zones)
    elif call.pace:
        low, high = call.pace
        target = ", ".join(texts.get(str(rider.level), {}).get(f"{low}..{high}", ()))
    return Interval(
        duration(call.start),
        duration(call.end - call.start),
        call.zone,
        class_chart.name_of(call, discipline),
        target,
    )


def _share_text(low: int, high: int) -> str:
    """`75–90 % of FTP`, where no FTP is known; a range of zones from the lower edge of the first one on."""
    edges = [0.0, *(100 * share for share in EDGE_SHARES)]
    if high >= len(edges):
        return f"over {edges[low - 1]:g} % of FTP"
    return f"{edges[low - 1]:g}–{edges[high]:g} % of FTP"


def _timeline(
    view: classes_pb2.ClassView,
    listed: Sequence[Call],
    seconds: int,
    texts: Mapping[str, Mapping[str, Sequence[str]]],
) -> str:
    """What the script plays: calls in order, music with a known time, edges of the zones, paces by level."""
    told: dict[str, Any] = {
        "name": view.library_class.name,
        "seconds": seconds,
        "calls": [_call(call, view.library_class.discipline) for call in listed],
        "songs": _songs(view),
        "edges": EDGE_SHARES,
        "lines": LINE_SHARES,
        "paces": texts,
    }
    return json.dumps(told, separators=(",", ":"))


def _call(call: Call, discipline: str) -> dict[str, Any]:
    return {
        "start": call.start,
        "end": call.end,
        "zones": call.zones,
        "pace": call.pace,
        "is_called": call.is_called,
        "mark": class_chart.mark_of(call, discipline),
        "name": class_chart.name_of(call, discipline),
    }


def _songs(view: classes_pb2.ClassView) -> Sequence[Mapping[str, Any]]:
    """Music whose time is known, by time; `place` is that in the list of the page."""
    timed = [(song.start_seconds, place) for place, song in enumerate(view.songs) if song.HasField("start_seconds")]
    return [
        {
            "start": start,
            "place": place,
            "title": view.songs[place].title,
            "artists": ", ".join(view.songs[place].artists),
        }
        for start, place in sorted(timed)
    ]
