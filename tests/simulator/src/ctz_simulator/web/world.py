"""Everything the views share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from ctz_simulator.accounts import Account
from ctz_simulator.calls import Call, CallLog
from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.gate import Gate
from ctz_simulator.signin import SignIn

Watcher = Callable[[Call], None]


@dataclass(slots=True)
class World:
    """One simulated Peloton: its members, classes, tokens, knobs and counters."""

    catalogue: Catalogue
    gate: Gate
    sign_in: SignIn
    calls: CallLog = field(default_factory=CallLog)
    watchers: list[Watcher] = field(default_factory=list)
    _accounts: dict[str, Account] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def enrol(self, account: Account) -> None:
        """Add a member."""
        with self._lock:
            self._accounts[account.user_id] = account

    def accounts(self) -> list[Account]:
        """All members."""
        with self._lock:
            return list(self._accounts.values())

    def account(self, name: str) -> Account | None:
        """The member with that id or username."""
        with self._lock:
            by_id = self._accounts.get(name)
        return by_id or next((item for item in self.accounts() if item.username == name), None)
