"""Running the product on this machine until it is told to stop: for real, or as a demo."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ctz_local.console import Console, ConsoleHandler
from ctz_local.demo import SimulatedPeloton, prepare_mates, prepare_rider
from ctz_local.environment import System
from ctz_local.ports import LOOPBACK
from ctz_local.procfs import family, pss_bytes
from ctz_local.rider import DEMO_ADMINISTRATOR, DEMO_CHALLENGE_TITLE, DEMO_MATES, DEMO_RIDER
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
    peloton = SimulatedPeloton.for_demo(settings.home) if mode is Mode.DEMO else None
    additions = peloton.additions() if peloton is not None else Extra()
    with running(settings, mode, console, additions) as run_:
        _greet(run_, console)
        if peloton is None:
            _offer_administration(run_.system, console)
        else:
            prepare_rider(settings.home, peloton, says_yes_to_ftp=True)
            _introduce_rider(peloton, console)
            prepare_mates(settings.home, peloton, is_sync_awaited=False)
            _introduce_mates(console)
        console.say("Stop with Ctrl-C.", important=True)
        run_.supervisor.wait()
    return 0


@contextmanager
def running(settings: LocalSettings, mode: Mode, console: Console, extra: Extra) -> Iterator[Running]:
    """Hold the state folder, serve the status page, start everything, and drain at the end."""
    with logging_to(console, settings.log_level), hold(settings.home):
        status_port = near_port(settings.port + _STATUS_OFFSET)
        supervisor = Supervisor(settings, mode, console, status_port=status_port, extra=extra)

        def overview() -> Overview:
            return _overview(settings, mode, supervisor)

        page = StatusServer(create_app(overview, settings.home / "mail"), status_port)
        with page, stopping_on_signals(supervisor), supervisor.started() as system:
            yield Running(supervisor, system)


@contextmanager
def logging_to(console: Console, level: str) -> Iterator[None]:
    """Show what this package's own servers log on the console, as long as the run lasts."""
    logger, handler = logging.getLogger("ctz"), ConsoleHandler(console)
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def total_memory_bytes() -> int:
    """Measure the proportional set size of the supervisor and all that it started."""
    return pss_bytes(family([os.getpid()]))


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


def _offer_administration(system: System, console: Console) -> None:
    if system.admin_link_file.exists():
        link = system.admin_link_file.read_text().strip()
        console.say(f"First administrator, once: {link}", important=True)


def _introduce_rider(peloton: SimulatedPeloton, console: Console) -> None:
    account = peloton.rider
    console.say(
        f"Sign in  {DEMO_RIDER.email}, password {DEMO_RIDER.password}: connected to a simulated Peloton with "
        f"{account.workouts:,} workouts, which come when you press “Sync now”.",
        important=True,
    )
    console.say(f"Peloton  {account.username}, password {account.password} (for connecting anew)", important=True)


def _introduce_mates(console: Console) -> None:
    console.say(
        f"Manage   {DEMO_ADMINISTRATOR.email}, password {DEMO_ADMINISTRATOR.password}: administrator; "
        f"{len(DEMO_MATES)} others ride in the challenge “{DEMO_CHALLENGE_TITLE}”.",
        important=True,
    )
