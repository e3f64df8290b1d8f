"""The FTP history that Peloton does not list: which workouts to ask, and what follows from the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from ctz_peloton_sync.domain.details import Account, FTPInfo

# Peloton's manual value is a 20-minute best; FTP is 95 % of it (domain.md, "FTP").
PERCENT_OF_TWENTY_MINUTES = 95
# A chain longer than this is not a history but a fault.
LONGEST_CHAIN = 200


class FTPKind(StrEnum):
    """Peloton's words for where an FTP comes from."""

    WORKOUT = "ftp_workout_source"
    MANUAL = "ftp_manual_source"
    ESTIMATED = "ftp_estimated_source"


class FTPReadingChoice(StrEnum):
    """How a rider said that Peloton's values are to be read; the stored words."""

    PROPOSED = "proposed"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ride that can be asked for the FTP in force."""

    source_id: str
    start_time: datetime
    end_time: datetime
    title: str


@dataclass(frozen=True, slots=True)
class FTPChange:
    """From when which value was in force at Peloton."""

    effective_time: datetime
    watts: int
    kind: str
    workout_title: str


@dataclass(frozen=True, slots=True)
class FTPReading:
    """The FTP that follows from Peloton's value, and the other reading where two are possible."""

    proposed_watts: int
    alternative_watts: int | None


def reading_of(watts: int, kind: str) -> FTPReading:
    """A test and an estimate count as they are; a typed-in value may be a 20-minute best."""
    if kind in {FTPKind.WORKOUT, FTPKind.ESTIMATED}:
        return FTPReading(watts, None)
    # A half watt goes up, as in every figure in whole units.
    return FTPReading((PERCENT_OF_TWENTY_MINUTES * watts + 50) // 100, watts)


def account_value(account: Account) -> FTPInfo | None:
    """Today's value of the account by its source; none without one."""
    by_kind = {
        FTPKind.WORKOUT: account.workout_ftp_watts or account.manual_ftp_watts,
        FTPKind.MANUAL: account.manual_ftp_watts,
        FTPKind.ESTIMATED: account.estimated_ftp_watts,
    }
    watts = by_kind.get(account.ftp_kind, 0)  # type: ignore[call-overload]
    return FTPInfo(watts, account.ftp_kind, account.ftp_workout_id) if watts else None


def chain_next(start: str, answers: Mapping[str, FTPInfo | None]) -> str:
    """The first test not asked yet, following `ftp_workout_id` back; empty at the end, on a circle, beyond belief."""
    met: list[str] = []
    at = start
    while at and at not in met and len(met) < LONGEST_CHAIN:
        if at not in answers:
            return at
        met.append(at)
        info = answers[at]
        at = "" if info is None else info.workout_id
    return ""


def probes(candidates: Sequence[Candidate], answers: Mapping[str, FTPInfo | None]) -> tuple[str, ...]:
    """Which rides to ask next; empty when the history is known.

    One ride a month first; then the middle between two neighbours that differ, until they touch.
    A ride that could not be asked (answer None) is passed over.
    """
    rides = [
        ride
        for ride in sorted(candidates, key=lambda ride: ride.start_time)
        if answers.get(ride.source_id, ...) is not None
    ]
    monthly = [ride.source_id for ride in _one_a_month(rides) if ride.source_id not in answers]
    if monthly:
        return tuple(monthly)
    known = [index for index, ride in enumerate(rides) if ride.source_id in answers]
    due = []
    for left, right in pairwise(known):
        if right - left > 1 and not _is_settled(rides, left, right, answers):
            due.append(rides[(left + right) // 2].source_id)
    return tuple(due)


def changes(candidates: Sequence[Candidate], answers: Mapping[str, FTPInfo | None]) -> tuple[FTPChange, ...]:
    """The timeline that follows from the answers, oldest first; a spell without FTP is no entry."""
    rides = {ride.source_id: ride for ride in candidates}
    found: list[FTPChange] = []
    last: tuple[int, str] | None = None
    for ride in sorted(candidates, key=lambda ride: ride.start_time):
        info = answers.get(ride.source_id)
        if info is None or (info.watts, info.kind) == last:
            continue
        last = (info.watts, info.kind)
        test = rides.get(info.workout_id)
        if info.watts:
            at, title = (
                (ride.start_time, ride.title)
                if test is None or test.end_time > ride.start_time
                else (test.end_time, test.title)
            )
            found.append(FTPChange(at, info.watts, info.kind, title))
    return tuple(found)


def before_chain(
    candidates: Sequence[Candidate], start: str, answers: Mapping[str, FTPInfo | None], rides: Sequence[Candidate]
) -> Sequence[Candidate]:
    """The rides that the chain of tests leaves open: all without one, else those before it if it began with a value."""
    times = {ride.source_id: ride.start_time for ride in rides}
    chain = [source_id for source_id in answers if source_id in times]
    if not start or not chain:
        return candidates
    oldest = min(chain, key=lambda source_id: times[source_id])
    info = answers[oldest]
    if info is None or info.watts == 0:
        return ()
    return [ride for ride in candidates if ride.start_time <= times[oldest]]


def _one_a_month(rides: Sequence[Candidate]) -> list[Candidate]:
    """The first ride of each month and the last ride of all."""
    months = {(ride.start_time.year, ride.start_time.month): ride for ride in reversed(rides)}
    chosen = sorted(months.values(), key=lambda ride: ride.start_time)
    return chosen if not rides or chosen[-1] == rides[-1] else [*chosen, rides[-1]]


def _is_settled(rides: Sequence[Candidate], left: int, right: int, answers: Mapping[str, FTPInfo | None]) -> bool:
    """Whether nothing between two asked neighbours is of interest: they agree, or the later names the test itself."""
    before, after = answers[rides[left].source_id], answers[rides[right].source_id]
    if before is None or after is None or (before.watts, before.kind) == (after.watts, after.kind):
        return True
    return any(ride.source_id == after.workout_id for ride in rides[left:right])
