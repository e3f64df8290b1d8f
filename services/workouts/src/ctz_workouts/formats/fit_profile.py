"""Numbers of the FIT profile that workouts are told with, after Garmin's description of it."""

from collections.abc import Mapping
from datetime import UTC, datetime

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)

FILE_ID, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, WORKOUT, ACTIVITY, FILE_CREATOR = 0, 18, 19, 20, 21, 23, 26, 34, 49
ZONES_TARGET, SPORT = 7, 12
ACTIVITY_FILE = 4

TIMER_EVENT, SESSION_EVENT, LAP_EVENT, ACTIVITY_EVENT = 0, 8, 9, 26
START, STOP, STOP_ALL = 0, 1, 4
STOPS = frozenset({STOP, STOP_ALL, 8, 9})

TRANSITION = 3
"""The sport of the way from one leg of a triathlon to the next: time of the race, and no workout."""
SPORTS: Mapping[int, str] = {
    1: "running",
    2: "cycling",
    5: "swimming",
    11: "walking",
    15: "rowing",
    17: "walking",
    21: "cycling",
    47: "cardio",
    48: "cardio",
    62: "cardio",
    67: "meditation",
    86: "mobility",
}
"""Disciplines by sport."""

SUB_SPORTS: Mapping[int, str] = {
    1: "running",
    5: "cycling",
    6: "cycling",
    14: "rowing",
    15: "cardio",
    16: "cardio",
    19: "stretching",
    20: "strength",
    26: "cardio",
    27: "walking",
    43: "yoga",
    44: "pilates",
    45: "running",
    62: "breathwork",
    70: "cardio",
}
"""Disciplines by sub-sport, where it says more than the sport."""

WRITTEN: Mapping[str, tuple[int, int]] = {
    "cycling": (2, 6),
    "bike_bootcamp": (2, 6),
    "running": (1, 0),
    "circuit": (1, 1),
    "walking": (11, 0),
    "rowing": (15, 14),
    "row_bootcamp": (15, 14),
    "strength": (10, 20),
    "stretching": (10, 19),
    "yoga": (10, 43),
    "pilates": (10, 44),
    "cardio": (10, 26),
    "meditation": (67, 0),
    "mobility": (86, 0),
    "breathwork": (10, 62),
}
"""Sport and sub-sport by discipline; everything else is generic."""

MANUFACTURERS: Mapping[int, str] = {
    1: "Garmin",
    23: "Suunto",
    32: "Wahoo",
    38: "Stages",
    63: "Specialized",
    69: "Stages",
    89: "Tacx",
    123: "Polar",
    260: "Zwift",
    265: "Strava",
    289: "Hammerhead",
    294: "Coros",
    340: "Peloton",
}
"""Makers by number, for those that riders know."""
DEVELOPMENT = 255


def discipline_of(sport: int | None, sub_sport: int | None, *, has_power: bool = False) -> str:
    """The discipline of a sport and its sub-sport; `other` where there is no word for it.

    Power without any sport is a ride: what measures it elsewhere says where.
    """
    found = SUB_SPORTS.get(sub_sport or 0) or SPORTS.get(sport or 0)
    return found or ("cycling" if has_power and not sport and not sub_sport else "other")
