"""Starts a whole machine in a folder of its own, does the main job on it, compares, prints, and stops it again."""

import dataclasses
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from ctz_local.check.peloton import Peloton
from ctz_local.check.report import CheckOptions, CheckReport
from ctz_local.console import Console
from ctz_local.demo import SimulatedPeloton, prepare_mates, prepare_rider
from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK, free_ports
from ctz_local.runs import running, total_memory_bytes
from ctz_local.settings import LocalSettings
from ctz_local.supervisor import Mode


class NothingToCheck(LocalError):
    """A check that compares nothing would pass whatever is wrong."""


def check(settings: LocalSettings, options: CheckOptions, console: Console, *, as_json: bool) -> int:
    """Check on free ports and in a temporary folder, which is kept when something is wrong; the exit status."""
    home = Path(tempfile.mkdtemp(prefix="ctz-check-"))
    # Server accounts must be able to pass through; what lies inside is private by itself.
    home.chmod(0o711)
    port = free_ports(1)[0]
    own = dataclasses.replace(settings, home=home, port=port, public_url=f"http://{LOOPBACK}:{port}")
    report = CheckReport()
    try:
        _checked(own, options, console, report)
    except LocalError as error:
        report.differences.append(str(error))
    finally:
        if report.passed or not any(home.iterdir()):
            shutil.rmtree(home, ignore_errors=True)
    if as_json:
        print(json.dumps(report.as_json()))  # noqa: T201 (the command's answer)
    else:
        _print(report, console)
    if home.exists():
        console.say(f"What the check left behind is kept in {home}.", important=True)
    return 0 if report.passed else 1


def _checked(settings: LocalSettings, options: CheckOptions, console: Console, report: CheckReport) -> None:
    peloton = SimulatedPeloton.for_check(
        workouts=options.workouts, replay=options.replay, latency_ms=options.latency_ms
    )
    if not (options.workouts if options.replay is None else _recorded(peloton)):
        raise NothingToCheck("The simulated Peloton holds no workout: there is nothing to check.")
    with running(settings, Mode.DEMO, console, peloton.additions()) as run:
        report.figures["ready_seconds"] = round(run.supervisor.ready_seconds or 0.0, 1)
        report.figures["memory_mb"] = round(total_memory_bytes() / 1e6)
        report.figures["broker"] = run.supervisor.broker_description
        prepare_rider(settings.home, peloton, says_yes_to_ftp=False)
        # Only now, since it brings a gRPC client into this process, whose memory was just measured.
        from ctz_local.check.job import compare_team, run_job  # noqa: PLC0415

        run_job(run, peloton, options, report)
        # Only now, since the mates' calls are none of the main job.
        if peloton.mates:
            prepare_mates(settings.home, peloton, is_sync_awaited=True)
            compare_team(run, peloton, report)


def _recorded(peloton: SimulatedPeloton) -> int:
    """Count the workouts that the simulator finds in the recordings, before a whole machine is started for them."""
    (spec,) = peloton.additions().processes
    with subprocess.Popen(
        spec.command, env=dict(spec.environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            # It prints a line when it is ready.
            next(iter(process.stdout or ()), None)
            return int(Peloton(peloton.port, peloton.rider.username).truth()["total"])
        finally:
            process.terminate()


def _print(report: CheckReport, console: Console) -> None:
    told = report.as_json()
    for name, value in told["figures"].items():
        console.say(f"{name}: {value}", important=True)
    for difference in told["differences"]:
        console.say(difference, important=True)
    counts = f"{report.missing} missing, {report.doubled} doubled, {report.differing} differing"
    console.say(f"The check {'passed' if report.passed else 'failed'}: {counts}.", important=True)
