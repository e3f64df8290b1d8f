"""What a changed FTP timeline would change: the same query as recomputing, over a draft, and the loads that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.power import training_stress
from ctz_workouts.domain.zones import FTP
from ctz_workouts.store.affected import Affected, AffectedRide, affected_by_ftp
from ctz_workouts.store.riders import Dated


@dataclass(frozen=True, slots=True)
class PreviewedRide:
    """A ride that would change, with the load that would follow; none where none would."""

    ride: AffectedRide
    training_stress_after: float | None


@dataclass(frozen=True, slots=True)
class Preview:
    """How many rides would change, on which days, and the newest of them."""

    affected: Affected
    rides: Sequence[PreviewedRide]


def preview_ftp(
    connection: sa.Connection, user_id: UUID, timeline: Sequence[tuple[datetime, float]], limit: int
) -> Preview:
    """Compare what is stored with a draft; each FTP of the draft must be one that a rider can have."""
    # Of two entries from the same instant the later given stands.
    by_instant = {at: FTP(watts).watts for at, watts in timeline}
    entries = [Dated(at, by_instant[at], 0) for at in sorted(by_instant)]
    affected = affected_by_ftp(connection, user_id, entries, limit)
    return Preview(affected, [PreviewedRide(ride, _stress_after(ride)) for ride in affected.rides])


def _stress_after(ride: AffectedRide) -> float | None:
    if ride.watts_after is None or ride.normalized_power_watts is None:
        return None
    normalized = ride.normalized_power_watts
    stress = training_stress(normalized, FTP(ride.watts_after), ride.power_seconds or 0)
    return None if isinstance(stress, Absent) else stress
