"""FTP over time: the value in force at an instant, what Peloton's figures propose, and which rides a change touches."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from ctz_workouts.domain.errors import InstantNaiveError
from ctz_workouts.domain.zones import FTP, HIGHEST_FTP_WATTS, LOWEST_FTP_WATTS, round_half_up

STALE_AFTER = timedelta(weeks=10)
TEST_SHARE_PERCENT = 95
"""FTP as a share of the mean power of a 20-minute test."""


class FTPSource(StrEnum):
    """Where a dated FTP came from."""

    TEST = "test"
    MANUAL = "manual"
    PELOTON_TEST = "peloton_test"
    PELOTON_MANUAL = "peloton_manual"
    PELOTON_ESTIMATED = "peloton_estimated"
    ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class DatedFTP:
    """An FTP and the instant from which it is in force."""

    effective_at: datetime
    ftp: FTP
    source: FTPSource

    def __post_init__(self) -> None:
        """Refuse a time that names no instant."""
        _require_zone(self.effective_at, "effective_at")

    def is_stale(self, now: datetime) -> bool:
        """Whether it is older than ten weeks."""
        return now - self.effective_at > STALE_AFTER


@dataclass(frozen=True, slots=True)
class FTPTimeline:
    """The dated FTPs of one rider, oldest first. Build it with `FTPTimeline.of`."""

    entries: tuple[DatedFTP, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[DatedFTP]) -> Self:
        """Return a timeline from entries in any order; of two from the same instant the later given stands."""
        by_instant = {entry.effective_at: entry for entry in entries}
        return cls(tuple(by_instant[instant] for instant in sorted(by_instant)))

    def at(self, instant: datetime) -> DatedFTP | None:
        """Return the FTP in force at an instant; none before the first."""
        _require_zone(instant, "instant")
        after = bisect_right(self.entries, instant, key=lambda entry: entry.effective_at)
        return self.entries[after - 1] if after else None


@dataclass(frozen=True, slots=True)
class RideFTP:
    """A stored ride and the FTP that its figures were computed with."""

    workout_id: UUID
    started_at: datetime
    ftp_watts_used: float | None


@dataclass(frozen=True, slots=True)
class AffectedRide:
    """A ride whose figures a changed timeline recomputes."""

    workout_id: UUID
    watts_before: float | None
    watts_after: float | None


def affected_rides(rides: Iterable[RideFTP], timeline: FTPTimeline) -> tuple[AffectedRide, ...]:
    """Exactly the rides whose used FTP differs from the one in force at their start."""
    affected = []
    for ride in rides:
        entry = timeline.at(ride.started_at)
        after = entry.ftp.watts if entry else None
        if after != ride.ftp_watts_used:
            affected.append(AffectedRide(ride.workout_id, ride.ftp_watts_used, after))
    return tuple(affected)


@dataclass(frozen=True, slots=True)
class FTPReading:
    """One way to read a figure of Peloton."""

    watts: int
    is_twenty_minute_best: bool
    """Whether the figure was taken for a 20-minute best and reduced to 95 %."""


@dataclass(frozen=True, slots=True)
class FTPProposal:
    """What a figure of Peloton proposes; the rider decides. The preferred reading comes first."""

    source: FTPSource
    readings: tuple[FTPReading, ...]

    @property
    def is_estimate(self) -> bool:
        """Whether Peloton itself only estimated it."""
        return self.source is FTPSource.PELOTON_ESTIMATED

    @property
    def is_ambiguous(self) -> bool:
        """Whether the rider is asked which reading is right."""
        return len(self.readings) > 1


_PELOTON_SOURCES = {
    "ftp_workout_source": FTPSource.PELOTON_TEST,
    "ftp_manual_source": FTPSource.PELOTON_MANUAL,
    "ftp_estimated_source": FTPSource.PELOTON_ESTIMATED,
}


def propose_ftp(peloton_source: str | None, watts: int) -> FTPProposal | None:
    """Return the proposal behind Peloton's figure; none for zero, nonsense or an unknown source.

    A workout's and an estimated value are taken as they are. A manual value is probably a 20-minute best, so 95 % of
    it comes first and the value itself second.
    """
    source = _PELOTON_SOURCES.get(peloton_source or "")
    if source is None:
        return None
    readings = [FTPReading(watts, is_twenty_minute_best=False)]
    if source is FTPSource.PELOTON_MANUAL:
        readings.insert(0, FTPReading(ftp_of_twenty_minutes(watts), is_twenty_minute_best=True))
    possible = tuple(r for r in readings if LOWEST_FTP_WATTS <= r.watts <= HIGHEST_FTP_WATTS)
    return FTPProposal(source, possible) if possible else None


def ftp_of_twenty_minutes(mean_watts: float) -> int:
    """FTP in whole watts from the mean power of a 20-minute test: 95 %, halves rounded up."""
    return round_half_up(mean_watts * TEST_SHARE_PERCENT / 100)


def _require_zone(instant: datetime, field: str) -> None:
    if instant.tzinfo is None:
        raise InstantNaiveError(field)
