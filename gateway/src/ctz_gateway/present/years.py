"""A calendar year as its pages and its picture show it."""

from collections.abc import Sequence
from datetime import date

from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_gateway.present.fitness import number
from ctz_gateway.present.records import METRES_PER_KILOMETRE, streak_text
from ctz_gateway.present.rows import discipline_name
from ctz_gateway.presentation import percent_of
from ctz_gateway.share_card import Card
from ctz_gateway.viewmodels.analytics import LoadShare
from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.viewmodels.years import MonthBar, YearView
from ctz_gateway.words import (
    KILOMETRES_PER_MILE,
    MONTHS,
    day_month,
    effort_length,
    full_day,
    hours_minutes,
    plural,
    thousands,
)

HOUR = 3600
SHOWN_LENGTHS = (5, 60, 300, 1200, 3600)
SHOWN_FAVOURITES = 5
MONTH_HEADS = ("Month", "Workouts", "Hours", "Distance", "Load")


def year_view(review: pb.YearReview, *, is_metric: bool) -> YearView:
    """A year without anything that names a workout."""
    totals, before = review.totals, review.previous_totals
    longest = max((each.totals.duration_seconds for each in review.months), default=0)
    return YearView(
        year=review.year,
        tiles=_tiles(totals, before, review.year - 1, is_metric=is_metric),
        months=[_month(each, longest, is_metric=is_metric) for each in review.months],
        months_text=_months_text(review),
        month_heads=MONTH_HEADS,
        disciplines=_disciplines(review),
        zone_seconds=tuple(totals.zone_seconds) if sum(totals.zone_seconds) else (),
        zone_note=f"{hours_minutes(sum(totals.zone_seconds))} h with power and an FTP",
        instructors=_favourites(review.instructors),
        classes=_favourites(review.classes),
        bests=[
            (effort_length(point.duration_seconds), f"{thousands(point.watts)} W, {_short(point.local_date)}")
            for point in review.power_curve.points
            if point.duration_seconds in SHOWN_LENGTHS
        ],
        facts=_facts(review),
        has_any=totals.workout_count > 0,
    )


def year_card(review: pb.YearReview, *, shown_name: str, is_metric: bool) -> Card:
    """The picture of a year: a name where one is to be shown, six figures, time in zones."""
    tiles = _tiles(review.totals, pb.YearTotals(), review.year - 1, is_metric=is_metric)
    return Card(f"{review.year} in review", shown_name, tiles, tuple(review.totals.zone_seconds))


def title_of(year: int, shown_name: str) -> str:
    """`Mira’s 2025`, or `2025 in review` of nobody."""
    return f"{shown_name}: {year} in review" if shown_name else f"{year} in review"


def _short(text: str) -> str:
    return day_month(date.fromisoformat(text))


def _distance(metres: float, *, is_metric: bool) -> tuple[str, str]:
    kilometres = metres / METRES_PER_KILOMETRE
    return (thousands(kilometres), "km") if is_metric else (thousands(kilometres / KILOMETRES_PER_MILE), "mi")


def _tiles(totals: pb.YearTotals, before: pb.YearTotals, last_year: int, *, is_metric: bool) -> Sequence[Figure]:
    """Six figures, each with what it was the year before; what nothing was recorded of says so."""
    distance, unit = _distance(totals.distance_meters, is_metric=is_metric)
    distance_before = " ".join(_distance(before.distance_meters, is_metric=is_metric))
    hours = thousands(totals.duration_seconds / HOUR)
    told = (
        ("Workouts", thousands(totals.workout_count), "", thousands(before.workout_count), totals.workout_count),
        ("Time", hours, "h", f"{thousands(before.duration_seconds / HOUR)} h", totals.duration_seconds),
        ("Distance", distance, unit, distance_before, totals.distance_meters),
        ("Work", thousands(totals.work_kilojoules), "kJ", f"{thousands(before.work_kilojoules)} kJ",
         totals.work_kilojoules),
        ("Load", number(totals.load), "", number(before.load), totals.load),
        ("Days with a workout", thousands(totals.active_days), "", thousands(before.active_days), totals.active_days),
    )  # fmt: skip
    return [
        Figure(label, value, unit, note=f"{last_year}: {earlier}" if before.workout_count else "")
        if amount
        else Figure(label, None, unit, reason="none recorded")
        for label, value, unit, earlier, amount in told
    ]


def _month(month: pb.YearMonth, longest: int, *, is_metric: bool) -> MonthBar:
    name, totals = MONTHS[month.month - 1], month.totals
    return MonthBar(
        name=name,
        letter=name[:3],
        share=totals.duration_seconds / longest if longest else 0.0,
        cells=(
            thousands(totals.workout_count),
            hours_minutes(totals.duration_seconds),
            " ".join(_distance(totals.distance_meters, is_metric=is_metric)),
            number(totals.load),
        ),
    )


def _months_text(review: pb.YearReview) -> str:
    busiest = max(review.months, key=lambda each: each.totals.duration_seconds, default=None)
    if busiest is None or not busiest.totals.duration_seconds:
        return ""
    return (
        f"Most in {MONTHS[busiest.month - 1]}: {hours_minutes(busiest.totals.duration_seconds)} h in "
        f"{plural(busiest.totals.workout_count, 'workout')}."
    )


def _disciplines(review: pb.YearReview) -> Sequence[LoadShare]:
    total = sum(each.totals.duration_seconds for each in review.disciplines)
    return [
        LoadShare(
            name=discipline_name(each.discipline),
            load=f"{hours_minutes(each.totals.duration_seconds)} h",
            share=percent_of(each.totals.duration_seconds, total),
            detail=plural(each.totals.workout_count, "workout"),
        )
        for each in review.disciplines
    ]


def _favourites(found: Sequence[pb.YearFavourite]) -> Sequence[tuple[str, str]]:
    return [
        (
            each.title,
            f"{plural(each.workout_count, 'workout')}, {hours_minutes(each.duration_seconds)}\N{NO-BREAK SPACE}h",
        )
        for each in found[:SHOWN_FAVOURITES]
    ]


def _facts(review: pb.YearReview) -> Sequence[tuple[str, str]]:
    facts = []
    if review.HasField("longest_streak"):
        streak = review.longest_streak
        facts.append(("Longest streak", f"{plural(streak.active_days, 'day')}, {streak_text(streak)}"))
    if review.longest_day:
        facts.append(("Most time in a day", full_day(date.fromisoformat(review.longest_day))))
    return facts
