"""SessionService on a real Postgres: logged once, published once, private where it must be."""

import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import grpc
import pytest
import sqlalchemy as sa
from ctz.plans.events.v1 import events_pb2 as events
from ctz.plans.v1 import exercises_pb2 as pb
from ctz.plans.v1 import exercises_pb2_grpc as pb_grpc

from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import RunningServer, User
from ctz_plans.app.practice_events import SESSION_COMPLETED, SESSION_DELETED
from ctz_plans.store import practice_tables, tables

pytestmark = pytest.mark.component

Sessions = pb_grpc.SessionServiceStub
SessionsOf = Callable[[User], Sessions]
NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()


def report(
    practice: str = "exercises/long-holds",
    *,
    back: timedelta = timedelta(minutes=5),
    done: int = 120,
    exertion: int = 3,
    day: date | None = None,
    request_id: str = "",
) -> pb.LogSessionRequest:
    start = NOW - back
    request = pb.LogSessionRequest(
        practice=practice,
        local_date=(day or start.date()).isoformat(),
        done_seconds=done,
        perceived_exertion=exertion,
        request_id=request_id,
    )
    request.start_time.FromDatetime(start)
    return request


def listed(sessions: Sessions, size: int = 0, first: date | None = None, last: date | None = None) -> list[pb.Session]:
    request = pb.ListSessionsRequest(
        from_date=(first or TODAY - timedelta(days=30)).isoformat(),
        to_date=(last or TODAY + timedelta(days=1)).isoformat(),
        page_size=size,
    )
    found: list[pb.Session] = []
    while True:
        page = sessions.ListSessions(request)
        found += page.sessions
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


def published(database: Database, user: User) -> list[events.SessionCompleted | events.SessionDeleted]:
    """Events about a rider in the order of their making."""
    outbox = tables.outbox
    query = sa.select(outbox.c.type, outbox.c.data, outbox.c.subject).where(outbox.c.subject == str(user.user_id))
    with database.read() as connection:
        rows = connection.execute(query.order_by(outbox.c.id)).all()
    kinds = {SESSION_COMPLETED: events.SessionCompleted, SESSION_DELETED: events.SessionDeleted}
    return [kinds[row.type].FromString(row.data) for row in rows]


def share(sessions: Sessions, *, is_shared: bool, goal: int = 1) -> pb.PelvicFloorSettings:
    settings = pb.PelvicFloorSettings(daily_goal=goal, is_shared=is_shared)
    return sessions.UpdatePelvicFloorSettings(pb.UpdatePelvicFloorSettingsRequest(settings=settings))


def refusal(raised: pytest.ExceptionInfo[RemoteError]) -> tuple[grpc.StatusCode, str, str]:
    fields = [field for field, _ in raised.value.field_violations]
    return raised.value.code, raised.value.reason, ",".join(fields)


def test_a_session_is_kept_as_it_was_told(sessions: Sessions) -> None:
    done = sessions.LogSession(report("routines/hip-mobility", done=900, exertion=7))

    assert ("routines/hip-mobility", "Hip mobility", pb.EXERCISE_CATEGORY_MOBILITY) == (
        done.practice,
        done.title,
        done.category,
    )
    assert (900, 1198, 7, 25.0, False) == (
        done.done_seconds,
        done.duration_seconds,
        done.perceived_exertion,
        done.load,
        done.is_private,
    )
    assert [done] == listed(sessions)


def test_without_an_effort_there_is_no_load(sessions: Sessions) -> None:
    done = sessions.LogSession(report("routines/yoga-flow", exertion=0))

    assert not done.HasField("perceived_exertion")
    assert not done.HasField("load")


def test_a_session_is_published_in_its_transaction(sessions: Sessions, rider: User, database: Database) -> None:
    done = sessions.LogSession(report("routines/yoga-flow", done=600, exertion=4))
    told = published(database, rider)

    expected = events.SessionCompleted(
        session_id=done.name.removeprefix("sessions/"),
        user_id=str(rider.user_id),
        revision=1,
        start_time=done.start_time,
        local_date=done.local_date,
        category="yoga",
        practice="routines/yoga-flow",
        title="Yoga flow",
        done_seconds=600,
        duration_seconds=1200,
        load=done.load,
        is_private=False,
    )
    assert [expected] == told


def test_pelvic_floor_sessions_are_private_and_say_no_title(
    sessions: Sessions, rider: User, database: Database
) -> None:
    done = sessions.LogSession(report("routines/pelvic-floor-daily", done=480))
    (told,) = published(database, rider)

    assert done.is_private
    assert (True, "", "kegel") == (told.is_private, told.title, told.category)


def test_sharing_publishes_earlier_sessions_anew_and_hiding_takes_them_back(
    sessions: Sessions, rider: User, database: Database
) -> None:
    sessions.LogSession(report("routines/yoga-flow"))
    for _ in range(3):
        sessions.LogSession(report())
    gone = sessions.LogSession(report())
    sessions.DeleteSession(pb.DeleteSessionRequest(name=gone.name))

    share(sessions, is_shared=True)
    opened = published(database, rider)[6:]
    assert [(2, False, "Long holds")] * 3 == [(each.revision, each.is_private, each.title) for each in opened]
    assert not sessions.LogSession(report()).is_private

    share(sessions, is_shared=True)
    share(sessions, is_shared=False)
    closed = published(database, rider)[10:]
    assert [(2, True, ""), *[(3, True, "")] * 3] == sorted(
        (each.revision, each.is_private, each.title) for each in closed
    )
    assert [True] * 4 == [each.is_private for each in listed(sessions) if each.practice == "exercises/long-holds"]


def test_a_session_logged_while_the_rider_hides_is_never_left_open(
    sessions_of: SessionsOf, server: RunningServer, database: Database
) -> None:
    for attempt in range(6):
        user = server.keys.user()
        client = sessions_of(user)
        share(client, is_shared=True)
        with ThreadPoolExecutor(4) as pool:
            logged = [pool.submit(client.LogSession, report()) for _ in range(3)]
            hidden = pool.submit(share, client, is_shared=False)
            for call in (*logged, hidden):
                call.result()
        last = {each.session_id: each for each in sorted(published(database, user), key=lambda each: each.revision)}

        assert [True] * 3 == [each.is_private for each in listed(client)], attempt
        assert [True] * 3 == [each.is_private for each in last.values()], attempt


def test_a_deleted_session_is_gone_and_said_to_be(sessions: Sessions, rider: User, database: Database) -> None:
    done = sessions.LogSession(report())
    sessions.DeleteSession(pb.DeleteSessionRequest(name=done.name))

    assert [] == listed(sessions)
    told = published(database, rider)[-1]
    assert isinstance(told, events.SessionDeleted)
    assert (done.name, str(rider.user_id), 2) == (f"sessions/{told.session_id}", told.user_id, told.revision)
    with database.read() as connection:
        row = connection.execute(
            sa.select(practice_tables.session).where(practice_tables.session.c.session_id == UUID(told.session_id))
        ).one()
    assert ("", "", "", None, None) == (row.practice, row.title, row.category, row.perceived_exertion, row.load)
    with pytest.raises(RemoteError) as raised:
        sessions.DeleteSession(pb.DeleteSessionRequest(name=done.name))
    assert (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", "") == refusal(raised)


def test_another_riders_session_is_not_found(
    sessions: Sessions, sessions_of: SessionsOf, server: RunningServer
) -> None:
    done = sessions.LogSession(report())
    other = sessions_of(server.keys.user())
    for name in (done.name, f"sessions/{uuid4()}"):
        with pytest.raises(RemoteError) as raised:
            other.DeleteSession(pb.DeleteSessionRequest(name=name))
        assert (grpc.StatusCode.NOT_FOUND, "No such session.") == (raised.value.code, raised.value.message)

    assert [] == listed(other)
    assert 0 == other.GetPelvicFloorDay(pb.GetPelvicFloorDayRequest(date=TODAY.isoformat())).done_count
    assert [done] == listed(sessions)


def test_t075_a_session_logged_five_times_in_parallel_is_one_row_and_one_event(
    sessions: Sessions, rider: User, database: Database
) -> None:
    request_id = str(uuid4())
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(sessions.LogSession, [report(request_id=request_id)] * 5))

    assert [answers[0]] * 5 == answers
    assert [answers[0]] == listed(sessions)
    assert 1 == len(published(database, rider))

    assert answers[0] == sessions.LogSession(report(request_id=request_id))
    with pytest.raises(RemoteError) as raised:
        sessions.LogSession(report(request_id=request_id, done=60))
    assert (grpc.StatusCode.ABORTED, "REQUEST_ID_REUSED", "") == refusal(raised)
    assert [answers[0]] == listed(sessions)


def test_a_request_id_of_a_deleted_session_makes_no_second_one(sessions: Sessions) -> None:
    request = report(request_id=str(uuid4()))
    sessions.DeleteSession(pb.DeleteSessionRequest(name=sessions.LogSession(request).name))
    with pytest.raises(RemoteError) as raised:
        sessions.LogSession(request)

    assert grpc.StatusCode.NOT_FOUND is raised.value.code
    assert [] == listed(sessions)


def test_a_request_id_must_be_a_uuid(sessions: Sessions) -> None:
    with pytest.raises(RemoteError) as raised:
        sessions.LogSession(report(request_id="again"))
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "request_id") == refusal(raised)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (report(back=timedelta(minutes=-30)), "start_time"),
        (report(back=timedelta(days=8)), "start_time"),
        (report(day=TODAY - timedelta(days=3)), "local_date"),
        (report(day=TODAY + timedelta(days=3)), "local_date"),
        (report(done=0), "done_seconds"),
        (report(done=-5), "done_seconds"),
        (report(done=243), "done_seconds"),
        (report(exertion=11), "perceived_exertion"),
        (report(exertion=-1), "perceived_exertion"),
        (report("exercises"), "practice"),
        (report("workouts/long-holds"), "practice"),
    ],
)
def test_a_session_that_cannot_have_been_is_refused_by_field(
    sessions: Sessions, request_: pb.LogSessionRequest, field: str
) -> None:
    with pytest.raises(RemoteError) as raised:
        sessions.LogSession(request_)
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", field) == refusal(raised)
    assert [] == listed(sessions)


@pytest.mark.parametrize("practice", ["exercises/nothing", "routines/nothing", f"routines/{UUID(int=7)}"])
def test_a_session_of_nothing_known_is_not_found(sessions: Sessions, practice: str) -> None:
    with pytest.raises(RemoteError) as raised:
        sessions.LogSession(report(practice))
    assert (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", "") == refusal(raised)


@pytest.mark.parametrize("text", ["", "today", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused(sessions: Sessions, text: str) -> None:
    with pytest.raises(RemoteError) as raised:
        sessions.GetPelvicFloorDay(pb.GetPelvicFloorDayRequest(date=text))
    assert (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "date") == refusal(raised)


def test_a_session_of_an_own_routine_keeps_its_title_when_the_routine_goes(
    sessions: Sessions, server: RunningServer, rider: User
) -> None:
    exercises = server.client(pb_grpc.ExerciseServiceStub, user=rider)
    wanted = pb.Routine(title="Morning", steps=[pb.RoutineStep(exercise="exercises/mountain")])
    own = exercises.CreateRoutine(pb.CreateRoutineRequest(routine=wanted))
    done = sessions.LogSession(report(own.name, done=70))
    exercises.DeleteRoutine(pb.DeleteRoutineRequest(name=own.name))

    assert [(done.name, "Morning", 70)] == [(each.name, each.title, each.duration_seconds) for each in listed(sessions)]


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
