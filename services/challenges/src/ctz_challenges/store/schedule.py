"""Schedule and scoring as the database keeps them: numbers as text, so that points stay exact."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ctz_challenges.domain.challenge import Activity, ActivityKind, Item, Metric, MetricRule, Role, Scoring


def scoring_json(scoring: Scoring) -> dict[str, Any]:
    """Return how points are given as JSON."""
    return {
        "core_points": str(scoring.core_points),
        "bonus_points": str(scoring.bonus_points),
        "weekly_cap": None if scoring.weekly_cap is None else str(scoring.weekly_cap),
        "metric_rules": [
            {
                "metric": rule.metric.value,
                "points_per_unit": str(rule.points_per_unit),
                "points_per_minute_without": str(rule.points_per_minute_without),
                "disciplines": sorted(rule.disciplines),
            }
            for rule in scoring.metric_rules
        ],
    }


def scoring_of(stored: Mapping[str, Any]) -> Scoring:
    """Return how points are given from JSON."""
    cap = stored["weekly_cap"]
    return Scoring(
        core_points=Decimal(stored["core_points"]),
        bonus_points=Decimal(stored["bonus_points"]),
        metric_rules=tuple(
            MetricRule(
                metric=Metric(rule["metric"]),
                points_per_unit=Decimal(rule["points_per_unit"]),
                points_per_minute_without=Decimal(rule["points_per_minute_without"]),
                disciplines=frozenset(rule["disciplines"]),
            )
            for rule in stored["metric_rules"]
        ),
        weekly_cap=None if cap is None else Decimal(cap),
    )


def item_values(item: Item) -> dict[str, Any]:
    """Return the columns of an item, but its challenge."""
    return {
        "item_id": item.item_id,
        "week": item.week,
        "day": item.day,
        "role": item.role.value,
        "position": item.position,
        "activity": _activity_json(item.activity),
        "alternatives": [_activity_json(each) for each in item.alternatives],
    }


def item_of(row: Any) -> Item:
    """Return an item from its row."""
    return Item(
        item_id=row.item_id,
        week=row.week,
        day=row.day,
        role=Role(row.role),
        position=row.position,
        activity=_activity_of(row.activity),
        alternatives=_activities_of(row.alternatives),
    )


def _activity_json(activity: Activity) -> dict[str, Any]:
    return {
        "kind": activity.kind.value,
        "title": activity.title,
        "class_id": activity.class_id,
        "discipline": activity.discipline,
        "class_type": activity.class_type,
        "duration_seconds": activity.duration_seconds,
        "routine": activity.routine,
    }


def _activity_of(stored: Mapping[str, Any]) -> Activity:
    return Activity(**{**stored, "kind": ActivityKind(stored["kind"])})


def _activities_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Activity, ...]:
    return tuple(_activity_of(each) for each in stored)
