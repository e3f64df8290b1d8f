"""What each main page costs at each size of the archive: calls, statements, bytes, processor time."""

import gzip
import html
import re
import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2
from prometheus_client import REGISTRY
from werkzeug.test import TestResponse

from ctz_chassis.db import Database, count_statements
from ctz_gateway.web.compress import LEVEL
from ctz_gateway.web.history import PAGE_SIZE
from ctz_gateway.web.visitors import SESSION_COOKIE
from ctz_local.testing import ServiceDatabase
from ctz_workouts.store.tables import performance, workout

from .rig import PUBLIC_URL, Meter, Rig
from .system import Session, System, running_system

DEEP_PAGE: Final = 40
RIDE_SECONDS: Final = 3600
HISTORY: Final = "history"
DETAIL: Final = "detail, 60 min"
SERIES: Final = "its series"
PLAN: Final = "plan"
# A page is measured at every size by a line here, or in `_PAGES_OF_A_RIDE` where its address names a ride or its class.
_PAGES: Final[Mapping[str, str]] = {
    HISTORY: "/history",
    "history, filtered": "/history?class_type=any_power_zone&length=45",
    "history, searched": "/history?q=power+zone+endurance",
    "history, mistyped": "/history?q=powr+znoe+endurnce",
    "history, rare": "/history?discipline=meditation&length=15&q=zone",
    "history, by load": "/history?sort=load",
    "history, calendar": "/history?view=calendar",
    "saved filters": "/history/filters",
    "power": "/power",
    "fitness": "/fitness",
    "fitness, a year": "/fitness?span=1y",
    "records": "/records",
    "milestones": "/records/milestones",
    "year": "/year",
    "library": "/classes",
    "library, filtered": "/classes?min_load=40&max_load=60&taken=no&order=load",
    "library, mistyped": "/classes?q=powr+znoe+endurnce",
    "library, recommended": "/classes/recommended",
    "import": "/import",
    "duplicates": "/duplicates",
    "duplicates, certain": "/duplicates/certain",
    "export": "/export",
    "today": "/today",
    PLAN: "/plan",
    "peloton": "/peloton/",
}
_PAGES_OF_A_RIDE: Final[Mapping[str, str]] = {
    DETAIL: "/workouts/{ride}",
    SERIES: "/workouts/{ride}/series.json",
    "compare": "/workouts/{ride}/compare",
    "share": "/workouts/{ride}/share",
    "class": "/classes/{taken}",
    "practice": "/classes/{taken}/practice",
}


class PageFailed(Exception):
    """A page did not answer as it does for a rider."""

    def __init__(self, path: str, answer: TestResponse) -> None:
        super().__init__(f"{path} answered {answer.status}: {_body(answer)[:300]!r}")


@dataclass(frozen=True, slots=True)
class PageCost:
    """One page at one size. Bytes of the body raw and gzipped; times are medians in ms of the processor and the clock.

    `python_ms` is gateway, services and the client together; `postgres_ms` its backends.
    """

    page: str
    size: int
    rpcs: int
    statements: int
    raw_bytes: int
    gzip_bytes: int
    python_ms: float
    postgres_ms: float
    wall_ms: float

    @property
    def cpu_ms(self) -> float:
        """All processor time."""
        return self.python_ms + self.postgres_ms


@dataclass(frozen=True, slots=True)
class StoredSeries:
    """Bytes of stored series per second of ride: all rides together, and the worst one of ten minutes or more."""

    mean_bytes: float
    worst_bytes: float


@dataclass(frozen=True, slots=True)
class Door:
    """A signed-in rider's way into one system, and the pages behind it by name."""

    size: int
    system: System
    session: Session
    paths: Mapping[str, str]

    def get(self, path: str) -> TestResponse:
        client = self.system.app.test_client(use_cookies=False)
        headers = {"Cookie": f"{SESSION_COOKIE}={self.session.secret}", "Accept-Encoding": "gzip"}
        answer = client.get(path, base_url=PUBLIC_URL, headers=headers)
        if answer.status_code != 200:
            raise PageFailed(path, answer)
        return answer


def measure_pages(
    rig: Rig, databases: Mapping[int, ServiceDatabase], repeats: int
) -> tuple[list[PageCost], StoredSeries]:
    """Measure every page at every size; sizes take turns, so that a busy machine disturbs all of them alike."""
    with ExitStack() as stack:
        doors = [
            _open(size, stack.enter_context(running_system(rig, database))) for size, database in databases.items()
        ]
        return costs_of(rig, doors, repeats), _stored(doors[-1].system)


def costs_of(rig: Rig, doors: Sequence[Door], repeats: int) -> list[PageCost]:
    """Measure every page behind every door; doors take turns."""
    pairs = [(door, page) for page in doors[-1].paths for door in doors if page in door.paths]
    counted = {(door.size, page): _count(door, page) for door, page in pairs}
    times: dict[tuple[int, str], list[tuple[float, float, float]]] = {key: [] for key in counted}
    for _ in range(repeats):
        for door, page in pairs:
            meter = Meter.start(rig)
            door.get(door.paths[page])
            times[door.size, page].append(meter.read())
    return [PageCost(page, size, *counted[size, page], *_medians(times[size, page])) for size, page in counted]


def _open(size: int, system: System) -> Door:
    session = system.sign_in()
    ride, taken = hour_ride(system.workouts)
    of_a_ride = {page: path.format(ride=ride, taken=taken) for page, path in _PAGES_OF_A_RIDE.items()}
    paths = {**_PAGES, **of_a_ride}
    door = Door(size, system, session, paths)
    if size < DEEP_PAGE * PAGE_SIZE:
        return door
    path = _PAGES[HISTORY]
    for _ in range(DEEP_PAGE - 1):
        path = _next_page(door, path)
    return Door(size, system, session, {**paths, f"history, page {DEEP_PAGE}": path})


def _next_page(door: Door, path: str) -> str:
    found = re.search(r'href="(/history\?[^"]*cursor=[^"]+)"', _body(door.get(path)).decode())
    if found is None:
        raise LookupError(path)
    return html.unescape(found[1])


def hour_ride(workouts: Database) -> tuple[UUID, str]:
    """The newest Power Zone ride of an hour that has its series, and the class that was taken."""
    query = (
        sa.select(workout.c.workout_id, workout.c.class_id)
        .where(
            workout.c.is_power_zone,
            workout.c.class_id != "",
            workout.c.reported_seconds == RIDE_SECONDS,
            workout.c.series_state == workouts_pb2.SERIES_STATE_STORED,
        )
        .order_by(workout.c.start_time.desc())
        .limit(1)
    )
    with workouts.read() as connection:
        row = connection.execute(query).one()
    return row.workout_id, row.class_id


def _count(door: Door, page: str) -> tuple[int, int, int, int]:
    """RPCs, statements, raw and gzipped bytes of a page that has been asked for before."""
    door.get(door.paths[page])
    before = _rpcs()
    with ExitStack() as stack:
        engines = [each.engine for each in door.system.databases]
        seen = [stack.enter_context(count_statements(engine)) for engine in engines]
        answer = door.get(door.paths[page])
        statements = sum(each.count for each in seen)
    body = _body(answer)
    return _rpcs() - before, statements, len(body), len(gzip.compress(body, LEVEL, mtime=0))


def _body(answer: TestResponse) -> bytes:
    data = answer.get_data()
    return gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data


def _rpcs() -> int:
    """Calls that the servers of this process have answered, as they count them."""
    samples = (sample for family in REGISTRY.collect() for sample in family.samples)
    return int(sum(sample.value for sample in samples if sample.name == "ctz_rpc_server_calls_total"))


def _medians(times: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    wall, python, postgres = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
    return python, postgres, wall


def _stored(system: System) -> StoredSeries:
    seconds = sa.cast(workout.c.ridden_seconds, sa.Float)
    size = sa.func.octet_length(performance.c.series)
    joined = performance.join(workout, workout.c.workout_id == performance.c.workout_id)
    query = (
        sa.select(
            sa.func.sum(size) / sa.func.sum(seconds),
            sa.func.max(sa.case((workout.c.ridden_seconds >= 600, size / seconds))),
        )
        .select_from(joined)
        .where(workout.c.ridden_seconds > 0, performance.c.series.is_not(None))
    )
    with system.workouts.read() as connection:
        mean, worst = connection.execute(query).one()
    return StoredSeries(float(mean), float(worst))
