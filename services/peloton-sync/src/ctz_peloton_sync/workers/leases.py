"""The tasks in this process's hands, and the heartbeat that keeps them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from ctz_peloton_sync.domain.runs import Lease
from ctz_peloton_sync.store.unit_of_work import Store


class LeaseBook:
    """What is being worked on; shared by the worker threads and the heartbeat."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, Lease] = {}

    @contextmanager
    def holding(self, lease: Lease) -> Iterator[None]:
        """Keep a lease alive inside the block."""
        key = id(lease)
        with self._lock:
            self._held[key] = lease
        try:
            yield
        finally:
            with self._lock:
                del self._held[key]

    def held(self) -> list[Lease]:
        """What is being worked on now."""
        with self._lock:
            return list(self._held.values())


def beat(store: Store, book: LeaseBook, lease: timedelta) -> None:
    """Extend every lease in hand; one that was lost meanwhile stays lost."""
    held = book.held()
    if held:
        with store.begin() as tx:
            tx.tasks.extend(held, tx.now + lease)
