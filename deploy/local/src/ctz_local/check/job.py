"""The check itself: the main job on a running system, then everything that arrived beside what it must be."""

import time
from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from typing import Any, Final

from ctz.workouts.v1 import workouts_pb2

from ctz_local.check.board import compare_board
from ctz_local.check.browser import Browser
from ctz_local.check.cost import cpu_seconds, since
from ctz_local.check.facts import Facts, facts_of
from ctz_local.check.journey import History, Journey, SyncTimes
from ctz_local.check.peloton import Peloton, api_calls
from ctz_local.check.report import CheckOptions, CheckReport
from ctz_local.check.tools import Tool
from ctz_local.check.verify import Arrived, Verifier
from ctz_local.check.weeks import compare_weeks
from ctz_local.demo import SimulatedPeloton
from ctz_local.rider import DEMO_RIDER
from ctz_local.runs import Running, total_memory_bytes

_SIMULATOR: Final = "simulator"
_SUPERVISOR: Final = "supervisor"
_CONCURRENCY: Final = 4
_SECONDS_IN_HOUR: Final = 3600


def run_job(run: Running, simulator: SimulatedPeloton, options: CheckOptions, report: CheckReport) -> None:
    """Do the main job and compare; figures and differences go into the report."""
    peloton = Peloton(simulator.port, simulator.rider.username)
    journey = Journey(browser := Browser(run.system.gateway_port), DEMO_RIDER)
    truth = peloton.truth()
    before = peloton.calls()
    journey.sign_in()
    start = _cpu(run)
    times = journey.sync(workouts=truth["total"], count_calls=peloton.calls)
    spent = since(start, _cpu(run))
    calls = {kind: count - before.get(kind, 0) for kind, count in times.calls.items() if count > before.get(kind, 0)}
    report.figures |= _sync_figures(times, spent, calls, truth, options)
    report.figures["memory_after_mb"] = round(total_memory_bytes() / 1e6)
    problem = journey.failures()
    if options.replay is not None:
        # A folder of recordings seldom holds all that a sync asks for.
        report.figures["not_in_the_recordings"] = problem
    elif problem:
        report.differences.append(f"the Peloton page says: {problem}")
    has_ftp = journey.choose_ftp()
    with Tool(run.system.front_port, journey.make_token()) as tool:
        if not tool.is_refused_without_token():
            report.differences.append("the door for tools answers without a token")
        peloton.sign_in()
        held = _held(peloton, truth)
        if has_ftp and options.replay is None:
            report.figures["recompute_seconds"] = round(journey.wait(_has_ftp_of_the_day(tool, held)), 1)
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


def compare_team(run: Running, simulator: SimulatedPeloton, report: CheckReport) -> None:
    """Hold the rider's plan and the challenge with the mates against what the simulator's rows make of them."""
    peloton = Peloton(simulator.port, simulator.rider.username)
    journey = Journey(Browser(run.system.gateway_port), DEMO_RIDER)
    journey.sign_in()
    peloton.sign_in()
    held = _held(peloton, peloton.truth())
    with Tool(run.system.front_port, journey.make_token()) as tool:
        compare_board(tool, journey, simulator.port, held, report)
        compare_weeks(tool, journey, simulator.ends_on, held, report)


def _held(peloton: Peloton, truth: Mapping[str, Any]) -> list[Facts]:
    return [facts_of(row, truth["workouts"][row["id"]]) for row in peloton.rows(truth["user_id"])]


def _sync_figures(
    times: SyncTimes,
    spent: Mapping[str, float],
    calls: Mapping[str, int],
    truth: Mapping[str, Any],
    options: CheckOptions,
) -> dict[str, Any]:
    due, total = truth["due"], truth["total"]
    probes = calls.get("workout", 0)
    asked, owed = api_calls(dict(calls)), due["list_pages"] + due["graphs"] + due["classes"] + probes
    product = sum(seconds for name, seconds in spent.items() if name != _SIMULATOR)
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
        "cpu_seconds": dict(spent),
        "cpu_milliseconds_per_workout": round(1000 * product / total, 1),
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


def _has_ftp_of_the_day(tool: Tool, held: Sequence[Facts]) -> Callable[[], bool]:
    """Return the test of whether the load of every ride follows from the FTP that was in force on its day."""
    expected = {facts.key: facts.ftp_watts for facts in held}

    def is_done() -> bool:
        archive = tool.archive()
        if archive.recomputing_count or archive.analyzed_count < archive.charted_count:
            return False
        return all(
            _used_ftp(workout) == expected.get((workout.start_time.seconds, workout.discipline))
            for workout in tool.listed()
            if workout.normalized_power_watts
        )

    return is_done


def _used_ftp(workout: workouts_pb2.Workout) -> float | None:
    """Return the FTP, in whole watts, that a load was computed with: TSS = h x (NP / FTP)^2 x 100 turned round."""
    if not workout.training_stress_score:
        return None
    hours = workout.duration_seconds / _SECONDS_IN_HOUR
    return float(round(workout.normalized_power_watts * sqrt(hours * 100 / workout.training_stress_score)))


def _cpu(run: Running) -> dict[str, float]:
    """Measure all processes but this one, which plays the browser."""
    reports = run.supervisor.report()
    return cpu_seconds({one.name: one.pid for one in reports if one.pid and one.name != _SUPERVISOR})
