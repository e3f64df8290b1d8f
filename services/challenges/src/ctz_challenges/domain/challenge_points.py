"""How a challenge gives points, as an administrator sends it, and what its weeks can give."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ctz_challenges.domain.challenge import Metric, MetricRule, Scoring
from ctz_challenges.domain.challenge_schedule import WORD
from ctz_challenges.domain.errors import InvalidField

MAX_ITEM_POINTS = 10_000
MAX_UNIT_POINTS = 1_000
MAX_WEEKLY_CAP = 1_000_000
MAX_RULES = 8
MAX_DISCIPLINES = 12
SMALLEST_PART = Decimal("0.000001")
"""Points have six decimals, as the ledger keeps them."""
_FIELD = "challenge.scoring"


@dataclass(frozen=True, slots=True)
class WishedRule:
    """A rule for amounts as it was sent."""

    metric: Metric
    points_per_unit: float
    points_per_minute_without: float
    disciplines: tuple[str, ...]


def checked_scoring(
    *, core_points: float, bonus_points: float, rules: Sequence[WishedRule], weekly_cap: float | None
) -> Scoring:
    """Return exact rules, or say which figure does not fit."""
    if len(rules) > MAX_RULES:
        raise InvalidField(f"{_FIELD}.metric_rules", f"Give {MAX_RULES} rules at most.")
    cap = None
    if weekly_cap is not None:
        cap = _points(f"{_FIELD}.weekly_cap", weekly_cap, MAX_WEEKLY_CAP, least=SMALLEST_PART)
    return Scoring(
        core_points=_points(f"{_FIELD}.core_points", core_points, MAX_ITEM_POINTS),
        bonus_points=_points(f"{_FIELD}.bonus_points", bonus_points, MAX_ITEM_POINTS),
        metric_rules=tuple(_rule(f"{_FIELD}.metric_rules[{index}]", each) for index, each in enumerate(rules)),
        weekly_cap=cap,
    )


def _rule(field: str, wished: WishedRule) -> MetricRule:
    if len(wished.disciplines) > MAX_DISCIPLINES or not all(map(WORD.fullmatch, wished.disciplines)):
        raise InvalidField(f"{field}.disciplines", f"Give {MAX_DISCIPLINES} disciplines at most, such as cycling.")
    return MetricRule(
        metric=wished.metric,
        points_per_unit=_points(
            f"{field}.points_per_unit", wished.points_per_unit, MAX_UNIT_POINTS, least=SMALLEST_PART
        ),
        points_per_minute_without=_points(
            f"{field}.points_per_minute_without", wished.points_per_minute_without, MAX_UNIT_POINTS
        ),
        disciplines=frozenset(wished.disciplines),
    )


def _points(field: str, given: float, most: int, *, least: Decimal = Decimal(0)) -> Decimal:
    # The shortest text of a float is the figure that was typed: 0.1 stays 0.1.
    points = Decimal(repr(given)).quantize(SMALLEST_PART) if math.isfinite(given) and abs(given) <= most else None
    if points is None or points < least:
        raise InvalidField(field, f"Enter a number from {'0' if least == 0 else 'above 0'} to {most}.")
    return points.normalize() + 0
