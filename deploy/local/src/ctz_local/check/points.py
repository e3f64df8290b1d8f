"""The demo's challenge worked out again from the simulator's rows, by its rules in words and none of its code."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from ctz_local.check.facts import Facts
from ctz_local.demo_accounts import TIME_ZONE
from ctz_local.demo_challenge import BONUS_POINTS, CORE_POINTS, POINTS_PER_KILOJOULE, POINTS_PER_MINUTE_WITHOUT

_ENDURANCE: Final = re.compile(r"\bPower Zone Endurance\b", re.IGNORECASE)
_POWER_ZONE: Final = re.compile(r"\bPower Zone\b", re.IGNORECASE)
_OTHER_FAMILIES: Final = re.compile(r"\bPower Zone (Endurance|Max)\b|\bFTP\b", re.IGNORECASE)
_NEARLY: Final = 0.9
_MINUTE: Final = 60
_WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Score:
    """What one rider has in one challenge: points by week, from 1."""

    by_week: Mapping[int, float]

    @property
    def total(self) -> float:
        """Points in all."""
        return sum(self.by_week.values())


def score_of(facts: Iterable[Facts], first: date, last: date) -> Score:
    """Give a rider's workouts their points, week by week; the order of the workouts does not matter."""
    weeks: dict[int, list[Facts]] = {}
    for one in facts:
        day = datetime.fromtimestamp(one.start_time, UTC).astimezone(ZoneInfo(TIME_ZONE)).date()
        if first <= day <= last:
            weeks.setdefault((day - first).days // _WEEK_DAYS + 1, []).append(one)
    return Score({week: _week_points(done) for week, done in weeks.items()})


def team_mean(members: Sequence[Score]) -> float:
    """Return a team's score: the sum over its weeks of the mean of its members, all active from week 1 on."""
    return sum(member.total for member in members) / len(members)


def _week_points(done: Sequence[Facts]) -> float:
    return _amounts(done) + _items(done)


def _amounts(done: Sequence[Facts]) -> float:
    return sum(
        one.work_kilojoules * POINTS_PER_KILOJOULE
        if one.work_kilojoules
        else (one.reported_seconds or 0) / _MINUTE * POINTS_PER_MINUTE_WITHOUT
        for one in done
    )


def _items(done: Sequence[Facts]) -> float:
    """Try every way to let workouts stand for items, each for one at most, and take the most points."""
    slots = [
        [one.source_id for one in done if fits(one)]
        for fits in (_is_zones_ride, _is_any_ride, _is_strength, _is_stretch)
    ]
    best = 0.0
    for chosen in product(*([*slot, None] for slot in slots)):
        used = [one for one in chosen if one is not None]
        if len(used) == len(set(used)):
            *core, bonus = (one is not None for one in chosen)
            best = max(best, sum(core) * CORE_POINTS + (BONUS_POINTS if all(core) and bonus else 0.0))
    return best


def _lasts(one: Facts, minutes: int) -> bool:
    return (one.reported_seconds or 0) >= _NEARLY * minutes * _MINUTE


def _is_zones_ride(one: Facts) -> bool:
    is_zones = _ENDURANCE.search(one.title) or (_POWER_ZONE.search(one.title) and not _OTHER_FAMILIES.search(one.title))
    return one.discipline == "cycling" and bool(is_zones) and _lasts(one, 30)


def _is_any_ride(one: Facts) -> bool:
    return one.discipline == "cycling" and _lasts(one, 20)


def _is_strength(one: Facts) -> bool:
    return one.discipline == "strength" and _lasts(one, 10)


def _is_stretch(one: Facts) -> bool:
    return one.discipline == "stretching" and _lasts(one, 5)
