"""Databases with archives of several sizes: each is a copy of the next smaller one with older workouts added."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from ctz_local.testing import ServiceDatabase
from ctz_simulator.rider import GeneratedRider

from .rig import Rig
from .seeding import PAGE, Feeder, make_rider, prepare
from .system import running_system

Say = Callable[[str], None]


def archives(rig: Rig, sizes: Sequence[int], say: Say) -> Mapping[int, ServiceDatabase]:
    """One database per size, ascending; those that the server kept from an earlier run are taken as they are."""
    rider = make_rider(sizes[-1])
    made = rig.create()
    found: dict[int, ServiceDatabase] = {0: made}
    for smaller, size in pairwise([0, *sizes]):
        name = f"ctz_bench_{size}_of_{sizes[-1]}"
        kept = rig.kept(name, made)
        if kept is None:
            say(f"filling an archive of {size:,} workouts")
            partial = rig.copy(found[smaller], f"{name}_partial")
            _fill(rig, partial, rider, range(smaller // PAGE, -(-size // PAGE)))
            kept = rig.finish(partial, name)
        found[size] = kept
    return {size: found[size] for size in sizes}


def _fill(rig: Rig, database: ServiceDatabase, rider: GeneratedRider, pages: range) -> None:
    with running_system(rig, database) as system:
        if pages.start == 0:
            system.sign_up()
            feeder = prepare(system, system.sign_in(), rider)
        else:
            feeder = Feeder.onto(system, system.sign_in(), rider)
        feeder.feed(pages)
