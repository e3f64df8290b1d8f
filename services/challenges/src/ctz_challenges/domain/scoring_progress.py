"""How far a member is: weeks that are complete, points that a week can give, medals."""

from collections.abc import Collection
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from ctz_challenges.domain.challenge import Challenge, Item, Role
from ctz_challenges.domain.scoring_lines import ZERO

COMPLETE_PERCENT = 80
SILVER_PERCENT = 80
GOLD_PERCENT = 90
WHOLE_PERCENT = 100


class Medal(StrEnum):
    """What is given for the core of a whole challenge."""

    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


def possible_points(challenge: Challenge, week: int) -> Decimal:
    """Points that the core items and the bonus of a week can give."""
    return _worth(challenge, [item for item in challenge.items if item.week == week])


def is_complete(challenge: Challenge, week: int, done: Collection[UUID]) -> bool:
    """Tell whether at least 80 % of the core of a week is done; a week without core has nothing to complete."""
    core = [item for item in challenge.items if item.week == week and item.role is Role.CORE]
    return bool(core) and _is_share(_count(core, done), COMPLETE_PERCENT, len(core))


def medal_of(challenge: Challenge, done: Collection[UUID]) -> Medal | None:
    """The medal for the items that are done: 80 and 90 % of all core points, and more than all of them with bonus."""
    points = _worth(challenge, [item for item in challenge.items if item.item_id in done])
    whole = _worth(challenge, [item for item in challenge.items if item.role is Role.CORE])
    if not whole:
        return None
    if points > whole:
        return Medal.PLATINUM
    if _is_share(points, GOLD_PERCENT, whole):
        return Medal.GOLD
    return Medal.SILVER if _is_share(points, SILVER_PERCENT, whole) else None


def _worth(challenge: Challenge, items: Collection[Item]) -> Decimal:
    scoring = challenge.scoring
    worth = {Role.CORE: scoring.core_points, Role.BONUS: scoring.bonus_points}
    return sum((worth[item.role] for item in items), ZERO)


def _count(items: Collection[Item], done: Collection[UUID]) -> int:
    return sum(item.item_id in done for item in items)


def _is_share(part: Decimal | int, percent: int, whole: Decimal | int) -> bool:
    return part * WHOLE_PERCENT >= whole * percent
