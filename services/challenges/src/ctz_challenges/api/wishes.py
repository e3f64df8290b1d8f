"""What administrators send, read from the contract."""

from collections.abc import Mapping
from typing import Any, TypeVar

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.common.v1 import activity_pb2

from ctz_challenges.api.messages import ITEMS, KINDS, METRICS, MODES, ROLES
from ctz_challenges.app.challenge_events import ACTIVITY_KINDS
from ctz_challenges.domain.challenge import Activity, Scoring
from ctz_challenges.domain.challenge_points import WishedRule, checked_scoring
from ctz_challenges.domain.challenge_schedule import WishedItem
from ctz_challenges.domain.challenge_wish import Wish
from ctz_challenges.domain.errors import InvalidField
from ctz_chassis import resource_name

WordT = TypeVar("WordT")


def wish_of(request: Any) -> Wish:
    """Return what a create or an update asks for."""
    sent: pb.Challenge = request.challenge
    return Wish(
        title=sent.title,
        description=sent.description,
        kind=_word(KINDS, sent.kind, "challenge.kind"),
        mode=_word(MODES, sent.mode, "challenge.mode"),
        start_date=sent.start_date,
        end_date=sent.end_date,
        time_zone=sent.time_zone,
        is_public=sent.is_public,
        join_until_date=sent.join_until_date,
        capacity=sent.capacity,
        team_capacity=sent.team_capacity,
        scoring=_scoring(sent),
        items=tuple(_item(f"items[{index}]", item) for index, item in enumerate(request.items)),
    )


def _scoring(sent: pb.Challenge) -> Scoring:
    """Return the rules that were sent; without any, those of a challenge that says nothing else."""
    if not sent.HasField("scoring"):
        return Scoring()
    rules = sent.scoring
    return checked_scoring(
        core_points=rules.core_points,
        bonus_points=rules.bonus_points,
        rules=[_rule(index, each) for index, each in enumerate(rules.metric_rules)],
        weekly_cap=rules.weekly_cap if rules.HasField("weekly_cap") else None,
    )


def _rule(index: int, sent: pb.MetricRule) -> WishedRule:
    return WishedRule(
        metric=_word(METRICS, sent.metric, f"challenge.scoring.metric_rules[{index}].metric"),
        points_per_unit=sent.points_per_unit,
        points_per_minute_without=sent.points_per_minute_without,
        disciplines=tuple(sent.disciplines),
    )


def _item(field: str, sent: pb.ScheduleItem) -> WishedItem:
    return WishedItem(
        item_id=resource_name.parse(ITEMS, sent.name, field=f"{field}.name") if sent.name else None,
        week=sent.week,
        day=sent.day,
        role=_word(ROLES, sent.role, f"{field}.role"),
        activity=_activity(f"{field}.activity", sent.activity),
        alternatives=tuple(
            _activity(f"{field}.alternatives[{index}]", each) for index, each in enumerate(sent.alternatives)
        ),
    )


def _activity(field: str, sent: activity_pb2.Activity) -> Activity:
    return Activity(
        kind=_word(ACTIVITY_KINDS, sent.kind, f"{field}.kind"),
        title=sent.title,
        class_id=sent.class_id,
        discipline=sent.discipline,
        class_type=sent.class_type,
        duration_seconds=sent.duration_seconds,
        routine=sent.routine,
    )


def _word(words: Mapping[WordT, Any], number: int, field: str) -> WordT:
    for word, known in words.items():
        if known == number:
            return word
    raise InvalidField(field, "Choose one of the kinds that there are.")
