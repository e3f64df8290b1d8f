"""Workouts of the same kind over time: discipline, class type, length and instructor as the workout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.activities import type_name
from ctz_gateway.viewmodels.workout import Trend, TrendPoint, TrendRow
from ctz_gateway.words import MINUTE, day_month_year, in_units, plural

# A trend needs a past and a present.
FEWEST = 3
# The drawing keeps its points this far from its edges, in percent.
EDGE = 6.0


@dataclass(frozen=True, slots=True)
class _Value:
    """What is drawn: its name, its unit, and how it is read from a workout."""

    name: str
    read: Callable[[workouts_pb2.Workout], float | None]
    text: Callable[[float], str]


def trend(similar: Sequence[workouts_pb2.Workout], this: workouts_pb2.Workout, *, is_metric: bool) -> Trend | None:
    """The trend of the figure that most of `similar` (newest first) have; none where fewer than three have one."""
    value = max(_values(is_metric=is_metric), key=lambda one: sum(one.read(each) is not None for each in similar))
    told = [(each, read) for each in similar if (read := value.read(each)) is not None]
    if len(told) < FEWEST:
        return None
    days = [date.fromisoformat(each.local_date) for each, _ in told]
    low, high = min(read for _, read in told), max(read for _, read in told)
    return Trend(
        kind_text=_kind(this),
        summary=_summary(told, value),
        value_name=value.name,
        points=[
            TrendPoint(
                _share((day - days[-1]).days, (days[0] - days[-1]).days),
                100 - _share(read - low, high - low),
                each.name == this.name,
            )
            for day, (each, read) in zip(days, told, strict=True)
        ],
        rows=[
            TrendRow(
                each.name.removeprefix("workouts/"),
                day_month_year(day),
                each.title,
                value.text(read),
                each.name == this.name,
            )
            for day, (each, read) in zip(days, told, strict=True)
        ],
        high_text=value.text(high),
        low_text=value.text(low),
        first_text=day_month_year(days[-1]),
        last_text=day_month_year(days[0]),
    )


def _values(*, is_metric: bool) -> Sequence[_Value]:
    unit = in_units(1.0, "km", is_metric=is_metric)[1]

    def distance(workout: workouts_pb2.Workout) -> float | None:
        if not workout.HasField("distance"):
            return None
        return in_units(workout.distance.value, workout.distance.unit, is_metric=is_metric)[0]

    return (
        _Value("Normalized power", _optional("normalized_power_watts"), lambda watts: f"{watts:.0f} W"),
        _Value("Work", _optional("work_kilojoules"), lambda work: f"{work:.0f} kJ"),
        _Value("Distance", distance, lambda length: f"{length:.2f} {unit}"),
        _Value("Heart rate", _optional("mean_heart_rate_bpm"), lambda beats: f"{beats:.0f} bpm"),
    )


def _optional(name: str) -> Callable[[workouts_pb2.Workout], float | None]:
    return lambda workout: float(getattr(workout, name)) if workout.HasField(name) else None  # type: ignore[arg-type]


def _share(part: float, whole: float) -> float:
    """Percent of the drawing, inside its edges; the middle where everything is equal."""
    return round(EDGE + (100 - 2 * EDGE) * (part / whole if whole else 0.5), 2)


def _kind(this: workouts_pb2.Workout) -> str:
    parts = (
        f"{round(this.duration_seconds / MINUTE)} min" if this.HasField("duration_seconds") else "",
        type_name(this.class_type) if this.class_type else "",
        f"with {this.instructor}" if this.instructor else "",
    )
    return ", ".join(part for part in parts if part)


def _summary(told: Sequence[tuple[workouts_pb2.Workout, float]], value: _Value) -> str:
    """The newest third against the oldest third."""
    third = max(len(told) // 3, 1)
    newest, oldest = (mean(read for _, read in part) for part in (told[:third], told[-third:]))
    change = newest - oldest
    moved = "unchanged" if value.text(newest) == value.text(oldest) else ("up" if change > 0 else "down")
    figures = f"{value.text(oldest)} in the oldest {third}, {value.text(newest)} in the newest {third}"
    return f"{value.name} over {plural(len(told), 'workout')} of this kind is {moved}: {figures}."
