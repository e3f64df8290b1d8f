"""A class that only the detail knew, kept beside the workout so that the next list row does not lose it again."""

import json
from dataclasses import asdict

from ctz_peloton_sync.domain.classes import RideStub


def pack_ride(ride: RideStub) -> bytes:
    """Write a class down."""
    return json.dumps(asdict(ride), sort_keys=True).encode()


def unpack_ride(packed: bytes) -> RideStub:
    """Read what `pack_ride` wrote."""
    return RideStub(**json.loads(packed))
