"""Each image's content, without an engine: installed alone from the lock, every role runs on what compose gives it."""

import json
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from .containers import Host
from .environments import Installer
from .processes import MODULES, PROCESSES

pytestmark = pytest.mark.faults


@pytest.fixture
def host(installer: Installer, prepared_secrets: Path, tmp_path: Path) -> Host:
    return Host({}, installer, prepared_secrets, tmp_path)


@pytest.mark.parametrize("service", sorted(MODULES))
def test_a_service_alone_runs_in_every_role(host: Host, service: str) -> None:
    """Migrated, every role becomes ready on a real Postgres and RabbitMQ, and SIGTERM ends it with status 0."""
    of_this = [process for process in PROCESSES if process.service == service]
    for process in of_this:
        if process.is_job:
            host.process(process).run()
    roles = [host.process(process) for process in of_this if not process.is_job]
    with ExitStack() as stack:
        for each in roles:
            stack.enter_context(each.running())
        for each in roles:
            each.await_health()


def test_the_gateway_alone_answers_pages_with_their_assets(host: Host) -> None:
    """Templates, styles and scripts are in the wheel; the services may all be away."""
    doors = [host.process(process) for process in PROCESSES if process.service == "gateway"]
    with ExitStack() as stack:
        for each in doors:
            stack.enter_context(each.running())
        for each in doors:
            each.await_health()
        status, page = host.site("/")
        assets = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page)

        assert 200 == status
        assert {"css", "js"} == {asset.rpartition(".")[2] for asset in assets}
        assert {200} == {host.site(asset)[0] for asset in assets}


def test_the_simulator_alone_serves_the_histories_of_the_demo(
    installer: Installer, secrets_folder: Path, tmp_path: Path
) -> None:
    """The job writes who rides; the simulator has them."""
    host = Host({}, installer, secrets_folder, tmp_path)
    host.container("histories", "local").run()
    simulator = host.simulator()
    names = [rider["username"] for rider in json.loads((tmp_path / "histories.json").read_text("utf-8"))]
    with simulator.running():
        simulator.await_health()

    assert "demo-rider" in names
    assert len(set(names)) == len(names) > 1
