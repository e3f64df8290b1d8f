"""Rows of the authorization matrix: challenges."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.common.v1 import activity_pb2

from ctz_chassis.clock import utc_now

from .cells import ADMINISTRATOR, HIDDEN, OWN, Outcome, Row, Things

TODAY = utc_now().date()
DAY = TODAY.isoformat()
FIRST_DAY, LAST_DAY = ((TODAY + timedelta(days=days)).isoformat() for days in (2, 29))


def private_challenge(title: str, name: str = "") -> pb.Challenge:
    """A challenge of teams that nobody finds without its code.

    It begins soon, so that teams may still be chosen; not tomorrow, which comes while tests run at night.
    """
    return pb.Challenge(
        name=name,
        title=title,
        kind=pb.CHALLENGE_KIND_MIXED,
        mode=pb.CHALLENGE_MODE_TEAM,
        start_date=FIRST_DAY,
        end_date=LAST_DAY,
        time_zone="Etc/UTC",
        scoring=pb.ScoringRules(core_points=50, bonus_points=10),
        revision=1 if name else 0,
    )


def schedule(name: str = "") -> list[pb.ScheduleItem]:
    """One core item."""
    activity = activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_DISCIPLINE, title="Any ride", discipline="cycling", duration_seconds=1_200
    )
    return [
        pb.ScheduleItem(name=name, week=1, day=0, role=pb.ITEM_ROLE_CORE, activity=activity, alternatives=[activity])
    ]


def _name(things: Things) -> Mapping[str, Any]:
    return {"name": things.challenge}


def _challenge(things: Things) -> Mapping[str, Any]:
    return {"challenge": things.challenge}


def _change(things: Things) -> Mapping[str, Any]:
    return {"challenge": private_challenge("mine", things.challenge), "items": schedule(things.challenge_item)}


MATRIX: Mapping[str, Row] = {
    "challenges ChallengeService/ListChallenges": Row(OWN),
    "challenges ChallengeService/GetChallenge": Row(HIDDEN, _name),
    "challenges ChallengeService/FindByCode": Row(HIDDEN, lambda _: {"code": "GUESSED0"}),
    "challenges ChallengeService/CreateChallenge": Row(ADMINISTRATOR, _change),
    "challenges ChallengeService/UpdateChallenge": Row(ADMINISTRATOR, _change),
    "challenges ChallengeService/PublishChallenge": Row(ADMINISTRATOR, _name),
    "challenges ChallengeService/DeleteChallenge": Row(ADMINISTRATOR, _name),
    "challenges ChallengeService/JoinChallenge": Row(HIDDEN, lambda things: {**_name(things), "code": "GUESSED0"}),
    "challenges ChallengeService/LeaveChallenge": Row(HIDDEN, _name),
    "challenges TeamService/ListTeams": Row(HIDDEN, _challenge),
    "challenges TeamService/CreateTeam": Row(HIDDEN, lambda things: {**_challenge(things), "title": "mine"}),
    "challenges TeamService/ChooseTeam": Row(HIDDEN, lambda things: {**_challenge(things), "team": things.team}),
    "challenges TeamService/MoveMember": Row(
        ADMINISTRATOR, lambda things: {"member": things.member, "team": things.team, "from_date": DAY}
    ),
    "challenges TeamService/SetCaptain": Row(HIDDEN, lambda things: {"member": things.member, "is_captain": True}),
    "challenges TeamService/GetTeamOverview": Row(HIDDEN, lambda things: {"team": things.team, "week": 1}),
    "challenges BoardService/GetBoard": Row(
        HIDDEN,
        lambda things: {**_challenge(things), "kind": pb.BOARD_KIND_MEMBERS, "team": things.team},
    ),
    "challenges BoardService/ExplainPoints": Row(HIDDEN, lambda things: {"member": things.member}),
    "challenges BoardService/ListStandings": Row(OWN),
}

_ACTIVITIES = ("items.activity", "items.alternatives")
REFERENCES: Mapping[str, Outcome] = {
    "challenges ChallengeService/GetChallenge name": HIDDEN,
    **{
        f"challenges ChallengeService/{method} {path}": ADMINISTRATOR
        for method in ("CreateChallenge", "UpdateChallenge")
        for path in (
            "challenge.name",
            "items.name",
            *(f"{activity}.{field}" for activity in _ACTIVITIES for field in ("class_id", "routine")),
        )
    },
    "challenges ChallengeService/PublishChallenge name": ADMINISTRATOR,
    "challenges ChallengeService/DeleteChallenge name": ADMINISTRATOR,
    "challenges ChallengeService/JoinChallenge name": HIDDEN,
    "challenges ChallengeService/LeaveChallenge name": HIDDEN,
    "challenges TeamService/ListTeams challenge": HIDDEN,
    "challenges TeamService/CreateTeam challenge": HIDDEN,
    "challenges TeamService/ChooseTeam challenge": HIDDEN,
    "challenges TeamService/ChooseTeam team": HIDDEN,
    "challenges TeamService/MoveMember member": ADMINISTRATOR,
    "challenges TeamService/MoveMember team": ADMINISTRATOR,
    "challenges TeamService/SetCaptain member": HIDDEN,
    "challenges TeamService/GetTeamOverview team": HIDDEN,
    "challenges BoardService/GetBoard challenge": HIDDEN,
    "challenges BoardService/GetBoard team": HIDDEN,
    "challenges BoardService/ExplainPoints member": HIDDEN,
}
