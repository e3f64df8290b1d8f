"""The command line: ready line, riders, a clean end."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest


def _start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ctz_simulator", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_says_when_it_is_ready_and_ends_on_sigterm(tmp_path: Path) -> None:
    riders = tmp_path / "riders.json"
    riders.write_text(json.dumps([{"username": "filed", "workouts": 7, "metric_units": True}]), "utf-8")
    process = _start("--rider", "demo:pw:12:3", "--riders-file", str(riders), "--knobs", '{"latency_ms": 1}')
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        ready = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"{ready['url']}/_sim/truth/filed") as answer:  # noqa: S310 (loopback)
            truth = json.load(answer)
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(10)
        errors = process.stderr.read()
        process.stdout.close()
        process.stderr.close()

    assert (True, ["demo", "filed"]) == (ready["ready"], ready["riders"])
    assert (7, True) == (truth["total"], truth["metric_units"])
    assert (0, "") == (status, errors)


@pytest.mark.parametrize("arguments", [("--rider", "a:b:many"), ("--knobs", '{"speed": 1}'), ("--knobs", "{")])
def test_nonsense_is_refused_in_one_line(arguments: tuple[str, str]) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "ctz_simulator", *arguments], capture_output=True, text=True, check=False
    )

    assert 2 == found.returncode
    assert found.stderr.startswith("ctz_simulator: ")
    assert 1 == len(found.stderr.splitlines())
