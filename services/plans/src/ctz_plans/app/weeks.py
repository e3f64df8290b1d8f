"""Reading a rider's weeks: five statements, however many weeks and whatever is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.errors import NotFound
from ctz_plans.domain.activity import Fact
from ctz_plans.domain.item import Item, Program
from ctz_plans.domain.matching import WeekMatch, match_week
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.week import DAYS, Week
from ctz_plans.domain.weekly import Line, ShownWeek, show_week
from ctz_plans.store.challenges import ChallengeStore
from ctz_plans.store.facts import FactStore
from ctz_plans.store.items import ItemStore

MOST_WEEKS = 8
CANDIDATE_DAYS = 7
MOST_CANDIDATES = 30


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks as they are shown, and the starts of templates that have items in them."""

    shown: Sequence[ShownWeek]
    programs: Sequence[Program]


def read_weeks(
    connection: sa.Connection, user_id: UUID, first: Week, *, count: int, today: date, now: datetime
) -> Weeks:
    """Put weeks of a rider together, each matched on its own."""
    if not 1 <= count <= MOST_WEEKS:
        raise FieldRefused("week_count", f"must be 1 to {MOST_WEEKS}")
    last_day = first.plus(count - 1).last
    items = ItemStore(connection, user_id, now).of_days(first.first, last_day)
    # A week of a challenge may begin on any day, so what serves an item lies up to six days from it, on either side.
    reach = timedelta(days=DAYS - 1)
    asked = ChallengeStore(connection).asked_of(user_id, first.first - reach, last_day + reach)
    store = FactStore(connection, user_id)
    named = {item.decided_ref for item in items} | {item.done_ref for item in asked}
    facts = store.of_days(first.first, last_day, named - {""})
    loads = store.typical_loads(today)
    shown = [show_week(first.plus(number), items, asked, facts, loads, today) for number in range(count)]
    programs = {item.program.program_id: item.program for item in items if item.program is not None}
    ordered = sorted(programs.values(), key=lambda program: (program.first_date, program.program_id))
    return Weeks(shown, ordered)


def read_line(
    connection: sa.Connection, user_id: UUID, item: Item, *, week_start: int, today: date, now: datetime
) -> Line:
    """One item as its week shows it."""
    week = Week.of(item.day, week_start)
    (shown,) = read_weeks(connection, user_id, week, count=1, today=today, now=now).shown
    return next(line for line in shown.lines[item.day] if line.item.item_id == item.item_id)


def match_program(
    connection: sa.Connection, user_id: UUID, program: Program, items: Sequence[Item], today: date, now: datetime
) -> dict[UUID, WeekMatch]:
    """The match of each of these items' weeks, by item, as the rider's weeks lay when the program was started."""
    if not items:
        return {}
    weeks = sorted({Week.of(item.day, program.week_start).first for item in items})
    first, last = weeks[0], weeks[-1] + timedelta(days=DAYS - 1)
    all_items = ItemStore(connection, user_id, now).of_days(first, last)
    named = {item.decided_ref for item in all_items} - {""}
    facts = FactStore(connection, user_id).of_days(first, last, named)
    matches = {day: match_week(Week(day), all_items, facts, today) for day in weeks}
    return {item.item_id: matches[Week.of(item.day, program.week_start).first] for item in items}


def candidates(connection: sa.Connection, user_id: UUID, item_id: UUID, now: datetime) -> list[Fact]:
    """What could be counted for an item: what was done within seven days of it, nearest first."""
    item = ItemStore(connection, user_id, now).find(item_id)
    if item is None:
        raise NotFound
    around = timedelta(days=CANDIDATE_DAYS)
    facts = FactStore(connection, user_id).of_days(item.day - around, item.day + around)
    nearest = sorted(facts, key=lambda fact: (abs((fact.day - item.day).days), fact.start_time, fact.ref))
    return nearest[:MOST_CANDIDATES]
