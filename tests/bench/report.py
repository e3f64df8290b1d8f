"""What was measured, as tables for people and JSON for programs, and what of it is held to a bound."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .analysing import AnalysisCost
from .boards import BoardCost, BoardCosts
from .chart import ChartCost
from .pages import DETAIL, HISTORY, PLAN, SERIES, PageCost, StoredSeries
from .sign_in import SignInTimes
from .sync import SyncCost

MOST_STATEMENTS = 9
MOST_HISTORY_BYTES = 60_000
MOST_DETAIL_BYTES = 120_000
MOST_SERIES_BYTES_PER_SECOND = 8
MOST_PAGE_BYTES = 100_000
MOST_PAGE_RATIO = 1.3
AREA_AIM = 0.55
MOST_READ_STATEMENTS = 4
MOST_BOARD_STATEMENTS, MOST_BOARD_RPCS = 6, 3
MOST_PLAN_STATEMENTS, MOST_PLAN_RPCS = 6, 3
MOST_EVENT_RATIO = 1.5
MOST_DRAW_MS, MOST_LONG_TASKS, MOST_CHART_BYTES = 100, 0, 60_000


@dataclass(frozen=True, slots=True)
class Check:
    """One figure and its bound; a figure of time is printed, and fails nothing."""

    name: str
    value: float
    bound: float
    is_time: bool = False

    @property
    def passed(self) -> bool:
        """Whether the figure keeps to its bound."""
        return self.value <= self.bound


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run measured; a part that was not asked for is none."""

    pages: Sequence[PageCost]
    stored: StoredSeries | None
    analysis: AnalysisCost | None
    sync: SyncCost | None
    sign_in: SignInTimes | None
    boards: BoardCosts | None
    chart: ChartCost | None

    def checks(self) -> list[Check]:
        """Every bound of the issue that this run can judge."""
        found = [*self._page_checks()]
        if self.stored is not None:
            found += [
                Check(
                    "stored series, bytes per second, all rides", self.stored.mean_bytes, MOST_SERIES_BYTES_PER_SECOND
                ),
                Check(
                    "stored series, bytes per second, worst ride", self.stored.worst_bytes, MOST_SERIES_BYTES_PER_SECOND
                ),
            ]
        if self.sign_in is not None:
            area = max(self.sign_in.area_under_curve, 1 - self.sign_in.area_under_curve)
            found.append(Check("T107: area under the curve, known against unknown", area, AREA_AIM, is_time=True))
        return [*found, *self._board_checks(), *self._chart_checks()]

    def has_failed(self) -> bool:
        """Whether a count or a size is over its bound."""
        return any(not check.passed and not check.is_time for check in self.checks())

    def ratio(self, cost: PageCost) -> float:
        """Processor time as a multiple of the smallest size that has the page."""
        return cost.cpu_ms / self._smallest(cost).cpu_ms

    def _smallest(self, cost: PageCost) -> PageCost:
        measured = [*self.pages, *(self.boards.pages if self.boards is not None else ())]
        return min((each for each in measured if each.page == cost.page), key=lambda each: each.size)

    def _page_checks(self) -> Iterator[Check]:
        if not self.pages:
            return
        largest = max(cost.size for cost in self.pages)
        at_largest = {cost.page: cost for cost in self.pages if cost.size == largest}
        size = f"at {largest:,}"
        for page, cost in at_largest.items():
            smallest = self._smallest(cost)
            yield Check(f"{page} {size}, SQL statements", cost.statements, smallest.statements)
            yield Check(f"{page} {size}, RPCs", cost.rpcs, smallest.rpcs)
            if page != SERIES:
                yield Check(f"{page} {size}, bytes of HTML", cost.raw_bytes, MOST_PAGE_BYTES)
            if page.startswith(HISTORY):
                yield Check(f"{page} {size}, all SQL statements", cost.statements, MOST_STATEMENTS)
            yield Check(f"{page} {size}, multiple of its CPU", self.ratio(cost), MOST_PAGE_RATIO, is_time=True)
        yield Check(f"history {size}, bytes of HTML", at_largest[HISTORY].raw_bytes, MOST_HISTORY_BYTES)
        yield Check(f"plan {size}, SQL statements", at_largest[PLAN].statements, MOST_PLAN_STATEMENTS)
        yield Check(f"plan {size}, RPCs", at_largest[PLAN].rpcs, MOST_PLAN_RPCS)
        both = at_largest[DETAIL], at_largest[SERIES]
        yield Check("detail with series, bytes as sent", sum(each.gzip_bytes for each in both), MOST_DETAIL_BYTES)

    def _board_checks(self) -> Iterator[Check]:
        if self.boards is None:
            return
        for cost in self.boards.reads:
            yield Check(f"board: {cost.name}, SQL statements", cost.statements, MOST_READ_STATEMENTS)
        for page in self.boards.pages:
            size = f"at {page.size:,}"
            yield Check(f"{page.page} {size}, SQL statements of all services", page.statements, MOST_BOARD_STATEMENTS)
            yield Check(f"{page.page} {size}, RPCs", page.rpcs, MOST_BOARD_RPCS)
        large, small = self.boards.large_event, self.boards.small_event
        yield Check(f"board: one event at {large.members:,}, SQL statements", large.statements, small.statements)
        name = f"board: one event at {large.members:,}, multiple of that at {small.members:,}"
        yield Check(name, self.boards.event_ratio, MOST_EVENT_RATIO, is_time=True)

    def as_json(self) -> str:
        """The whole report."""
        body: dict[str, Any] = dataclasses.asdict(self)
        for page, cost in zip(body["pages"], self.pages, strict=True):
            page |= {"cpu_ms": cost.cpu_ms, "ratio": self.ratio(cost)}
        if self.sync is not None:
            body["sync"] |= {
                "cpu_ms_per_workout": self.sync.cpu_ms_per_workout,
                "multiple_of_floor": _multiple(self.sync),
            }
        body["checks"] = [dataclasses.asdict(check) | {"passed": check.passed} for check in self.checks()]
        return json.dumps(body, indent=2)

    def as_text(self) -> str:
        """Tables."""
        return "\n".join(
            [
                *self._page_lines(self.pages, "workouts"),
                *self._analysis_lines(),
                *self._sync_lines(),
                *self._sign_in_lines(),
                *self._board_lines(),
                *self._page_lines(self.boards.pages if self.boards is not None else (), "members"),
                *self._chart_lines(),
                *self._check_lines(),
            ]
        )

    def _page_lines(self, pages: Sequence[PageCost], size: str) -> Iterator[str]:
        if not pages:
            return
        head = ("page", size, "RPCs", "SQL", "bytes", "gzipped", "ratio", "CPU ms", "of it SQL", "wall ms")
        yield _line(head)
        for cost in pages:
            times = (cost.cpu_ms, cost.postgres_ms, cost.wall_ms)
            sizes = (cost.size, cost.rpcs, cost.statements, cost.raw_bytes, cost.gzip_bytes)
            row = [*(f"{value:,}" for value in sizes), f"{self.ratio(cost):.2f}", *(f"{ms:.1f}" for ms in times)]
            yield _line((cost.page, *row))
        yield ""

    def _analysis_lines(self) -> Iterator[str]:
        cost = self.analysis
        if cost is not None:
            yield f"analysis of a ride of an hour: {cost.analyse_ms:.1f} ms CPU, {cost.multiple:.1f} times"
            yield f"  that of reading its series from Postgres, {cost.read_ms:.1f} ms\n"

    def _sync_lines(self) -> Iterator[str]:
        cost = self.sync
        if cost is None:
            return
        calls = ", ".join(f"{kind} {count:,}" for kind, count in cost.calls.items() if count)
        by_service = ", ".join(f"{service} {count / cost.workouts:.1f}" for service, count in cost.statements.items())
        total = sum(cost.statements.values()) / cost.workouts
        python, postgres, broker = (
            1000 * seconds / cost.workouts
            for seconds in (cost.python_seconds, cost.postgres_seconds, cost.broker_seconds)
        )
        yield f"sync of {cost.workouts:,} workouts ({cost.broker})"
        yield f"  calls: {sum(cost.calls.values()):,} ({calls})"
        yield f"  SQL statements per workout: {total:.1f} ({by_service})"
        yield (
            f"  CPU per workout: {cost.cpu_ms_per_workout:.1f} ms "
            f"(Python {python:.1f}, Postgres {postgres:.1f}, broker {broker:.1f})"
        )
        yield f"  floor (parse, NP, COPY): {cost.floor_ms_per_workout:.2f} ms; multiple of it: {_multiple(cost):.1f}"
        yield f"  elapsed: {cost.elapsed_seconds:.1f} s\n"

    def _sign_in_lines(self) -> Iterator[str]:
        times = self.sign_in
        if times is not None:
            yield f"refused sign-ins ({times.tries} + {times.tries}): AUC {times.area_under_curve:.3f}"
            yield f"  known address {times.known_ms:.1f} ms, unknown {times.unknown_ms:.1f} ms (medians)\n"

    def _board_lines(self) -> Iterator[str]:
        costs = self.boards
        if costs is None:
            return
        yield f"boards over {costs.ledger_rows:,} lines of the ledger"
        yield f"  {'':<28}{'members':>10}{'SQL':>6}{'CPU ms':>10}{'wall ms':>10}{'multiple':>10}"
        for cost in (costs.floor, *costs.reads, costs.small_event, costs.large_event):
            yield _board_line(cost, costs.multiple(cost))
        yield f"  one event: {costs.event_ratio:.2f} times the CPU at {costs.large_event.members:,} members\n"

    def _chart_checks(self) -> Iterator[Check]:
        cost = self.chart
        if cost is not None:
            yield Check("chart of 90 minutes, first drawing, ms", cost.first_draw_ms, MOST_DRAW_MS, is_time=True)
            yield Check("chart of 90 minutes, drawn again, ms", cost.redraw_ms, MOST_DRAW_MS, is_time=True)
            yield Check("cursor over its panels, tasks over 50 ms", cost.long_tasks, MOST_LONG_TASKS, is_time=True)
            yield Check("chart of 90 minutes, compressed bytes", cost.compressed_bytes, MOST_CHART_BYTES)

    def _chart_lines(self) -> Iterator[str]:
        cost = self.chart
        if cost is not None:
            yield f"chart of {cost.points:,} points in {cost.series} series: first {cost.first_draw_ms:.0f} ms, then"
            yield f"  {cost.redraw_ms:.0f} ms (median; longest {cost.worst_redraw_ms:.0f} ms); longest task of a moving"
            yield f"  cursor {cost.longest_task_ms:.0f} ms; figures {cost.compressed_bytes:,} bytes compressed\n"

    def _check_lines(self) -> Iterator[str]:
        for check in self.checks():
            word = "PASS" if check.passed else "over its aim" if check.is_time else "FAIL"
            yield f"{word}  {check.name}: {check.value:,.2f} (at most {check.bound:,.2f})".replace(".00", "")


def _board_line(cost: BoardCost, multiple: float) -> str:
    times = "".join(f"{value:>10.1f}" for value in (cost.cpu_ms, cost.wall_ms, multiple))
    return f"  {cost.name:<28}{cost.members:>10,}{cost.statements:>6}{times}"


def _multiple(cost: SyncCost) -> float:
    return cost.cpu_ms_per_workout / cost.floor_ms_per_workout


def _line(cells: Sequence[str]) -> str:
    first, *others = cells
    return f"{first:<20}" + "".join(f"{cell:>10}" for cell in others)
