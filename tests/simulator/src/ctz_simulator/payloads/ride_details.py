"""GET /api/ride/{id}/details: what a class calls and contains."""

from ctz_simulator.domain.intensity import bike_watts
from ctz_simulator.domain.kinds import Kind, Machine
from ctz_simulator.domain.models import Block, RideClass
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.ride import IMAGES, ride_object, segment_list
from ctz_simulator.payloads.targets import class_target_graphs, pace_intensities, target_metrics
from ctz_simulator.seeds import hex_id, number

_MOVEMENTS = ("Goblet Squat", "Push Press", "Bent Over Row", "Dead Bug", "Glute Bridge")
_GRAPH_STEP_SECONDS = 5
_ARTISTS = ("The Invented", "Nobody & The Known", "Quiet Harbour", "Maria Placeholder", "Echo Lines")
_SONGS = ("Cadence", "Hold The Line", "Spin Up", "Northern Road", "Last Interval", "Over The Top", "Cool Water")
_SHORTEST_SONG_SECONDS = 150
_QUIET = (Kind.MEDITATION, Kind.SCENIC)


def ride_details(ride: RideClass, *, taken: int, metric: bool) -> JsonObject:
    """The details of a class as one rider sees it, who has `taken` it so many times."""
    whole = dict(ride_object(ride, with_instructor=True))
    whole |= {"total_user_workouts": taken, "total_following_workouts": 0, "is_favorite": False}
    blocks = target_metrics(ride)
    return {
        "ride": whole,
        "class_types": [{"id": ride.class_type_id, "name": ride.class_type}],
        "playlist": None if ride.kind in _QUIET else _playlist(ride),
        "averages": _averages(ride),
        "segments": _segments(ride),
        "instructor_cues": [_cue(block) for block in ride.blocks if len(block.targets) > 1 and _is_bike(block)],
        "target_class_metrics": class_target_graphs(ride, _GRAPH_STEP_SECONDS)
        | {"total_expected_output": _expected(ride)},
        "target_metrics_data": {
            "target_metrics": blocks,
            "total_expected_output": _expected(ride),
            "pace_intensities": pace_intensities(ride, metric=metric) if ride.has_pace_targets else [],
        },
        "is_ftp_test": ride.kind is Kind.FTP_TEST,
        "is_power_zone_class": ride.is_power_zone,
        "disabled_leaderboard_filters": {"following": False, "just_me": False, "age_and_gender": False},
        "sampled_top_tags": [],
        "events": {"data": []},
        "default_album_images": {
            "default_class_detail_image_url": f"{IMAGES}/album/class.svg",
            "default_in_class_image_url": f"{IMAGES}/album/in-class.svg",
        },
        "excluded_platforms": [],
    }


def _is_bike(block: Block) -> bool:
    return any(target.metric == "resistance" for target in block.targets)


def _cue(block: Block) -> JsonObject:
    ranges = {f"{t.metric}_range": {"upper": t.upper, "lower": t.lower} for t in block.targets}
    return {"offsets": {"start": block.start, "end": block.end}, **ranges}


def _expected(ride: RideClass) -> JsonObject:
    """The output in kJ of riding every range at its upper and its lower end."""
    upper = lower = 0.0
    for block in ride.blocks:
        ends = {target.metric: target for target in block.targets}
        if "resistance" in ends and "cadence" in ends:
            seconds = block.end - block.start + 1
            upper += seconds * bike_watts(ends["cadence"].upper, ends["resistance"].upper) / 1000
            lower += seconds * bike_watts(ends["cadence"].lower, ends["resistance"].lower) / 1000
    return {"expected_upper_output": round(upper), "expected_lower_output": round(lower)}


def _playlist(ride: RideClass) -> JsonObject:
    """Songs from the first pedalled second to the end; offsets are seconds of the class clock."""
    artists = [{"artist_id": hex_id("artist", name), "artist_name": name} for name in _ARTISTS]
    songs, second, index = [], ride.pedaling_start_offset, number("music", ride.id)
    while second < ride.pedaling_start_offset + ride.duration:
        artist = artists[index % len(artists)]
        songs.append(
            {
                "id": hex_id("song", ride.id, second),
                "title": _SONGS[index % len(_SONGS)],
                # Every fourth song is a duet.
                "artists": [artist] if index % 4 else [artist, artists[(index + 1) % len(artists)]],
                "album": {
                    "id": hex_id("album", ride.id, second),
                    "name": "Spin",
                    "image_url": f"{IMAGES}/album/{ride.id}.png",
                },
                "liked": False,
                "start_time_offset": second,
                "cue_time_offset": second,
            }
        )
        second += _SHORTEST_SONG_SECONDS + number("song", ride.id, second) % 120
        index += 1
    return {
        "id": hex_id("playlist", ride.id),
        "ride_id": ride.id,
        "songs": songs,
        "top_artists": artists[:2],
        "is_playlist_shown": True,
        "is_top_artists_shown": True,
        "is_in_class_music_shown": True,
    }


def _averages(ride: RideClass) -> JsonObject:
    """What the crowd did."""
    if ride.traits.machine is not Machine.BIKE:
        return {}
    watts = 120 + number("crowd", ride.id) % 60
    return {
        "average_total_work": round(watts * ride.duration / 1000),
        "average_distance": round(ride.duration / 3600 * 17.2, 2),
        "average_calories": round(watts * ride.duration / 1000 * 1.3),
        "average_avg_power": watts,
        "average_avg_speed": 17.2,
        "average_avg_cadence": 78,
        "average_avg_resistance": 44,
    }


def _segments(ride: RideClass) -> JsonObject:
    segments = [{key: item for key, item in part.items() if key != "is_drill"} for part in segment_list(ride)]
    if ride.traits.discipline == "strength":
        segments = [segment | {"subsegments_v2": _movements(ride, segment)} for segment in segments]
    return {
        "segment_list": segments,
        "segment_category_distribution": {
            segment["name"]: f"{segment['length'] / ride.duration:.12g}" for segment in segments
        },
        "segment_body_focus_distribution": {"cardio": "1.0"},
    }


def _movements(ride: RideClass, segment: JsonObject) -> list[JsonObject]:
    """The movements of a strength segment, each a fifth of it."""
    length = segment["length"] // len(_MOVEMENTS)
    return [
        {
            "id": hex_id("subsegment", segment["id"], index),
            "type": "movement",
            "display_name": name,
            "scheduled_offset": segment["start_time_offset"] + ride.pedaling_start_offset + index * length,
            "offset": segment["start_time_offset"] + ride.pedaling_start_offset + index * length,
            "length": length,
            "rounds": 1,
            "trackable_movements_disabled": False,
            "movements": [{"id": hex_id("movement", name), "name": name, "slug": name.lower().replace(" ", "-")}],
        }
        for index, name in enumerate(_MOVEMENTS)
    ]
