"""What the simulator holds, told in its own words, so that a check does not read it through the API under test."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ctz_simulator.domain.kinds import Machine
from ctz_simulator.domain.models import Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.series.track import Track
from ctz_simulator.spec import RiderSpec

LIST_PAGE = 100


def history_truth(spec: RiderSpec, user_id: str, history: Sequence[Workout]) -> JsonObject:
    """Every workout with its totals, and the calls that a complete sync owes (architecture.md, the sync pipeline)."""
    shown = [workout for workout in history if not workout.deleted]
    return {
        "user_id": user_id,
        "username": spec.username,
        "metric_units": spec.metric_units,
        "total": len(shown),
        "workouts": {workout.id: _facts(workout) for workout in history},
        "due": due(
            total=len(shown),
            graphs=[workout.id for workout in shown if has_graph(workout)],
            classes={workout.ride.id for workout in shown if _owes_class(workout) and workout.ride},
        ),
        "ftp_tests": [
            {"workout_id": w.id, "start_time": w.start_time, "average_watts": round(w.total_work / w.ridden)}
            for w in shown
            if w.is_complete and w.kind == "ftp_test"
        ],
    }


def due(*, total: int, graphs: Sequence[str], classes: set[str]) -> JsonObject:
    """What a sync of the whole history must ask for: pages of 100, graphs, class details."""
    return {
        "list_pages": -(-total // LIST_PAGE),
        "graphs": len(graphs),
        "classes": len(classes),
        "class_ids": sorted(classes),
    }


def has_graph(workout: Workout) -> bool:
    """Whether the graph is worth a call: a metric, effort or work in its row."""
    measured = workout.traits.metrics_type is not None or workout.heart_rate_zones is not None
    return workout.is_complete and (measured or workout.total_work > 0)


def _owes_class(workout: Workout) -> bool:
    """Classes whose details matter: power zones, pace targets on the tread, FTP tests."""
    ride = workout.ride
    if ride is None or not workout.is_complete:
        return False
    return ride.is_power_zone or (ride.has_pace_targets and ride.traits.machine is Machine.TREAD)


def _facts(workout: Workout) -> JsonObject:
    ride = workout.ride
    return {
        "created_at": workout.created_at,
        "start_time": workout.start_time,
        "end_time": workout.end_time,
        "utc_offset_seconds": workout.utc_offset,
        "status": "complete" if workout.is_complete else "in_progress",
        "kind": workout.kind.value,
        "discipline": workout.traits.discipline,
        "title": ride.title if ride and not workout.title else workout.title,
        "instructor": ride.instructor.name if ride and ride.instructor else None,
        "ride_id": ride.id if ride else None,
        "is_power_zone": bool(ride and ride.is_power_zone),
        "duration_seconds": workout.duration,
        "ridden_seconds": workout.ridden,
        "paused_seconds": workout.paused,
        "total_work_joules": workout.total_work,
        "mean_watts": round(workout.total_work / workout.ridden, 3) if workout.ridden and workout.total_work else None,
        "effort_points": workout.effort_points,
        "heart_rate_zone_seconds": list(workout.heart_rate_zones) if workout.heart_rate_zones else None,
        "ftp_watts": workout.baseline.watts,
        "ftp_source": workout.baseline.source,
        "ftp_workout_id": workout.baseline.workout_id,
        "has_graph": has_graph(workout),
        "deleted": workout.deleted,
    }


def recording_truth(workout: Workout, track: Track) -> JsonObject:
    """One recording at 1 Hz: the seconds that reached the server, their values, and the targets on the ride's clock."""
    kept = track.kept
    columns = {
        "watts": track.watts,
        "cadence": track.cadence,
        "resistance": track.resistance,
        "speed_mph": track.speed,
        "heart_rate": track.heart_rate,
    }
    offset = workout.ride.pedaling_start_offset if workout.ride else 0
    return _facts(workout) | {
        "seconds": track.seconds.tolist(),
        "series": {name: _listed(column, kept) for name, column in columns.items() if column is not None},
        "distance_miles": round(track.miles, 4),
        "targets": [
            {
                "start": block.start - offset,
                "end": block.end - offset,
                "metrics": {target.metric: [target.lower, target.upper] for target in block.targets},
            }
            for block in (workout.ride.blocks if workout.ride else ())
        ],
    }


def _listed(column: Any, kept: Any) -> list[float]:
    """The kept values to a tenth."""
    values: list[float] = np.round(np.asarray(column, dtype=np.float64)[kept], 1).tolist()
    return values
