"""Events of one rider or one team at the same time, and histories of any length."""

import threading
import time
from collections import deque
from decimal import Decimal

import pytest
import sqlalchemy as sa

from ctz_challenges.app.recording import record_workouts
from ctz_challenges.domain.challenge import Metric, Mode
from ctz_challenges.domain.recorded import Summary
from ctz_challenges.store import tables
from ctz_chassis.db import count_statements
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import Arena, own, ranks, recorded, with_own_ids
from .making import CLASS, a_class, challenge, core, per, workout

pytestmark = pytest.mark.component


def test_events_of_one_rider_at_the_same_time_do_not_race(arena: Arena) -> None:
    """Two consumers at once: no event is scored without the other's fact, and no sum of a team is lost."""
    given = with_own_ids(challenge(rules=(per(Metric.MINUTES, "1"),)))
    (red,) = arena.add(given, "Red")
    riders = [arena.rider() for _ in range(3)]
    for rider in riders:
        arena.enter(given, rider, red)
    events = [
        recorded(rider.user_id, own(workout(f"{number}", day=number, minutes=10)))
        for number in range(8)
        for rider in riders
    ]
    threads = [
        threading.Thread(target=deque, args=(map(arena.consumer.handle, part), 0))
        for part in (events[0::3], events[1::3], events[2::3], events[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(1, 80), (1, 80), (1, 80)] == ranks(arena.board(riders[0], given, kind="BOARD_KIND_MEMBERS"))
    assert [(1, 80)] == ranks(arena.board(riders[0], given))


def test_who_joins_while_a_workout_arrives_has_its_points(arena: Arena) -> None:
    """The event does not see the member yet, so joining waits for the event's transaction and scores what it told."""
    given = with_own_ids(challenge(rules=(per(Metric.MINUTES, "1"),), mode=Mode.INDIVIDUAL))
    arena.add(given)
    rider = arena.rider()
    joining = threading.Thread(target=arena.join, args=(given, rider))
    with arena.database.begin() as connection:
        record_workouts(connection, [_summary(rider, day=8)], arena.clock)
        joining.start()
        _wait_until_somebody_waits(arena, "advisory")
    joining.join()

    assert [(1, 30)] == ranks(arena.board(rider, given))


def test_two_members_of_a_team_at_the_same_time_leave_what_one_after_the_other_does(arena: Arena) -> None:
    """The later event of the earlier workout does not set back when the team reached its points."""
    given = with_own_ids(challenge(rules=(per(Metric.MINUTES, "1"),)))
    (red,) = arena.add(given, "Red")
    first, second = arena.rider(), arena.rider()
    for rider in (first, second):
        arena.enter(given, rider, red)
    done = {first: _summary(first, day=5), second: _summary(second, day=2)}

    def record() -> None:
        with arena.database.begin() as other:
            record_workouts(other, [done[second]], arena.clock)

    recording = threading.Thread(target=record)
    with arena.database.begin() as connection:
        record_workouts(connection, [done[first]], arena.clock)
        recording.start()
        _wait_until_somebody_waits(arena, "transactionid")
    recording.join()
    weeks = [row[2:] for row in arena.stored()["team_week"] if row[2]]

    assert [(Decimal(60), 2, done[first].start_time)] == weeks


def _summary(rider: User, *, day: int) -> Summary:
    start_time = workout(day=day).start_time
    return Summary(
        workout_id=uuid7(),
        user_id=rider.user_id,
        revision=1,
        local_date=start_time.date(),
        start_time=start_time,
        discipline="cycling",
        class_id="",
        class_type="",
        title="ride",
        duration_seconds=1800,
        work_joules=None,
    )


def _wait_until_somebody_waits(arena: Arena, kind: str) -> None:
    own = "pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
    waiting = sa.text(f"SELECT count(*) FROM pg_locks WHERE locktype = :kind AND NOT granted AND {own}")  # noqa: S608
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with arena.database.read() as connection:
            if connection.execute(waiting, {"kind": kind}).scalar_one():
                return
        time.sleep(0.01)
    pytest.fail("nobody waits")


def test_a_history_of_any_length_is_scored_when_its_rider_joins(arena: Arena) -> None:
    """Ten thousand lines in one go: more than one statement has places for values."""
    rules = tuple(per(Metric.MINUTES, points) for points in ("1", "2", "3", "4"))
    given = with_own_ids(challenge(rules=rules, mode=Mode.INDIVIDUAL))
    arena.add(given)
    rider, size = arena.rider(), 2_500
    facts = {"user_id": rider.user_id, "summary_revision": 1, "local_date": given.start_date, "discipline": "cycling"}
    start = workout().start_time
    with arena.database.begin() as connection:
        done = [{"workout_id": uuid7(), "start_time": start, "duration_seconds": 60, **facts} for _ in range(size)]
        connection.execute(sa.insert(tables.recorded_workout), done)
    arena.enter(given, rider)

    assert [(1, 10 * size)] == ranks(arena.board(rider, given))


def test_the_work_of_an_event_does_not_grow_with_the_members(arena: Arena) -> None:
    """Ten members or five thousand in five hundred teams: the same statements."""
    counts = []
    for size in (10, 5_000):
        given = with_own_ids(challenge(core(a_class()), rules=(per(Metric.MINUTES, "1"),)))
        (red,) = arena.add(given, "Red")
        rider = arena.rider()
        arena.enter(given, rider, red)
        with arena.database.begin() as connection:
            others = [uuid7() for _ in range(size - 1)]
            own_rows = {"challenge_id": given.challenge_id, "join_date": given.start_date}
            connection.execute(sa.insert(tables.member), [{"user_id": each, **own_rows} for each in others])
        with count_statements(arena.database.engine) as counted:
            arena.do(rider, own(workout(class_id=CLASS)))
        counts.append(counted.count)

    assert counts[0] == counts[1]
    assert counts[0] <= 24
    assert given.mode is Mode.TEAM
