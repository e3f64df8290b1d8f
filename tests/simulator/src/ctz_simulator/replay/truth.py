"""What a folder of recordings holds, in the words of the generated truth as far as recordings know."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low
from typing import Any

from ctz_simulator.domain.models import NO_CLASS
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.workout import Joins
from ctz_simulator.replay.rows import as_row, objects, summary_units, summary_values
from ctz_simulator.truth import due

_POWER_ZONE_CLASS_TYPE = "665395ff3abf4081bf315686227d1a51"


def replay_truth(
    user_id: str,
    username: str,
    every: Sequence[tuple[JsonObject, JsonObject | None]],
    deleted: set[str],
    skipped: dict[str, str],
) -> JsonObject:
    """Every workout, the calls due, and which files could not be used."""
    shown = [(workout, graph) for workout, graph in every if workout["id"] not in deleted]
    return {
        "user_id": user_id,
        "username": username,
        "total": len(shown),
        "workouts": {w["id"]: workout_truth(w, graph) | {"deleted": w["id"] in deleted} for w, graph in every},
        "due": due(
            total=len(shown),
            graphs=[workout["id"] for workout, graph in shown if _owes_graph(workout, graph)],
            classes={_ride(workout)["id"] for workout, _ in shown if _owes_class(workout)},
        ),
        "skipped_files": skipped,
    }


def workout_truth(workout: JsonObject, graph: JsonObject | None) -> JsonObject:
    """The facts of one recorded workout; `summaries` and `averages` by slug, as recorded."""
    ride = _ride(workout)
    ride_id = ride.get("id")
    instructor = ride.get("instructor")
    return {
        "created_at": workout["created_at"],
        "start_time": workout["start_time"],
        "end_time": workout["end_time"],
        "utc_offset_seconds": workout["device_time_created_at"] - workout["created_at"],
        "status": "complete" if workout["status"] == "COMPLETE" else "in_progress",
        "discipline": workout.get("fitness_discipline"),
        "title": workout.get("title") or ride.get("title"),
        "instructor": instructor.get("name") if isinstance(instructor, dict) and "id" in instructor else None,
        "ride_id": None if ride_id == NO_CLASS else ride_id,
        "is_power_zone": _is_power_zone(workout),
        "duration_seconds": (graph or {}).get("duration", ride.get("duration")),
        "paused_seconds": workout.get("pause_time_elapsed") or 0,
        "total_work_joules": workout["total_work"],
        "effort_points": ((graph or {}).get("effort_zones") or {}).get("total_effort_points"),
        "has_graph": graph is not None,
        "metrics": _metrics(graph),
        "figures": summary_values(graph),
        "figure_units": summary_units(graph),
        "sample_count": len(_seconds(graph)),
        "last_second": max(_seconds(graph), default=None),
        "step_seconds": _step(graph),
    }


def _metrics(graph: JsonObject | None) -> dict[str, Any]:
    """Average and maximum of each metric by slug."""
    return {
        str(metric.get("slug")): {"average": metric.get("average_value"), "maximum": metric.get("max_value")}
        for metric in objects(graph, "metrics")
    }


def _seconds(graph: JsonObject | None) -> list[int]:
    found = (graph or {}).get("seconds_since_pedaling_start") or []
    return [second for second in found if isinstance(second, int)]


def _step(graph: JsonObject | None) -> int | None:
    """The median difference between neighbours, by which the sampling step is known."""
    seconds = _seconds(graph)
    steps = [b - a for a, b in pairwise(seconds)]
    return median_low(steps) if steps else None


def _ride(workout: JsonObject) -> JsonObject:
    ride = workout.get("ride")
    return ride if isinstance(ride, dict) else {}


def _is_power_zone(workout: JsonObject) -> bool:
    ride = _ride(workout)
    return _POWER_ZONE_CLASS_TYPE in (ride.get("class_type_ids") or []) or "Power Zone" in str(ride.get("title"))


def _owes_graph(workout: JsonObject, graph: JsonObject | None) -> bool:
    """By what its list row says, as for a generated workout."""
    row = as_row(workout, graph, Joins())
    measured = row.get("metrics_type") is not None or row.get("effort_zones") is not None
    return bool(row["status"] == "COMPLETE" and (measured or (row.get("total_work") or 0) > 0))


def _owes_class(workout: JsonObject) -> bool:
    ride = _ride(workout)
    if ride.get("id") in (None, NO_CLASS):
        return False
    return bool(_is_power_zone(workout) or "FTP" in str(ride.get("title")) or ride.get("has_tread_pace_target"))
