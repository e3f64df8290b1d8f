"""SessionService on a real Postgres: logged once, published once, private where it must be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import grpc
import pytest
import sqlalchemy as sa
from ctz.plans.events.v1 import events_pb2 as events
from ctz.plans.v1 import exercises_pb2 as pb
from ctz.plans.v1 import exercises_pb2_grpc as pb_grpc

from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import RunningServer, User
from ctz_plans.app.practice_events import SESSION_COMPLETED, SESSION_DELETED
from ctz_plans.store import practice_tables, tables

from .reports import TODAY, Sessions, SessionsOf, listed, refusal, report, share

pytestmark = pytest.mark.component


def published(database: Database, user: User) -> list[events.SessionCompleted | events.SessionDeleted]:
    """Events about a rider in the order of their making."""
    outbox = tables.outbox
    query = sa.select(outbox.c.type, outbox.c.data, outbox.c.subject).where(outbox.c.subject == str(user.user_id))
    with database.read() as connection:
        rows = connection.execute(query.order_by(outbox.c.id)).all()
    kinds = {SESSION_COMPLETED: events.SessionCompleted, SESSION_DELETED: events.SessionDeleted}
    return [kinds[row.type].FromString(row.data) for row in rows]


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
