"""Sessions as they are read: in pages, by span, and as days of pelvic floor work with their streak."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
import sqlalchemy as sa
from ctz.plans.v1 import exercises_pb2 as pb

from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import RunningServer, User
from ctz_plans.store import practice_tables

from .reports import TODAY, Sessions, SessionsOf, listed, refusal, report, share

pytestmark = pytest.mark.component


def test_sessions_come_newest_first_whatever_the_page_size(sessions: Sessions) -> None:
    backs = [timedelta(minutes=minutes) for minutes in (5, 5, 90, 1500, 1500, 3000, 9000)]
    random.Random(7).shuffle(backs)
    for back in backs:
        sessions.LogSession(report(back=back))
    whole = listed(sessions)

    assert len(backs) == len(whole)
    assert whole == sorted(
        whole, key=lambda each: (each.local_date, each.start_time.ToDatetime(), each.name), reverse=True
    )
    for size in (1, 2, 3):
        assert whole == listed(sessions, size)
    first = TODAY - timedelta(days=2)
    assert [each for each in whole if each.local_date >= first.isoformat()] == listed(sessions, 0, first)


def test_a_span_of_sessions_has_an_end(sessions: Sessions) -> None:
    for first, last in ((TODAY, TODAY - timedelta(days=1)), (TODAY - timedelta(days=401), TODAY)):
        with pytest.raises(RemoteError) as raised:
            listed(sessions, 0, first, last)
        assert (grpc.StatusCode.INVALID_ARGUMENT, "to_date") == (raised.value.code, refusal(raised)[2])


@pytest.mark.parametrize("goal", [0, 11, -1])
def test_a_goal_that_is_none_is_refused(sessions: Sessions, goal: int) -> None:
    with pytest.raises(RemoteError) as raised:
        share(sessions, is_shared=False, goal=goal)
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "settings.daily_goal") == refusal(raised)


def test_the_day_tells_what_was_done_and_what_was_chosen(sessions: Sessions) -> None:
    request = pb.GetPelvicFloorDayRequest(date=TODAY.isoformat())
    assert pb.PelvicFloorDay(settings=pb.PelvicFloorSettings(daily_goal=1)) == sessions.GetPelvicFloorDay(request)

    share(sessions, is_shared=True, goal=3)
    sessions.LogSession(report(day=TODAY))
    sessions.LogSession(report(day=TODAY))
    sessions.LogSession(report("routines/yoga-flow", day=TODAY))

    expected = pb.PelvicFloorDay(
        done_count=2, streak_days=1, settings=pb.PelvicFloorSettings(daily_goal=3, is_shared=True)
    )
    assert expected == sessions.GetPelvicFloorDay(request)


def keep_days(database: Database, user: User, days: list[date]) -> None:
    """Put sessions on days further back than may be logged."""
    rows = [
        {
            "session_id": uuid4(),
            "user_id": user.user_id,
            "practice": "exercises/long-holds",
            "title": "Long holds",
            "category": "kegel",
            "start_time": datetime(day.year, day.month, day.day, 7, tzinfo=UTC),
            "local_date": day,
            "done_seconds": 100,
            "duration_seconds": 242,
            "has_pelvic_floor": True,
            "is_private": True,
        }
        for day in days
    ]
    with database.begin() as connection:
        connection.execute(sa.insert(practice_tables.session), rows)


def streak_by_hand(days: set[date], day: date) -> int:
    """Days in a row up to the day, which itself may still be open."""
    last = day if day in days else day - timedelta(days=1)
    return sum(1 for _ in itertools.takewhile(lambda back: last - timedelta(days=back) in days, range(len(days))))


def test_the_streak_is_that_of_a_count_by_hand(
    sessions_of: SessionsOf, server: RunningServer, database: Database
) -> None:
    dice = random.Random(41)
    for share_of_days in (0.2, 0.6, 0.9, 1.0):
        user = server.keys.user()
        client = sessions_of(user)
        days = [TODAY - timedelta(days=back) for back in range(40) if dice.random() < share_of_days]
        keep_days(database, user, [*days, *days[:3]])
        for back in range(-2, 42):
            day = TODAY - timedelta(days=back)
            told = client.GetPelvicFloorDay(pb.GetPelvicFloorDayRequest(date=day.isoformat()))

            assert streak_by_hand(set(days), day) == told.streak_days, (share_of_days, day)


def test_the_day_costs_the_same_statements_with_one_session_and_with_a_thousand(
    sessions: Sessions, rider: User, database: Database
) -> None:
    request = pb.GetPelvicFloorDayRequest(date=TODAY.isoformat())
    keep_days(database, rider, [TODAY])
    with count_statements(database.engine) as one:
        sessions.GetPelvicFloorDay(request)
    keep_days(database, rider, [TODAY - timedelta(days=back) for back in range(1, 1000)])
    with count_statements(database.engine) as thousand:
        assert 1000 == sessions.GetPelvicFloorDay(request).streak_days

    assert one.count == thousand.count <= 2
