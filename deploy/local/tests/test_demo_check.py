"""The smoke test of a whole machine, itself tested: a generated history, and a folder of recordings."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ctz_simulator import RiderSpec, Simulator
from ctz_simulator.accounts import ListQuery
from ctz_simulator.payloads.workout import Joins

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

_RECORDED = 24
_EVERYTHING = Joins(ride=True, instructor=True)


def _check(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "ctz_local.cli", "demo", "--check", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=580, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """A folder as a recorder leaves it: workouts and graphs of a metric account, every third one coarse."""
    with Simulator([RiderSpec("recorded", workouts=_RECORDED, seed=11, metric_units=True)]).running() as simulator:
        rider = simulator.rider("recorded")
        rows = rider.workouts(ListQuery(limit=_RECORDED, page=0, joins=_EVERYTHING))["data"]
        for number, row in enumerate(rows):
            step = 5 if number % 3 == 0 else 1
            _record(tmp_path / f"workout__{number}.json", rider.detail(row["id"], _EVERYTHING))
            graph = rider.graph(row["id"], step, with_location=False)
            _record(tmp_path / f"performance_graph__{number}.json", graph)
    return tmp_path


def _record(path: Path, payload: Any) -> None:
    path.write_text(json.dumps(payload))


def test_a_generated_history_arrives_whole() -> None:
    """60 workouts: none missing, none doubled, no figure differs, by pages, API, weeks and boards."""
    report = _check("--workouts", "60")

    figures = report["figures"]
    assert (0, 0, 0) == (report["missing"], report["doubled"], report["differing"])
    assert (60, 60) == (figures["workouts"], figures["plans_workouts"])
    assert figures["items_ticked"]
    assert figures["board_points"]
    assert 1 == figures["list_calls"]
    assert figures["api_calls"] <= figures["api_calls_due"] + 1


def test_recordings_are_shown_as_recorded(recordings: Path) -> None:
    """Totals and averages as recorded, in the units of the account; derived figures only where samples allow."""
    report = _check("--replay", str(recordings))

    assert report["passed"]
    assert _RECORDED == report["figures"]["workouts_compared"]
    assert _RECORDED == report["figures"]["pages_opened"]


def test_a_check_of_nothing_that_can_be_read_fails(tmp_path: Path) -> None:
    """A folder without a workout shows nothing, and says so instead of passing silently, before anything is started."""
    (tmp_path / "workout__broken.json").write_text("{")
    command = [sys.executable, "-m", "ctz_local.cli", "demo", "--check", "--json", "--replay", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=580, check=False)

    assert 1 == done.returncode
    report = json.loads(done.stdout)
    assert ["The simulated Peloton holds no workout: there is nothing to check."] == report["differences"]
    assert {} == report["figures"]
