"""Which workout does which item of a week: the best whole assignment, whatever the order in which workouts arrived."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_challenges.domain.challenge import Activity, ActivityKind, Item, Role
from ctz_challenges.domain.facts import Done
from ctz_challenges.domain.scoring_assignment import heaviest_assignment

LEAST_SHARE_OF_LENGTH = (9, 10)
"""A class of a type or discipline counts from 90 % of the planned length on; whole numbers keep the edge exact."""

_SPECIFICITY = {
    ActivityKind.DISCIPLINE: 0,
    ActivityKind.CLASS_TYPE: 1,
    ActivityKind.ROUTINE: 2,
    ActivityKind.CLASS: 2,
}
_MOST_SPECIFIC = max(_SPECIFICITY.values())


@dataclass(frozen=True, slots=True)
class Match:
    """What does an item, and whether it does so as an alternative."""

    done: Done
    is_alternative: bool


def fits(activity: Activity, done: Done) -> bool:
    """Tell whether something done is what an activity asks for."""
    match activity.kind:
        case ActivityKind.CLASS:
            return activity.class_id != "" and done.class_id == activity.class_id
        case ActivityKind.ROUTINE:
            is_asked = activity.routine != "" and done.practice == activity.routine
        case ActivityKind.CLASS_TYPE:
            is_asked = activity.class_type == done.class_type != "" and activity.discipline in {"", done.discipline}
        case ActivityKind.DISCIPLINE:
            # Pilates, mobility and breathwork are disciplines of the exercise library, but types of Peloton's classes.
            is_asked = activity.discipline != "" and activity.discipline in {done.discipline, done.class_type}
    return is_asked and _is_long_enough(activity.duration_seconds, done.duration_seconds)


def match_of(item: Item, done: Done) -> Match | None:
    """How something done serves an item: as what is asked for, as an alternative, or not at all."""
    if fits(item.activity, done):
        return Match(done, is_alternative=False)
    if any(fits(other, done) for other in item.alternatives):
        return Match(done, is_alternative=True)
    return None


def best_matches(items: Sequence[Item], done: Sequence[Done]) -> dict[int, Match]:
    """Give each item at most one workout and each workout at most one item; by index of the item.

    Of all assignments the one with most core items, then most bonus items, then by the earliest workouts: so what
    counted once goes on to count, and what is left over was indeed preceded. Among these, what was asked for comes
    before alternatives, the special before the general, and the first item takes the earliest workout.
    """
    earliest = sorted(done, key=lambda each: each.place)
    edges = {
        (row, column): match
        for row, item in enumerate(items)
        for column, each in enumerate(earliest)
        if (match := match_of(item, each)) is not None
    }
    rows = sorted({row for row, _ in edges})
    columns = sorted({column for _, column in edges})
    weights = [[0] * max(len(columns), len(rows)) for _ in rows]
    scale = _Scale(len(rows), len(columns))
    for (row, column), match in edges.items():
        at = rows.index(row), columns.index(column)
        weights[at[0]][at[1]] = scale.weight(at, items[row], match)
    chosen = heaviest_assignment(weights)
    return {
        row: edges[row, columns[column]]
        for row, column in zip(rows, chosen, strict=True)
        if column < len(columns) and (row, columns[column]) in edges
    }


@dataclass(frozen=True, slots=True)
class _Scale:
    """Weights whose sum puts one aim above all that come after it, as digits of one whole number."""

    rows: int
    columns: int

    def weight(self, at: tuple[int, int], item: Item, match: Match) -> int:
        row, column = at
        is_core = item.role is Role.CORE
        weight = 1 + self.rows if is_core else 1
        weight = (weight << self.columns) + (1 << (self.columns - 1 - column))
        specificity = _MOST_SPECIFIC * self.rows + 1
        closeness = _specificity(item, match) + (0 if match.is_alternative else specificity)
        weight = weight * (specificity * (self.rows + 1) + 1) + closeness
        order: int = (self.columns + 1) ** (self.rows - 1 - row)
        orders: int = (self.columns + 1) ** self.rows
        return weight * orders + (self.columns - column) * order


def _specificity(item: Item, match: Match) -> int:
    asked = item.alternatives if match.is_alternative else (item.activity,)
    return max(_SPECIFICITY[activity.kind] for activity in asked if fits(activity, match.done))


def _is_long_enough(planned: int, seconds: int | None) -> bool:
    if planned == 0:
        return True
    share, whole = LEAST_SHARE_OF_LENGTH
    return seconds is not None and seconds * whole >= planned * share
