"""Answers of AnalyticsService about years."""

from collections.abc import Sequence

from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_workouts.api.analytics_messages import curve, discipline_records, streak
from ctz_workouts.app.years import Totals, YearReview
from ctz_workouts.store.years import Favourite


def review(found: YearReview, *, is_shared: bool = False) -> pb.YearReview:
    """A year; a shared one names no workout."""
    first, last = f"{found.year:04}-01-01", f"{found.year:04}-12-31"
    message = pb.YearReview(
        year=found.year,
        totals=_totals(found.totals),
        previous_totals=_totals(found.previous),
        months=[pb.YearMonth(month=at, totals=_totals(totals)) for at, totals in enumerate(found.months, 1)],
        disciplines=[pb.YearDiscipline(discipline=name, totals=_totals(totals)) for name, totals in found.disciplines],
        instructors=_favourites(found.instructors),
        classes=_favourites(found.classes),
        records=[discipline_records(each) for each in found.records],
        longest_streak=streak(found.longest_streak),
        longest_day=found.longest_day.isoformat() if found.longest_day is not None else "",
        years=found.years,
    )
    if found.curve:
        message.power_curve.CopyFrom(curve(found.curve, pb.CURVE_SPAN_SEASON, first, last, is_shared=is_shared))
    if found.shared_at is not None:
        message.shared_time.FromDatetime(found.shared_at)
    return message


def _totals(found: Totals) -> pb.YearTotals:
    sums = found.sums
    return pb.YearTotals(
        workout_count=sums["workout_count"],
        duration_seconds=sums["duration_seconds"],
        work_kilojoules=sums["work_joules"] / 1000,
        distance_meters=sums["distance_meters"],
        load=sums.load,
        active_days=len(found.days),
        zone_seconds=sums.zone_seconds,
    )


def _favourites(found: Sequence[Favourite]) -> list[pb.YearFavourite]:
    return [
        pb.YearFavourite(
            title=one.title,
            workout_count=one.workout_count,
            duration_seconds=one.duration_seconds,
            class_id=one.class_id,
        )
        for one in found
    ]
