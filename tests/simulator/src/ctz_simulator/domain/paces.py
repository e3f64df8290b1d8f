"""Pace levels and intensities (peloton-api.md section 5): speeds in mph, paces as Peloton writes them."""

RUN_INTENSITIES = ("Recovery", "Easy", "Moderate", "Challenging", "Hard", "Very Hard", "Max")
WALK_INTENSITIES = ("Recovery", "Easy", "Brisk", "Power", "Max")
ROW_INTENSITIES = ("Recovery", "Easy", "Moderate", "Challenging", "Max")
KM_PER_MILE = 1.609344

# The slowest speed of each intensity above recovery; an intensity ends 0.1 mph below the next one.
_RUN_FLOORS_MPH = (
    (3.1, 3.4, 3.7, 4.1, 4.5, 5.0),
    (3.3, 3.7, 4.0, 4.4, 4.8, 5.3),
    (3.6, 4.0, 4.3, 4.7, 5.2, 5.7),
    (3.8, 4.2, 4.6, 5.1, 5.5, 6.2),
    (4.2, 4.6, 5.0, 5.5, 6.1, 6.7),
    (4.6, 5.0, 5.5, 6.1, 6.7, 7.4),
    (5.1, 5.6, 6.1, 6.8, 7.4, 8.2),
    (5.8, 6.3, 6.9, 7.6, 8.3, 9.2),
    (6.6, 7.3, 7.9, 8.7, 9.5, 10.5),
    (7.7, 8.5, 9.1, 10.1, 11.0, 12.3),
)
_WALK_FLOORS_MPH = (
    (1.4, 1.8, 2.2, 2.6),
    (1.9, 2.3, 2.7, 3.1),
    (2.4, 2.8, 3.2, 3.6),
    (2.9, 3.3, 3.7, 4.1),
    (3.4, 3.8, 4.2, 4.6),
    (3.8, 4.2, 4.6, 5.1),
    (4.3, 4.7, 5.1, 5.6),
    (4.7, 5.1, 5.5, 6.1),
    (5.1, 5.6, 6.0, 6.6),
)
_SLOWEST_MPH, _FASTEST_RUN_MPH, _FASTEST_WALK_MPH = 1.0, 12.5, 7.0
# Seconds per 500 m at the fast end of each intensity. Levels 1, 5 and 10 are recorded; those between are interpolated.
_ROW_FAST_SECONDS = {1: (271, 231, 215, 197, 186), 5: (183, 156, 145, 133, 125), 10: (127, 108, 101, 92, 87)}
_ROW_SLOWEST_SECONDS = 900


def levels(discipline: str) -> int:
    """How many levels a discipline has."""
    return {"running": 10, "walking": 9, "caesar": 10}[discipline]


def intensities(discipline: str) -> tuple[tuple[int, str], ...]:
    """The (value, name) pairs of a discipline; rowing starts at -1."""
    names = {"running": RUN_INTENSITIES, "walking": WALK_INTENSITIES, "caesar": ROW_INTENSITIES}[discipline]
    first = -1 if discipline == "caesar" else 0
    return tuple((first + index, name) for index, name in enumerate(names))


def speed_range(discipline: str, level: int, intensity: int) -> tuple[float, float]:
    """The (slow, fast) speed in mph of a tread intensity for a member of that level."""
    walking = discipline == "walking"
    floors = (_WALK_FLOORS_MPH if walking else _RUN_FLOORS_MPH)[level - 1]
    slow = _SLOWEST_MPH if intensity == 0 else floors[intensity - 1]
    top = _FASTEST_WALK_MPH if walking else _FASTEST_RUN_MPH
    fast = top if intensity == len(floors) else round(floors[intensity] - 0.1, 1)
    return slow, fast


def row_range(level: int, intensity: int) -> tuple[float, float]:
    """The (slow, fast) seconds per 500 m of a rowing intensity (-1..3) for a member of that level."""
    low, high = (1, 5) if level <= 5 else (5, 10)
    share = (level - low) / (high - low)
    fast = [a + (b - a) * share for a, b in zip(_ROW_FAST_SECONDS[low], _ROW_FAST_SECONDS[high], strict=True)]
    index = intensity + 1
    return (_ROW_SLOWEST_SECONDS if index == 0 else fast[index - 1]), fast[index]


def minutes_dot_seconds(seconds: float) -> float:
    """A pace as Peloton's tables write it: 15.47 is 15 minutes 47 seconds."""
    whole = int(seconds + 0.5)
    return round(whole // 60 + whole % 60 / 100, 2)


def pace_table(discipline: str, level: int, *, metric: bool) -> tuple[tuple[int, str, float, float], ...]:
    """Rows (value, name, fast pace, slow pace) of one level in the account's unit, as minutes.seconds."""
    rows = []
    for value, name in intensities(discipline):
        if discipline == "caesar":
            slow_s, fast_s = row_range(level, value)
        else:
            slow, fast = speed_range(discipline, level, value)
            per_hour = 3600 / (KM_PER_MILE if metric else 1.0)
            slow_s, fast_s = per_hour / slow, per_hour / fast
        rows.append((value, name, minutes_dot_seconds(fast_s), minutes_dot_seconds(slow_s)))
    return tuple(rows)
