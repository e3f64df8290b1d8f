"""GET /api/user/{id}/workout_history_csv: the official export (peloton-api.md 4.9)."""

import csv
import io
from collections.abc import Callable, Sequence

from ctz_simulator.domain.kinds import Machine
from ctz_simulator.domain.models import Workout
from ctz_simulator.payloads.ride import DISPLAY_NAMES
from ctz_simulator.payloads.units import Units
from ctz_simulator.series.track import Track
from ctz_simulator.timefields import local_time

_MINUTE = 60


def history_csv(workouts: Sequence[Workout], units: Units, track_of: Callable[[Workout], Track]) -> str:
    """All finished workouts, oldest first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_header(units))
    for workout in workouts:
        if workout.is_complete:
            writer.writerow(_row(workout, units, track_of(workout)))
    return text.getvalue()


def _header(units: Units) -> tuple[str, ...]:
    return (
        "Workout Timestamp",
        "Live/On-Demand",
        "Instructor Name",
        "Length (minutes)",
        "Fitness Discipline",
        "Type",
        "Title",
        "Class Timestamp",
        "Total Output",
        "Avg. Watts",
        "Avg. Resistance",
        "Avg. Cadence (RPM)",
        f"Avg. Speed ({units.speed_unit})",
        f"Distance ({units.distance_unit})",
        "Calories Burned",
        "Avg. Heartrate",
        "Avg. Incline",
        f"Avg. Pace ({units.pace_unit})",
    )


def _row(workout: Workout, units: Units, track: Track) -> list[object]:
    ride = workout.ride
    return [
        _stamp(workout.start_time, workout.utc_offset),
        "On Demand" if ride else "",
        ride.instructor.name if ride and ride.instructor else "",
        workout.duration // _MINUTE,
        DISPLAY_NAMES.get(workout.traits.discipline, workout.traits.discipline.title()),
        ride.class_type if ride else "",
        ride.title if ride else workout.title,
        _stamp(ride.aired, workout.utc_offset) if ride and ride.instructor else "",
        *_metrics(workout, units, track),
    ]


def _metrics(workout: Workout, units: Units, track: Track) -> list[object]:
    """The metric columns: only the bike fills them all."""
    bike = workout.traits.machine is Machine.BIKE and bool(workout.total_work)
    beats = track.heart_rate[track.heart_rate > 0] if track.heart_rate is not None else None
    heart = f"{float(beats.mean()):.2f}" if beats is not None and len(beats) else ""
    if not bike or track.cadence is None or track.resistance is None:
        return [*[""] * 7, heart, "", ""]
    miles = track.miles * units.per_mile
    return [
        round(workout.total_work / 1000),
        round(workout.total_work / workout.ridden),
        f"{round(float(track.resistance.mean()))}%",
        round(float(track.cadence.mean())),
        f"{miles / workout.ridden * 3600:.2f}",
        f"{miles:.2f}",
        round(workout.total_work / 1000 * 1.12),
        heart,
        "",
        "",
    ]


def _stamp(epoch: int, utc_offset: int) -> str:
    """Minute precision, with the zone as a bare number, as workouts stored with Etc zones have it."""
    return f"{local_time(epoch, utc_offset):%Y-%m-%d %H:%M} ({utc_offset // 3600:+03d})"
