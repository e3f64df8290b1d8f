"""Metrics of this process, in the registry that `/metrics` shows."""

import threading
from collections.abc import Sequence
from typing import Any

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Buckets for durations of calls."""

_lock = threading.Lock()
_made: dict[str, Any] = {}


def counter(name: str, meaning: str, labels: Sequence[str] = ()) -> Counter:
    """Return the process's counter of that name, made at the first call."""
    with _lock:
        made: Counter = _made.get(name) or _made.setdefault(name, Counter(name, meaning, labels))
    return made


def gauge(name: str, meaning: str, labels: Sequence[str] = ()) -> Gauge:
    """Return the process's gauge of that name, made at the first call."""
    with _lock:
        made: Gauge = _made.get(name) or _made.setdefault(name, Gauge(name, meaning, labels))
    return made


def histogram(name: str, meaning: str, labels: Sequence[str] = (), buckets: Sequence[float] = SECONDS) -> Histogram:
    """Return the process's histogram of that name, made at the first call."""
    with _lock:
        made: Histogram = _made.get(name) or _made.setdefault(name, Histogram(name, meaning, labels, buckets=buckets))
    return made


def exposition() -> bytes:
    """Return all metrics in the text format of Prometheus."""
    return generate_latest(REGISTRY)
