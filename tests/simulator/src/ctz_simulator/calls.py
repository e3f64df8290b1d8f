"""Every call is counted by kind; the last ones are kept with their path."""

import re
from collections import Counter, deque
from dataclasses import asdict, dataclass
from threading import Lock

from ctz_simulator.jsontypes import JsonObject

_KEPT = 20_000
_HEX = "[^/]+"
_ROUTES: tuple[tuple[str, str], ...] = (
    ("authorize", "/authorize"),
    ("authorize", "/authorize/resume"),
    ("login_page", "/login"),
    ("signin", "/usernamepassword/login"),
    ("callback", "/login/callback"),
    ("token", "/oauth/token"),
    ("legacy_login", "/auth/login"),
    ("me", "/api/me"),
    ("list", f"/api/user/{_HEX}/workouts"),
    ("csv", f"/api/user/{_HEX}/workout_history_csv"),
    ("profile", f"/api/user/{_HEX}/(?:settings|calendar|overview|achievements|following|followers)"),
    ("user", f"/api/user/{_HEX}"),
    ("graph", f"/api/workout/{_HEX}/performance_graph"),
    ("summary", f"/api/workout/{_HEX}/summary"),
    ("workout", f"/api/workout/{_HEX}"),
    ("ride_details", f"/api/ride/{_HEX}/details"),
    ("playlist", f"/api/ride/{_HEX}/playlist"),
    ("ride", f"/api/ride/{_HEX}"),
    ("library", "/api/v2/ride/archived"),
    ("instructor", f"/api/instructor(?:/{_HEX})?"),
    ("session", f"/api/peloton/{_HEX}"),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _ROUTES)
SIGN_IN_KINDS = frozenset({"authorize", "login_page", "signin", "callback", "token", "refresh", "legacy_login"})


def kind_of(path: str, grant_type: str = "") -> str:
    """The kind of a call; a token call with a refresh token is a refresh."""
    for kind, pattern in _COMPILED:
        if pattern.fullmatch(path):
            return "refresh" if kind == "token" and grant_type == "refresh_token" else kind
    return "other"


@dataclass(slots=True)
class Call:
    """One call; `status` is none until it is answered."""

    number: int
    kind: str
    method: str
    path: str
    query: str
    username: str | None
    status: int | None = None


class CallLog:
    """Counts since the last reset; safe from several threads."""

    def __init__(self) -> None:
        """Nothing called yet."""
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._number = 0

    def add(self, kind: str, method: str, path: str, query: str, username: str | None) -> Call:
        """Count a call that has just arrived."""
        with self._lock:
            self._number += 1
            self._counts[kind] += 1
            call = Call(self._number, kind, method, path, query, username)
            self._calls.append(call)
            return call

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counts.clear()
            self._calls.clear()
            self._number = 0

    def totals(self) -> dict[str, int]:
        """Calls by kind."""
        with self._lock:
            return dict(self._counts)

    def calls(self) -> list[Call]:
        """The last calls, oldest first."""
        with self._lock:
            return list(self._calls)

    def to_json(self) -> JsonObject:
        """Totals, the share of the API (sign-in apart), and the log."""
        totals = self.totals()
        return {
            "totals": totals,
            "total": sum(totals.values()),
            "api_total": sum(count for kind, count in totals.items() if kind not in SIGN_IN_KINDS),
            "log": [asdict(call) for call in self.calls()],
        }
