"""The check itself: the main job on a running system, then everything that arrived beside what it must be."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ctz.workouts.v1 import workouts_pb2

from ctz_local.check.browser import Browser
from ctz_local.check.compare import Comparison, value_of
from ctz_local.check.cost import CPUSeconds, cpu_seconds
from ctz_local.check.facts import Facts, expectation, facts_of
from ctz_local.check.journey import History, Journey, SyncTimes
from ctz_local.check.peloton import Peloton, api_calls
from ctz_local.check.recording import Expected
from ctz_local.check.report import CheckOptions, CheckReport
from ctz_local.check.tools import Tool
from ctz_local.demo import SimulatedPeloton
from ctz_local.rider import DEMO_RIDER
from ctz_local.runs import Running, total_memory_bytes

# Pages of workouts that are opened, spread over the history; what the list and the API show is compared for all.
_OPENED_PAGES: Final = 60
_MOST_DETAILS: Final = 4_000
_SIMULATOR: Final = "simulator"
_SUPERVISOR: Final = "supervisor"
_LATENCY_SECONDS: Final = 0.2
_CONCURRENCY: Final = 4
_MOST_LIST_CALLS: Final = 45
_MOST_CALL_RATIO: Final = 1.05
_WORKOUTS_OF_THE_CALL_RULES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the product shows at the end."""

    history: History
    listed: Sequence[workouts_pb2.Workout]


def run_job(run: Running, simulator: SimulatedPeloton, options: CheckOptions, report: CheckReport) -> None:
    """Do the main job and compare; figures and differences go into the report."""
    peloton = Peloton(simulator.port, simulator.rider.username)
    journey = Journey(browser := Browser(run.system.gateway_port), DEMO_RIDER)
    truth = peloton.truth()
    before = peloton.calls()
    journey.sign_in()
    start = _cpu(run)
    times = journey.sync(workouts=truth["total"])
    spent = _cpu(run).since(start)
    calls = {
        kind: count - before.get(kind, 0) for kind, count in peloton.calls().items() if count > before.get(kind, 0)
    }
    report.figures |= _sync_figures(times, spent, calls, truth, options)
    report.figures["memory_after_mb"] = round(total_memory_bytes() / 1e6)
    if problem := journey.failures():
        report.differences.append(f"the Peloton page says: {problem}")
    has_ftp = journey.choose_ftp()
    with Tool(run.system.front_port, journey.make_token()) as tool:
        if not tool.is_refused_without_token():
            report.differences.append("the door for tools answers without a token")
        peloton.sign_in()
        held = [facts_of(row, truth["workouts"][row["id"]]) for row in peloton.rows(truth["user_id"])]
        if has_ftp:
            report.figures["recompute_seconds"] = round(journey.await_recomputed(_recomputed(tool, held)), 1)
        begin = time.monotonic()
        arrived = Arrived(journey.history(), list(tool.listed()))
        _history_figures(arrived.history, report)
        _compare(
            held, arrived, peloton, browser, tool, Comparison(report), report, is_replay=options.replay is not None
        )
        report.figures["comparison_seconds"] = round(time.monotonic() - begin, 1)


def _sync_figures(
    times: SyncTimes, spent: CPUSeconds, calls: Mapping[str, int], truth: Mapping[str, Any], options: CheckOptions
) -> dict[str, Any]:
    due, total = truth["due"], truth["total"]
    probes = calls.get("workout", 0)
    asked, owed = api_calls(dict(calls)), due["list_pages"] + due["graphs"] + due["classes"] + probes
    figures: dict[str, Any] = {
        "workouts": total,
        "listed_seconds": round(times.listed, 1),
        "synced_seconds": round(times.synced, 1),
        "analysed_seconds": round(times.analysed, 1),
        "calls": dict(calls),
        "api_calls": asked,
        "api_calls_due": owed,
        "calls_per_due": round(asked / owed, 3) if owed else None,
        "list_calls": calls.get("list", 0),
        "cpu_seconds": round(spent.product, 1),
        "cpu_seconds_of_simulator": round(spent.simulator, 1),
        "cpu_milliseconds_per_workout": round(1000 * spent.product / total, 1) if total else None,
    }
    if options.latency_ms:
        ideal = asked * options.latency_ms / 1000 / _CONCURRENCY
        figures["elapsed_per_ideal"] = round(times.synced / ideal, 3)
    return figures


def _history_figures(history: History, report: CheckReport) -> None:
    pages = len(history.page_bytes)
    report.figures |= {
        "history_pages": pages,
        "history_page_bytes_mean": round(sum(history.page_bytes) / pages),
        "history_page_bytes_most": max(history.page_bytes),
        "history_page_bytes_on_the_wire": round(sum(history.wire_bytes) / pages),
        "history_page_milliseconds": round(1000 * sum(history.page_seconds) / pages, 1),
    }


def _recomputed(tool: Tool, held: Sequence[Facts]) -> Any:
    """Return the test of whether every ride has the FTP that was in force on its day."""
    expected = {facts.key for facts in held if facts.ftp_watts is not None and facts.has_graph}

    def is_done() -> bool:
        archive = tool.archive()
        if archive.recomputing_count or archive.analyzed_count < archive.charted_count:
            return False
        without = [
            workout
            for workout in tool.listed()
            if value_of(workout, "normalized_power_watts") is not None
            and value_of(workout, "training_stress_score") is None
            and (workout.start_time.seconds, workout.discipline) in expected
        ]
        return not without

    return is_done


def _compare(
    held: Sequence[Facts],
    arrived: Arrived,
    peloton: Peloton,
    browser: Browser,
    tool: Tool,
    comparison: Comparison,
    report: CheckReport,
    *,
    is_replay: bool,
) -> None:
    pairs = comparison.match(held, arrived.listed)
    _compare_order(arrived, report)
    rows = {row.path: row for row in arrived.history.rows}
    opened = _spread([workout for _, workout in pairs], _OPENED_PAGES)
    views = tool.views([workout.name for _, workout in pairs])
    for (facts, workout), view in zip(pairs, views, strict=True):
        expected = _expected(facts, peloton, view, is_replay=is_replay)
        comparison.listed(facts, expected, workout)
        if expected is not None:
            comparison.viewed(facts, expected, view)
        path = f"/{workout.name}"
        if path in rows:
            comparison.row(facts, expected, rows[path])
        if workout.name in opened:
            comparison.page(facts, expected, browser.open(path).page)
    _compare_days(arrived.listed, tool, report)
    report.figures |= {
        "workouts_compared": len(pairs),
        "details_compared": len(pairs),
        "pages_opened": len(opened),
        "data_compared": comparison.compared,
    }


def _expected(facts: Facts, peloton: Peloton, view: workouts_pb2.WorkoutView, *, is_replay: bool) -> Expected | None:
    if not facts.has_graph:
        return None
    # Recordings do not tell the whole history of the FTP; there the figures are held against the one that was used.
    ftp = value_of(view.analysis, "ftp_watts") if is_replay else facts.ftp_watts
    return expectation(facts, peloton.graph(facts.source_id), ftp_watts=ftp)


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


def _compare_days(listed: Sequence[workouts_pb2.Workout], tool: Tool, report: CheckReport) -> None:
    """Plans and challenges hold the same workouts with the same load."""
    if not listed:
        return
    days = sorted(workout.local_date for workout in listed)
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    wanted = {workout.name: workout for workout in listed}
    for service, recorded in zip(("plans", "challenges"), tool.recorded_days(first, last), strict=True):
        found = {workout.name: workout for workout in recorded}
        for name in wanted.keys() - found.keys():
            report.say_missing(f"{wanted[name].title} of {wanted[name].local_date} in {service}")
        if len(recorded) != len(found) or found.keys() - wanted.keys():
            report.say_doubled(f"{service} holds {len(recorded)} workouts of {len(wanted)}")
        for name in wanted.keys() & found.keys():
            if _day_of(wanted[name]) != _day_of(found[name]):
                report.say_differing(f"{service}: {_day_of(found[name])}, must be {_day_of(wanted[name])}")
        report.figures[f"{service}_workouts"] = len(found)


def _day_of(workout: Any) -> tuple[Any, ...]:
    load = value_of(workout, "training_stress_score")
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


def _cpu(run: Running) -> CPUSeconds:
    pids = {report.name: report.pid for report in run.supervisor.report()}
    simulator = pids.pop(_SIMULATOR)
    pids.pop(_SUPERVISOR)
    return cpu_seconds([pid for pid in pids.values() if pid], [simulator])
