"""`caesar_metrics`: each stroke of a row, and the form rating."""

from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.seeds import hex_id
from ctz_simulator.series.track import Track

_PHASES = {
    "catch": ("over_compress", "under_compress", "lunge_catch", "under_extend"),
    "drive": ("shoot_slide", "open_early"),
    "finish": ("too_much_layback", "too_little_layback"),
    "recovery": ("bend_knees_early",),
}


def caesar_metrics(track: Track) -> JsonObject:
    """The strokes of a recording."""
    outputs = [watts for _, watts, _ in track.strokes]
    return {
        "output": {
            "slug": "stroke_output",
            "display_name": "Stroke Output",
            "display_unit": "watts",
            "max_value": round(max(outputs), 2),
            "average_value": round(sum(outputs) / len(outputs), 1),
            "data": [
                {
                    "id": number,
                    "seconds_since_pedaling_start": second,
                    "output": round(watts, 3),
                    "stroke_rate": rate,
                    "errors": [{"type": "open_early"}] if number % 9 == 0 else [],
                }
                for number, (second, watts, rate) in enumerate(track.strokes, start=1)
            ],
        },
        "detail": {"score": 90, "user_avg_score": None, "segments": [_phase(*item) for item in _PHASES.items()]},
    }


def _phase(name: str, faults: tuple[str, ...]) -> JsonObject:
    """One phase of the stroke with the share of strokes that show each fault."""
    share = 11 if "open_early" in faults else 0
    return {
        "type": name,
        "percent_of_good": 100 - share,
        "errors": [
            {
                "type": fault,
                "percent_of_strokes": share if fault == "open_early" else 0,
                "media_id": hex_id("media", fault),
            }
            for fault in faults
        ],
        "url": f"https://media.example.invalid/form/{name}.mp4",
        "media_id": hex_id("media", name),
    }
