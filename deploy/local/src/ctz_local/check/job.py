"""The check itself: the main job on a running system, then everything that arrived beside what it must be."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ctz.workouts.v1 import workouts_pb2

from ctz_local.check.browser import Browser
from ctz_local.check.compare import value_of
from ctz_local.check.cost import CPUSeconds, cpu_seconds
from ctz_local.check.facts import Facts, facts_of
from ctz_local.check.journey import History, Journey, SyncTimes
from ctz_local.check.peloton import Peloton, api_calls
from ctz_local.check.report import CheckOptions, CheckReport
from ctz_local.check.tools import Tool
from ctz_local.check.verify import Arrived, Verifier
from ctz_local.demo import SimulatedPeloton
from ctz_local.rider import DEMO_RIDER
from ctz_local.runs import Running, total_memory_bytes

_SIMULATOR: Final = "simulator"
_SUPERVISOR: Final = "supervisor"
_CONCURRENCY: Final = 4


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
        if options.replay is not None:
            journey.open_all(
                [f"/{workout.name}" for workout in tool.listed()], lambda: not any(map(_is_awaited, tool.listed()))
            )
        arrived = Arrived(journey.history(), list(tool.listed()))
        _history_figures(arrived.history, report)
        verifier = Verifier(peloton, browser, tool, report, is_replay=options.replay is not None)
        verifier.verify(held, arrived)
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


def _is_awaited(workout: workouts_pb2.Workout) -> bool:
    """Tell whether the chart still comes, now that the workout was opened."""
    return workout.series_state in {workouts_pb2.SERIES_STATE_ON_OPEN, workouts_pb2.SERIES_STATE_DUE}


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


def _cpu(run: Running) -> CPUSeconds:
    pids = {report.name: report.pid for report in run.supervisor.report()}
    simulator = pids.pop(_SIMULATOR)
    pids.pop(_SUPERVISOR)
    return cpu_seconds([pid for pid in pids.values() if pid], [simulator])
