"""Sessions: logged once, listed, deleted; and how pelvic-floor work goes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import idempotency
from ctz_chassis.clock import Clock
from ctz_chassis.db import Database
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7
from ctz_plans.app.practice import find_practice
from ctz_plans.app.practice_events import publish_completed, publish_deleted
from ctz_plans.domain.library import Library
from ctz_plans.domain.practice import PracticeName
from ctz_plans.domain.practice_errors import PracticeNotFound
from ctz_plans.domain.practice_session import (
    DaySpan,
    PelvicFloorDay,
    PelvicFloorSettings,
    Session,
    SessionReport,
    log_session,
)
from ctz_plans.store.practice import PelvicFloorStore, SessionPosition, SessionStore, lock_rider
from ctz_plans.store.tables import request_ids


class SessionBook:
    """Sessions of riders."""

    def __init__(self, database: Database, library: Library, *, clock: Clock) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    def log(self, user_id: UUID, name: PracticeName, report: SessionReport, *, key: RequestKey) -> Session:
        """Keep a session and publish it; a repeated request does neither and gets that session, as it is now."""

        def make(connection: sa.Connection) -> bytes:
            # Privacy is decided under the lock: a choice made at this moment comes wholly before or wholly after.
            lock_rider(connection, user_id)
            settings = PelvicFloorStore(connection).settings(user_id)
            practice = find_practice(connection, self._library, user_id, name)
            done = log_session(uuid7(), practice, report, settings, now=self._clock())
            SessionStore(connection).add(user_id, done)
            publish_completed(connection, user_id, [done], self._clock)
            return done.session_id.bytes

        def work(connection: sa.Connection) -> Session:
            made = UUID(bytes=idempotency.once(connection, request_ids, user_id, key, lambda: make(connection)).body)
            found = SessionStore(connection).find_owned(user_id, made)
            if found is None:  # It was deleted since.
                raise PracticeNotFound("session")
            return found

        return self._database.run(work)

    def list(
        self, user_id: UUID, span: DaySpan, *, after: SessionPosition | None, page_size: int
    ) -> tuple[Sequence[Session], SessionPosition | None]:
        """A page of a rider's sessions, newest first, and where it ends unless it is the last."""
        with self._database.read() as connection:
            found = SessionStore(connection).list_days(user_id, span, after=after, limit=page_size + 1)
        page = found[:page_size]
        last = page[-1] if len(found) > page_size else None
        return page, (last.local_date, last.start_time, last.session_id) if last else None

    def delete(self, user_id: UUID, session_id: UUID) -> None:
        """Delete a session and publish that it is gone."""

        def work(connection: sa.Connection) -> None:
            revision = SessionStore(connection).delete_owned(user_id, session_id, now=self._clock())
            if revision is None:
                raise PracticeNotFound("session")
            publish_deleted(connection, user_id, session_id, revision, self._clock)

        self._database.run(work)

    def pelvic_floor_day(self, user_id: UUID, day: date) -> PelvicFloorDay:
        """How the rider's pelvic-floor work of a day stands."""
        with self._database.read() as connection:
            return PelvicFloorStore(connection).day(user_id, day)

    def choose(self, user_id: UUID, settings: PelvicFloorSettings) -> PelvicFloorSettings:
        """Keep the rider's choice; sessions that it opens or closes to others are published anew."""

        def work(connection: sa.Connection) -> PelvicFloorSettings:
            lock_rider(connection, user_id)
            PelvicFloorStore(connection).keep_settings(user_id, settings)
            changed = SessionStore(connection).share_pelvic_floor(user_id, is_shared=settings.is_shared)
            publish_completed(connection, user_id, changed, self._clock)
            return settings

        return self._database.run(work)
