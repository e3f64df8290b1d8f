"""Commands of the services themselves (dead letters, replay), run with the environment of the running product."""

import subprocess
import sys
from collections.abc import Sequence

from ctz_local.database_address import DatabaseAddress
from ctz_local.environment import PRODUCTION, Ports, System
from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK
from ctz_local.secrets import SecretStore
from ctz_local.services import Service
from ctz_local.settings import LocalSettings
from ctz_local.state import RunState


class NotRunning(LocalError):
    """The command needs the product to run."""

    def __init__(self, settings: LocalSettings) -> None:
        super().__init__(f"Chase The Zones does not run on {settings.home}. Start it with `ctz run` or `ctz demo`.")


def current_state(settings: LocalSettings) -> RunState:
    """Return where everything of the running product is."""
    state = RunState.read(settings.home)
    if state is None:
        raise NotRunning(settings)
    return state


def run_for(settings: LocalSettings, services: Sequence[Service], arguments: Sequence[str]) -> int:
    """Run `python -m ctz_<service> <arguments>` for each service; the highest exit status."""
    system = _system_of(settings, current_state(settings))
    highest = 0
    for service in services:
        if len(services) > 1:
            print(f"== {service.name}", flush=True)  # noqa: T201 (a command's output)
        command = [sys.executable, "-m", service.module, *arguments]
        done = subprocess.run(command, env=system.service(service), check=False)
        highest = max(highest, done.returncode)
    return highest


def _system_of(settings: LocalSettings, state: RunState) -> System:
    store = SecretStore(settings.home / "secrets")
    store.read_passwords()
    return System(
        home=settings.home,
        public_url=state.public_url,
        profile=PRODUCTION,
        log_level="WARNING",
        log_format="text",
        database=DatabaseAddress.parse(state.database_dsn),
        broker_urls=state.broker_urls,
        store=store,
        ports=Ports(state.ports),
        gateway_port=settings.port,
        front_port=state.front_port,
        status_url=f"http://{LOOPBACK}:{state.status_port}",
        given=settings.service_environment,
    )
