"""`movement_tracker_data` of a strength workout (peloton-api.md 4.4.6)."""

from ctz_simulator.domain.models import Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.seeds import hex_id, plain_random

_MOVEMENTS = ("Goblet Squat", "Push Press", "Bent Over Row", "Push Up", "Glute Bridge", "Plank")
_HELD = "Plank"
_REST_SECONDS = 15


def movement_tracker(workout: Workout) -> JsonObject:
    """The movements done, in order, in the older spelling that is on record."""
    rng = plain_random("movements", workout.seed)
    rows = []
    offset = 60
    while offset + 30 < workout.ridden:
        name = rng.choice(_MOVEMENTS)
        length = rng.choice((30, 40, 45))
        weight = 0 if name in (_HELD, "Push Up") else rng.choice((10, 15, 20, 25))
        rows.append(
            {
                "movement_id": hex_id("movement", name),
                "movement_name": name,
                "is_hold": name == _HELD,
                "completed_number": length if name == _HELD else rng.randint(8, 16),
                "offset": offset,
                "length": length,
                "weight": [{"weight_data": {"weight_value": weight, "weight_unit": "lb"}}],
            }
        )
        offset += length + _REST_SECONDS
    return {"completed_movements_summary_data": {"repetition_summary_data": rows}}
