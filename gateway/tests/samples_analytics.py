"""Sample contexts of power, fitness, records and milestones, made by the real words from invented messages."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import analytics_pb2 as pb
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present import fitness as fitness_words
from ctz_gateway.present.power import power_page
from ctz_gateway.present.records import milestones_page, records_page
from ctz_gateway.present.years import year_view
from ctz_gateway.viewmodels.analytics import FitnessPage, PowerPage
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Note
from ctz_gateway.viewmodels.years import SharedYearPage, SharePanel, YearPage
from gateway.tests import made_analytics as made

TODAY = date(2025, 6, 12)
ZONE = ZoneInfo("Europe/Stockholm")
RIDES = [
    workouts_pb2.Workout(name="workouts/a", title="45 min Power Zone Max Ride", local_date="2025-06-10"),
    workouts_pb2.Workout(
        name="workouts/b", title="60 min Endurance with a Title that Goes On & On <b>and</b>", local_date="2025-06-08"
    ),
]
NAMES = [ride.name for ride in RIDES]


def power(profile: pb.PowerProfile, chosen: str = "") -> PowerPage:
    """The page of a profile."""
    seasons = [Tab(str(year), f"/power?season={year}", year == TODAY.year) for year in (2025, 2024, 2023)]
    return power_page(
        profile,
        season=TODAY.year,
        seasons=seasons,
        rides=RIDES if profile.curves else [],
        chosen=chosen,
        zone=ZONE,
        is_metric=True,
    )


def fitness(found: pb.Fitness, first: date) -> FitnessPage:
    """The page of a span."""
    tabs = [Tab(text, f"/fitness?span={text}", text == "3 months") for text in ("6 weeks", "3 months", "6 months")]
    choice = fitness_words.SpanChoice(first=first, today=TODAY, tabs=tabs, zone=ZONE)
    return fitness_words.fitness_page(found, choice, marks_url="", notes=())


def analytics_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    first = fitness_words.span_of(TODAY, 91)
    planned = [
        pb.PlannedLoad(local_date=(TODAY + timedelta(days=after)).isoformat(), load=40 + 5 * after)
        for after in range(1, 21, 2)
    ]
    full = fitness(made.fitness(first, TODAY, planned), first)
    plan_is_away = Note("It comes back by itself.", "Your plan cannot be shown right now.", "warn", "alert")
    years = [Tab("All time", "/records", is_current=True), Tab("2025", "/records?year=2025", is_current=False)]
    records = pb.Records(disciplines=made.discipline_records(TODAY, NAMES), years=[2025])
    return {
        "power": ("power.html", {"page": power(made.power_profile(TODAY, NAMES, NAMES[1]), NAMES[1])}),
        "power-empty": ("power.html", {"page": power(pb.PowerProfile())}),
        "power-one": ("power.html", {"page": power(one_ride())}),
        "fitness": ("fitness.html", {"page": full}),
        "fitness-empty": ("fitness.html", {"page": replace(fitness(pb.Fitness(), first), notes=[plan_is_away])}),
        "records": ("records.html", {"page": records_page(records, year=0, years=years, is_metric=True)}),
        "records-empty": ("records.html", {"page": records_page(pb.Records(), year=0, years=[], is_metric=True)}),
        "milestones": (
            "milestones.html",
            {"page": milestones_page(made.milestones(TODAY), made.eddington(), is_metric=True)},
        ),
        "milestones-empty": (
            "milestones.html",
            {"page": milestones_page(pb.Milestones(), pb.Eddington(), is_metric=True)},
        ),
    }


def year_page(review: pb.YearReview, since: str = "", address: str = "") -> YearPage:
    """The rider's own year."""
    return YearPage(
        view=year_view(review, is_metric=True),
        years=[Tab("2025", "/year/2025", is_current=True), Tab("2024", "/year/2024", is_current=False)],
        records=records_page(pb.Records(disciplines=review.records), year=2025, years=(), is_metric=True),
        share=SharePanel(since, "Mira Holm", address),
    )


def year_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    review = made.year_review(2025, NAMES)
    address = f"https://zones.example/shared/year/{'x7' * 21}A"
    shared = SharedYearPage(year_view(review, is_metric=True), "Mira Holm: 2025 in review", address, f"{address}.png")
    return {
        "year": ("year.html", {"page": year_page(review, "yesterday 14:01")}),
        "year-shared": ("year.html", {"page": year_page(review, "today 14:01", address)}),
        "year-empty": ("year.html", {"page": year_page(pb.YearReview(year=2025))}),
        "shared-year": ("shared_year.html", {"page": shared}),
    }


def one_ride() -> pb.PowerProfile:
    """The profile after a single ride without any FTP."""
    points = made.curve(pb.CURVE_SPAN_SEASON, 0.9, TODAY, NAMES[:1], longest=1200)
    for point in points.points:
        point.ClearField("watts_per_kilogram")
    every = pb.PowerCurve(span=pb.CURVE_SPAN_ALL_TIME, points=points.points)
    return pb.PowerProfile(
        curves=[points, every],
        critical_power_absence=pb.CRITICAL_POWER_ABSENCE_IMPLAUSIBLE,
        seasons=[TODAY.year],
    )
