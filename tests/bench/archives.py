"""Databases with archives of several sizes: each is a copy of the next smaller one with older workouts added."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from ctz_local.testing import ServiceDatabase
from ctz_simulator.rider import GeneratedRider

from .multiplying import multiply
from .rig import SCHEMAS, Rig
from .seeding import PAGE, Feeder, make_rider, prepare
from .system import running_system

Say = Callable[[str], None]
FED_AT_MOST = 2_000
"""Workouts that come in as facts, as a sync tells them; what a larger archive has more is copied within Postgres."""


def archives(rig: Rig, sizes: Sequence[int], say: Say) -> Mapping[int, ServiceDatabase]:
    """One database per size, ascending; those that the server kept from an earlier run are taken as they are."""
    fed = min(sizes[-1], FED_AT_MOST)
    rider = make_rider(fed)
    made = rig.create()
    found: dict[int, ServiceDatabase] = {0: made}
    for smaller, size in pairwise(sorted({0, fed, *sizes})):
        name = f"ctz_bench_{size}_of_{fed}_{_migrations()}"
        kept = rig.kept(name, made)
        if kept is None:
            say(f"filling an archive of {size:,} workouts")
            partial = rig.copy(found[smaller], f"{name}_partial")
            if size > fed:
                multiply(partial, rider, range(smaller, size))
            else:
                _feed(rig, partial, rider, range(smaller // PAGE, -(-size // PAGE)))
            kept = rig.finish(partial, name)
        found[size] = kept
    return {size: found[size] for size in sizes}


def _feed(rig: Rig, database: ServiceDatabase, rider: GeneratedRider, pages: range) -> None:
    with running_system(rig, database) as system:
        if pages.start == 0:
            system.sign_up()
            feeder = prepare(system, system.sign_in(), rider)
        else:
            feeder = Feeder.onto(system, system.sign_in(), rider)
        feeder.feed(pages)


def _migrations() -> str:
    """What the tables look like: a database kept from before a migration is not taken."""
    digest = hashlib.blake2b(digest_size=4)
    for schema in SCHEMAS:
        for version in sorted((schema.migrations / "versions").glob("*.py")):
            digest.update(version.read_bytes())
    return digest.hexdigest()
