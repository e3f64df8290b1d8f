"""Workouts as lists show them: figures that fit the discipline, mini charts, weeks with their totals."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ctz.workouts.v1 import analytics_pb2, workouts_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.common import Figure, Tag
from ctz_gateway.viewmodels.training import Kind, MiniBar, MiniChart, Week, WorkoutRow
from ctz_gateway.words import (
    WEEKDAYS,
    clock_at_offset,
    day_month,
    day_month_year,
    duration,
    hours_minutes,
    measure,
    plural,
    span,
    thousands,
)

KINDS: dict[str, Kind] = {
    "cycling": "bike",
    "bike_bootcamp": "bike",
    "running": "run",
    "circuit": "run",
    "walking": "walk",
    "caesar": "row",
    "caesar_bootcamp": "row",
    # Sums and records go by these words.
    "rowing": "row",
    "row_bootcamp": "row",
    "strength": "strength",
    "cardio": "strength",
    "yoga": "yoga",
    "stretching": "yoga",
    "pilates": "yoga",
    "meditation": "meditation",
}
DISCIPLINES = {
    "cycling": "Cycling",
    "bike_bootcamp": "Bike bootcamp",
    "running": "Running",
    "circuit": "Tread bootcamp",
    "walking": "Walking",
    "caesar": "Rowing",
    "caesar_bootcamp": "Row bootcamp",
    "strength": "Strength",
    "cardio": "Cardio",
    "yoga": "Yoga",
    "stretching": "Stretching",
    "pilates": "Pilates",
    "meditation": "Meditation",
}
ABSENT_WORDS = {
    workouts_pb2.ABSENT_REASON_NO_FTP: "no FTP on that day",
    workouts_pb2.ABSENT_REASON_COARSE_SERIES: "the recording is coarser than a second",
    workouts_pb2.ABSENT_REASON_NO_POWER: "no power recorded",
    workouts_pb2.ABSENT_REASON_TOO_SHORT: "too short",
    workouts_pb2.ABSENT_REASON_NO_SERIES_YET: "when the chart is here",
    workouts_pb2.ABSENT_REASON_NO_SERIES: "no chart",
    workouts_pb2.ABSENT_REASON_NO_TARGETS: "nothing was called",
    workouts_pb2.ABSENT_REASON_NOT_APPLICABLE: "not for this discipline",
    workouts_pb2.ABSENT_REASON_NO_PACE_LEVEL: "no pace level on that day",
    workouts_pb2.ABSENT_REASON_NO_PACE: "no pace recorded",
    workouts_pb2.ABSENT_REASON_NO_HEART_RATE_THRESHOLDS: "resting, threshold and maximum heart rate not all known",
    workouts_pb2.ABSENT_REASON_NO_PERCEIVED_EXERTION: "no power, heart rate or effort",
}
# What a load is computed from: training stress, else heart rate, else the rider's own effort.
LOAD_UNITS = {
    analytics_pb2.LOAD_SOURCE_POWER: "TSS",
    analytics_pb2.LOAD_SOURCE_HEART_RATE: "HR",
    analytics_pb2.LOAD_SOURCE_PERCEIVED_EXERTION: "RPE",
}
CHART_WORDS = {
    workouts_pb2.SERIES_STATE_DUE: "Chart is on its way",
    workouts_pb2.SERIES_STATE_ON_OPEN: "Chart comes when you open it",
    workouts_pb2.SERIES_STATE_NONE: "No chart for this workout",
}
FULL_HEIGHT = 255


def discipline_name(slug: str) -> str:
    """A discipline in words; one that we do not know keeps Peloton's."""
    return DISCIPLINES.get(slug, slug.replace("_", " ").capitalize() or "Other")


def absent(reason: workouts_pb2.AbsentReason.ValueType) -> str:
    """Why a figure is missing, in a few words."""
    return ABSENT_WORDS.get(reason, "not known")


def row(workout: workouts_pb2.Workout, *, is_metric: bool, session_text: str = "") -> WorkoutRow:
    """One line of a list; `session_text` says of which session it is a part."""
    day = date.fromisoformat(workout.local_date)
    chart = mini_chart(workout)
    return WorkoutRow(
        id=workout.name.removeprefix("workouts/"),
        title=workout.title,
        kind=KINDS.get(workout.discipline, "other"),
        discipline=discipline_name(workout.discipline),
        day=str(day.day),
        weekday=WEEKDAYS[day.weekday()],
        date_text=day_month_year(day),
        time_text=clock_at_offset(instant(workout.start_time), workout.utc_offset_seconds),
        instructor=workout.instructor,
        figures=figures(workout, is_metric=is_metric),
        duration_text=duration(workout.duration_seconds) if workout.HasField("duration_seconds") else "",
        tags=_tags(workout),
        chart=chart,
        chart_reason="" if chart else CHART_WORDS.get(workout.series_state, "No power to draw"),
        chart_pending=workout.series_state == workouts_pb2.SERIES_STATE_DUE,
        rider_tags=workout.tags,
        excerpt=" ".join(workout.notes_excerpt.split()),
        session_text=session_text,
    )


def sessions(stacks: Sequence[workouts_pb2.Stack]) -> Mapping[str, str]:
    """By name of a workout that follows another closely: which part it is, and how long all of them took."""
    return {
        name: f"{place} of {len(stack.workouts)} in one session of {duration(stack.duration_seconds)}"
        for stack in stacks
        for place, name in enumerate(stack.workouts, 1)
    }


def figures(workout: workouts_pb2.Workout, *, is_metric: bool) -> Sequence[Figure]:
    """Four figures that fit the discipline: what was done, how it held, how hard, the load."""
    kind = KINDS.get(workout.discipline, "other")
    load = _load(workout)
    if kind == "bike":
        return (_work(workout), _target(workout), _power(workout), load)
    if kind in {"run", "walk", "row"}:
        return (_distance(workout, is_metric=is_metric), _target(workout), _heart(workout), load)
    return (_time(workout), _effort(workout), _heart(workout), load)


def _work(workout: workouts_pb2.Workout) -> Figure:
    if not workout.HasField("work_kilojoules") or not workout.work_kilojoules:
        return Figure("work", None, "kJ", reason="no power recorded")
    return Figure("work", thousands(workout.work_kilojoules), "kJ")


def _target(workout: workouts_pb2.Workout) -> Figure:
    if not workout.HasField("target_share"):
        return Figure("in target", None, "%", reason="no targets")
    return Figure("in target", f"{100 * workout.target_share:.0f}", "%")


def _power(workout: workouts_pb2.Workout) -> Figure:
    if workout.normalized_power_watts:
        return Figure("NP", thousands(workout.normalized_power_watts), "W")
    if workout.mean_power_watts:
        return Figure("average", thousands(workout.mean_power_watts), "W")
    # Nothing at all was pushed, as in the floor part of a bootcamp: that is no power, not a low one.
    return Figure("NP", None, "W", reason=absent(workout.power_absent_reason or workouts_pb2.ABSENT_REASON_NO_POWER))


def _load(workout: workouts_pb2.Workout) -> Figure:
    if workout.HasField("load"):
        return Figure("load", thousands(workout.load), LOAD_UNITS.get(workout.load_source, ""))
    return Figure("load", None, reason=absent(workout.load_absent_reason or workout.power_absent_reason))


def _distance(workout: workouts_pb2.Workout, *, is_metric: bool) -> Figure:
    if not workout.HasField("distance"):
        return Figure("distance", None, reason="not told")
    value, unit = measure(workout.distance.value, workout.distance.unit, is_metric=is_metric)
    return Figure("distance", value, unit)


def _heart(workout: workouts_pb2.Workout) -> Figure:
    if not workout.HasField("mean_heart_rate_bpm"):
        return Figure("heart", None, "bpm", reason="not worn")
    return Figure("heart", thousands(workout.mean_heart_rate_bpm), "bpm")


def _time(workout: workouts_pb2.Workout) -> Figure:
    if not workout.HasField("duration_seconds"):
        return Figure("time", None, reason="not told")
    return Figure("time", duration(workout.duration_seconds))


def _effort(workout: workouts_pb2.Workout) -> Figure:
    if not workout.HasField("effort_points"):
        return Figure("effort", None, reason="no heart rate")
    return Figure("effort", f"{workout.effort_points:.0f}", "points")


def _tags(workout: workouts_pb2.Workout) -> Sequence[Tag]:
    tags = []
    if workout.is_total_work_record:
        tags.append(Tag("Record in total work", "accent", "star"))
    # Zones are known, so only the class can be why nothing was held against a target.
    if workout.is_power_zone and workout.zone_seconds and not workout.HasField("target_share"):
        tags.append(Tag("No targets published", "plain", "info"))
    return tags


def mini_chart(workout: workouts_pb2.Workout) -> MiniChart | None:
    """The stored thumbnail; bars where there is power in zones, a line otherwise."""
    heights = workout.thumbnail_heights
    if not heights:
        return None
    zones = workout.thumbnail_zones
    if len(zones) == len(heights):
        bars = [MiniBar(height / FULL_HEIGHT, zone) for height, zone in zip(heights, zones, strict=True)]
        return MiniChart(f"{workout.title}, output by zone", bars=bars)
    return MiniChart(f"{workout.title}, over time", line=[height / FULL_HEIGHT for height in heights])


def week_start_of(day: date, first_weekday: int) -> date:
    """First day of the rider's week."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def weeks(
    answer: workouts_pb2.ListWorkoutsResponse, *, first_weekday: int, is_metric: bool, today: date
) -> Sequence[Week]:
    """The workouts of a page by week, each week with the totals that the service told for the whole of it."""
    totals, together = {total.start_date: total for total in answer.weeks}, sessions(answer.stacks)
    groups: dict[date, list[workouts_pb2.Workout]] = {}
    for workout in answer.workouts:
        groups.setdefault(week_start_of(date.fromisoformat(workout.local_date), first_weekday), []).append(workout)
    return [
        _week(start, members, totals.get(start.isoformat()), together, is_metric=is_metric, today=today)
        for start, members in groups.items()
    ]


def _week(
    start: date,
    members: Sequence[workouts_pb2.Workout],
    total: workouts_pb2.PeriodTotal | None,
    together: Mapping[str, str],
    *,
    is_metric: bool,
    today: date,
) -> Week:
    end = start + timedelta(days=6)
    title = span(start, end)
    dates = ""
    if start <= today <= end:
        title, dates = "This week", title
    elif start <= today - timedelta(days=7) <= end:
        title, dates = "Last week", title
    elif end.year != today.year:
        title = f"{title} {end.year}" if start.year == end.year else title
    count = total.workout_count if total else len(members)
    return Week(
        key=start.isoformat(),
        title=title,
        dates=dates,
        workouts=[
            row(workout, is_metric=is_metric, session_text=together.get(workout.name, "")) for workout in members
        ],
        count_text=done_text(count, total.session_count if total else 0),
        duration_text=f"{hours_minutes(total.duration_seconds + total.session_seconds)} h" if total else "",
        load_text=_week_load(total),
        zone_seconds=tuple(total.zone_seconds) if total else (),
    )


def _week_load(total: workouts_pb2.PeriodTotal | None) -> str:
    if total is None or not total.loaded_count:
        return ""
    return f"load {thousands(total.load)}"


def done_text(workouts: int, sessions: int) -> str:
    """`5 workouts`, `5 workouts and 2 guided sessions`: what the totals of a span are of."""
    told = [plural(workouts, "workout")] if workouts or not sessions else []
    return " and ".join([*told, plural(sessions, "guided session")] if sessions else told)


def count_text(total: int, oldest: str) -> str:
    """`1,284 workouts since October 2021`."""
    if not oldest:
        return plural(total, "workout")
    first = date.fromisoformat(oldest)
    return f"{plural(total, 'workout')} since {day_month(first).split(' ', 1)[1]} {first.year}"
