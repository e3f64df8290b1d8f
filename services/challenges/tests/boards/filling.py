"""Challenges with riders who have done something."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import grpc
import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.domain.challenge import Challenge, Metric
from ctz_challenges.domain.facts import Done
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import Arena, with_own_ids
from .making import challenge, per, workout

MINUTES = per(Metric.MINUTES, "1")


def a_challenge(*items: Any, **given: Any) -> Challenge:
    return with_own_ids(challenge(*items, **{"rules": (MINUTES,)} | given))


def ride(minutes: float, *, day: float = 0, **given: Any) -> Done:
    return replace(workout(f"{minutes} min", day=day, minutes=minutes, **given), done_id=uuid7())


def riders_with(
    arena: Arena, given: Challenge, *minutes: float, team: UUID | None = None, day: float = 0
) -> list[User]:
    """Riders with so many minutes each, 0: none."""
    riders = [arena.rider() for _ in minutes]
    for rider, each in zip(riders, minutes, strict=True):
        arena.enter(given, rider, team)
        if each:
            arena.do(rider, ride(each, day=day))
    return riders


def code_of(call: Any) -> grpc.StatusCode:
    with pytest.raises(RemoteError) as refused:
        call()
    return refused.value.code


def users(rows: Iterable[pb.BoardRow]) -> list[str]:
    return [row.user_id for row in rows]
