"""Challenges, items and things done, with only what a case is about."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ctz_challenges.domain.challenge import (
    Activity,
    ActivityKind,
    Challenge,
    Item,
    Kind,
    Metric,
    MetricRule,
    Mode,
    Role,
    Scoring,
)
from ctz_challenges.domain.facts import Done, DoneKind
from ctz_challenges.domain.scoring import score
from ctz_challenges.domain.scoring_lines import Line, Member, Score, Stay

# A Wednesday: weeks of a challenge begin on its own first day, whatever the calendar says.
START = date(2026, 5, 6)
RED, BLUE = UUID(int=0xED), UUID(int=0xB1)
CLASS = "c" * 32


def a_class(class_id: str = CLASS, title: str = "45 min Power Zone Ride") -> Activity:
    return Activity(ActivityKind.CLASS, title, class_id=class_id)


def a_type(class_type: str, minutes: int = 0, discipline: str = "") -> Activity:
    kind = ActivityKind.CLASS_TYPE
    return Activity(kind, class_type, discipline=discipline, class_type=class_type, duration_seconds=60 * minutes)


def any_of(discipline: str, minutes: int = 0) -> Activity:
    return Activity(ActivityKind.DISCIPLINE, discipline, discipline=discipline, duration_seconds=60 * minutes)


def a_routine(routine: str, minutes: int = 0) -> Activity:
    return Activity(ActivityKind.ROUTINE, routine, routine=routine, duration_seconds=60 * minutes)


def core(activity: Activity, *alternatives: Activity, week: int = 1, position: int = 0) -> Item:
    item_id = UUID(int=week * 100 + position)
    return Item(item_id, week, 0, Role.CORE, position, activity, alternatives)


def bonus(activity: Activity, *, week: int = 1, position: int = 50) -> Item:
    return Item(UUID(int=week * 100 + position), week, 0, Role.BONUS, position, activity)


def per(metric: Metric, points: str, *, without: str = "0", of: tuple[str, ...] = ()) -> MetricRule:
    return MetricRule(metric, Decimal(points), Decimal(without), frozenset(of))


def challenge(
    *items: Item,
    rules: tuple[MetricRule, ...] = (),
    cap: str | None = None,
    days: int = 14,
    zone: str = "America/New_York",
    start: date = START,
    **given: Any,
) -> Challenge:
    """Two weeks in New York, mixed and by teams, unless a case says otherwise."""
    fields: dict[str, Any] = {
        "challenge_id": UUID(int=1),
        "title": "Spring",
        "description": "",
        "kind": Kind.MIXED,
        "mode": Mode.TEAM,
        "start_date": start,
        "end_date": start + timedelta(days=days - 1),
        "time_zone": ZoneInfo(zone),
        "is_public": True,
        "join_until_date": start + timedelta(days=days - 1),
        "capacity": 0,
        "team_capacity": 0,
        "scoring": Scoring(metric_rules=rules, weekly_cap=None if cap is None else Decimal(cap)),
        "join_code": "SPRING",
        "published_at": datetime(2026, 1, 1, tzinfo=UTC),
        "revision": 1,
        "items": items,
    }
    return Challenge(**fields | given)


def workout(
    title: str = "ride", *, day: float = 0, minutes: float | None = 45, discipline: str = "cycling", **given: Any
) -> Done:
    """Something done `day` days after noon of the first day in New York; figures are given as text."""
    start_time = datetime(START.year, START.month, START.day, 16, tzinfo=UTC) + timedelta(days=day)
    for figure in ("kilojoules", "kilometres", "training_stress_score"):
        if figure in given:
            given[figure] = Decimal(given[figure])
    fields: dict[str, Any] = {
        "kind": DoneKind.WORKOUT,
        "done_id": UUID(int=abs(hash((title, day))) % 2**64),
        "start_time": start_time,
        "discipline": discipline,
        "title": title,
        "duration_seconds": None if minutes is None else round(60 * minutes),
    }
    return Done(**fields | given)


def session(title: str, category: str, *, minutes: float = 10, day: float = 0, practice: str = "") -> Done:
    return workout(title, day=day, minutes=minutes, discipline=category, kind=DoneKind.SESSION, practice=practice)


def member(join: int = 0, *stays: tuple[int, UUID]) -> Member:
    """A member whose count begins `join` days after the start, in Red unless stays are given."""
    chosen = stays or ((0, RED),)
    moved = tuple(Stay(START + timedelta(days=day), team) for day, team in chosen)
    return Member(START + timedelta(days=join), moved)


def told(line: Line) -> str:
    """A line in words: day of the challenge, title, reason, points."""
    title = line.done.title if line.done else "—"
    return f"{(line.day - START).days} {title}: {line.reason} {line.points.normalize():f}"


def lines(result: Score) -> list[str]:
    return [told(line) for line in result.lines]


def points_of(*given: Any, done: tuple[Done, ...], **more: Any) -> Decimal:
    return score(challenge(*given, **more), member(), done).total
