"""Templates of a rider, and their starts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.errors import NotFound
from ctz_chassis.ids import uuid7
from ctz_plans.app.items import Rider, append
from ctz_plans.app.references import refuse_others_routines
from ctz_plans.app.weeks import match_program
from ctz_plans.domain.built_in import BUILT_IN, built_in
from ctz_plans.domain.errors import RevisionStale, TemplateBuiltIn, TemplateLimitReached
from ctz_plans.domain.item import Program
from ctz_plans.domain.template import MOST_TEMPLATES, Template, start_of
from ctz_plans.domain.weekly import MET
from ctz_plans.store.items import ProgramStore, take_turn
from ctz_plans.store.templates import Place, TemplateStore


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """Where a page of templates begins: behind so many built-in ones, or behind one of the rider's own."""

    built_in: int = 0
    own: Place | None = None


def page(
    connection: sa.Connection, user_id: UUID, *, after: TemplatePlace, limit: int
) -> tuple[Sequence[Template], TemplatePlace | None]:
    """One page of templates, built-in ones first, and where it ends unless it is the last."""
    found = list(BUILT_IN[after.built_in : after.built_in + limit])
    own_from = max(limit - len(found), 0)
    own = TemplateStore(connection, user_id).page(after=after.own, limit=own_from + 1)
    shown = [*found, *own[:own_from]]
    if len(own) <= own_from and after.built_in + len(found) >= len(BUILT_IN):
        return shown, None
    last = own[own_from - 1] if own_from else None
    end = (last.title, last.template_id) if last is not None else after.own
    return shown, TemplatePlace(after.built_in + len(found), end)


def get(connection: sa.Connection, user_id: UUID, template_id: UUID) -> Template:
    """A built-in template or one of the rider's own."""
    found = built_in(template_id) or TemplateStore(connection, user_id).find(template_id)
    if found is None:
        raise NotFound
    return found


def create(rider: Rider, template: Template) -> Template:
    """Keep a new template of the rider's own."""
    take_turn(rider.connection, rider.user_id)
    store = TemplateStore(rider.connection, rider.user_id)
    if store.count() >= MOST_TEMPLATES:
        raise TemplateLimitReached(MOST_TEMPLATES)
    refuse_others_routines(rider.connection, rider.user_id, template.activities)
    made = replace(template, revision=1)
    store.add(made)
    return made


def update(rider: Rider, template: Template) -> Template:
    """Replace an own template; `template.revision` is the one that the rider saw."""
    take_turn(rider.connection, rider.user_id)
    stored = get(rider.connection, rider.user_id, template.template_id)
    if stored.is_built_in:
        raise TemplateBuiltIn
    known = {activity.routine for activity in stored.activities}
    refuse_others_routines(rider.connection, rider.user_id, template.activities, known=known)
    if stored.revision != template.revision:
        raise RevisionStale(stored.revision)
    changed = replace(template, revision=stored.revision + 1)
    TemplateStore(rider.connection, rider.user_id).replace(changed)
    return changed


def delete(rider: Rider, template_id: UUID) -> None:
    """Delete an own template; weeks that were started from it stay."""
    if built_in(template_id) is not None:
        raise TemplateBuiltIn
    if not TemplateStore(rider.connection, rider.user_id).delete(template_id):
        raise NotFound


def start(rider: Rider, template_id: UUID, day: date, *, repetitions: int, week_start: int) -> tuple[Program, int]:
    """Put a template's activities behind what the days have; return the start and how many items it made."""
    template = get(rider.connection, rider.user_id, template_id)
    wanted = start_of(template, day, repetitions=repetitions, week_start=week_start)
    program = Program(
        program_id=uuid7(),
        title=template.title,
        week_start=week_start,
        first_date=wanted.first_date,
        last_date=wanted.last_date,
        week_count=wanted.week_count,
    )
    store = rider.store()
    ProgramStore(rider.connection, rider.user_id).add(program)
    return program, len(append(store, wanted.placed, program))


def stop(rider: Rider, program_id: UUID, from_day: date) -> int:
    """Take back what a start put into the weeks, save what the rider changed or did; return how many items."""
    store = rider.store()
    program = ProgramStore(rider.connection, rider.user_id).find(program_id)
    if program is None:
        raise NotFound
    items = [item for item in store.of_program(program_id, from_day) if not item.is_changed]
    matches = match_program(rider.connection, rider.user_id, program, items, from_day, rider.now)
    undone = [item.item_id for item in items if matches[item.item_id].standings[item.item_id].state not in MET]
    return store.delete(undone) if undone else 0
