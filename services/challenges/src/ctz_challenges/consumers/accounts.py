"""Deleted accounts: their points leave the boards, and nothing of them stays."""

from functools import partial

from ctz_challenges.app.erasing import withdraw_from_everything
from ctz_challenges.store import tables
from ctz_chassis.clock import Clock
from ctz_chassis.erasure import Erasure

SERVICE = "challenges"


def erasure(clock: Clock) -> Erasure:
    """What erases an account here."""
    return Erasure(
        SERVICE,
        tombstones=tables.tombstones,
        outbox_table=tables.outbox,
        extras=[partial(withdraw_from_everything, clock=clock)],
        clock=clock,
    )
