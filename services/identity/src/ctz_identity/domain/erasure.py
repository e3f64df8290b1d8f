"""How far the erasing of a deleted account is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SERVICES = ("identity", "peloton-sync", "workouts", "plans", "challenges")
"""Everybody who holds something of a person, in the order in which it is told."""
WATCHED_FOR = timedelta(days=7)
"""How long the erasing can be watched; after that only the tombstone stays."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """When an account was deleted, and when each service had erased what it held."""

    deleted_at: datetime
    erased_at: Mapping[str, datetime]
