"""FTP history: what Peloton answered, and what is proposed to the rider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.ids import uuid7
from ctz_peloton_sync.domain.details import FTPInfo
from ctz_peloton_sync.domain.ftp import Candidate, FTPChange, reading_of
from ctz_peloton_sync.store.tables import ftp_answer, ftp_proposal


@dataclass(frozen=True, slots=True)
class Answer:
    """What one workout said; `info` is none when it could not be asked."""

    source_id: str
    info: FTPInfo | None
    ride: Candidate | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value that the rider has not answered yet."""

    id: UUID
    effective_time: datetime
    reported_watts: int
    proposed_watts: int
    alternative_watts: int | None
    kind: str
    workout_title: str


class FTPStore:
    """Reads and writes answers and proposals."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def answers(self, user_id: UUID) -> list[Answer]:
        """All answers of a rider, in the order of the rides."""
        a = ftp_answer.c
        rows = self._connection.execute(sa.select(ftp_answer).where(a.user_id == user_id).order_by(a.start_time))
        return [
            Answer(
                row.source_id,
                FTPInfo(row.watts, row.kind, row.test_id) if row.is_known else None,
                None if row.start_time is None else Candidate(row.source_id, row.start_time, row.end_time, row.title),
            )
            for row in rows
        ]

    def put_answer(self, user_id: UUID, answer: Answer) -> None:
        """Keep one answer."""
        info, ride = answer.info, answer.ride
        values = {
            "is_known": info is not None,
            "watts": info.watts if info else 0,
            "kind": info.kind if info else "",
            "test_id": info.workout_id if info else "",
            "start_time": ride.start_time if ride else None,
            "end_time": ride.end_time if ride else None,
            "title": ride.title if ride else "",
        }
        insert = pg.insert(ftp_answer).values(user_id=user_id, source_id=answer.source_id, **values)
        self._connection.execute(
            insert.on_conflict_do_update(index_elements=[ftp_answer.c.user_id, ftp_answer.c.source_id], set_=values)
        )

    def forget_unanswered(self, user_id: UUID) -> None:
        """Remove what was looked up, and what of it the rider did not answer."""
        self._connection.execute(sa.delete(ftp_answer).where(ftp_answer.c.user_id == user_id))
        unanswered = sa.and_(ftp_proposal.c.user_id == user_id, ftp_proposal.c.resolved_at.is_(None))
        self._connection.execute(sa.delete(ftp_proposal).where(unanswered))

    def propose(self, user_id: UUID, changes: Sequence[FTPChange]) -> None:
        """Put changes before the rider; what was proposed once, answered or not, is not proposed again."""
        rows = []
        for change in changes:
            reading = reading_of(change.watts, change.kind)
            rows.append(
                {
                    "id": uuid7(),
                    "user_id": user_id,
                    "effective_time": change.effective_time,
                    "reported_watts": change.watts,
                    "proposed_watts": reading.proposed_watts,
                    "alternative_watts": reading.alternative_watts,
                    "kind": change.kind,
                    "workout_title": change.workout_title,
                }
            )
        if rows:
            self._connection.execute(pg.insert(ftp_proposal).on_conflict_do_nothing(), rows)

    def newest(self, user_id: UUID) -> tuple[int, str] | None:
        """Watts and kind of the newest proposal, answered or not."""
        p = ftp_proposal.c
        query = (
            sa.select(p.reported_watts, p.kind).where(p.user_id == user_id).order_by(p.effective_time.desc()).limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (row[0], row[1])

    def open_proposals(self, user_id: UUID) -> list[Proposal]:
        """What the rider has not answered, oldest first."""
        p = ftp_proposal.c
        query = (
            sa.select(*(p[name] for name in Proposal.__slots__))
            .where(p.user_id == user_id, p.resolved_at.is_(None))
            .order_by(p.effective_time)
        )
        return [Proposal(*row) for row in self._connection.execute(query)]

    def resolve(self, user_id: UUID, ids: Sequence[UUID], now: datetime) -> None:
        """Mark proposals of a rider as answered."""
        p = ftp_proposal.c
        self._connection.execute(
            sa.update(ftp_proposal)
            .where(p.user_id == user_id, p.id.in_(ids), p.resolved_at.is_(None))
            .values(resolved_at=now)
        )
