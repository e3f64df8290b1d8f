"""GET /api/peloton/{id}: the session of a class, by which a workout's `peloton_id` leads to its `ride_id`."""

from ctz_simulator.domain.models import RideClass, Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.seeds import hex_id


def class_session(workout: Workout, ride: RideClass) -> JsonObject:
    """The session in which a workout took place."""
    begin = workout.created_at
    pedalling = begin + ride.pedaling_start_offset
    return {
        "id": hex_id("session", workout.id),
        "ride_id": ride.id,
        "server_time": begin + ride.duration,
        "scheduled_start_time": begin,
        "start_time": begin,
        "end_time": pedalling + ride.duration,
        "pedaling_start_time": pedalling,
        "pedaling_end_time": pedalling + ride.duration,
        "status": "COMPLETE",
        "countdown": None,
        "is_live": False,
        "is_studio": False,
        "is_encore": False,
        "seconds_since_start": None,
        "created_at": begin,
        "total_workouts": 1,
        "is_complete": True,
        "total_home_reservations": 0,
    }
