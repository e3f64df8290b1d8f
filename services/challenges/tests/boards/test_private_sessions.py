"""What a rider shares no longer is told to nobody else, also not by what once counted (A10)."""

from dataclasses import replace

import pytest

from ctz_chassis.ids import uuid7

from .filling import a_challenge, riders_with
from .harness import Arena, completed
from .making import a_routine, core, session

HOLDS = "exercises/long-holds"

pytestmark = pytest.mark.component


def test_a_session_that_is_private_again_leaves_no_trace_of_its_item_for_others(arena: Arena) -> None:
    given = a_challenge(core(a_routine(HOLDS)), rules=())
    arena.add(given)
    rider, mate = riders_with(arena, given, 0, 0)
    one = replace(session("Long holds", "kegel"), done_id=uuid7(), practice=HOLDS)
    arena.do(rider, one)
    assert [50.0] == [line.points for line in arena.explain(mate, given, rider).lines]
    arena.send(completed(rider.user_id, one, 2, is_private=True))
    told = {viewer.user_id: arena.explain(viewer, given, rider) for viewer in (rider, mate)}

    assert [0, 0] == [len(each.lines) for each in told.values()]
    own, others = (each.corrections[0].line for each in told.values())
    assert ("Long holds", True, True) == (own.title, own.done != "", own.item != "")
    assert ("", "", "") == (others.title, others.done, others.item)
