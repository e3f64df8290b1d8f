"""Taking in what events tell of workouts and sessions; points follow in the transaction of the event."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.app.rescoring import Cause, rescore_days
from ctz_challenges.domain.recorded import Absorption, Load, Session, Summary
from ctz_challenges.store.recorded import RecordedStore
from ctz_chassis.clock import Clock


def record_workouts(connection: sa.Connection, summaries: Sequence[Summary], clock: Clock) -> None:
    """Keep summaries of a rider's workouts, and score the challenges of the days that they are on, and were on."""
    user_id, store = summaries[0].user_id, RecordedStore(connection)
    store.take_turn(user_id)
    before = store.workout_starts([summary.workout_id for summary in summaries])
    store.keep_summaries(summaries)
    _follow(connection, user_id, [*before, *(summary.start_time for summary in summaries)], Cause.CHANGED, clock)


def remove_workout(connection: sa.Connection, workout_id: UUID, user_id: UUID, revision: int, clock: Clock) -> None:
    """Keep that a workout is gone, and take back what it gave."""
    store = RecordedStore(connection)
    store.take_turn(user_id)
    before = store.workout_starts([workout_id])
    if store.keep_deletion(workout_id, user_id, revision):
        _follow(connection, user_id, before, Cause.DELETED, clock)


def record_loads(connection: sa.Connection, loads: Sequence[Load], clock: Clock) -> None:
    """Keep what was derived from a rider's workouts; it counts once the workout itself is known."""
    user_id, store = loads[0].user_id, RecordedStore(connection)
    store.take_turn(user_id)
    store.keep_loads(loads)
    starts = store.workout_starts([load.workout_id for load in loads])
    _follow(connection, user_id, starts, Cause.CHANGED, clock)


def record_absorption(connection: sa.Connection, absorption: Absorption, clock: Clock) -> None:
    """Keep that a workout is another one, and take back what both gave; or give it again."""
    store = RecordedStore(connection)
    store.take_turn(absorption.user_id)
    if store.keep_absorption(absorption):
        _follow(connection, absorption.user_id, store.workout_starts([absorption.workout_id]), Cause.CHANGED, clock)


def record_session(connection: sa.Connection, session: Session, clock: Clock) -> None:
    """Keep a guided session that others may know of."""
    store = RecordedStore(connection)
    store.take_turn(session.user_id)
    before = store.session_start(session.session_id)
    if store.keep_session(session):
        _follow(connection, session.user_id, [before, session.start_time], Cause.CHANGED, clock)


def remove_session(connection: sa.Connection, session_id: UUID, user_id: UUID, revision: int, clock: Clock) -> None:
    """Keep that a session is gone or private, and take back what it gave."""
    store = RecordedStore(connection)
    store.take_turn(user_id)
    before = store.session_start(session_id)
    if store.keep_session_gone(session_id, user_id, revision):
        _follow(connection, user_id, [before], Cause.DELETED, clock)


def _follow(
    connection: sa.Connection, user_id: UUID, starts: Collection[datetime | None], cause: Cause, clock: Clock
) -> None:
    known = {start for start in starts if start is not None}
    if known:
        rescore_days(connection, user_id, known, cause, clock)
