"""The challenge of the demo: one of every way to earn points, made and joined through the published RPCs."""

from datetime import date, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1.challenges_pb2_grpc import ChallengeServiceStub, TeamServiceStub
from ctz.common.v1 import activity_pb2

from ctz_chassis.grpc_client import Channel, client
from ctz_local.demo_accounts import TIME_ZONE, TIMEOUT_SECONDS
from ctz_local.rider import DEMO_CHALLENGE_TITLE as TITLE

_DESCRIPTION: Final = (
    "Two rides and one strength class a week, a stretch on top, and points for work: 0.1 for every kilojoule, "
    "1 for every minute of a workout without power. Everybody's points count alike: a team has the mean of its riders."
)
_WEEKS: Final = 4
# The simulated history ends on a day; the challenge's first week holds that day and today.
_DAYS_BEFORE_THE_END: Final = 5
CORE_POINTS: Final = 50.0
BONUS_POINTS: Final = 10.0
POINTS_PER_KILOJOULE: Final = 0.1
POINTS_PER_MINUTE_WITHOUT: Final = 1.0


def first_day(ends_on: date) -> date:
    """Return the challenge's first day for a history that ends on a day."""
    return ends_on - timedelta(days=_DAYS_BEFORE_THE_END)


class DemoChallenge:
    """Makes and joins the challenge, as whoever acts."""

    def __init__(self, challenges: Channel, ends_on: date) -> None:
        self._challenges = client(challenges, ChallengeServiceStub)
        self._teams = client(challenges, TeamServiceStub)
        self._first = first_day(ends_on)

    def find(self) -> str:
        """Return its name; empty while it does not exist."""
        listed = self._challenges.ListChallenges(pb.ListChallengesRequest(page_size=100), timeout=TIMEOUT_SECONDS)
        names = [str(challenge.name) for challenge in listed.challenges if challenge.title == TITLE]
        return names[0] if names else ""

    def make(self, teams: tuple[str, ...]) -> str:
        """Make it with its teams, as an administrator; its name."""
        made = self._challenges.CreateChallenge(
            pb.CreateChallengeRequest(
                challenge=self._form(), items=_schedule(), request_id=str(uuid5(NAMESPACE_URL, TITLE))
            ),
            timeout=TIMEOUT_SECONDS,
        )
        self._challenges.PublishChallenge(pb.PublishChallengeRequest(name=made.name), timeout=TIMEOUT_SECONDS)
        for team in teams:
            request = pb.CreateTeamRequest(
                challenge=made.name, title=team, request_id=str(uuid5(NAMESPACE_URL, f"{made.name}/{team}"))
            )
            self._teams.CreateTeam(request, timeout=TIMEOUT_SECONDS)
        return str(made.name)

    def join(self, name: str, team: str) -> None:
        """Join it and one of its teams."""
        self._challenges.JoinChallenge(pb.JoinChallengeRequest(name=name), timeout=TIMEOUT_SECONDS)
        listed = self._teams.ListTeams(pb.ListTeamsRequest(challenge=name), timeout=TIMEOUT_SECONDS)
        chosen = next(one.name for one in listed.teams if one.title == team)
        self._teams.ChooseTeam(pb.ChooseTeamRequest(challenge=name, team=chosen), timeout=TIMEOUT_SECONDS)

    def _form(self) -> pb.Challenge:
        last = self._first + timedelta(weeks=_WEEKS, days=-1)
        return pb.Challenge(
            title=TITLE,
            description=_DESCRIPTION,
            kind=pb.CHALLENGE_KIND_MIXED,
            mode=pb.CHALLENGE_MODE_TEAM,
            start_date=self._first.isoformat(),
            end_date=last.isoformat(),
            time_zone=TIME_ZONE,
            is_public=True,
            join_until_date=last.isoformat(),
            scoring=pb.ScoringRules(
                core_points=CORE_POINTS,
                bonus_points=BONUS_POINTS,
                metric_rules=[
                    pb.MetricRule(
                        metric=pb.SCORED_METRIC_KILOJOULES,
                        points_per_unit=POINTS_PER_KILOJOULE,
                        points_per_minute_without=POINTS_PER_MINUTE_WITHOUT,
                    )
                ],
            ),
        )


def _schedule() -> list[pb.ScheduleItem]:
    return [item for week in range(1, _WEEKS + 1) for item in _week(week)]


def _week(week: int) -> list[pb.ScheduleItem]:
    endurance = _class_type("Power Zone Endurance", "cycling", "power_zone_endurance", 30)
    power_zone = _class_type("Power Zone", "cycling", "power_zone", 30)
    core, bonus = pb.ITEM_ROLE_CORE, pb.ITEM_ROLE_BONUS
    return [
        pb.ScheduleItem(week=week, day=1, role=core, activity=endurance, alternatives=[power_zone]),
        pb.ScheduleItem(week=week, day=3, role=core, activity=_discipline("Any ride", "cycling", 20)),
        pb.ScheduleItem(week=week, day=4, role=core, activity=_discipline("Any strength class", "strength", 10)),
        pb.ScheduleItem(week=week, day=6, role=bonus, activity=_discipline("Any stretch", "stretching", 5)),
    ]


def _class_type(title: str, discipline: str, class_type: str, minutes: int) -> activity_pb2.Activity:
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
        title=title,
        discipline=discipline,
        class_type=class_type,
        duration_seconds=60 * minutes,
    )


def _discipline(title: str, discipline: str, minutes: int) -> activity_pb2.Activity:
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_DISCIPLINE, title=title, discipline=discipline, duration_seconds=60 * minutes
    )
