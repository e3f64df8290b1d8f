"""Points for amounts: minutes, work, distance, training stress, and minutes where a workout has no such figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ctz_challenges.domain.challenge import Kind, Metric, MetricRule
from ctz_challenges.domain.facts import Done, DoneKind
from ctz_challenges.domain.scoring_lines import Reason, exact

_SECONDS_OF_MINUTE = 60

# Words of the source (peloton-api: `circuit` is the bootcamp on a treadmill), by kind of challenge.
_DISCIPLINES = {
    Kind.CYCLING: frozenset({"cycling", "bike_bootcamp"}),
    Kind.RUNNING: frozenset({"running", "walking", "circuit"}),
    Kind.STRENGTH: frozenset({"strength"}),
    Kind.YOGA: frozenset({"yoga", "stretching", "meditation", "pilates"}),
}
# Pilates and barre are filed under strength, and are told apart by the type of the class.
_MAT_TYPES = frozenset({"pilates", "barre"})

_REASONS = {
    Metric.MINUTES: Reason.MINUTES,
    Metric.KILOJOULES: Reason.KILOJOULES,
    Metric.KILOMETRES: Reason.KILOMETRES,
    Metric.TSS: Reason.TSS,
}


@dataclass(frozen=True, slots=True)
class Award:
    """Points for an amount."""

    reason: Reason
    amount: Decimal
    points_per_unit: Decimal
    points: Decimal


def takes(kind: Kind, done: Done) -> bool:
    """Tell whether something done is of the kind that a challenge is about."""
    if kind is Kind.MIXED:
        return True
    if kind is Kind.YOGA:
        return done.kind is DoneKind.SESSION or done.discipline in _DISCIPLINES[kind] or done.class_type in _MAT_TYPES
    return done.kind is DoneKind.WORKOUT and done.discipline in _DISCIPLINES[kind]


def awards(kind: Kind, rules: tuple[MetricRule, ...], done: Done) -> Iterator[Award]:
    """What something done is worth by each rule that measures it."""
    for rule in rules:
        is_measured = done.discipline in rule.disciplines if rule.disciplines else takes(kind, done)
        if is_measured and (award := _award(rule, done)) is not None:
            yield award


def _award(rule: MetricRule, done: Done) -> Award | None:
    amount, minutes = _amount(rule.metric, done), _amount(Metric.MINUTES, done)
    if amount is not None and amount > 0:
        return _given(_REASONS[rule.metric], amount, rule.points_per_unit)
    if minutes is not None and minutes > 0:
        return _given(Reason.MINUTES_WITHOUT_FIGURE, minutes, rule.points_per_minute_without)
    return None


def _given(reason: Reason, amount: Decimal, points_per_unit: Decimal) -> Award | None:
    points = exact(amount * points_per_unit)
    return Award(reason, exact(amount), points_per_unit, points) if points else None


def _amount(metric: Metric, done: Done) -> Decimal | None:
    """How much of it was done. A source that has no meter reports 0, which says as little as nothing."""
    match metric:
        case Metric.MINUTES:
            return None if done.duration_seconds is None else Decimal(done.duration_seconds) / _SECONDS_OF_MINUTE
        case Metric.KILOJOULES:
            return done.kilojoules
        case Metric.KILOMETRES:
            return done.kilometres
        case Metric.TSS:
            return done.training_stress_score
