"""Sample contexts of the history: list, other orders, calendar, saved filters, words that were changed elsewhere."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ctz_gateway import styleguide
from ctz_gateway.present.rider_words import feel_options
from ctz_gateway.viewmodels import history, training
from ctz_gateway.viewmodels.common import Form, Note, Option
from ctz_gateway.viewmodels.rider_words import RiderWords, Words, WordsConflict

AWKWARD = "Überlänge: 45 min Power Zone Max Ride with a Title that Goes On & On <b>and</b> {{ 7 * 7 }}"
NOTE = "Legs came alive after the second threshold block, saddle one notch higher. Next time: eat before, not after."
TAGS = ("legs like lead", "with Anna")


def history_filters(**changes: Any) -> history.HistoryFilters:
    filters = history.HistoryFilters(
        q="power zone",
        discipline=[
            Option("", "Discipline"),
            Option("cycling", "Cycling", selected=True),
            Option("running", "Running"),
        ],
        class_type=[Option("", "Class type", selected=True), Option("power_zone", "Power Zone")],
        instructor=[
            Option("", "Instructor", selected=True),
            Option("hanna-beck", "Hanna Beck"),
            Option("luis-ferrer", "Luis Ferrer"),
        ],
        length=[Option("", "Length", selected=True), Option("1800-3600", "30 to 60 min")],
        tag=[Option("", "Every tag", selected=True), *(Option(tag, tag) for tag in TAGS)],
        source=[Option("", "Every source", selected=True), Option("only_manual", "Only by hand")],
        sort=[Option("", "Newest first", selected=True), Option("load", "Highest load first")],
        chart=True,
        since="",
        until="",
        record=False,
        notes=False,
        active=[
            training.ActiveFilter("“power zone”", "/history?discipline=cycling"),
            training.ActiveFilter("Cycling", "/history?q=power+zone"),
        ],
    )
    return replace(filters, **changes)


def history_page() -> history.HistoryPage:
    """Two weeks: rides, other disciplines, a chart to come, an awkward title, notes and tags."""
    rows = styleguide.plain_rows()
    ride = styleguide.ride_row(rider_tags=TAGS, excerpt=NOTE)
    awkward = styleguide.ride_row(id="b", day="9", weekday="Mon", title=AWKWARD, tags=[], rider_tags=["x" * 40])
    this_week = training.Week(
        "2025-W24",
        "This week",
        "9 to 15 June",
        [ride, awkward],
        "2 workouts and 1 guided session",
        "1:30 h",
        "load 105",
        styleguide.ZONE_SECONDS,
    )
    last_week = training.Week("2025-W23", "Last week", "2 to 8 June", rows, "3 workouts", "1:45 h", "load 247")
    return history.HistoryPage(
        filters=history_filters(),
        total_text="1,284 workouts since October 2021",
        match_text="500+ match",
        has_any=True,
        is_connected=True,
        list_url="/history?q=power+zone",
        calendar_url="/history?q=power+zone&view=calendar",
        clear_url="/history",
        weeks=[this_week, last_week],
        corrections=["Nothing begins with “powr”. Searched for “power” instead."],
        saved=[
            history.SavedLink("Long endurance", "/history?saved=1", is_on=True),
            history.SavedLink("Legs like lead", "/history?saved=2"),
        ],
        save_query="q=power+zone&discipline=cycling",
        next_url="/history?cursor=abc",
        next_text="Show 20 older",
        previous_url="/history?cursor=def",
        previous_text="Show 20 newer",
    )


def history_empty() -> history.HistoryPage:
    """A search that finds nothing."""
    filters = history_filters(q="nothing")
    return replace(history_page(), weeks=[], next_url="", previous_url="", match_text="none match", filters=filters)


def history_ranked() -> history.HistoryPage:
    """An order that is not of time."""
    rows = [styleguide.ride_row(rider_tags=TAGS, excerpt=NOTE), *styleguide.plain_rows()]
    return replace(history_page(), weeks=[], rows=rows, previous_url="")


def history_calendar() -> history.HistoryPage:
    """A month with empty days, full days and more than a cell holds."""
    first = date(2025, 5, 26)
    entries = [
        history.CalendarEntry("45 min Power Zone Endurance Ride", "/workouts/1", "bike", "45:00"),
        history.CalendarEntry(AWKWARD, "/workouts/2", "yoga", "20:00"),
        history.CalendarEntry("10 min Cool Down Walk", "/workouts/3", "walk", "10:00"),
        history.CalendarEntry("Plain", "/workouts/4", "other", ""),
    ]
    cells = []
    for number in range(42):
        day = first + timedelta(days=number)
        count = (0, 1, 4, 0, 2, 3, 0)[number % 7]
        cells.append(
            history.CalendarCell(
                date=day.isoformat(),
                day=str(day.day),
                weekday=day.strftime("%a"),
                full_text=f"{day:%A}, {day.day} {day:%B %Y}",
                is_of_month=day.month == 6,
                is_today=day == date(2025, 6, 12),
                entries=entries[:count],
                more_text="3 more" if count == 4 else "",
                more_url=f"/history?since={day}&until={day}" if count == 4 else "",
            )
        )
    month = history.CalendarMonth(
        title="June 2025",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        cells=cells,
        total_text="38 workouts, 21:14 h, load 1,204",
        previous_url="/history?view=calendar&month=2025-05",
        next_url="/history?view=calendar&month=2025-07",
        previous_title="May 2025",
        next_title="July 2025",
    )
    filters = history_filters(view="calendar", month="2025-06")
    return replace(history_page(), weeks=[], month=month, filters=filters, next_url="", previous_url="")


def saved_filters_page() -> history.SavedFiltersPage:
    """Three, of which one was to get a title that another has."""
    kept = "“endurance”, Cycling, #with Anna · Longest first"
    rows = [
        history.SavedFilterRow("1", "Long endurance", "/history?saved=1", kept, is_first=True, is_last=False),
        history.SavedFilterRow("2", AWKWARD[:60], "/history?saved=2", "Everything", is_first=False, is_last=False),
        history.SavedFilterRow("3", "Records", "/history?saved=3", "Record", is_first=False, is_last=True),
    ]
    taken = Form({"title": "Records"}, {}, Note("You have a saved filter with this title already.", tone="bad"))
    return history.SavedFiltersPage(rows, refused_id="2", form=taken)


def save_filter_page() -> history.SaveFilterPage:
    """A title that another one has."""
    taken = Form({"title": "Records"}, {}, Note("You have a saved filter with this title already.", tone="bad"))
    return history.SaveFilterPage("record=1", "Record", "/history?record=1", taken)


def rider_words(form: Form | None = None) -> RiderWords:
    """The panel with everything in it."""
    effort = [Option("", "Not told"), Option("7", "7 – hard", selected=True), Option("10", "10 – all out")]
    words = RiderWords("/workouts/1/words", NOTE, ", ".join(TAGS), effort, feel_options("4"), 3)
    return replace(words, form=form, tags=form.given["tags"]) if form is not None else words


def refused_words() -> Form:
    """What was sent with too long a tag."""
    given = {"note": NOTE, "tags": "x" * 41, "effort": "7", "revision": "3"}
    return Form(given, {"tags": "are 1 to 40 letters, digits, signs and spaces each"})


def words_conflict() -> WordsConflict:
    """The other window wrote another note."""
    return WordsConflict(
        title=AWKWARD,
        stands=Words("Short ride,\nlong nap.", "", "3 of 10, light", ""),
        wanted=Words(NOTE, ", ".join(TAGS), "7 of 10, hard", "Felt strong"),
        save_url="/workouts/1/words",
        fields={"note": NOTE, "tags": ", ".join(TAGS), "effort": "7", "revision": "4"},
        back_url="/workouts/1",
    )
