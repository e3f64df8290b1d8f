"""Records by discipline, streaks, round numbers, Eddington numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_gateway.present.rows import KINDS, discipline_name
from ctz_gateway.presentation import percent_of
from ctz_gateway.viewmodels.analytics import (
    EddingtonPanel,
    MilestoneRow,
    MilestonesPage,
    RecordGroup,
    RecordRow,
    RecordsPage,
)
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.words import (
    KILOMETRES_PER_MILE,
    day_month_year,
    duration,
    effort_length,
    measure,
    plural,
    span_with_year,
    thousands,
)

METRES_PER_KILOMETRE = 1000
SQUARE = 100
MOST_CURVE_POINTS = 80
# Lengths of best efforts that are seen at once; 0 are records that are no efforts.
SHOWN_LENGTHS = frozenset({0, 5, 60, 300, 1200, 3600})
TABLE_ROWS = 12
MILESTONES = {
    pb.MILESTONE_KIND_WORKOUTS: ("Workouts", ""),
    pb.MILESTONE_KIND_MINUTES: ("Time", "min"),
    pb.MILESTONE_KIND_WORK: ("Work", "kJ"),
    pb.MILESTONE_KIND_DISTANCE: ("Distance", "km"),
}
ACTIVITIES = {pb.EDDINGTON_ACTIVITY_CYCLING: "On the bike", pb.EDDINGTON_ACTIVITY_RUNNING: "Running"}


def records_page(found: pb.Records, *, year: int, years: Sequence[Tab], is_metric: bool) -> RecordsPage:
    """The page of records of all time, or of one year."""
    timed = [each for each in found.disciplines if all(one.kind == pb.RECORD_KIND_DURATION for one in each.records)]
    return RecordsPage(
        years=years,
        groups=[group(each, is_metric=is_metric) for each in found.disciplines if each not in timed],
        times=[
            replace(_row(record, each.discipline, is_metric=is_metric), name=discipline_name(each.discipline))
            for each in timed
            for record in each.records
        ],
        year=year,
        has_any=bool(found.years) or bool(found.disciplines),
    )


def group(found: pb.DisciplineRecords, *, is_metric: bool) -> RecordGroup:
    """The records of one discipline."""
    name = found.discipline
    main, more = list[RecordRow](), list[RecordRow]()
    for record in found.records:
        is_main = record.duration_seconds in SHOWN_LENGTHS and not record.HasField("class_minutes")
        (main if is_main else more).append(_row(record, name, is_metric=is_metric))
    return RecordGroup(discipline_name(name), KINDS.get(name, "other"), main or more, more if main else ())


def _row(record: pb.Record, discipline: str, *, is_metric: bool) -> RecordRow:
    best = record.best
    previous = ""
    if record.HasField("previous"):
        before = _value(record.kind, record.previous.value, discipline, is_metric=is_metric)
        previous = f"{before}, {_day(record.previous.local_date)}"
    return RecordRow(
        name=_name(record),
        value=_value(record.kind, best.value, discipline, is_metric=is_metric),
        date_text=_day(best.local_date),
        url=f"/{best.workout}" if best.workout else "",
        previous=previous,
    )


def _day(text: str) -> str:
    return day_month_year(date.fromisoformat(text))


def _name(record: pb.Record) -> str:
    names = {
        pb.RECORD_KIND_POWER: f"Best {effort_length(record.duration_seconds)}",
        pb.RECORD_KIND_WORK: "Most work",
        pb.RECORD_KIND_DISTANCE: "Longest distance",
        pb.RECORD_KIND_DURATION: "Longest time",
        pb.RECORD_KIND_TRAINING_STRESS: "Highest load",
    }
    name = names.get(record.kind, "Record")
    return f"{name}, {record.class_minutes} min" if record.HasField("class_minutes") else name


def _value(kind: "pb.RecordKind.ValueType", value: float, discipline: str, *, is_metric: bool) -> str:
    if kind == pb.RECORD_KIND_DISTANCE:
        return distance_text(value, discipline, is_metric=is_metric)
    if kind == pb.RECORD_KIND_DURATION:
        return duration(value)
    unit = {pb.RECORD_KIND_POWER: "W", pb.RECORD_KIND_WORK: "kJ", pb.RECORD_KIND_TRAINING_STRESS: "TSS"}.get(kind, "")
    return f"{thousands(value)} {unit}".strip()


def distance_text(metres: float, discipline: str, *, is_metric: bool) -> str:
    """A distance in the rider's units; rowers read metres."""
    if KINDS.get(discipline) == "row":
        return f"{thousands(metres)} m"
    return " ".join(measure(metres / METRES_PER_KILOMETRE, "km", is_metric=is_metric))


def milestones_page(found: pb.Milestones, numbers: pb.Eddington, *, is_metric: bool) -> MilestonesPage:
    """The page of streaks, round numbers and Eddington numbers."""
    own = pb.DISTANCE_UNIT_KILOMETER if is_metric else pb.DISTANCE_UNIT_MILE
    ordered = sorted(numbers.numbers, key=lambda each: (each.unit != own, each.activity))
    return MilestonesPage(
        streak_tiles=_streak_tiles(found.streaks) if found.first_date else (),
        streak_note=_streak_note(found.streaks) if found.first_date else "",
        milestones=[milestone(each, is_metric=is_metric) for each in found.milestones if each.total],
        eddington=[eddington(each) for each in ordered],
        since=f"Since {_day(found.first_date)}" if found.first_date else "",
    )


def streak_text(streak: pb.Streak) -> str:
    """`2 to 14 June 2025, 1 frozen day`: from when to when."""
    first, last = date.fromisoformat(streak.start_date), date.fromisoformat(streak.end_date)
    text = span_with_year(first, last) if first != last else day_month_year(first)
    return f"{text}, {plural(streak.frozen_days, 'frozen day')}" if streak.frozen_days else text


def _streak_tiles(streaks: pb.Streaks) -> Sequence[Figure]:
    tiles = []
    if streaks.HasField("current"):
        current = streaks.current
        since = f"since {_day(current.start_date)}"
        frozen = f", {plural(current.frozen_days, 'frozen day')}" if current.frozen_days else ""
        tiles.append(
            Figure("Streak now", thousands(current.active_days), _days(current.active_days), note=since + frozen)
        )
    else:
        tiles.append(Figure("Streak now", None, reason="A workout today begins one."))
    if streaks.HasField("longest"):
        longest = streaks.longest
        unit = _days(longest.active_days)
        tiles.append(Figure("Longest streak", thousands(longest.active_days), unit, note=streak_text(longest)))
    return tiles


def _days(count: int) -> str:
    return "day" if count == 1 else "days"


def _streak_note(streaks: pb.Streaks) -> str:
    rule = "In each week from Monday on, the first day without a workout is frozen: it does not break a streak."
    if not streaks.HasField("current"):
        return rule
    today = "Today counts already." if streaks.is_active_today else "Nothing today yet."
    left = "still to be had" if streaks.has_frozen_day else "used"
    return f"{today} This week’s frozen day is {left}. {rule}"


def milestone(found: pb.Milestone, *, is_metric: bool) -> MilestoneRow:
    """A total between two round numbers; round kilometres stay kilometres, with miles beside them."""
    name, unit = MILESTONES.get(found.kind, ("", ""))
    total, shown = found.total, unit
    if unit == "km" and not is_metric:
        total, shown = total / KILOMETRES_PER_MILE, "mi"
    reached = f"{_round(found.reached, unit, is_metric=is_metric)}, {_day(found.reached_date)}" if found.reached else ""
    return MilestoneRow(
        name=name,
        total=thousands(total),
        unit=shown,
        reached=reached,
        following=_round(found.next, unit, is_metric=is_metric),
        percent=min(percent_of(found.total - found.reached, found.next - found.reached), 100),
    )


def _round(number: int, unit: str, *, is_metric: bool) -> str:
    text = f"{thousands(number)} {unit}".strip()
    if unit == "km" and not is_metric:
        return f"{text} ({thousands(number / KILOMETRES_PER_MILE)} mi)"
    return text


def eddington(found: pb.EddingtonNumber) -> EddingtonPanel:
    """One Eddington number with its curve: days over distance, falling; where it meets the diagonal is the number."""
    unit = "km" if found.unit == pb.DISTANCE_UNIT_KILOMETER else "mi"
    days = list(found.days_by_distance)
    longest, most = max(len(days), 1), max([*days, 1])
    return EddingtonPanel(
        name=ACTIVITIES.get(found.activity, ""),
        number=thousands(found.number),
        unit=unit,
        sentence=_next_number(found, unit),
        curve=_curve(days, longest, most),
        x=round(SQUARE * min(found.number / longest, 1), 1),
        y=round(SQUARE * (1 - min(found.number / most, 1)), 1),
        most_days=plural(most, "day"),
        longest=f"{longest} {unit}",
        rows=_table(found, days, unit),
    )


def _next_number(found: pb.EddingtonNumber, unit: str) -> str:
    following = found.number + 1
    done = plural(found.number, "day")
    begun = f"{done} of at least {found.number} {unit}. " if found.number else ""
    return (
        f"{begun}For {following}: {plural(found.next_days_missing, 'more day')} of at least {following} {unit}, "
        f"{found.next_days_done} {'is' if found.next_days_done == 1 else 'are'} there."
    )


def _curve(days: Sequence[int], longest: int, most: int) -> str:
    step = max(len(days) // MOST_CURVE_POINTS, 1)
    points = [(place + 1, count) for place, count in enumerate(days) if place % step == 0 or place == len(days) - 1]
    return "".join(
        f"{'L' if place else 'M'}{SQUARE * distance / longest:.1f} {SQUARE * (1 - count / most):.1f}"
        for place, (distance, count) in enumerate(points)
    )


def _table(found: pb.EddingtonNumber, days: Sequence[int], unit: str) -> Sequence[tuple[str, str]]:
    """A dozen distances, among them the number itself and the next one."""
    step = max(-(-len(days) // TABLE_ROWS), 1)
    wanted = {*range(step, len(days) + 1, step), found.number, found.number + 1}
    return [
        (f"{distance} {unit}", plural(days[distance - 1], "day"))
        for distance in sorted(wanted)
        if 0 < distance <= len(days)
    ]
