"""Names to show of the people on boards and in teams, kept for a short while."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from ctz.identity.v1 import accounts_pb2

from ctz_chassis.errors import Unreachable
from ctz_gateway.clients.services import Services

KEPT_SECONDS = 300.0
MAX_KEPT = 20_000
MAX_ASKED = 200


class Names:
    """Asks identity once for a name and keeps it for five minutes: a board that renews itself asks nobody twice."""

    def __init__(self, services: Services, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds of a clock that never goes back."""
        self._services = services
        self._now = now
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def of(self, user_ids: Iterable[str]) -> Mapping[str, str]:
        """Names of those who are known; nobody while identity is away, which boards survive."""
        wanted = {user_id for user_id in user_ids if user_id}
        known = self._known(wanted)
        missing = sorted(wanted - known.keys())[:MAX_ASKED]
        if not missing:
            return known
        try:
            answer = self._services.accounts.ListDisplayNames(accounts_pb2.ListDisplayNamesRequest(user_ids=missing))
        except Unreachable:
            return known
        asked = {each.user_id: each.display_name for each in answer.names}
        self._keep(asked)
        return {**known, **asked}

    def _known(self, wanted: set[str]) -> dict[str, str]:
        since = self._now() - KEPT_SECONDS
        with self._lock:
            found = {user_id: self._kept[user_id] for user_id in wanted if user_id in self._kept}
        return {user_id: name for user_id, (at, name) in found.items() if at >= since}

    def _keep(self, asked: Mapping[str, str]) -> None:
        with self._lock:
            for user_id, name in asked.items():
                self._kept[user_id] = (self._now(), name)
                self._kept.move_to_end(user_id)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
