"""One item of the plan on its own page: how it stands, what counts, what could count."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2
from flask import url_for

from ctz_gateway.clients.times import instant
from ctz_gateway.present import plan as words_of
from ctz_gateway.present.activities import activity_title, category_or_discipline, minutes
from ctz_gateway.viewmodels.plan import Candidate, ItemPage
from ctz_gateway.words import clock, day_month, full_day, thousands

ORIGINS = {
    plans_pb2.ITEM_ORIGIN_OWN: "put there by you",
    plans_pb2.ITEM_ORIGIN_TEMPLATE: "from a template",
}


def item_page(
    found: plans_pb2.PlanItem, candidates: Sequence[plans_pb2.DoneActivity], today: date, zone: ZoneInfo
) -> ItemPage:
    """The page of an own item."""
    day, state = date.fromisoformat(found.date), words_of.item_state(found)
    item_id = words_of.item_id(found)
    asks = found.activity.kind not in words_of.PLAIN
    return ItemPage(
        id=item_id,
        title=activity_title(found.activity),
        day=found.date,
        day_text=full_day(day),
        back_url=url_for("plan.show", week=found.date),
        revision=found.revision,
        state=state,
        state_text=words_of.STATE_WORDS[state].capitalize(),
        icon=words_of.item_icon(found),
        facts=_facts(found),
        done_text=_done(found, zone),
        is_decided=found.is_decided,
        can_decide=asks and day <= today,
        candidates=[_candidate(each, found, zone) for each in candidates] if asks else (),
        edit_url=url_for("plan_items.edit", item_id=item_id, day=found.date),
        week=found.date,
        can_play=f"/player/{found.activity.routine}" if found.activity.routine else "",
    )


def _facts(found: plans_pb2.PlanItem) -> Sequence[str]:
    activity = found.activity
    facts = [ORIGINS.get(found.origin, "")]
    if activity.kind == activity_pb2.ACTIVITY_KIND_CLASS_TYPE and activity.discipline:
        facts.append(category_or_discipline(activity.discipline))
    if activity.duration_seconds:
        facts.append(f"{minutes(activity.duration_seconds)} min")
    if found.HasField("expected_load"):
        facts.append(f"load about {thousands(found.expected_load)}")
    return [fact for fact in facts if fact]


def _done(found: plans_pb2.PlanItem, zone: ZoneInfo) -> str:
    if not found.HasField("done"):
        return ""
    return f"{found.done.title}, {_text(found.done, zone)}"


def _text(done: plans_pb2.DoneActivity, zone: ZoneInfo) -> str:
    parts = [f"{day_month(date.fromisoformat(done.local_date))} at {clock(instant(done.start_time), zone)}"]
    if done.HasField("duration_seconds"):
        parts.append(f"{minutes(done.duration_seconds)} min")
    if done.HasField("load"):
        parts.append(f"load {thousands(done.load)}")
    return ", ".join(parts)


def _candidate(done: plans_pb2.DoneActivity, found: plans_pb2.PlanItem, zone: ZoneInfo) -> Candidate:
    chosen = found.HasField("done") and found.done.name == done.name
    return Candidate(done.name, done.title, _text(done, zone), chosen)
