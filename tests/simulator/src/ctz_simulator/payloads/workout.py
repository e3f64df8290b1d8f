"""A workout as a list row and as GET /api/workout/{id}."""

from dataclasses import dataclass

from ctz_simulator.domain.kinds import Kind, Machine
from ctz_simulator.domain.models import Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.heart import effort_zones, zone_durations
from ctz_simulator.payloads.ride import IMAGES, freestyle_stub, ride_object
from ctz_simulator.payloads.strength import movement_tracker
from ctz_simulator.seeds import hex_id, number

_PAUSE_LIMIT_SECONDS = 60
_DISPLAY_DEVICES = {Machine.BIKE: "Bike", Machine.TREAD: "Tread", Machine.ROW: "Row"}
_MACHINES_WITH_METRICS = (Machine.BIKE, Machine.TREAD, Machine.ROW)
_HEARTS_IN_A_CLASS = 12


@dataclass(frozen=True, slots=True)
class Joins:
    """What the caller wants joined."""

    ride: bool = False
    instructor: bool = False
    user: bool = False


def list_row(workout: Workout, user_id: str, joins: Joins, user: JsonObject) -> JsonObject:
    """A row of GET /api/user/{id}/workouts. Without joins a class has no ride object, a freestyle workout its stub."""
    row = _common(workout, user_id)
    row["effort_zones"] = effort_zones(workout)
    row["is_splits_personal_record"] = False
    if workout.ride is None:
        row["ride"] = freestyle_stub(workout)
    elif joins.ride:
        row["ride"] = ride_object(workout.ride, with_instructor=joins.instructor)
    if joins.user:
        row["user"] = user
    return row | workout.row_edits


def detail(workout: Workout, user_id: str, joins: Joins, user: JsonObject) -> JsonObject:
    """GET /api/workout/{id}: the ride is always there, its instructor only when joined."""
    payload = _common(workout, user_id) | _pause(workout) | _ranks(workout)
    if workout.ride is None:
        payload["ride"] = freestyle_stub(workout)
    else:
        payload["ride"] = ride_object(workout.ride, with_instructor=joins.instructor)
    payload["ftp_info"] = {
        "ftp": workout.baseline.watts,
        "ftp_source": workout.baseline.source,
        "ftp_workout_id": workout.baseline.workout_id,
    }
    payload["achievement_templates"] = _achievements(workout)
    payload["device_type_display_name"] = _DISPLAY_DEVICES.get(workout.traits.machine, "App")
    payload["metadata"] = {"playlist_type": "synced"}
    payload["is_3p_digital_workout"] = workout.kind is Kind.IMPORTED
    if workout.kind is Kind.GOAL_RIDE:
        payload["goal"] = _goal(workout)
    if workout.kind is Kind.STRENGTH and workout.is_complete:
        payload["movement_tracker_data"] = movement_tracker(workout)
    if joins.user:
        payload["user"] = user
    return payload | workout.row_edits


def _common(workout: Workout, user_id: str) -> JsonObject:
    """The keys that a row and a detail share."""
    traits, ride = workout.traits, workout.ride
    classed = traits.workout_type == "class"
    return {
        "id": workout.id,
        "user_id": user_id,
        "created_at": workout.created_at,
        "created": workout.created_at,
        "start_time": workout.start_time,
        "end_time": workout.end_time,
        "device_time_created_at": workout.created_at + workout.utc_offset,
        "timezone": workout.time_zone,
        "status": "COMPLETE" if workout.is_complete else "IN_PROGRESS",
        "workout_type": traits.workout_type,
        "fitness_discipline": traits.discipline,
        "metrics_type": traits.metrics_type,
        "name": traits.name,
        "title": workout.title,
        "device_type": workout.device_type,
        "platform": workout.platform,
        "is_outdoor": traits.machine is Machine.OUTDOOR,
        "has_pedaling_metrics": traits.machine is Machine.BIKE and traits.metrics_type is not None,
        "has_leaderboard_metrics": traits.is_class and workout.total_work > 0,
        "is_total_work_personal_record": workout.is_personal_record,
        "total_work": workout.total_work,
        "peloton_id": None if ride is None else hex_id("session", workout.id),
        "total_video_watch_time_seconds": 0,
        "total_video_buffering_seconds": 0,
        "v2_total_video_watch_time_seconds": workout.ridden + 60 if classed else None,
        "v2_total_video_buffering_seconds": 0 if classed else None,
        "total_music_audio_play_seconds": None,
        "total_music_audio_buffer_seconds": None,
        "service_id": None,
        "strava_id": None,
        "fitbit_id": None,
    }


def _pause(workout: Workout) -> JsonObject:
    """The pause fields: one pause shows as `has_paused` and its length, nowhere in the series."""
    available = workout.traits.machine in _MACHINES_WITH_METRICS
    fields: JsonObject = {
        "is_skip_intro_available": workout.ride is not None,
        "pause_time_remaining": None,
        "pause_time_elapsed": workout.paused or None,
        "is_paused": False,
        "has_paused": workout.paused > 0,
        "is_pause_available": available,
    }
    return fields | ({"pause_time_limit": _PAUSE_LIMIT_SECONDS} if available else {})


def _ranks(workout: Workout) -> JsonObject:
    """Ranks, which a paused class loses; and the zone seconds of the whole class, not of this workout."""
    ranked = workout.traits.is_class and workout.total_work > 0 and workout.paused == 0
    crowd = 2000 + number("crowd", workout.ride.id) % 50_000 if workout.ride and ranked else 0
    hearts = None
    if workout.ride is not None and workout.heart_rate_zones is not None:
        hearts = zone_durations(tuple(seconds * _HEARTS_IN_A_CLASS for seconds in workout.heart_rate_zones))
    return {
        "leaderboard_rank": 1 + number("rank", workout.id) % crowd if crowd else None,
        "total_leaderboard_users": crowd,
        "leaderboard_distance_rank": None,
        "total_leaderboard_distance_users": 0,
        "total_heart_rate_zone_durations": hearts,
        "average_effort_score": 41.5 if hearts else None,
    }


def _achievements(workout: Workout) -> list[JsonObject]:
    return [achievement("best_output", "Best Output")] if workout.is_personal_record else []


def achievement(slug: str, name: str, count: int = 1) -> JsonObject:
    """A badge."""
    return {
        "id": hex_id("achievement", slug),
        "name": name,
        "slug": slug,
        "image_url": f"{IMAGES}/achievement/{slug}.png",
        "description": f"Awarded for {name.lower()}.",
        "achievement_count": count,
    }


def _goal(workout: Workout) -> JsonObject:
    return {
        "metric_unit": "MINUTES",
        "metric_type": "TIME",
        "target_value": workout.duration // 60,
        "display_name": "Duration",
        "display_unit": "min",
    }
