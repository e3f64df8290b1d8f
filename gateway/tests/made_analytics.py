"""Answers of AnalyticsService about an invented rider, the same each time; workouts are named by whoever asks."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_gateway.clients.times import stamp

LENGTHS = (1, 5, 10, 15, 30, 60, 120, 180, 300, 480, 600, 900, 1200, 1800, 2700, 3600)
DAY = timedelta(days=1)
LOADS = (0, 55, 38, 92, 0, 61, 110)


def _watts(seconds: int, share: float) -> float:
    """About what a power curve looks like: 236 W and 18 kJ above, a sprint on top."""
    return share * (236 + 18_000 / (seconds + 40) + 330 * math.exp(-seconds / 20))


def curve(
    span: "pb.CurveSpan.ValueType", share: float, day: date, workouts: Sequence[str], *, longest: int = 3600
) -> pb.PowerCurve:
    """A curve with its points on different days and workouts."""
    points = [
        pb.PowerPoint(
            duration_seconds=seconds,
            watts=_watts(seconds, share),
            watts_per_kilogram=_watts(seconds, share) / 70,
            local_date=(day - place * 3 * DAY).isoformat(),
            workout=workouts[place % len(workouts)] if workouts else "",
        )
        for place, seconds in enumerate(LENGTHS)
        if seconds <= longest
    ]
    return pb.PowerCurve(span=span, from_date=day.isoformat(), to_date=day.isoformat(), points=points)


def ftp_entries(today: date) -> list[pb.FTPEntry]:
    """Three dated FTPs."""
    made = (
        (700, 210, training.METRIC_SOURCE_PELOTON_ESTIMATED),
        (300, 231, training.METRIC_SOURCE_MANUAL),
        (80, 238, training.METRIC_SOURCE_TEST),
    )
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    return [
        pb.FTPEntry(effective_time=stamp(noon - age * DAY), watts=watts, source=source, watts_per_kilogram=watts / 70)
        for age, watts, source in made
    ]


def power_profile(today: date, workouts: Sequence[str], ride: str = "") -> pb.PowerProfile:
    """Three curves, and the one of a ride; critical power of four efforts."""
    curves = [
        curve(pb.CURVE_SPAN_SEASON, 0.97, today, workouts),
        curve(pb.CURVE_SPAN_LAST_90_DAYS, 0.94, today, workouts),
        curve(pb.CURVE_SPAN_ALL_TIME, 1.05, today - 200 * DAY, workouts),
    ]
    if ride:
        curves.append(curve(pb.CURVE_SPAN_WORKOUT, 0.88, today, [ride], longest=2700))
    efforts = [point for point in curves[1].points if 120 <= point.duration_seconds <= 900]
    entries = ftp_entries(today)
    return pb.PowerProfile(
        curves=curves,
        critical_power=pb.CriticalPower(
            watts=229.4,
            w_prime_joules=17_600,
            watts_per_kilogram=3.28,
            efforts=efforts,
            from_date=(today - 89 * DAY).isoformat(),
            to_date=today.isoformat(),
        ),
        ftp_history=entries,
        ftp=entries[-1],
        ftp_age_days=80,
        is_ftp_stale=True,
        weight_kilograms=70,
        seasons=[today.year, today.year - 1],
    )


def fitness(first: date, last: date, planned: Sequence[pb.PlannedLoad] = (), week_start: int = 0) -> pb.Fitness:
    """Days with loads in a rhythm of weeks, weeks with zones, a warning."""
    loads = {date.fromisoformat(each.local_date): each.load for each in planned}
    end = max([*loads, last])
    answer = pb.Fitness(workout_count=31, unscored_count=4, warnings=[pb.FITNESS_WARNING_STEEP_RAMP])
    long, short, day = 40.0, 44.0, first
    while day <= end:
        load = loads.get(day, 0.0) if day > last else float(LOADS[day.weekday()])
        form = long - short
        long, short = long + (load - long) / 42.5, short + (load - short) / 7.5
        answer.days.add(
            local_date=day.isoformat(), load=load, power_load=load * 0.7, heart_rate_load=load * 0.3, fitness=long,
            fatigue=short, form=form, ramp=9.2, monotony=1.4, strain=498, is_projected=day > last,
        )  # fmt: skip
        day += DAY
    start = first - ((first.weekday() - week_start) % 7) * DAY
    while start <= last:
        answer.weeks.add(
            start_date=start.isoformat(), end_date=(start + 6 * DAY).isoformat(), load=sum(LOADS), power_load=249.2,
            heart_rate_load=106.8, zone_seconds=[1200, 5400, 2400, 1500, 600, 60, 0], workout_count=5,
            duration_seconds=19_800,
            disciplines=[
                pb.DisciplineLoad(discipline="cycling", load=260, workout_count=3, duration_seconds=12_600),
                pb.DisciplineLoad(discipline="running", load=96, workout_count=2, duration_seconds=7200),
            ],
        )  # fmt: skip
        start += 7 * DAY
    answer.ftp_marks.extend(entry for entry in ftp_entries(last) if entry.effective_time.ToDatetime().date() >= first)
    return answer


def discipline_records(today: date, workouts: Sequence[str]) -> list[pb.DisciplineRecords]:
    """Records on the bike and on foot; one has nothing before it."""

    def mark(value: float, age: int) -> pb.RecordMark:
        name = workouts[age % len(workouts)] if workouts else ""
        return pb.RecordMark(value=value, local_date=(today - age * DAY).isoformat(), workout=name)

    rides = [
        pb.Record(kind=pb.RECORD_KIND_POWER, duration_seconds=300, best=mark(318.4, 20), previous=mark(305, 190)),
        pb.Record(kind=pb.RECORD_KIND_POWER, duration_seconds=1200, best=mark(254, 81), previous=mark(249.9, 301)),
        pb.Record(kind=pb.RECORD_KIND_WORK, class_minutes=45, best=mark(541.2, 33), previous=mark(538, 90)),
        pb.Record(kind=pb.RECORD_KIND_DISTANCE, best=mark(38_400, 52), previous=mark(36_000, 500)),
        pb.Record(kind=pb.RECORD_KIND_TRAINING_STRESS, best=mark(96.3, 52)),
    ]
    runs = [
        pb.Record(kind=pb.RECORD_KIND_DISTANCE, best=mark(12_100, 12), previous=mark(10_000, 40)),
        pb.Record(kind=pb.RECORD_KIND_DURATION, best=mark(4210, 12)),
    ]
    return [
        pb.DisciplineRecords(discipline="cycling", records=rides),
        pb.DisciplineRecords(discipline="running", records=runs),
    ]


def eddington() -> pb.Eddington:
    """On the bike in both units, on foot in kilometres."""
    days = [max(140 - 3 * distance, 0) for distance in range(1, 47)]
    return pb.Eddington(
        numbers=[
            pb.EddingtonNumber(
                activity=pb.EDDINGTON_ACTIVITY_CYCLING, unit=pb.DISTANCE_UNIT_KILOMETER, number=35, next_days_done=32,
                next_days_missing=4, days_by_distance=days,
            ),
            pb.EddingtonNumber(
                activity=pb.EDDINGTON_ACTIVITY_CYCLING, unit=pb.DISTANCE_UNIT_MILE, number=23, next_days_done=21,
                next_days_missing=3, days_by_distance=days[:29],
            ),
            pb.EddingtonNumber(
                activity=pb.EDDINGTON_ACTIVITY_RUNNING, unit=pb.DISTANCE_UNIT_KILOMETER, number=1, next_days_done=1,
                next_days_missing=1, days_by_distance=[4, 1],
            ),
        ]
    )  # fmt: skip


def milestones(today: date) -> pb.Milestones:
    """Four counters and two streaks."""

    def counter(kind: "pb.MilestoneKind.ValueType", total: float, reached: int, following: int) -> pb.Milestone:
        day = (today - 60 * DAY).isoformat() if reached else ""
        return pb.Milestone(kind=kind, total=total, reached=reached, reached_date=day, next=following)

    def streak(first: int, last: int, active: int, frozen: int) -> pb.Streak:
        start, end = (today - age * DAY for age in (first, last))
        return pb.Streak(start_date=start.isoformat(), end_date=end.isoformat(), active_days=active, frozen_days=frozen)

    return pb.Milestones(
        milestones=[
            counter(pb.MILESTONE_KIND_WORKOUTS, 1284, 1000, 2000),
            counter(pb.MILESTONE_KIND_MINUTES, 41_230, 25_000, 50_000),
            counter(pb.MILESTONE_KIND_WORK, 402_000, 250_000, 500_000),
            counter(pb.MILESTONE_KIND_DISTANCE, 88, 0, 100),
        ],
        streaks=pb.Streaks(
            current=streak(12, 0, 11, 2), longest=streak(200, 158, 37, 6), has_frozen_day=True, is_active_today=True
        ),
        first_date=(today - 1500 * DAY).isoformat(),
    )


def _totals(share: float) -> pb.YearTotals:
    return pb.YearTotals(
        workout_count=round(212 * share), duration_seconds=round(540_000 * share), work_kilojoules=61_200 * share,
        distance_meters=4_120_000 * share, load=11_400 * share, active_days=round(181 * share),
        zone_seconds=[round(seconds * share) for seconds in (60_000, 170_000, 90_000, 42_000, 16_000, 3000, 200)],
    )  # fmt: skip


def year_review(year: int, workouts: Sequence[str], mark: str = "") -> pb.YearReview:
    """A full year with favourites whose names carry a mark."""
    new_year = date(year, 1, 1)
    shares = (0.09, 0.07, 0.1, 0.08, 0.06, 0.04, 0.05, 0.09, 0.1, 0.12, 0.11, 0.09)
    return pb.YearReview(
        year=year,
        totals=_totals(1),
        previous_totals=_totals(0.8),
        months=[pb.YearMonth(month=month, totals=_totals(share)) for month, share in enumerate(shares, 1)],
        disciplines=[
            pb.YearDiscipline(discipline="cycling", totals=_totals(0.7)),
            pb.YearDiscipline(discipline="running", totals=_totals(0.3)),
        ],
        instructors=[pb.YearFavourite(title=f"{mark}Ina Berg", workout_count=61, duration_seconds=164_700)],
        classes=[
            pb.YearFavourite(
                title=f"{mark}45 min Power Zone Endurance", workout_count=4, duration_seconds=10_800, class_id="c1"
            )
        ],
        power_curve=curve(pb.CURVE_SPAN_SEASON, 0.97, new_year + 200 * DAY, workouts),
        records=discipline_records(new_year + 300 * DAY, workouts),
        longest_streak=pb.Streak(
            start_date=(new_year + 40 * DAY).isoformat(), end_date=(new_year + 82 * DAY).isoformat(), active_days=37,
            frozen_days=6,
        ),
        longest_day=(new_year + 170 * DAY).isoformat(),
        years=[year, year - 1],
    )  # fmt: skip
