"""Everything that arrived beside everything that the simulator holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from ctz.workouts.v1 import workouts_pb2

from ctz_local.check.browser import Browser
from ctz_local.check.compare import Comparison, value_of
from ctz_local.check.facts import Facts, expectation
from ctz_local.check.journey import History
from ctz_local.check.peloton import Peloton
from ctz_local.check.recording import Expected
from ctz_local.check.report import CheckReport
from ctz_local.check.tools import Tool

# Pages of workouts that are opened, spread over the history; of recordings all. What the history's pages and the API
# show is compared for every workout.
_OPENED_PAGES: Final = 60
_WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the product shows at the end."""

    history: History
    listed: Sequence[workouts_pb2.Workout]


class Verifier:
    """Compares by the pages, by the API for tools, and by what the rider's weeks show as done."""

    def __init__(self, peloton: Peloton, browser: Browser, tool: Tool, report: CheckReport, *, is_replay: bool) -> None:
        self._peloton = peloton
        self._browser = browser
        self._tool = tool
        self._report = report
        self._is_replay = is_replay
        self._comparison = Comparison(report)

    def verify(self, held: Sequence[Facts], arrived: Arrived) -> None:
        """Note every difference, and how much was compared."""
        pairs = self._comparison.match(held, arrived.listed)
        _compare_order(arrived, self._report)
        rows = {row.path: row for row in arrived.history.rows}
        opened = _spread([workout for _, workout in pairs], len(pairs) if self._is_replay else _OPENED_PAGES)
        views = self._tool.views([workout.name for _, workout in pairs])
        unjudged = 0
        for (facts, workout), view in zip(pairs, views, strict=True):
            expected = self._expected(facts, view)
            unjudged += expected is not None and not expected.is_target_known
            self._comparison.listed(facts, expected, workout)
            if expected is not None:
                self._comparison.viewed(facts, expected, view)
            path = f"/{workout.name}"
            if path in rows:
                self._comparison.row(facts, expected, rows[path])
            if workout.name in opened:
                self._open(path, facts, expected)
        _compare_weeks(arrived.listed, self._tool, self._report)
        self._report.figures |= {
            "workouts_compared": len(pairs),
            "details_compared": len(pairs),
            "pages_opened": len(opened),
            # Paces are judged by tables that the check does not repeat.
            "target_shares_not_compared": unjudged,
            "data_compared": self._comparison.compared,
        }

    def _open(self, path: str, facts: Facts, expected: Expected | None) -> None:
        page = self._browser.open(path).page
        self._comparison.page(facts, expected, page)
        if expected is not None and expected.has_values:
            series = self._browser.open(f"{path}/series.json", accept="application/json")
            self._comparison.chart(facts, expected, series.json())

    def _expected(self, facts: Facts, view: workouts_pb2.WorkoutView) -> Expected | None:
        if not facts.has_graph:
            return None
        # Recordings do not tell the whole history of the FTP; there the figures are held against the one in use.
        ftp = value_of(view.analysis, "ftp_watts") if self._is_replay else facts.ftp_watts
        return expectation(facts, self._peloton.graph(facts.source_id), ftp_watts=ftp)


def _compare_order(arrived: Arrived, report: CheckReport) -> None:
    """The pages and the API list the same workouts in the same order, each once."""
    shown = [row.path.rpartition("/")[2] for row in arrived.history.rows]
    told = [workout.name.rpartition("/")[2] for workout in arrived.listed]
    for name in set(told) - set(shown):
        report.say_missing(f"workout {name} in the pages of the history")
    if len(shown) != len(set(shown)):
        report.say_doubled(f"{len(shown) - len(set(shown))} rows in the pages of the history")
    if shown != told and set(shown) == set(told) and len(shown) == len(told):
        report.say_differing("order of the history")


def _compare_weeks(listed: Sequence[workouts_pb2.Workout], tool: Tool, report: CheckReport) -> None:
    """The weeks of the rider, who has planned nothing yet, show the same workouts, each once, with the same load."""
    if not listed:
        return
    days = sorted(workout.local_date for workout in listed)
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    count = (last - first).days // _WEEK_DAYS + 2
    weeks = tool.weeks(first, count, datetime.now(UTC).date())
    shown = [done for week in weeks for day in week.days for done in day.unplanned]
    wanted, found = {workout.name: workout for workout in listed}, {done.name: done for done in shown}
    for name in wanted.keys() - found.keys():
        report.say_missing(f"{wanted[name].title} of {wanted[name].local_date} in the rider's weeks")
    if len(shown) != len(found) or found.keys() - wanted.keys():
        report.say_doubled(f"the rider's weeks show {len(shown)} workouts of {len(wanted)}")
    for name in wanted.keys() & found.keys():
        told, due = _deed(found[name], "load"), _deed(wanted[name], "training_stress_score")
        if told != due:
            report.say_differing(f"the rider's weeks: {told}, must be {due}")
    report.figures["plans_workouts"] = len(found)


def _deed(workout: Any, load_name: str) -> tuple[Any, ...]:
    load = value_of(workout, load_name)
    return (
        workout.local_date,
        workout.title,
        workout.discipline,
        None if load is None else round(load, 3),
        tuple(workout.zone_seconds),
    )


def _spread(workouts: Sequence[workouts_pb2.Workout], count: int) -> set[str]:
    """Choose workouts evenly over the history, and at least one of every discipline."""
    step = max(1, len(workouts) // count)
    by_discipline = {workout.discipline: workout.name for workout in workouts}
    return {workout.name for workout in workouts[::step]} | set(by_discipline.values())
