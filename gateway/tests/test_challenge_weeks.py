"""The weeks of a challenge in words: own titles, weeks to come, and the midnight at which all begins."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.common.v1 import activity_pb2

from ctz_gateway.clients.times import stamp
from ctz_gateway.present.challenge_weeks import weeks
from ctz_gateway.present.challenges import Seen, head

AT = datetime(2026, 6, 12, 16, 2, tzinfo=UTC)


def any_ride(title: str) -> activity_pb2.Activity:
    """A ride of 20 minutes, whichever."""
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_DISCIPLINE, title=title, discipline="cycling", duration_seconds=1200
    )


def running(*rules: pb.MetricRule) -> pb.ChallengeView:
    """The first week of two, with one item in each; the reader takes part."""
    view = pb.ChallengeView(
        challenge=pb.Challenge(
            name="challenges/c", start_date="2026-06-08", end_date="2026-06-21", time_zone="Europe/Stockholm",
            state=pb.CHALLENGE_STATE_RUNNING, current_week=1, week_count=2,
            scoring=pb.ScoringRules(core_points=50, metric_rules=rules),
        ),
        membership=pb.Membership(),
    )  # fmt: skip
    for week in (1, 2):
        view.items.add(name=f"challenges/c/items/{week}", week=week, role=pb.ITEM_ROLE_CORE, activity=any_ride(""))
        view.weeks.add(week=week, points=0, possible_points=50)
    return view


def seen(view: pb.ChallengeView) -> Seen:
    return Seen(view, AT, is_administrator=False)


@pytest.mark.parametrize(("own", "shown"), [("", "Cycling 20"), ("Any ride", "Any ride 20")])
def test_the_title_that_an_administrator_gives_wins(own: str, shown: str) -> None:
    view = running()
    view.items[0].activity.CopyFrom(any_ride(own))

    assert shown == weeks(seen(view))[0].items[0].title


def test_a_week_to_come_tells_what_it_can_give_and_no_zero() -> None:
    assert ["0 of 50", "50 possible"] == [card.points for card in weeks(seen(running()))]


def test_a_week_to_come_tells_nothing_where_amounts_count_too() -> None:
    rule = pb.MetricRule(metric=pb.SCORED_METRIC_MINUTES, points_per_unit=1)

    assert ["0 points", ""] == [card.points for card in weeks(seen(running(rule)))]


@pytest.mark.parametrize(
    ("titles", "note"),
    [((), "50 points"), (("Run",), "50, or one other"), (("Run", "Row"), "50, or one of 2 others")],
)
def test_how_many_others_there_are(titles: Sequence[str], note: str) -> None:
    view = running()
    view.items[0].alternatives.extend(any_ride(title) for title in titles)

    assert note == weeks(seen(view))[0].items[0].note


def test_a_challenge_that_begins_at_midnight_begins_on_its_first_day() -> None:
    challenge = running().challenge
    challenge.current_week = 0
    challenge.next_time.CopyFrom(stamp(datetime(2026, 6, 14, 22, tzinfo=UTC)))
    shown = head(seen(pb.ChallengeView(challenge=challenge))).countdown

    assert shown is not None
    assert ("Begins in", "15 June, 00:00 Stockholm time") == (shown.label, shown.note)
