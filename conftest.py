"""What holds for every test: shared servers, closed sockets, two workers, and in CI no silent skip."""

import ipaddress
import os
import socket
from collections.abc import Generator, Iterator
from typing import Any

# The tests start servers from a process with gRPC threads. gRPC's fork handlers are for children that go on with gRPC;
# in these they fail, into the server's log. It is read when gRPC is first imported.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

IS_CI = os.environ.get("CTZ_CI") == "1"

# How long an example takes says what else the machine does. CI tries the same examples every time, so that what it says
# is about the change; everywhere else they are new ones.
settings.register_profile("ctz", deadline=None, derandomize=IS_CI, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ctz")

pytest_plugins = ["ctz_local.testing.plugin"]

# Recorded payloads are not part of the project; their key paths are, as digests.
PERMITTED_SKIP = "recorded samples are not here"
# Folders whose modules stay on one worker: whole systems, and installed environments that take long to make.
KEPT_TOGETHER = ("tests/e2e", "tests/operating")


class SocketsAreClosed(RuntimeError):
    """A test tried to reach something that is not this machine."""

    def __init__(self, address: object) -> None:
        super().__init__(f"tests reach loopback only, not {address!r}")


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", ""}


@pytest.fixture(scope="session", autouse=True)
def _closed_sockets() -> Iterator[None]:
    """Refuse connections to anywhere but loopback and local sockets."""
    original = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise SocketsAreClosed(address)
        original(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = original  # type: ignore[method-assign]


class WholeModules(LoadScopeScheduling):
    """Gives a worker one module after another, since the tests of a module share a database, a server or a browser."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((folder for folder in KEPT_TOGETHER if path.startswith(f"{folder}/")), path)

    def remove_node(self, node: WorkerController) -> str | None:
        """Give back what a worker that died has not tried; what it died of (a time-out, say) is not tried again."""
        units = self.assigned_work[node]
        open_ones = (test for unit in units.values() for test, is_done in unit.items() if not is_done)
        died_of = next(open_ones, None)
        if died_of is not None:
            units[self._split_scope(died_of)][died_of] = True
        super().remove_node(node)
        return died_of

    def _reschedule(self, node: WorkerController) -> None:
        """Give a worker more, but none to one that replaces another and has not collected yet."""
        if node in self.registered_collections:
            super()._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeModules:
    """Spread modules over the workers in the order of the collection."""
    config.option.loadscopereorder = False
    return WholeModules(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what is long, or one worker has it still to do when the other has nothing left; the rest at random."""
    items.sort(key=lambda item: not any(item.iter_markers("e2e")) and not any(item.iter_markers("long")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test has failed, unless it needs the recorded samples."""
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if PERMITTED_SKIP not in reason:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped in CI: {reason} ({call.when})"
    return report
