"""The history: every workout as a list or a calendar, with search, filters and orders that work without JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from ctz.peloton_sync.v1 import connections_pb2
from ctz.workouts.v1 import saved_filters_pb2, workouts_pb2
from flask import Blueprint, render_template, request

from ctz_chassis.errors import Unreachable
from ctz_gateway.present import history as words_of
from ctz_gateway.present import rows
from ctz_gateway.present.calendar import calendar_month, month_of, span_of
from ctz_gateway.present.wish import FILTERS, Wish
from ctz_gateway.viewmodels.history import HistoryPage, SavedLink
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.peloton import connection_of
from ctz_gateway.web.site import Site, now, signed_in, visitor

PAGE_SIZE = 20
CALENDAR = "calendar"
OF_A_DAY = 4


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an address asks for; `query` is what other pages of the same list repeat."""

    wish: Wish
    kept: workouts_pb2.WorkoutFilter
    order: "workouts_pb2.WorkoutOrder.ValueType"
    saved_id: str
    query: Mapping[str, str]

    def address(self, **more: str) -> str:
        """The same with a place, a view or a month."""
        return words_of.address(urlencode({**self.query, **{name: value for name, value in more.items() if value}}))


def blueprint(site: Site) -> Blueprint:
    """The list and the calendar."""
    pages = Blueprint("history", __name__)

    @pages.get("/history")
    @signed_in
    def show() -> str:
        saved = site.services.saved_filters.ListSavedFilters(saved_filters_pb2.ListSavedFiltersRequest()).saved_filters
        asked = _asked(saved)
        is_calendar = request.args.get("view") == CALENDAR
        archive = site.services.workouts.GetArchive(workouts_pb2.GetArchiveRequest())
        page = _frame(asked, archive, saved, is_calendar=is_calendar)
        page = replace(page, is_connected=archive.workout_count > 0 or _is_connected(site))
        shown = _calendar(site, asked) if is_calendar else _list(site, asked)
        return render_template("history.html", page=replace(page, **shown))

    return pages


def _asked(saved: Sequence[saved_filters_pb2.SavedFilter]) -> _Asked:
    """What the address asks for itself, or by the saved filter that it names."""
    found = saved_named(saved, request.args.get("saved", ""))
    if found is not None:
        wish, saved_id = Wish.of_message(found.filter, found.order), found.name.split("/")[1]
        return _Asked(wish, found.filter, found.order, saved_id, {"saved": saved_id})
    wish = Wish.of({name: one_line(request.args.get(name, "")) for name in (*FILTERS, "sort")})
    given = {**wish.fields, "sort": wish.sort}
    return _Asked(wish, wish.message(), wish.order, "", {name: value for name, value in given.items() if value})


def saved_named(saved: Sequence[saved_filters_pb2.SavedFilter], typed: str) -> saved_filters_pb2.SavedFilter | None:
    """The saved filter of an id as typed; none where the rider has no such one."""
    try:
        name = f"savedFilters/{UUID(typed)}"
    except ValueError:
        return None
    return next((each for each in saved if each.name == name), None)


def _frame(
    asked: _Asked,
    archive: workouts_pb2.Archive,
    saved: Sequence[saved_filters_pb2.SavedFilter],
    *,
    is_calendar: bool,
) -> HistoryPage:
    """What list and calendar share."""
    month = _month().isoformat()[:7] if is_calendar else ""
    view = {"view": CALENDAR, "month": month} if is_calendar else {}
    return HistoryPage(
        filters=words_of.filters(asked.wish, archive, view=view.get("view", ""), month=month),
        total_text=rows.count_text(archive.workout_count, archive.oldest_date),
        anew_text=words_of.anew_text(archive.recomputing_count),
        match_text="",
        has_any=archive.workout_count > 0,
        is_connected=True,
        list_url=asked.address(),
        calendar_url=asked.address(view=CALENDAR, month=month),
        clear_url=words_of.address(urlencode(view)),
        saved=[_saved_link(each, asked.saved_id, view) for each in saved],
        save_query="" if asked.saved_id or (asked.wish.is_empty and not asked.wish.sort) else asked.wish.query(),
    )


def _saved_link(saved: saved_filters_pb2.SavedFilter, saved_id: str, view: Mapping[str, str]) -> SavedLink:
    its_id = saved.name.split("/")[1]
    return SavedLink(saved.title, words_of.address(urlencode({"saved": its_id, **view})), its_id == saved_id)


def _list(site: Site, asked: _Asked) -> dict[str, Any]:
    """A page of workouts: by week in the orders by time, else one after the other."""
    who, today = visitor(), _today()
    answer = site.services.workouts.ListWorkouts(
        workouts_pb2.ListWorkoutsRequest(
            page_size=PAGE_SIZE,
            page_token=request.args.get("cursor", ""),
            filter=asked.kept,
            week_start=who.week_start,
            order=asked.order,
        )
    )
    is_all = asked.kept == workouts_pb2.WorkoutFilter()
    weeks = rows.weeks(answer, first_weekday=who.week_start, is_metric=who.is_metric, today=today)
    is_by_time = asked.wish.sort in {"", "oldest"}
    older, newer = ("newer", "older") if asked.wish.sort == "oldest" else ("older", "newer")
    return {
        "weeks": weeks if is_by_time else [],
        "rows": [] if is_by_time else [rows.row(each, is_metric=who.is_metric) for each in answer.workouts],
        "match_text": "" if is_all else words_of.matches(answer.total_size, is_minimum=answer.is_total_size_minimum),
        "corrections": words_of.corrections(answer),
        "next_url": asked.address(cursor=answer.next_page_token) if answer.next_page_token else "",
        "next_text": f"Show {PAGE_SIZE} {older}" if is_by_time else f"Show {PAGE_SIZE} more",
        "previous_url": asked.address(cursor=answer.previous_page_token) if answer.previous_page_token else "",
        "previous_text": f"Show {PAGE_SIZE} {newer}" if is_by_time else f"Show the {PAGE_SIZE} before",
    }


def _calendar(site: Site, asked: _Asked) -> dict[str, Any]:
    """A month in whole weeks."""
    first, week_start = _month(), visitor().week_start
    start, end = span_of(first, week_start)
    found = site.services.workouts.GetCalendar(
        workouts_pb2.GetCalendarRequest(
            from_date=start.isoformat(), to_date=end.isoformat(), filter=asked.kept, workouts_per_day=OF_A_DAY
        )
    )
    return {
        "month": calendar_month(
            found,
            first,
            week_start,
            _today(),
            month_url=lambda month: asked.address(view=CALENDAR, month=month),
            day_url=lambda day: words_of.address(asked.wish.query(since=day, until=day)),
        )
    }


def _month() -> date:
    return month_of(request.args.get("month", ""), _today())


def _today() -> date:
    return now().astimezone(visitor().zone).date()


def _is_connected(site: Site) -> bool:
    """Whether workouts will come; asked only while there are none."""
    try:
        connection = connection_of(site)
    except Unreachable:
        return True
    return connection is not None and connection.state != connections_pb2.CONNECTION_STATE_DISCONNECTED
