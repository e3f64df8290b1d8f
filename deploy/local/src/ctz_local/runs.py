"""The three ways to run the product on this machine: for real, as a demo, and as a check that ends by itself."""

import dataclasses
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ctz_local.check import CheckOptions, CheckReport, run_check
from ctz_local.console import Console, ConsoleHandler
from ctz_local.demo import SimulatedPeloton
from ctz_local.environment import System, inherited_environment
from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK, free_ports
from ctz_local.procfs import family, pss_bytes
from ctz_local.settings import LocalSettings
from ctz_local.state import hold
from ctz_local.status_page import Overview, StatusServer, create_app
from ctz_local.supervisor import Extra, Mode, Supervisor, near_port, stopping_on_signals

_STATUS_OFFSET: Final = 2


@dataclass(frozen=True, slots=True)
class Running:
    """A run that is ready."""

    supervisor: Supervisor
    system: System


def run(settings: LocalSettings, mode: Mode, console: Console) -> int:
    """Run until told to stop; the exit status."""
    peloton = SimulatedPeloton.on_free_port() if mode is Mode.DEMO else None
    additions = _additions_of(peloton)
    with running(settings, mode, console, additions) as run_:
        _greet(run_, console)
        run_.supervisor.wait()
    return 0


def check(settings: LocalSettings, options: CheckOptions, console: Console, *, as_json: bool) -> int:
    """Start everything on free ports and in a folder of its own, compare, print the report, and stop."""
    home = Path(tempfile.mkdtemp(prefix="ctz-check-"))
    # Server accounts must be able to pass through; what lies inside is private by itself.
    home.chmod(0o711)
    port = free_ports(1)[0]
    own = dataclasses.replace(settings, home=home, port=port, public_url=f"http://{LOOPBACK}:{port}")
    try:
        report = _checked(own, options, console)
    except LocalError as error:
        report = CheckReport(differences=[str(error)])
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if as_json:
        answer = {"passed": report.passed, "differences": report.differences, "figures": report.figures}
        print(json.dumps(answer))  # noqa: T201 (the command's answer)
    else:
        _print_report(report, console)
    return 0 if report.passed else 1


def _checked(settings: LocalSettings, options: CheckOptions, console: Console) -> CheckReport:
    peloton = SimulatedPeloton.on_free_port(workouts=options.workouts, replay=options.replay)
    with running(settings, Mode.DEMO, console, _additions_of(peloton)) as run_:
        report = run_check(run_.system, peloton, options)
        own = {
            "ready_seconds": round(run_.supervisor.ready_seconds or 0.0, 1),
            "memory_mb": round(total_memory_bytes() / 1e6),
            "broker": run_.supervisor.broker_description,
        }
    return dataclasses.replace(report, figures=own | report.figures)


def _print_report(report: CheckReport, console: Console) -> None:
    for name, value in report.figures.items():
        console.say(f"{name}: {value}", important=True)
    for difference in report.differences:
        console.say(f"DIFFERS {difference}", important=True)
    console.say("The check passed." if report.passed else "The check failed.", important=True)


@contextmanager
def running(settings: LocalSettings, mode: Mode, console: Console, extra: Extra) -> Iterator[Running]:
    """Hold the state folder, serve the status page, start everything, and drain at the end."""
    logger = logging.getLogger("ctz")
    logger.handlers = [ConsoleHandler(console)]
    logger.setLevel(settings.log_level)
    with hold(settings.home):
        status_port = near_port(settings.port + _STATUS_OFFSET)
        supervisor = Supervisor(settings, mode, console, status_port=status_port, extra=extra)

        def overview() -> Overview:
            return _overview(settings, mode, supervisor)

        page = StatusServer(create_app(overview, settings.home / "mail"), status_port)
        with page, stopping_on_signals(supervisor), supervisor.started() as system:
            yield Running(supervisor, system)


def total_memory_bytes() -> int:
    """Measure the proportional set size of the supervisor and all that it started."""
    return pss_bytes(family([os.getpid()]))


def _additions_of(peloton: SimulatedPeloton | None) -> Extra:
    if peloton is None:
        return Extra()
    return peloton.additions(inherited_environment())


def _overview(settings: LocalSettings, mode: Mode, supervisor: Supervisor) -> Overview:
    return Overview(
        mode=mode.value,
        public_url=settings.public_url,
        front=f"{LOOPBACK}:{supervisor.front_port}",
        broker=supervisor.broker_description,
        ready_seconds=supervisor.ready_seconds,
        processes=supervisor.report(),
    )


def _greet(run_: Running, console: Console) -> None:
    system = run_.system
    console.say(
        f"Ready in {run_.supervisor.ready_seconds:.1f} s, {total_memory_bytes() / 1e6:.0f} MB (PSS) in all.",
        important=True,
    )
    console.say(f"Open     {system.public_url}", important=True)
    console.say(f"Tools    {LOOPBACK}:{system.front_port} (gRPC, with a personal access token)", important=True)
    console.say(f"Status   {system.status_url} (processes, mail folder)", important=True)
    if system.admin_link_file.exists():
        link = system.admin_link_file.read_text().strip()
        console.say(f"First administrator, once: {link}", important=True)
    console.say("Stop with Ctrl-C.", important=True)
