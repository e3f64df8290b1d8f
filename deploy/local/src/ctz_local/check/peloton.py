"""What the simulated Peloton holds and what it was asked, read from the simulator itself."""

import json
from collections.abc import Iterator
from typing import Any, Final

from ctz_local.check.connection import Connection
from ctz_local.errors import LocalError

_TIMEOUT_SECONDS: Final = 120.0
_OK: Final = range(200, 300)
_PAGE: Final = 100
# Kinds of calls that are no API calls: the sign-in.
SIGN_IN_KINDS: Final = frozenset({"authorize", "login_page", "signin", "callback", "token", "refresh", "legacy_login"})
# What is asked for everybody, once the queue is empty.
LIBRARY_KIND: Final = "library"


class SimulatorRefused(LocalError):
    """The simulator did not answer as expected."""


class Peloton:
    """One member of the simulator; its answers are the raw payloads that a sync sees."""

    def __init__(self, port: int, username: str) -> None:
        self._connection = Connection(port, timeout_seconds=_TIMEOUT_SECONDS)
        self._username = username
        self._headers: dict[str, str] = {}

    def calls(self) -> dict[str, int]:
        """Count the calls so far by kind."""
        totals: dict[str, int] = self._ask("GET", "/_sim/calls")["totals"]
        return totals

    def truth(self) -> dict[str, Any]:
        """Return the whole history and the calls that it is due."""
        truth: dict[str, Any] = self._ask("GET", f"/_sim/truth/{self._username}")
        return truth

    def sign_in(self) -> None:
        """Take a token, and end any latency: what is read from here on is read by the check."""
        granted = self._ask("POST", f"/_sim/riders/{self._username}/tokens")
        self._headers = {"Authorization": f"Bearer {granted['access_token']}", "Peloton-Platform": "web"}
        self._ask("PUT", "/_sim/knobs", {"latency_ms": 0})

    def rows(self, user_id: str) -> Iterator[dict[str, Any]]:
        """Yield every row of the workout list, newest first."""
        page = 0
        while True:
            query = f"joins=ride,ride.instructor&limit={_PAGE}&page={page}&sort_by=-created"
            answer = self._ask("GET", f"/api/user/{user_id}/workouts?{query}")
            yield from answer["data"]
            page += 1
            if page * _PAGE >= answer["total"]:
                return

    def graph(self, workout_id: str) -> dict[str, Any]:
        """Return the raw graph at one sample a second."""
        graph: dict[str, Any] = self._ask("GET", f"/api/workout/{workout_id}/performance_graph?every_n=1")
        return graph

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        payload = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json", **self._headers}
        answer = self._connection.ask(method, path, payload, headers)
        if answer.status not in _OK:
            raise SimulatorRefused(f"{method} {path}: {answer.status} {answer.body[:200]!r}")
        return json.loads(answer.body)


def api_calls(totals: dict[str, int]) -> int:
    """Count the calls for the rider's history: none of the sign-in, none for the class library."""
    return sum(count for kind, count in totals.items() if kind not in {*SIGN_IN_KINDS, LIBRARY_KIND})
