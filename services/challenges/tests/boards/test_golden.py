"""A mixed challenge of seven disciplines, its boards explained line by line in a file that a person can check.

`CTZ_WRITE_GOLDEN=1 pytest …/test_golden.py` writes the file anew; read the difference before you commit it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.domain.challenge import Activity, Challenge, Item, Metric, Role
from ctz_challenges.domain.facts import Done
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import Arena, deleted, total, with_own_ids
from .making import CLASS, a_class, a_routine, a_type, any_of, bonus, challenge, core, per, session, workout

pytestmark = pytest.mark.component

GOLDEN = Path(__file__).parent / "golden" / "mixed-challenge.txt"
ANY_ROUTINE = "routines/01920000-0000-7000-8000-000000000001"
BLUE_AT_FIRST = {"Running", "Strength", "Stretching", "No device", "Moved"}
REASONS = {
    "CORE": "core item",
    "CORE_ALTERNATIVE": "alternative of a core item",
    "BONUS": "bonus",
    "MINUTES": "minutes",
    "KILOJOULES": "kJ",
    "KILOMETRES": "km",
    "TSS": "TSS",
    "MINUTES_WITHOUT_FIGURE": "minutes, for want of a figure",
    "WEEKLY_CAP": "over the week's cap",
    "NOT_LISTED": "on no list",
    "ALREADY_DONE": "item done by an earlier one",
    "BONUS_WAITS": "bonus, waits for its core",
}


def the_challenge() -> Challenge:
    """Two weeks from a Wednesday on, in New York: work or minutes, distance of runs and walks, a cap of 400."""
    schedule = (
        core(a_class(), any_of("running", 20), any_of("walking", 30), a_type("full_body", 20), position=0),
        core(any_of("stretching", 10), any_of("mobility", 10), any_of("yoga", 20), position=1),
        bonus(any_of("meditation", 5), position=2),
        core(
            a_type("power_zone_endurance", 45),
            any_of("running", 30),
            any_of("walking", 30),
            any_of("strength", 20),
            any_of("yoga", 30),
            any_of("meditation", 20),
            week=2,
            position=0,
        ),
        bonus(replace(a_routine(ANY_ROUTINE, 10), title="Hips in the morning"), week=2, position=1),
    )
    rules = (
        per(Metric.KILOJOULES, "0.1", without="0.5", of=("cycling",)),
        per(Metric.KILOMETRES, "5", without="0.5", of=("running", "walking")),
        per(Metric.MINUTES, "0.5", of=("strength", "yoga", "stretching", "meditation", "mobility")),
        per(Metric.TSS, "0.25", of=("cycling",)),
    )
    return with_own_ids(challenge(*schedule, rules=rules, cap="200"))


def things() -> Mapping[str, Sequence[Done]]:
    """What each rider does, by name; every rider has a reason to be here."""
    did = {
        "Cycling": [
            workout("45 min Power Zone Ride", class_id=CLASS, kilojoules="512.4", training_stress_score="61.3"),
            workout("10 min Post-Ride Stretch", day=0.1, minutes=10, discipline="stretching"),
            workout("5 min Calm", day=1, minutes=5, discipline="meditation"),
            workout("45 min PZ Endurance", day=8, class_type="power_zone_endurance", kilojoules="430"),
        ],
        "Running": [
            workout("30 min Run", day=1, minutes=30, discipline="running", kilometres="5.25"),
            workout("20 min Run", day=2, minutes=20, discipline="running", kilometres="3.5"),
            workout("30 min Tempo Run", day=7, minutes=30, discipline="running", kilometres="5.5"),
        ],
        "Walking": [
            workout("45 min Walk outdoors", day=3, discipline="walking"),
            workout("30 min Power Walk", day=9, minutes=30, discipline="walking", kilometres="2.8"),
        ],
        "Strength": [
            workout("20 min Full Body", day=1, minutes=20, discipline="strength", class_type="full_body"),
            workout("10 min Core", day=1.1, minutes=10, discipline="strength", class_type="core"),
            workout("30 min Full Body", day=10, minutes=30, discipline="strength", class_type="full_body"),
        ],
        "Yoga": [
            workout("30 min Yoga Flow", day=2, minutes=30, discipline="yoga", class_type="yoga_flow"),
            workout("30 min Yoga Flow", day=8, minutes=30, discipline="yoga", class_type="yoga_flow"),
        ],
        "Stretching": [
            workout("10 min Full Body Stretch", day=0, minutes=10, discipline="stretching"),
            workout("5 min Stretch", day=1, minutes=5, discipline="stretching"),
        ],
        "Meditation": [
            workout("10 min Breath", day=5, minutes=10, discipline="meditation"),
            workout("20 min Body Scan", day=11, minutes=20, discipline="meditation"),
        ],
        "No device": [
            session("Hips in the morning", "mobility", day=0, minutes=12),
            workout("30 min Ride on a gym bike", day=1, minutes=30),
            session("Hips in the morning", "mobility", day=7, minutes=10, practice=ANY_ROUTINE),
        ],
        "Late": [
            workout("45 min Power Zone Ride", day=1, class_id=CLASS, kilojoules="480"),
            workout("45 min PZ Endurance", day=7, class_type="power_zone_endurance", kilojoules="455.5"),
            session("Hips in the evening", "mobility", day=8, minutes=11, practice=ANY_ROUTINE),
        ],
        "Moved": [
            workout("45 min Power Zone Ride", class_id=CLASS, kilojoules="500"),
            workout("60 min PZ Endurance", day=4, minutes=60, kilojoules="700", training_stress_score="80"),
            workout("90 min Power Zone Ride", day=5, minutes=90, kilojoules="1100", training_stress_score="120"),
        ],
        "Deleted": [
            workout("45 min Power Zone Ride", class_id=CLASS, kilojoules="510"),
            workout("10 min Stretch", day=1, minutes=10, discipline="stretching"),
            workout("5 min Calm", day=2, minutes=5, discipline="meditation"),
        ],
    }
    return {name: [replace(each, done_id=uuid7()) for each in done] for name, done in did.items()}


@dataclass(frozen=True)
class Story:
    """The challenge with its riders, teams and items by the names that the file has for them."""

    given: Challenge
    riders: Mapping[str, User]
    teams: Mapping[str, str]

    def name_of(self, user_id: str) -> str:
        return next(name for name, rider in self.riders.items() if str(rider.user_id) == user_id)


@pytest.fixture
def story(arena: Arena) -> Story:
    """Everything is done, in the order of the riders; then one rider moves and one workout is deleted."""
    given, did = the_challenge(), things()
    red, blue = arena.add(given, "Red", "Blue")
    riders = {name: arena.rider() for name in did}
    for name, rider in riders.items():
        arena.enter(given, rider, blue if name in BLUE_AT_FIRST else red, day=7 if name == "Late" else 0)
        arena.do(rider, *did[name])
    arena.move(given, riders["Moved"], red, day=5)
    arena.send(deleted(riders["Deleted"].user_id, did["Deleted"][0]))
    return Story(given, riders, {f"teams/{red}": "Red", f"teams/{blue}": "Blue"})


def _asked(activity: Activity) -> str:
    length = f", {activity.duration_seconds // 60} min" if activity.duration_seconds else ""
    return f"{activity.title}{length}"


def _item(item: Item) -> str:
    role = "core " if item.role is Role.CORE else "bonus"
    return f"  week {item.week} {role} {' or '.join(map(_asked, (item.activity, *item.alternatives)))}"


def _rules(given: Challenge) -> Iterator[str]:
    scoring = given.scoring
    yield f"From {given.start_date} to {given.end_date}, days of {given.time_zone.key}."
    yield f"{scoring.core_points} points a core item, {scoring.bonus_points} a bonus."
    yield f"{scoring.weekly_cap} points a week at most."
    for rule in scoring.metric_rules:
        without = f", {rule.points_per_minute_without} a minute without" if rule.points_per_minute_without else ""
        yield f"  {rule.points_per_unit} points a unit of {rule.metric}{without}: {', '.join(sorted(rule.disciplines))}"
    yield from map(_item, given.items)


def _figure(value: float) -> str:
    return f"{Decimal(repr(value)).normalize():f}"


def _line(story: Story, line: pb.PointsLine) -> str:
    reason = REASONS[pb.PointsReason.Name(line.reason).removeprefix("POINTS_REASON_")]
    item = next((_asked(each.activity) for each in story.given.items if line.item.endswith(str(each.item_id))), "")
    how = f"{_figure(line.amount)} × {_figure(line.points_per_unit)}" if line.HasField("amount") else ""
    detail = f"{reason} ({item})" if item else f"{reason} {how}".strip()
    team = story.teams.get(line.team, "no team")
    return f"  {line.date}  {line.title or '—':<26}  {_figure(line.points):>9}  {team:<5} {detail}".rstrip()


def _member(arena: Arena, story: Story, name: str) -> Iterator[str]:
    rider = story.riders[name]
    told = arena.explain(rider, story.given, rider)
    weeks = [arena.explain(rider, story.given, rider, week=week).points for week in (1, 2)]
    yield f"{name}: {_figure(told.points)} = {' + '.join(map(_figure, weeks))}"
    yield from sorted(_line(story, line) for line in told.lines)
    for each in sorted(told.corrections, key=lambda each: _line(story, each.line)):
        yield f"  taken back ({each.cause}):"
        yield _line(story, each.line)
    assert total(told.lines) == Decimal(repr(told.points))


def _members(arena: Arena, story: Story, week: int) -> Iterator[str]:
    viewer = story.riders["Cycling"]
    rows = arena.board(viewer, story.given, kind="BOARD_KIND_MEMBERS", week=week).rows
    # Equals at the same instant stand by their ids, which are others every time.
    for row in sorted(rows, key=lambda row: (row.rank, story.name_of(row.user_id))):
        yield f"  {row.rank:>2}  {story.name_of(row.user_id):<12} {row.team_title:<5} {_figure(row.points):>10}"


def _teams(arena: Arena, story: Story, week: int) -> Iterator[str]:
    for row in arena.board(story.riders["Cycling"], story.given, week=week).rows:
        mean = f"= {_figure(row.member_sum)} ÷ {row.active_count} active" if week else "= sum of the weeks"
        parts = " ".join(map(_figure, row.member_points))
        yield f"  {row.rank:>2}  {row.team_title:<5} {_figure(row.points):>11} {mean}; of members: {parts}"


def _told(arena: Arena, story: Story) -> Iterator[str]:
    yield "THE CHALLENGE"
    yield from _rules(story.given)
    for week, title in ((0, "IN ALL"), (1, "WEEK 1"), (2, "WEEK 2")):
        yield from ("", f"TEAMS, {title}", *_teams(arena, story, week))
        yield from ("", f"MEMBERS, {title}", *_members(arena, story, week))
    yield from ("", "LINE BY LINE (day, what, points, team of the day, why)")
    for name in story.riders:
        yield ""
        yield from _member(arena, story, name)


def test_the_boards_of_a_mixed_challenge_are_explained_line_by_line(arena: Arena, story: Story) -> None:
    """Seven disciplines, one rider without any device, one late, one who moves, one whose workout is deleted."""
    told = "\n".join(_told(arena, story)) + "\n"
    if os.environ.get("CTZ_WRITE_GOLDEN") == "1":
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(told, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == told


def test_the_days_of_the_file_are_those_of_the_challenge(story: Story) -> None:
    """The file holds no day outside the two weeks."""
    days = {date.fromisoformat(word) for word in GOLDEN.read_text(encoding="utf-8").split() if _is_day(word)}
    first = story.given.start_date

    assert days <= {first + timedelta(days=offset) for offset in range(14)}


def _is_day(word: str) -> bool:
    return len(word) == len("2026-05-06") and word.startswith("2026-")
