"""The history: every workout, by week, with search and filters that work without JavaScript."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from ctz.peloton_sync.v1 import connections_pb2
from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, render_template, request, url_for

from ctz_chassis.errors import Unreachable
from ctz_gateway.present import rows
from ctz_gateway.viewmodels.common import Option
from ctz_gateway.viewmodels.training import ActiveFilter, HistoryFilters, HistoryPage
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.peloton import connection_of
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import thousands

PAGE_SIZE = 20
LENGTHS = {
    "15": ("up to 15 min", None, 15 * 60 + 59),
    "30": ("20 to 30 min", 16 * 60, 32 * 60 + 59),
    "45": ("35 to 45 min", 33 * 60, 47 * 60 + 59),
    "60": ("50 to 60 min", 48 * 60, 62 * 60 + 59),
    "61": ("over an hour", 63 * 60, None),
}
CLASS_TYPES = {"power_zone": "Power Zone"}
FILTERS = ("q", "discipline", "class_type", "instructor", "length", "chart", "record", "since", "until")


def blueprint(site: Site) -> Blueprint:
    """The history list."""
    pages = Blueprint("history", __name__)

    @pages.get("/history")
    @signed_in
    def show() -> str:
        who, today = visitor(), now().astimezone(visitor().zone).date()
        given = {name: one_line(request.args.get(name, "")) for name in FILTERS}
        answer = site.services.workouts.ListWorkouts(
            workouts_pb2.ListWorkoutsRequest(
                page_size=PAGE_SIZE,
                page_token=request.args.get("cursor", ""),
                filter=_filter(given),
                week_start=who.week_start,
            )
        )
        archive = site.services.workouts.GetArchive(workouts_pb2.GetArchiveRequest())
        following = ""
        if answer.next_page_token:
            kept = {name: value for name, value in given.items() if value}
            following = f"{url_for('history.show')}?{urlencode({**kept, 'cursor': answer.next_page_token})}"
        page = HistoryPage(
            weeks=rows.weeks(answer, first_weekday=who.week_start, is_metric=who.is_metric, today=today),
            filters=_filters(given, archive),
            total_text=rows.count_text(archive.workout_count, archive.oldest_date),
            match_text=_matches(answer, given),
            has_any=archive.workout_count > 0,
            is_connected=archive.workout_count > 0 or _is_connected(site),
            next_url=following,
            next_text=f"Show {PAGE_SIZE} older",
        )
        return render_template("history.html", page=page)

    return pages


def _is_connected(site: Site) -> bool:
    """Whether workouts will come; asked only while there are none."""
    try:
        connection = connection_of(site)
    except Unreachable:
        return True
    return connection is not None and connection.state != connections_pb2.CONNECTION_STATE_DISCONNECTED


def _filter(given: Mapping[str, str]) -> workouts_pb2.WorkoutFilter:
    """The rider's choice as the service takes it; a day that is none is left out."""
    low, high = LENGTHS[given["length"]][1:] if given["length"] in LENGTHS else (None, None)
    return workouts_pb2.WorkoutFilter(
        query=given["q"],
        disciplines=[given["discipline"]] if given["discipline"] else [],
        instructors=[given["instructor"]] if given["instructor"] else [],
        from_date=_day(given["since"]),
        to_date=_day(given["until"]),
        min_duration_seconds=low,
        max_duration_seconds=high,
        has_series=given["chart"] == "1",
        is_power_zone=given["class_type"] == "power_zone",
        is_record=given["record"] == "1",
    )


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return ""


def _matches(answer: workouts_pb2.ListWorkoutsResponse, given: Mapping[str, str]) -> str:
    if not any(given.values()) or not answer.HasField("total_size"):
        return ""
    shown = thousands(answer.total_size)
    return f"{shown} match" if answer.total_size != 1 else "1 matches"


def _filters(given: Mapping[str, str], archive: workouts_pb2.Archive) -> HistoryFilters:
    return HistoryFilters(
        q=given["q"],
        discipline=_options(
            "Every discipline",
            [(facet.value, rows.discipline_name(facet.value)) for facet in archive.disciplines],
            given["discipline"],
        ),
        class_type=_options("Every class type", list(CLASS_TYPES.items()), given["class_type"]),
        instructor=_options(
            "Every instructor", [(facet.value, facet.value) for facet in archive.instructors], given["instructor"]
        ),
        length=_options("Any length", [(key, words[0]) for key, words in LENGTHS.items()], given["length"]),
        chart=given["chart"] == "1",
        since=given["since"],
        until=given["until"],
        record=given["record"] == "1",
        active=_active(given),
    )


def _options(nothing: str, choices: Sequence[tuple[str, str]], chosen: str) -> Sequence[Option]:
    return (Option("", nothing, not chosen), *(Option(value, label, value == chosen) for value, label in choices))


def _active(given: Mapping[str, str]) -> Sequence[ActiveFilter]:
    labels = {
        "q": f"“{given['q']}”",
        "discipline": rows.discipline_name(given["discipline"]),
        "class_type": CLASS_TYPES.get(given["class_type"], ""),
        "instructor": given["instructor"],
        "length": LENGTHS[given["length"]][0] if given["length"] in LENGTHS else "",
        "chart": "Has chart",
        "record": "Record",
        "since": f"from {given['since']}",
        "until": f"until {given['until']}",
    }
    active = []
    for name, label in labels.items():
        if given[name] and label:
            others = {key: value for key, value in given.items() if value and key != name}
            active.append(ActiveFilter(label, url_for("history.show") + (f"?{urlencode(others)}" if others else "")))
    return active
