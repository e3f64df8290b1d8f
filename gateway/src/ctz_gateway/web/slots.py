"""How many long transfers run at once in a process, so that pages always find a thread."""

import threading
from collections import Counter
from collections.abc import Callable


class Slots:
    """Places for transfers; one person gets few of them."""

    def __init__(self, total: int, each: int) -> None:
        """`total` places in this process, at most `each` for one person."""
        self._total, self._each = total, each
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, user_id: str) -> Callable[[], None] | None:
        """Take a place; call what is returned, once or more, to give it back. None when there is none."""
        with self._lock:
            if self._taken.total() >= self._total or self._taken[user_id] >= self._each:
                return None
            self._taken[user_id] += 1
        return _Place(self, user_id).give_back

    def _give_back(self, user_id: str) -> None:
        with self._lock:
            self._taken[user_id] -= 1
            if not self._taken[user_id]:
                del self._taken[user_id]


class _Place:
    def __init__(self, slots: Slots, user_id: str) -> None:
        self._slots, self._user_id, self._is_taken = slots, user_id, True

    def give_back(self) -> None:
        """Give it back; a second time changes nothing."""
        if self._is_taken:
            self._is_taken = False
            self._slots._give_back(self._user_id)  # noqa: SLF001 (a place belongs to its slots)
