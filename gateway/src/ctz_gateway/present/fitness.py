"""Load over a span of days, and what follows from it: fitness, fatigue, form, warnings, where the load comes from."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ctz.challenges.v1 import challenges_pb2
from ctz.plans.v1 import plans_pb2
from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_gateway.clients.times import instant
from ctz_gateway.present.rows import discipline_name
from ctz_gateway.presentation import percent_of
from ctz_gateway.viewmodels.analytics import FitnessPage, LoadShare, TrendChart, WeekRow
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Figure, Note
from ctz_gateway.viewmodels.training import FormWord
from ctz_gateway.words import day_month_year, hours_minutes, plural, span, thousands

MINUS = "\N{MINUS SIGN}"
FRESH, NEUTRAL, BUILDING = 5, -10, -30
SHOWN_WEEKS = 14
MEANINGS = {
    "fresh": "Rested, ready for a test or a hard day",
    "neutral": "Neither tired nor rested",
    "building": "Tired in the way that builds fitness",
    "deep fatigue": "Very tired: plan some easy days",
}
WARNINGS = {
    pb.FITNESS_WARNING_STEEP_RAMP: (
        "A steep week.",
        "Fitness rose by {ramp} in 7 days; more than 8 is hard to absorb.",
    ),
    pb.FITNESS_WARNING_MONOTONY: (
        "Days are alike.",
        "Monotony is {monotony} over 7 days; above 2, an easy day or a day off does more than another hard one.",
    ),
    pb.FITNESS_WARNING_LOW_FORM: ("Deep fatigue.", "Form is {form}; below −30, plan some easy days."),
}
SOURCES = (("Power", "power_load"), ("Heart rate", "heart_rate_load"), ("Perceived effort", "perceived_exertion_load"))


@dataclass(frozen=True, slots=True)
class SpanChoice:
    """The span that the page shows, and the links to the others."""

    first: date
    today: date
    tabs: Sequence[Tab]
    zone: ZoneInfo


def planned_loads(weeks: Sequence[plans_pb2.PlanWeek], today: date) -> Mapping[date, float]:
    """What items of days after today are expected to bring; an item without a known load brings none."""
    loads: dict[date, float] = defaultdict(float)
    for item in (item for week in weeks for day in week.days for item in day.items):
        day = date.fromisoformat(item.date)
        if day > today and item.state == plans_pb2.ITEM_STATE_PLANNED and item.expected_load > 0:
            loads[day] += item.expected_load
    return loads


def challenge_marks(
    found: Sequence[challenges_pb2.Challenge], joined: Sequence[str], first: date
) -> list[tuple[int, str]]:
    """Starts of joined challenges, by days since the first one of the chart."""
    return [
        ((date.fromisoformat(each.start_date) - first).days, each.title)
        for each in found
        if each.name in set(joined) and each.start_date >= first.isoformat()
    ]


def fitness_page(found: pb.Fitness, choice: SpanChoice, *, marks_url: str, notes: Sequence[Note]) -> FitnessPage:
    """The page of a span."""
    has_load = any(day.load or day.fitness for day in found.days)
    now = next((day for day in reversed(found.days) if not day.is_projected), None)
    weeks = _weeks(found.weeks, choice.today)
    return FitnessPage(
        spans=choice.tabs,
        tiles=_tiles(now) if now is not None and has_load else (),
        warnings=[_warning(kind, now) for kind in found.warnings if now is not None and kind in WARNINGS],
        notes=notes,
        chart=_chart(found, choice, marks_url) if has_load else None,
        weeks=weeks[:SHOWN_WEEKS],
        earlier_weeks=weeks[SHOWN_WEEKS:],
        disciplines=_disciplines(found.weeks),
        without_load=_without_load(found.weeks),
        sources=_sources(found.days),
        missing=_missing(found),
    )


def form_word(found: pb.Fitness) -> FormWord | None:
    """Form of the last day in a word; none before there is any fitness."""
    now = next((day for day in reversed(found.days) if not day.is_projected), None)
    if now is None or round(now.fitness) == 0:
        return None
    word = _form_word(now.form)
    return FormWord(
        word=word.capitalize(),
        meaning=MEANINGS[word],
        figures=(
            Figure("Fitness", number(now.fitness), "CTL"),
            Figure("Fatigue", number(now.fatigue), "ATL"),
            Figure("Form", number(now.form), "TSB"),
        ),
    )


def number(value: float) -> str:
    """A whole number with a real minus sign."""
    return "0" if round(value) == 0 else thousands(value).replace("-", MINUS)


def _form_word(form: float) -> str:
    if form >= FRESH:
        return "fresh"
    if form >= NEUTRAL:
        return "neutral"
    return "building" if form >= BUILDING else "deep fatigue"


def _tiles(now: pb.FitnessDay) -> Sequence[Figure]:
    is_varied = now.HasField("monotony")
    return (
        Figure("Fitness", number(now.fitness), note="CTL, 42 days"),
        Figure("Fatigue", number(now.fatigue), note="ATL, 7 days"),
        Figure("Form", number(now.form), note=_form_word(now.form)),
        Figure("Ramp", ("+" if now.ramp > 0 else "") + number(now.ramp), note="in 7 days"),
        Figure("Monotony", f"{now.monotony:.1f}" if is_varied else None, note="of 7 days", reason="7 equal days"),
        Figure("Strain", number(now.strain) if is_varied else None, note="of 7 days", reason="7 equal days"),
    )


def _warning(kind: "pb.FitnessWarning.ValueType", now: pb.FitnessDay) -> Note:
    title, text = WARNINGS[kind]
    figures = {"ramp": number(now.ramp), "monotony": f"{now.monotony:.1f}", "form": number(now.form)}
    return Note(text.format(**figures), title, "warn", "alert")


def _short(values: Sequence[float]) -> list[float | int]:
    """One decimal, and none where it is zero: the figures stand in the page."""
    rounded = [round(value, 1) for value in values]
    return [int(value) if value.is_integer() else value for value in rounded]


def _chart(found: pb.Fitness, choice: SpanChoice, marks_url: str) -> TrendChart:
    days = found.days
    marks = []
    for entry in found.ftp_marks:
        place = (instant(entry.effective_time).astimezone(choice.zone).date() - choice.first).days
        if 0 <= place < len(days):
            marks.append((place, f"FTP {thousands(entry.watts)}"))
    data = {
        "from": choice.first.isoformat(),
        "today": (choice.today - choice.first).days,
        "load": _short([day.load for day in days]),
        "fitness": _short([day.fitness for day in days]),
        "fatigue": _short([day.fatigue for day in days]),
        "form": _short([day.form for day in days]),
        "ramp": _short([day.ramp for day in days]),
        "sources": [_short([getattr(day, name) for day in days]) for _, name in SOURCES],
        "marks": marks,
    }
    legend = [("load", "load of a day"), ("fitness", "fitness"), ("fatigue", "fatigue"), ("form", "form, below")]
    if days[-1].is_projected:
        legend.append(("planned", "planned"))
    return TrendChart(json.dumps(data, separators=(",", ":")), _summary(found), legend, marks_url)


def _summary(found: pb.Fitness) -> str:
    done = [day for day in found.days if not day.is_projected]
    first, now, peak = done[0], done[-1], max(done, key=lambda day: day.fitness)
    ends = [number(first.fitness), number(now.fitness)]
    went = f"went from {ends[0]} to {ends[1]}" if ends[0] != ends[1] else f"is {ends[1]}, as on the first day"
    text = (
        f"Fitness {went}, "
        f"highest {number(peak.fitness)} on {day_month_year(date.fromisoformat(peak.local_date))}. "
        f"Form is {number(now.form)}, {_form_word(now.form)}."
    )
    last = found.days[-1]
    if last.is_projected:
        text += (
            f" With your plan, fitness is {number(last.fitness)} and form {number(last.form)} "
            f"on {day_month_year(date.fromisoformat(last.local_date))}."
        )
    return text


def _weeks(weeks: Sequence[pb.FitnessWeek], today: date) -> Sequence[WeekRow]:
    """Newest first, down to the first one with a workout."""
    begun = next((place for place, week in enumerate(weeks) if week.workout_count), len(weeks))
    return [_week(week, today) for week in reversed(weeks[begun:])]


def _week(week: pb.FitnessWeek, today: date) -> WeekRow:
    first, last = date.fromisoformat(week.start_date), date.fromisoformat(week.end_date)
    total = sum(week.zone_seconds)
    shares = ", ".join(
        f"zone {zone} {percent_of(seconds, total)} %" for zone, seconds in enumerate(week.zone_seconds, 1) if seconds
    )
    return WeekRow(
        dates="This week" if first <= today <= last else span(first, last),
        load=number(week.load),
        duration=f"{hours_minutes(week.duration_seconds)} h",
        count=thousands(week.workout_count - week.session_count),
        zone_seconds=tuple(week.zone_seconds) if total else (),
        zone_text=f"Time in zone: {shares}" if total else "no power zones" if week.workout_count else "",
    )


def _disciplines(weeks: Sequence[pb.FitnessWeek]) -> Sequence[LoadShare]:
    loads: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    seconds: dict[str, int] = defaultdict(int)
    for each in (each for week in weeks for each in week.disciplines):
        loads[each.discipline] += each.load
        counts[each.discipline] += each.workout_count
        seconds[each.discipline] += each.duration_seconds
    total = sum(loads.values())
    return [
        LoadShare(
            discipline_name(name),
            number(loads[name]),
            percent_of(loads[name], total),
            f"{plural(counts[name], 'workout')}, {hours_minutes(seconds[name])} h",
        )
        for name in sorted(loads, key=lambda name: (-loads[name], name))
        if loads[name]
    ]


def _without_load(weeks: Sequence[pb.FitnessWeek]) -> str:
    """Disciplines that brought no load, with their workouts."""
    counts: dict[str, int] = defaultdict(int)
    scored = {each.discipline for week in weeks for each in week.disciplines if each.load}
    for each in (each for week in weeks for each in week.disciplines if each.discipline not in scored):
        counts[each.discipline] += each.workout_count
    told = [f"{discipline_name(name)} {thousands(count)}" for name, count in counts.items() if count]
    return ", ".join(sorted(told))


def _sources(days: Sequence[pb.FitnessDay]) -> Sequence[LoadShare]:
    loads = {name: sum(getattr(day, field) for day in days) for name, field in SOURCES}
    total = sum(loads.values())
    return [
        LoadShare(name, number(load), percent_of(load, total), f"{percent_of(load, total)} %")
        for name, load in loads.items()
        if load
    ]


def _missing(found: pb.Fitness) -> Note | None:
    """What has no load, and what would give it one."""
    if not found.unscored_count:
        return None
    return Note(
        "While a sync runs, load follows once a chart is here. Power needs an FTP of that day; heart rate needs your "
        "resting, maximum and threshold heart rate; without either, your effort from 1 to 10 on the workout’s page "
        "will do.",
        f"{thousands(found.unscored_count)} of {plural(found.workout_count, 'workout')} have no load."
        if found.unscored_count > 1
        else f"1 of {plural(found.workout_count, 'workout')} has no load.",
        "plain",
        "info",
        "/profile/",
        "Your figures",
    )


def span_of(today: date, days: int) -> date:
    """First day of a span that ends today."""
    return today - timedelta(days=days - 1)
