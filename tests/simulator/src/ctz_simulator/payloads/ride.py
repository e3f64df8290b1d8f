"""The `ride` object: a class template as lists, workouts and the library show it."""

from functools import lru_cache

from ctz_simulator.domain.kinds import Kind, Machine
from ctz_simulator.domain.models import NO_CLASS, RideClass, Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.instructor import instructor_object
from ctz_simulator.seeds import hex_id, number

DISPLAY_NAMES = {
    "cycling": "Cycling",
    "bike_bootcamp": "Bike Bootcamp",
    "running": "Running",
    "walking": "Walking",
    "circuit": "Tread Bootcamp",
    "caesar": "Rowing",
    "caesar_bootcamp": "Row Bootcamp",
    "strength": "Strength",
    "stretching": "Stretching",
    "yoga": "Yoga",
    "meditation": "Meditation",
    "cardio": "Cardio",
}
IMAGES = "https://images.example.invalid"
_INTRO_SECONDS = 141
_WARM_UP_SECONDS, _COOL_DOWN_SECONDS = 180, 60
_BIKE_MUSCLES = (("quads", 17, 3), ("hamstrings", 17, 3), ("glutes", 15, 3), ("core", 11, 2), ("biceps", 5, 1))
_FREESTYLE_LABELS = {
    Kind.GOAL_RIDE: "TIME GOAL",
    Kind.LANEBREAK: "LANEBREAK",
    Kind.ENTERTAINMENT: "ENTERTAINMENT",
    Kind.JUST_RUN: "JUST RUN",
    Kind.OUTDOOR_WALK: "JUST WALK",
    Kind.JUST_ROW: "JUST ROW",
}


def freestyle_stub(workout: Workout) -> JsonObject:
    """The six keys that stand for "no class"; the pseudo instructor is not a person."""
    label = _FREESTYLE_LABELS.get(workout.kind, "JUST RIDE")
    return {
        "id": NO_CLASS,
        "is_archived": False,
        "title": workout.title,
        "scheduled_start_time": workout.start_time,
        "duration": workout.ridden,
        "instructor": {"name": label, "image_url": f"{IMAGES}/{label.lower().replace(' ', '-')}.png"},
    }


@lru_cache(maxsize=4096)
def ride_object(ride: RideClass, *, with_instructor: bool) -> JsonObject:
    """All keys of a class; read-only, shared by every payload that joins it."""
    payload = _description(ride) | _schedule(ride) | _media(ride) | standing(ride)
    if with_instructor and ride.instructor is not None:
        payload["instructor"] = instructor_object(ride.instructor)
    return payload


def _description(ride: RideClass) -> JsonObject:
    discipline = ride.traits.discipline
    scenic = ride.kind is Kind.SCENIC
    availability = "all_access_only" if scenic else "digital_and_above"
    return {
        "id": ride.id,
        "title": ride.title,
        "description": f"{ride.title}, invented for the simulator.",
        "fitness_discipline": discipline,
        "fitness_discipline_display_name": DISPLAY_NAMES[discipline],
        "instructor_id": ride.instructor.id if ride.instructor else None,
        "individual_instructor_ids": [],
        "class_type_ids": [ride.class_type_id],
        "ride_type_id": ride.class_type_id,
        "ride_type_ids": [ride.class_type_id],
        "series_id": hex_id("series", ride.class_type_id),
        "content_provider": "virtual_active" if scenic else "peloton",
        "content_format": "video",
        "content_availability": availability,
        "content_availability_level": availability,
        "free_for_limited_time": False,
        "is_limited_ride": False,
        "availability": {"is_available": True, "reason": None},
        "equipment_ids": [],
        "equipment_tags": [],
        "metrics": _metric_names(ride),
        "has_pedaling_metrics": ride.traits.machine is Machine.BIKE,
        "has_tread_pace_target": ride.traits.machine is Machine.TREAD and ride.has_pace_targets,
        "has_free_mode": False,
        "is_outdoor": ride.traits.machine is Machine.OUTDOOR,
        "is_explicit": False,
        "explicit_rating": 0,
        "flags": [],
        "excluded_platforms": [],
        "muscle_group_score": muscle_groups(ride),
    }


def _metric_names(ride: RideClass) -> list[str]:
    return ["heart_rate", "cadence", "calories"] if ride.traits.machine is Machine.BIKE else ["heart_rate", "calories"]


def _schedule(ride: RideClass) -> JsonObject:
    """Times and lengths; a class of fixed distance lasts as long as its rider needs."""
    distance = ride.fixed_distance_km
    return {
        "duration": ride.duration if distance is None else None,
        "length": ride.duration + _INTRO_SECONDS,
        "pedaling_start_offset": ride.pedaling_start_offset,
        "pedaling_end_offset": ride.pedaling_start_offset + ride.duration,
        "pedaling_duration": ride.duration,
        "scheduled_start_time": ride.aired,
        "original_air_time": ride.aired - 120,
        "home_peloton_id": None if ride.kind is Kind.SCENIC else session_id(ride, "home"),
        "studio_peloton_id": None if ride.kind is Kind.SCENIC else session_id(ride, "studio"),
        "is_archived": True,
        "is_live_in_studio_only": ride.kind is not Kind.SCENIC,
        "sold_out": False,
        "is_fixed_distance": distance is not None,
        "distance": distance,
        "distance_unit": "metric" if distance else None,
        "distance_display_value": f"{distance} km" if distance else None,
        "is_dynamic_video_eligible": False,
        "dynamic_video_recorded_speed_in_mph": 0.0,
    }


def session_id(ride: RideClass, kind: str) -> str:
    """The id of a class session, which is not the id of the class."""
    return hex_id("session", ride.id, kind)


def _media(ride: RideClass) -> JsonObject:
    scenic = ride.kind is Kind.SCENIC
    return {
        "image_url": f"{IMAGES}/ride/{ride.id}.png",
        "extra_images": [],
        "thumbnail_title": ride.place,
        "thumbnail_location": ride.place,
        "location": ride.place if scenic else "psny-studio-1",
        "language": "english",
        "origin_locale": "en-US",
        "has_closed_captions": not scenic,
        "is_closed_caption_shown": not scenic,
        "captions": [] if scenic else ["en-US"],
        "user_caption_locales": [],
        "vod_stream_id": f"{ride.id}-vod",
        "vod_stream_url": None,
        "live_stream_id": f"{ride.id}-live",
        "live_stream_url": None,
        "sample_vod_stream_url": None,
        "sample_preview_stream_url": None,
        "join_tokens": {"on_demand": f"token-{ride.id[:12]}"},
    }


def standing(ride: RideClass) -> JsonObject:
    """What the crowd says of a class, and how often it took it."""
    ratings = 300 + number("ratings", ride.id) % 9000
    overall = 0.95 + (ratings % 500) / 10_000
    return {
        "difficulty_estimate": ride.difficulty,
        "difficulty_rating_avg": ride.difficulty,
        "difficulty_rating_count": ratings,
        "difficulty_level": None,
        "overall_estimate": overall,
        "overall_rating_avg": overall,
        "overall_rating_count": ratings,
        "rating": 0,
        "total_ratings": ratings,
        "total_workouts": ratings * 6,
        "total_in_progress_workouts": ratings % 5,
        "class_avg_follow_along_score": 0.0,
    }


def muscle_groups(ride: RideClass) -> list[JsonObject]:
    """How a class loads the muscles; only the bike's is invented."""
    if ride.traits.machine is not Machine.BIKE or ride.kind is Kind.SCENIC:
        return []
    return [
        {
            "muscle_group": name,
            "score": ride.duration * percentage // 10,
            "percentage": percentage,
            "bucket": bucket,
            "display_name": name.title(),
        }
        for name, percentage, bucket in _BIKE_MUSCLES
    ]


def segment_list(ride: RideClass) -> list[JsonObject]:
    """Warm-up, main part and cool-down; offsets on the pedalling clock, their lengths sum to the duration."""
    metrics_type = ride.traits.metrics_type or "floor"
    if ride.duration <= _WARM_UP_SECONDS + _COOL_DOWN_SECONDS:
        parts = [(ride.traits.discipline, ride.duration)]
    else:
        main = ride.duration - _WARM_UP_SECONDS - _COOL_DOWN_SECONDS
        parts = [("warmup", _WARM_UP_SECONDS), (ride.traits.discipline, main), ("cooldown", _COOL_DOWN_SECONDS)]
    segments = []
    start = 0
    for name, length in parts:
        segments.append(_segment(ride, name, metrics_type, start, length))
        start += length
    return segments


def _segment(ride: RideClass, name: str, metrics_type: str, start: int, length: int) -> JsonObject:
    title = {"warmup": "Warm Up", "cooldown": "Cool Down"}.get(name, DISPLAY_NAMES.get(name, name.title()))
    return {
        "id": hex_id("segment", ride.id, name),
        "length": length,
        "start_time_offset": start,
        "icon_url": f"{IMAGES}/segment/{name}.png",
        "intensity_in_mets": 3.5 if title != name else 6.0,
        "metrics_type": metrics_type,
        "icon_name": name,
        "icon_slug": name,
        "name": title,
        "is_drill": False,
    }
