"""Recorded workouts in the shape of list rows, and workouts for graphs that were recorded alone."""

from typing import Any

from ctz_simulator.domain.models import NO_CLASS
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.workout import Joins
from ctz_simulator.seeds import hex_id

# A graph recorded without its workout is dated here, an hour apart from the next (2019-01-01 and later).
_ORPHAN_EPOCH = 1_546_300_800
_DETAIL_ONLY = (
    "achievement_templates",
    "leaderboard_rank",
    "total_leaderboard_users",
    "leaderboard_distance_rank",
    "total_leaderboard_distance_users",
    "ftp_info",
    "is_skip_intro_available",
    "pause_time_remaining",
    "pause_time_elapsed",
    "is_paused",
    "has_paused",
    "is_pause_available",
    "pause_time_limit",
    "device_type_display_name",
    "total_heart_rate_zone_durations",
    "average_effort_score",
    "movement_tracker_data",
    "metadata",
    "goal",
    "is_3p_digital_workout",
    "user",
)
_METRICS_TYPES = {"cadence": "cycling", "resistance": "cycling", "pace": "running", "stroke_rate": "caesar"}
_DISCIPLINES = {"cycling": "cycling", "running": "running", "caesar": "caesar"}


def completed(workout: JsonObject, graph: JsonObject | None, user_id: str) -> JsonObject:
    """The recorded workout of the replay's member; what a re-serialised recording lacks is filled in."""
    ride = workout.get("ride") if isinstance(workout.get("ride"), dict) else None
    ride_id = ride.get("id") if ride else None
    created = workout["created_at"]
    classed = ride_id not in (None, NO_CLASS)
    defaults: JsonObject = {
        "created": created,
        "start_time": created,
        "end_time": None,
        "device_time_created_at": created,
        "timezone": "Etc/GMT",
        "status": "COMPLETE",
        "workout_type": "class" if classed else "freestyle",
        "metrics_type": metrics_type(graph),
        "title": None,
        "name": "Workout",
        "total_work": 0.0,
        "is_outdoor": False,
    }
    whole = defaults | workout | {"user_id": user_id}
    # Without these moments nothing can be listed; a recording that has them as null gets the nearest one it has.
    whole |= {key: whole[key] or created for key in ("start_time", "device_time_created_at")}
    return whole


def orphan(key: str, graph: JsonObject, order: int, user_id: str) -> JsonObject:
    """A workout for a graph that was recorded alone; its work is what the summaries say."""
    kind = metrics_type(graph)
    created = _ORPHAN_EPOCH + 3600 * order
    duration = int(graph.get("duration") or 0)
    work = summary_values(graph).get("total_output")
    ride = {"id": NO_CLASS, "is_archived": False, "title": key, "scheduled_start_time": created, "duration": duration}
    bare = {
        "id": hex_id("replay", key),
        "created_at": created,
        "end_time": created + duration,
        "fitness_discipline": _DISCIPLINES.get(kind or "", "other"),
        "title": key.replace("__", " ").replace("_", " "),
        "total_work": float(work) * 1000 if work is not None else 0.0,
        "ride": ride,
    }
    return completed(bare, graph, user_id)


def as_row(workout: JsonObject, graph: JsonObject | None, joins: Joins) -> JsonObject:
    """The list row of a workout: without the keys of the detail, with the effort of its graph."""
    row = {key: value for key, value in workout.items() if key not in _DETAIL_ONLY}
    row.setdefault("effort_zones", graph.get("effort_zones") if graph else None)
    ride = workout.get("ride")
    if isinstance(ride, dict) and ride.get("id") != NO_CLASS:
        if not joins.ride:
            del row["ride"]
        else:
            row["ride"] = ride if joins.instructor else {k: v for k, v in ride.items() if k != "instructor"}
    return row


def empty_graph(workout: JsonObject) -> JsonObject:
    """What the API tells of a workout without a recording: an empty series (peloton-api.md 4.4)."""
    ride = workout.get("ride") or {}
    return {
        "duration": ride.get("duration") or 0,
        "is_class_plan_shown": False,
        "segment_list": [],
        "seconds_since_pedaling_start": [],
        "average_summaries": [],
        "summaries": [],
        "metrics": [],
        "has_apple_watch_metrics": False,
        "location_data": [],
        "is_location_data_accurate": None,
        "splits_data": {},
        "target_metrics_performance_data": {"target_metrics": [], "time_in_metric": []},
        "effort_zones": None,
    }


def metrics_type(graph: JsonObject | None) -> str | None:
    """The type that the metrics of a graph betray."""
    slugs = {str(metric.get("slug")) for metric in objects(graph, "metrics")}
    return next((kind for slug, kind in _METRICS_TYPES.items() if slug in slugs), None)


def summary_values(graph: JsonObject | None) -> dict[str, Any]:
    """Every summary and average of a graph by its slug."""
    lines = [*objects(graph, "summaries"), *objects(graph, "average_summaries")]
    return {str(line.get("slug")): line.get("value") for line in lines}


def summary_units(graph: JsonObject | None) -> dict[str, Any]:
    """The unit of every summary and average by its slug."""
    lines = [*objects(graph, "summaries"), *objects(graph, "average_summaries")]
    return {str(line.get("slug")): line.get("display_unit") for line in lines}


def objects(graph: JsonObject | None, key: str) -> list[JsonObject]:
    """The objects of a list in a graph, which may lack it or hold something else."""
    found = graph.get(key) if graph else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
