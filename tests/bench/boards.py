"""Boards of challenges with 10 and with 5,000 members, 500,000 lines: what reads, pages and one event cost."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

import psycopg
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from psycopg import sql

from ctz_challenges.app.boards import BoardDesk
from ctz_challenges.cli import event_consumer
from ctz_challenges.consumers.workouts import RECORDED
from ctz_challenges.domain.board import BoardChoice, BoardKind, BoardWish, Bookmark, Place
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.store.tables import ledger_line, member_total
from ctz_challenges.store.unit_of_work import Store
from ctz_chassis.clock import utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.events import new_event
from ctz_chassis.ids import uuid7
from ctz_local.testing import ServiceDatabase

from .pages import Door, PageCost, costs_of
from .rig import Meter, Rig
from .system import running_system

SMALL: Final = 10
LINES_OF_MEMBER: Final = 100
_WEEKS: Final = 26
_TEAM: Final = 10
_DAYS_SO_FAR: Final = 130
_WEEK: Final = 19
_NEW_DAY: Final = 3
_PAGE: Final = 50
_DEEP: Final = 0.5


@dataclass(frozen=True, slots=True)
class BoardCost:
    """What one read or event costs: statements, and processor time of this process and Postgres."""

    name: str
    members: int
    statements: int
    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True, slots=True)
class BoardCosts:
    """Reads of the large challenge, pages of and one event in each, and the floor: one row by its primary key."""

    ledger_rows: int
    floor: BoardCost
    reads: Sequence[BoardCost]
    pages: Sequence[PageCost]
    small_event: BoardCost
    large_event: BoardCost

    def multiple(self, cost: BoardCost) -> float:
        """Processor time as a multiple of the floor's."""
        return cost.cpu_ms / self.floor.cpu_ms

    @property
    def event_ratio(self) -> float:
        """Time of an event among all members as a multiple of that among few."""
        return self.large_event.cpu_ms / self.small_event.cpu_ms


def measure_boards(rig: Rig, database: ServiceDatabase, members: int, repeats: int) -> BoardCosts:
    """Fill a database with two challenges, read the boards of the large one, and let one event happen in each.

    Nobody but the two who look has an account, so a page asks for names every time: its dearest case.
    """
    challenges = {size: uuid7() for size in (SMALL, members)}
    with running_system(rig, database) as system:
        for size in challenges:
            system.sign_up(_email(size))
        sessions = {size: system.sign_in(_email(size)) for size in challenges}
        riders = {size: session.user.user_id for size, session in sessions.items()}
        with psycopg.connect(database.superuser_dsn(), autocommit=True) as connection:
            for size, challenge_id in challenges.items():
                _fill(connection, challenge_id, size, riders[size])
            connection.execute("VACUUM ANALYZE")
        bench = _Bench(rig, system.challenges, repeats)
        reads = bench.reads(challenges[members], riders[members], members)
        doors = [Door(size, system, sessions[size], _paths(challenges[size], riders[size])) for size in challenges]
        pages = costs_of(rig, doors, repeats)
        small, large = (bench.event(riders[size], size) for size in (SMALL, members))
        bench.check_filling()
        floor = bench.floor(challenges[members], riders[members])
        return BoardCosts(members * LINES_OF_MEMBER, floor, reads, pages, small, large)


def _email(size: int) -> str:
    return f"rider-{size}@example.org"


def _paths(challenge_id: UUID, rider: UUID) -> Mapping[str, str]:
    """Pages of a challenge by name."""
    page = f"/challenges/{challenge_id}"
    return {
        "board: teams": page,
        "board: riders": f"{page}?board=riders",
        "board: a week": f"{page}?board=riders&span=week",
        "board: own team": f"{page}?board=team",
        "board: renewed": f"{page}/board.json?board=riders",
        "points: own": f"{page}/points/{rider}",
        "teams to choose": f"{page}/teams",
    }


@dataclass(frozen=True, slots=True)
class _Bench:
    rig: Rig
    database: Database
    repeats: int

    def floor(self, challenge_id: UUID, rider: UUID) -> BoardCost:
        """One row by its primary key, in a transaction of its own like every read of the service."""
        query = sa.select(member_total).where(
            member_total.c.challenge_id == challenge_id, member_total.c.user_id == rider
        )

        def read() -> None:
            with self.database.read() as connection:
                connection.execute(query).one()

        return self._cost("one row by its primary key", 0, [read] * self.repeats)

    def reads(self, challenge_id: UUID, rider: UUID, members: int) -> list[BoardCost]:
        """Pages that riders open, the own row with each."""
        desk = BoardDesk(Store(self.database), clock=utc_now)
        viewer = Viewer(rider, is_administrator=False)

        def board(kind: BoardKind, week: int = 0, after: Place | None = None) -> Callable[[], object]:
            wish = BoardWish(kind, week)
            end = None if after is None else Bookmark(BoardChoice(kind, week), after)
            return lambda: desk.board(viewer, challenge_id, wish, after=end, size=_PAGE, with_challenge=True)

        reads = {
            "members, total": board(BoardKind.MEMBERS),
            "members, a week": board(BoardKind.MEMBERS, week=_WEEK),
            "members, half way down": board(BoardKind.MEMBERS, after=self._half_way(challenge_id, members)),
            "teams, total": board(BoardKind.TEAMS),
            "teams, a week": board(BoardKind.TEAMS, week=_WEEK),
            "points explained": lambda: desk.explain(viewer, challenge_id, rider, week=0, after=None, size=100),
            "standings": lambda: desk.standings(viewer),
        }
        return [self._cost(name, members, [read] * self.repeats) for name, read in reads.items()]

    def event(self, rider: UUID, members: int) -> BoardCost:
        """A workout arrives, is scored, and stands on every board when its transaction ends."""
        consumer = event_consumer(self.database, clock=utc_now)
        return self._cost("one event", members, [_arrival(consumer, rider) for _ in range(self.repeats)])

    def check_filling(self) -> None:
        """Nothing that was filled in was taken back by scoring: it is what the engine gives."""
        with self.database.read() as connection:
            gone = sa.select(sa.func.count()).where(ledger_line.c.withdrawn_at.is_not(None))
            if connection.execute(gone).scalar_one():
                raise AssertionError("the rows that were filled in are not what scoring gives")

    def _half_way(self, challenge_id: UUID, members: int) -> Place:
        order = (member_total.c.points.desc(), member_total.c.reached_at, member_total.c.user_id)
        query = sa.select(member_total).where(member_total.c.challenge_id == challenge_id).order_by(*order)
        with self.database.read() as connection:
            row = connection.execute(query.offset(int(members * _DEEP)).limit(1)).one()
        return Place(row.points, row.reached_at, row.user_id)

    def _cost(self, name: str, members: int, acts: Sequence[Callable[[], object]]) -> BoardCost:
        """The median of the acts after the first, which fills caches and is counted."""
        first, *others = acts
        with count_statements(self.database.engine) as counted:
            first()
        cpu, wall = [], []
        for act in others:
            meter = Meter.start(self.rig)
            act()
            elapsed, process, postgres = meter.read()
            cpu.append(process + postgres)
            wall.append(elapsed)
        return BoardCost(name, members, counted.count, 1000 * statistics.median(cpu), 1000 * statistics.median(wall))


def _arrival(consumer: Consumer, rider: UUID) -> Callable[[], None]:
    start = datetime.combine(utc_now().date() - timedelta(days=_NEW_DAY), time(), UTC)
    message = peloton.WorkoutRecorded(
        workout_id=str(uuid7()),
        user_id=str(rider),
        revision=1,
        local_date=start.date().isoformat(),
        discipline="cycling",
        title="30 min Ride",
        duration_seconds=1800,
    )
    message.start_time.FromDatetime(start)
    event = new_event(RECORDED, source="peloton-sync", user_id=rider, message=message)
    return lambda: consumer.handle(event)


def _fill(connection: psycopg.Connection[tuple[object, ...]], challenge_id: UUID, members: int, rider: UUID) -> None:
    """Fill in a challenge by minutes, with teams of ten, workouts over half a year, and what follows from them.

    A rider stands in the middle of the teams. What the schedule asks for nobody has done.
    """
    start = utc_now().date() - timedelta(days=_DAYS_SO_FAR - 1)
    values: dict[str, object] = {
        "challenge": challenge_id,
        "start": start,
        "last": start + timedelta(days=7 * _WEEKS - 1),
        "weeks": _WEEKS,
        "members": members,
        "rider": rider,
        "team": _TEAM,
        "lines": LINES_OF_MEMBER,
        "spread": _DAYS_SO_FAR,
    }
    connection.execute("SET search_path = challenges")
    for statement in _FILLING:
        connection.execute(sql.SQL(statement).format(**{name: sql.Literal(value) for name, value in values.items()}))


_FILLING: Final = (
    """INSERT INTO challenge (challenge_id, title, kind, mode, start_date, end_date, time_zone, is_public,
           join_until_date, scoring, join_code, published_at)
       VALUES ({challenge}, 'Bench', 'mixed', 'team', {start}, {last}, 'Etc/UTC', true, {last},
           '{{"core_points": "50", "bonus_points": "10", "weekly_cap": null,
              "metric_rules": [{{"metric": "minutes", "points_per_unit": "1", "points_per_minute_without": "0",
                                 "disciplines": []}}]}}', {challenge}::text, now())""",
    """INSERT INTO challenge_item (item_id, challenge_id, week, day, role, position, activity)
       SELECT gen_random_uuid(), {challenge}, week, day, 'core', day,
           '{{"kind": "discipline", "title": "Any yoga", "class_id": "", "discipline": "yoga", "class_type": "",
              "duration_seconds": 1200, "routine": ""}}'
       FROM generate_series(1, {weeks}) AS week, generate_series(0, 3) AS day""",
    """INSERT INTO team (team_id, challenge_id, title)
       SELECT gen_random_uuid(), {challenge}, 'Team ' || number
       FROM generate_series(1, {members} / {team}) AS number""",
    """CREATE TEMPORARY TABLE rider AS
       SELECT CASE WHEN number = {members} / 2 THEN {rider} ELSE gen_random_uuid() END AS user_id, number, team_id
       FROM generate_series(0, {members} - 1) AS number
       JOIN (SELECT team_id, row_number() OVER (ORDER BY team_id) - 1 AS place FROM team
             WHERE challenge_id = {challenge}) AS teams ON place = number / {team}""",
    """INSERT INTO member (challenge_id, user_id, join_date, team_id)
       SELECT {challenge}, user_id, {start}, team_id FROM rider""",
    """INSERT INTO team_stay (challenge_id, user_id, from_date, team_id)
       SELECT {challenge}, user_id, {start}, team_id FROM rider""",
    """CREATE TEMPORARY TABLE workout AS
       SELECT gen_random_uuid() AS workout_id, user_id, team_id, day, day::timestamp AT TIME ZONE 'UTC'
              + interval '7 hours' + number * interval '1 millisecond' AS start_time, minutes,
              ((day - {start}) / 7 + 1)::smallint AS week
       FROM rider, generate_series(0, {lines} - 1) AS each,
            LATERAL (SELECT {start}::date + each * {spread} / {lines}
                            + CASE WHEN each = {lines} - 1 THEN number % 2 ELSE 0 END AS day,
                            20 + (number * 7 + each * 13 + number * each) % 41 AS minutes) AS made
       WHERE true""",
    """INSERT INTO recorded_workout (workout_id, user_id, summary_revision, local_date, start_time, discipline, title,
           duration_seconds)
       SELECT workout_id, user_id, 1, day, start_time, 'cycling', 'Ride', 60 * minutes FROM workout""",
    """INSERT INTO ledger_line (line_id, challenge_id, user_id, week, local_date, done_kind, done_id, title, reason,
           amount, points_per_unit, points, team_id)
       SELECT gen_random_uuid(), {challenge}, user_id, week, day, 'workout', workout_id, 'Ride', 'minutes', minutes, 1,
           minutes, team_id FROM workout""",
    """INSERT INTO member_week (challenge_id, user_id, week, points, reached_at)
       SELECT {challenge}, user_id, week, sum(minutes), max(start_time) FROM workout GROUP BY user_id, week""",
    """INSERT INTO member_total (challenge_id, user_id, points, reached_at, latest_date, latest_points, changed_at)
       SELECT {challenge}, user_id, sum(minutes), max(start_time), max(day),
              (array_agg(minutes ORDER BY day DESC))[1], now() FROM workout GROUP BY user_id""",
    """INSERT INTO team_contribution (challenge_id, team_id, week, user_id, points, reached_at)
       SELECT {challenge}, team_id, week, user_id, sum(minutes), max(start_time) FROM workout
       GROUP BY team_id, week, user_id""",
    """INSERT INTO team_week (challenge_id, team_id, week, points, active_count, reached_at)
       SELECT {challenge}, team_id, week, sum(minutes), {team}, max(start_time) FROM workout GROUP BY team_id, week""",
    "DROP TABLE workout, rider",
)
