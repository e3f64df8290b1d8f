"""GET /api/instructor: invented people in the API's spelling."""

from functools import lru_cache

from ctz_simulator.domain.models import Instructor
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.seeds import hex_id, number

_IMAGE_KEYS = (
    "image_url",
    "about_image_url",
    "instructor_hero_image_url",
    "life_style_image_url",
    "web_instructor_list_display_image_url",
    "ios_instructor_list_display_image_url",
    "jumbotron_url_dark",
    "jumbotron_url_ios",
)
_EMPTY_KEYS = (
    "short_bio",
    "spotify_playlist_uri",
    "instagram_profile",
    "twitter_profile",
    "strava_profile",
    "film_link",
    "music_bio",
    "facebook_fan_page",
)
_NULL_KEYS = ("bike_instructor_list_display_image_url", "web_instructor_list_gif_image_url", "jumbotron_url")


@lru_cache(maxsize=64)
def instructor_object(person: Instructor) -> JsonObject:
    """All keys of an instructor; read-only, shared by every payload that joins them."""
    return {
        "id": person.id,
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": f"{person.first_name}{person.last_name}".lower(),
        "user_id": hex_id("instructor-user", person.id),
        "bio": f"{person.first_name} has taught {person.disciplines[0]} for years.",
        "quote": "Find your zone.",
        "background": "Invented for the simulator.",
        "coach_type": "peloton_coach",
        "fitness_disciplines": list(person.disciplines),
        "ordered_q_and_as": [["Coffee or tea?", "Water."]],
        "is_filterable": True,
        "is_visible": True,
        "is_announced": True,
        "is_instructor_group": False,
        "list_order": number("order", person.id) % 60,
        "featured_profile": True,
        **{key: f"https://images.example.invalid/instructor/{person.id}/{key}.png" for key in _IMAGE_KEYS},
        **dict.fromkeys(_EMPTY_KEYS, ""),
        **dict.fromkeys(_NULL_KEYS),
    }
