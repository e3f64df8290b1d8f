"""The envelope of lists (peloton-api.md section 3)."""

from collections import Counter
from collections.abc import Sequence

from ctz_simulator.jsontypes import JsonObject

WORKOUT_ORDER = "-created_at,-pk"


def envelope(rows: list[JsonObject], *, total: int, limit: int, page: int) -> JsonObject:
    """A page of rows; past the end it is empty and echoes the request."""
    shows_next = (page + 1) * limit < total
    return {
        "data": rows,
        "limit": limit,
        "page": page,
        "total": total,
        "count": len(rows),
        "page_count": -(-total // limit),
        "show_previous": page > 0,
        "show_next": shows_next,
    }


def workout_envelope(
    rows: list[JsonObject], *, total: int, limit: int, page: int, months: Sequence[str], zones: JsonObject
) -> JsonObject:
    """A page of workouts, with the count of workouts by month over the whole account."""
    body = envelope(rows, total=total, limit=limit, page=page)
    body |= {
        "sort_by": WORKOUT_ORDER,
        "summary": dict(Counter(months)),
        "aggregate_stats": [],
        "total_heart_rate_zone_durations": zones,
    }
    if body["show_next"] and rows:
        last = rows[-1]
        body["next"] = {"workout_id": last["id"], "created_at": last["created_at"]}
    return body
