"""Answers of AnalyticsService about power, fitness, records, Eddington numbers, milestones."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_workouts.api.messages import COLLECTION
from ctz_workouts.app.fitness import Day, Fitness, Week, load_by_source
from ctz_workouts.app.milestones import Milestones
from ctz_workouts.app.power_profile import Point, PowerProfile, per_kilogram
from ctz_workouts.domain import days
from ctz_workouts.domain.critical_power import CriticalPower
from ctz_workouts.domain.eddington import Activity, Unit, number_of
from ctz_workouts.domain.figures import AbsentReason
from ctz_workouts.domain.marks import Mark, Peak
from ctz_workouts.domain.records import RecordKey, RecordKind
from ctz_workouts.domain.streaks import Streak
from ctz_workouts.store.profiles import DisciplineRecords
from ctz_workouts.store.riders import FTP_KIND, Dated, Timelines
from ctz_workouts.store.sums import Sums

_ABSENCES = {
    AbsentReason.TOO_FEW_EFFORTS: pb.CRITICAL_POWER_ABSENCE_TOO_FEW_EFFORTS,
    AbsentReason.IMPLAUSIBLE_FIT: pb.CRITICAL_POWER_ABSENCE_IMPLAUSIBLE,
}
_WEEK = timedelta(days=6)


def power_profile(found: PowerProfile, season: int) -> pb.PowerProfile:
    """The power profile of a rider."""
    first, last = (day.isoformat() for day in found.recent_span)
    message = pb.PowerProfile(
        ftp_history=[ftp_entry(found.timelines, entry) for entry in found.timelines.entries(FTP_KIND)],
        ftp=ftp_entry(found.timelines, found.ftp) if found.ftp is not None else None,
        ftp_age_days=found.ftp_age_days,
        is_ftp_stale=found.is_ftp_stale,
        weight_kilograms=found.weight_kilograms,
        seasons=found.seasons,
    )
    curves = (
        (pb.CURVE_SPAN_SEASON, f"{season:04}-01-01", f"{season:04}-12-31", found.season),
        (pb.CURVE_SPAN_LAST_90_DAYS, first, last, found.recent),
        (pb.CURVE_SPAN_ALL_TIME, "", "", found.ever),
        (pb.CURVE_SPAN_WORKOUT, *(_only_day(found.ride)), found.ride),
    )
    for span, from_date, to_date, points in curves:
        if points:
            message.curves.append(curve(points, span, from_date, to_date))
    if isinstance(found.critical_power, CriticalPower):
        message.critical_power.CopyFrom(
            pb.CriticalPower(
                watts=found.critical_power.watts,
                w_prime_joules=found.critical_power.w_prime_joules,
                watts_per_kilogram=per_kilogram(found.timelines, found.critical_power.watts, found.end_of_day),
                efforts=[point(each) for each in found.fitted],
                from_date=first,
                to_date=last,
            )
        )
    else:
        message.critical_power_absence = _ABSENCES[found.critical_power.reason]
    return message


def _only_day(ride: Sequence[Point]) -> tuple[str, str]:
    day = ride[0].day if ride else ""
    return day, day


def curve(
    points: Sequence[Point], span: "pb.CurveSpan.ValueType", from_date: str, to_date: str, *, is_shared: bool = False
) -> pb.PowerCurve:
    """A power curve; a shared one does not name workouts."""
    told = [point(each, is_shared=is_shared) for each in points]
    return pb.PowerCurve(span=span, from_date=from_date, to_date=to_date, points=told)


def point(one: Point, *, is_shared: bool = False) -> pb.PowerPoint:
    """One point of a curve."""
    return pb.PowerPoint(
        duration_seconds=one.seconds,
        watts=one.watts,
        watts_per_kilogram=one.watts_per_kilogram,
        local_date=one.day,
        workout="" if is_shared else f"{COLLECTION}/{one.workout_id}",
    )


def ftp_entry(timelines: Timelines, entry: Dated) -> pb.FTPEntry:
    """One entry of the FTP's timeline."""
    message = pb.FTPEntry(
        watts=entry.value,
        source=entry.source,  # type: ignore[arg-type]
        watts_per_kilogram=per_kilogram(timelines, entry.value, entry.effective_time),
    )
    message.effective_time.FromDatetime(entry.effective_time)
    return message


def fitness(found: Fitness, first: date, last: date) -> pb.Fitness:
    """Load over days and weeks."""

    def is_inside(instant: datetime) -> bool:
        return days.first_instant(first) <= instant < days.end_of(last)

    entries = [entry for entry in found.timelines.entries(FTP_KIND) if is_inside(entry.effective_time)]
    return pb.Fitness(
        days=[_day(each) for each in found.days],
        weeks=[_week(each) for each in found.weeks],
        ftp_marks=[ftp_entry(found.timelines, entry) for entry in entries],
        warnings=[int(caution) for caution in found.cautions],  # type: ignore[misc]
        workout_count=found.workout_count,
        unscored_count=found.unscored_count,
    )


def _day(one: Day) -> pb.FitnessDay:
    power, heart_rate, effort = load_by_source(one.sums)
    return pb.FitnessDay(
        local_date=one.day.isoformat(),
        load=one.curve.load,
        power_load=power,
        heart_rate_load=heart_rate,
        perceived_exertion_load=effort,
        fitness=one.curve.fitness,
        fatigue=one.curve.fatigue,
        form=one.curve.form,
        ramp=one.curve.ramp,
        monotony=one.monotony,
        strain=one.strain,
        is_projected=one.is_projected,
    )


def _week(one: Week) -> pb.FitnessWeek:
    power, heart_rate, effort = load_by_source(one.sums)
    by_load = sorted(one.disciplines.items(), key=lambda each: (-each[1].load, each[0]))
    return pb.FitnessWeek(
        start_date=one.start.isoformat(),
        end_date=(one.start + _WEEK).isoformat(),
        load=one.sums.load,
        power_load=power,
        heart_rate_load=heart_rate,
        perceived_exertion_load=effort,
        zone_seconds=one.sums.zone_seconds,
        disciplines=[_discipline(discipline, sums) for discipline, sums in by_load],
        workout_count=one.sums["workout_count"],
        duration_seconds=one.sums["duration_seconds"],
        session_count=one.session_count,
    )


def _discipline(discipline: str, sums: Sums) -> pb.DisciplineLoad:
    return pb.DisciplineLoad(
        discipline=discipline,
        load=sums.load,
        workout_count=sums["workout_count"],
        duration_seconds=sums["duration_seconds"],
    )


def discipline_records(found: DisciplineRecords) -> pb.DisciplineRecords:
    """Records of one discipline."""
    records = [_record(key, peak) for key, peak in found.records]
    return pb.DisciplineRecords(discipline=found.discipline, records=records)


def _record(key: RecordKey, peak: Peak) -> pb.Record:
    is_power = key.kind is RecordKind.POWER
    return pb.Record(
        kind=int(key.kind),  # type: ignore[arg-type]
        duration_seconds=key.length if is_power else None,
        class_minutes=key.length if key.length and not is_power else None,
        best=_mark(key, peak.best),
        previous=_mark(key, peak.before) if peak.before is not None else None,
    )


def _mark(key: RecordKey, mark: Mark) -> pb.RecordMark:
    value = mark.value / 1000 if key.kind is RecordKind.WORK else mark.value
    return pb.RecordMark(value=value, local_date=mark.day, workout=f"{COLLECTION}/{mark.workout_id}")


def eddington(found: Mapping[tuple[Activity, Unit], Mapping[int, int]]) -> pb.Eddington:
    """Eddington numbers."""
    message = pb.Eddington()
    for activity, unit in sorted(found):
        number = number_of(found[(activity, unit)])
        message.numbers.add(
            activity=int(activity),
            unit=int(unit),
            number=number.value,
            next_days_done=number.next_days_done,
            next_days_missing=number.next_days_missing,
            days_by_distance=number.by_distance,
        )
    return message


def milestones(found: Milestones) -> pb.Milestones:
    """Round numbers and streaks."""
    message = pb.Milestones(
        streaks=pb.Streaks(
            current=streak(found.current),
            longest=streak(found.longest),
            has_frozen_day=found.has_frozen_day,
            is_active_today=found.is_active_today,
        ),
        first_date=found.first_day.isoformat() if found.first_day is not None else "",
    )
    for one in found.milestones:
        message.milestones.add(
            kind=int(one.ladder.kind),
            total=one.total,
            reached=one.reached,
            reached_date=one.reached_day.isoformat() if one.reached_day is not None else "",
            next=one.following,
        )
    return message


def streak(one: Streak | None) -> pb.Streak | None:
    """A streak of days."""
    if one is None:
        return None
    return pb.Streak(
        start_date=one.first.isoformat(),
        end_date=one.last.isoformat(),
        active_days=one.active_days,
        frozen_days=one.frozen_days,
    )
