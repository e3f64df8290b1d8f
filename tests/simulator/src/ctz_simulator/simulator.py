"""The simulator as one object: build it, run it on a free loopback port, ask it what happened."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Self

from ctz_simulator.accounts import Account
from ctz_simulator.calls import CallLog
from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.gate import Gate
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.knobs import Knobs
from ctz_simulator.replay.account import ReplayRider
from ctz_simulator.rider import GeneratedRider
from ctz_simulator.server import SimulatorServer
from ctz_simulator.signin import SignIn
from ctz_simulator.spec import RiderSpec
from ctz_simulator.web.app import create_app
from ctz_simulator.web.world import Watcher, World

LOOPBACK = "127.0.0.1"


class Simulator:
    """A simulated Peloton. Use `running()`, or `serve_forever()` in a process of its own."""

    def __init__(
        self,
        riders: Sequence[RiderSpec] = (),
        knobs: Knobs | None = None,
        *,
        replay: Path | None = None,
        clock: Callable[[], float] = time.time,
        host: str = LOOPBACK,
        port: int = 0,
    ) -> None:
        """Write all histories and bind the port; nothing is served yet. `clock` drives tokens and the rate limit."""
        catalogue = Catalogue()
        self._world = World(catalogue, Gate(knobs or Knobs(), clock), SignIn(clock))
        for spec in riders:
            self._world.enrol(GeneratedRider(spec, catalogue))
        if replay is not None:
            self._world.enrol(ReplayRider(replay))
        self.app = create_app(self._world)
        self._server = SimulatorServer((host, port), self.app)
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """The origin of both the sign-in host and the API host."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve in a thread for the time of the block."""
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        try:
            yield self
        finally:
            self.stop()
            self._thread.join()
            self._server.server_close()

    def serve_forever(self) -> None:
        """Serve until `stop` is called from another thread."""
        try:
            self._server.serve_forever(poll_interval=0.1)
        finally:
            self._server.server_close()

    def stop(self) -> None:
        """End what hangs and drips, and stop serving."""
        self._server.stopping.set()
        self._server.shutdown()

    def rider(self, name: str) -> Account:
        """The member with that username or id."""
        account = self._world.account(name)
        if account is None:
            raise LookupError(name)
        return account

    def riders(self) -> list[Account]:
        """All members."""
        return self._world.accounts()

    def add_rider(self, spec: RiderSpec) -> Account:
        """One more member."""
        account = GeneratedRider(spec, self._world.catalogue)
        self._world.enrol(account)
        return account

    @property
    def knobs(self) -> Knobs:
        """The knobs in force."""
        return self._world.gate.knobs

    def turn(self, **knobs: object) -> None:
        """Turn some knobs; scripts of failures start from their beginning."""
        self._world.gate.turn(self._world.gate.knobs.changed(knobs))

    def calls(self) -> dict[str, int]:
        """Calls by kind since the start or the last reset."""
        return self._world.calls.totals()

    @property
    def call_log(self) -> CallLog:
        """Every call with its path."""
        return self._world.calls

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` with each call before it is answered, in the thread that serves it."""
        self._world.watchers.append(watcher)

    def truth(self, name: str) -> JsonObject:
        """What the simulator holds of a member."""
        return self.rider(name).truth()

    def tokens(self, name: str) -> JsonObject:
        """Tokens of a member without a sign-in."""
        return self._world.sign_in.grant(self.rider(name).user_id, self.knobs)

    @property
    def sign_in(self) -> SignIn:
        """The authorisation server: expire or revoke tokens here."""
        return self._world.sign_in
