"""The builder's form as a challenge for the service, and what the service says is wrong back to the rows."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.common.v1 import activity_pb2

from ctz_gateway.present import activities
from ctz_gateway.present.challenge_draft import BONUS, CORE, ActivityDraft, Draft, ItemDraft, RuleDraft

KINDS = {
    "cycling": pb.CHALLENGE_KIND_CYCLING,
    "running": pb.CHALLENGE_KIND_RUNNING,
    "strength": pb.CHALLENGE_KIND_STRENGTH,
    "yoga": pb.CHALLENGE_KIND_YOGA,
    "mixed": pb.CHALLENGE_KIND_MIXED,
}
MODES = {"team": pb.CHALLENGE_MODE_TEAM, "individual": pb.CHALLENGE_MODE_INDIVIDUAL}
METRICS = {
    "minutes": pb.SCORED_METRIC_MINUTES,
    "kilojoules": pb.SCORED_METRIC_KILOJOULES,
    "kilometres": pb.SCORED_METRIC_KILOMETRES,
    "tss": pb.SCORED_METRIC_TSS,
}
ROLES = {CORE: pb.ITEM_ROLE_CORE, BONUS: pb.ITEM_ROLE_BONUS}
# Names of the service's fields, as the form calls them.
NAMES = {
    "title": "title", "description": "description", "kind": "kind", "mode": "mode", "start_date": "start",
    "end_date": "end", "time_zone": "zone", "join_until_date": "join_until", "capacity": "capacity",
    "team_capacity": "team_capacity", "scoring.core_points": "core_points", "scoring.bonus_points": "bonus_points",
    "scoring.weekly_cap": "weekly_cap",
}  # fmt: skip
MINUTE = 60
CLASS_IN_LINK = re.compile(r"classId=([A-Za-z0-9_-]{1,64})")
ITEM_FIELD = re.compile(r"items\[(\d+)\](?:\.alternatives\[(\d+)\])?")
RULE_FIELD = re.compile(r"scoring\.metric_rules\[(\d+)\]")


class WrongInput(Exception):
    """A form that no challenge can be made of; holds a sentence for each wrong field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def challenge_of(draft: Draft, name: str = "") -> tuple[pb.Challenge, Sequence[pb.ScheduleItem]]:
    """The challenge and its schedule, in the order of the form.

    Raises:
        WrongInput: a number or a day that is none; everything else is for the service to judge.

    """
    errors: dict[str, str] = {}
    given = draft.given
    challenge = pb.Challenge(
        name=name,
        title=given["title"],
        description=given["description"],
        kind=KINDS.get(given["kind"], pb.CHALLENGE_KIND_UNSPECIFIED),
        mode=MODES.get(given["mode"], pb.CHALLENGE_MODE_UNSPECIFIED),
        start_date=given["start"],
        end_date=given["end"],
        time_zone=given["zone"],
        is_public=given["audience"] != "code",
        join_until_date=given["join_until"],
        capacity=_count(given, "capacity", errors),
        team_capacity=_count(given, "team_capacity", errors),
        scoring=_scoring(draft, errors),
        revision=int(given["revision"]) if given["revision"].isdecimal() else 0,
    )
    items = [_item(item, f"i{number}", errors) for number, item in enumerate(draft.items)]
    if errors:
        raise WrongInput(errors)
    return challenge, items


def _count(given: Mapping[str, str], name: str, errors: dict[str, str]) -> int:
    text = given[name]
    if not text:
        return 0
    if not text.isascii() or not text.isdecimal() or len(text) > len("100000"):
        errors[name] = "Give a whole number, or nothing for no bound."
        return 0
    return int(text)


def _number(text: str, key: str, errors: dict[str, str], otherwise: float = 0.0) -> float:
    if not text:
        return otherwise
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        errors[key] = "Give a number, such as 50 or 0.5."
        return otherwise
    return number


def _scoring(draft: Draft, errors: dict[str, str]) -> pb.ScoringRules:
    given = draft.given
    rules = pb.ScoringRules(
        core_points=_number(given["core_points"], "core_points", errors),
        bonus_points=_number(given["bonus_points"], "bonus_points", errors),
        metric_rules=[_rule(rule, f"m{number}", errors) for number, rule in enumerate(draft.rules)],
    )
    if given["weekly_cap"]:
        rules.weekly_cap = _number(given["weekly_cap"], "weekly_cap", errors)
    return rules


def _rule(rule: RuleDraft, key: str, errors: dict[str, str]) -> pb.MetricRule:
    return pb.MetricRule(
        metric=METRICS.get(rule.metric, pb.SCORED_METRIC_UNSPECIFIED),
        points_per_unit=_number(rule.per, key, errors),
        points_per_minute_without=_number(rule.without, key, errors),
        disciplines=rule.disciplines,
    )


def _item(item: ItemDraft, key: str, errors: dict[str, str]) -> pb.ScheduleItem:
    return pb.ScheduleItem(
        name=item.name,
        week=item.week,
        day=int(item.day) if item.day.isdecimal() and len(item.day) == 1 else 0,
        role=ROLES[item.role],
        activity=_activity(item.activity, key, errors),
        alternatives=[_activity(each, f"{key}a{number}", errors) for number, each in enumerate(item.alternatives)],
    )


def _activity(draft: ActivityDraft, key: str, errors: dict[str, str]) -> activity_pb2.Activity:
    kind, _, slug = draft.what.partition(":")
    minutes = _number(draft.minutes, key, errors)
    activity = activity_pb2.Activity(title=draft.title, duration_seconds=round(min(max(minutes, 0), 9999) * MINUTE))
    if kind == "c":
        found = CLASS_IN_LINK.search(draft.class_ref)
        activity.kind = activity_pb2.ACTIVITY_KIND_CLASS
        activity.class_id = found.group(1) if found else draft.class_ref
        if not activity.class_id:
            errors[key] = "Paste the link of the class, or its id."
    elif kind == "r":
        activity.kind, activity.routine = activity_pb2.ACTIVITY_KIND_ROUTINE, slug
    elif kind == "d":
        activity.kind, activity.discipline = activity_pb2.ACTIVITY_KIND_DISCIPLINE, slug
    else:
        activity.kind, activity.class_type = activity_pb2.ACTIVITY_KIND_CLASS_TYPE, slug
        activity.discipline = activities.DISCIPLINE_OF_TYPE.get(slug, "")
    return activity


def errors_of(violations: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What the service says is wrong, by the fields and rows of the form; what is about none of them by `items`."""
    found: dict[str, str] = {}
    for path, text in violations:
        plain = path.removeprefix("challenge.")
        item, rule = ITEM_FIELD.match(plain), RULE_FIELD.match(plain)
        if item is not None:
            found[f"i{item[1]}" + (f"a{item[2]}" if item[2] else "")] = text
        elif rule is not None:
            found[f"m{rule[1]}"] = text
        else:
            found[NAMES.get(plain, "items")] = text
    return found


def draft_of(view: pb.ChallengeView) -> Draft:
    """The form of a challenge as it is kept."""
    challenge, rules = view.challenge, view.challenge.scoring
    given = {
        "title": challenge.title,
        "description": challenge.description,
        "kind": _word(KINDS, challenge.kind),
        "mode": _word(MODES, challenge.mode),
        "start": challenge.start_date,
        "end": challenge.end_date,
        "zone": challenge.time_zone,
        "audience": "all" if challenge.is_public else "code",
        "join_until": challenge.join_until_date,
        "capacity": str(challenge.capacity or ""),
        "team_capacity": str(challenge.team_capacity or ""),
        "core_points": _plain(rules.core_points),
        "bonus_points": _plain(rules.bonus_points),
        "weekly_cap": _plain(rules.weekly_cap) if rules.HasField("weekly_cap") else "",
        "revision": str(challenge.revision),
        "idempotency_key": "",
    }
    kept_rules = tuple(
        RuleDraft(
            _word(METRICS, rule.metric),
            _plain(rule.points_per_unit),
            _plain(rule.points_per_minute_without) if rule.points_per_minute_without else "",
            tuple(rule.disciplines),
        )
        for rule in rules.metric_rules
    )
    return Draft(given, kept_rules, tuple(_item_draft(item) for item in view.items))


def blank_draft(today: date, zone: str, key: str) -> Draft:
    """The form of a challenge that nobody has thought of yet: four weeks from next Monday."""
    start = date.fromordinal(today.toordinal() + 7 - today.weekday())
    given = dict.fromkeys(NAMES.values(), "") | {
        "kind": "cycling", "mode": "team", "start": start.isoformat(),
        "end": date.fromordinal(start.toordinal() + 27).isoformat(), "zone": zone, "audience": "all",
        "core_points": "50", "bonus_points": "10", "revision": "", "idempotency_key": key,
    }  # fmt: skip
    return Draft(given)


def _item_draft(item: pb.ScheduleItem) -> ItemDraft:
    return ItemDraft(
        week=item.week,
        role=BONUS if item.role == pb.ITEM_ROLE_BONUS else CORE,
        day=str(item.day),
        name=item.name,
        activity=_activity_draft(item.activity),
        alternatives=tuple(_activity_draft(each) for each in item.alternatives),
    )


def _activity_draft(activity: activity_pb2.Activity) -> ActivityDraft:
    what = {
        activity_pb2.ACTIVITY_KIND_CLASS: "c",
        activity_pb2.ACTIVITY_KIND_ROUTINE: f"r:{activity.routine}",
        activity_pb2.ACTIVITY_KIND_DISCIPLINE: f"d:{activity.discipline}",
    }.get(activity.kind, f"t:{activity.class_type}")
    minutes = _plain(activity.duration_seconds / MINUTE) if activity.duration_seconds else ""
    return ActivityDraft(what, minutes, activity.title, activity.class_id)


def _word(table: Mapping[str, int], value: int) -> str:
    return next((word for word, each in table.items() if each == value), "")


def _plain(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
