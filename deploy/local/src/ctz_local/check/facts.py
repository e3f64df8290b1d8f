"""What the simulator says of a workout, in the terms in which the product shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ctz_local.check import raw
from ctz_local.check.recording import Expected, expected_of

_QUARTER_HOUR: Final = 900
_LARGEST_OFFSET: Final = 16 * 3600
_NO_CLASS: Final = "0" * 32
_DEFAULT_PEDALING_OFFSET: Final = 60
# How a Peloton value becomes an FTP: one that was typed in is taken for a 20-minute best.
_MANUAL: Final = "ftp_manual_source"
_TEST_PER_CENT: Final = 95
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """One workout as its list row and the simulator's truth tell it; None where nothing is known."""

    source_id: str
    start_time: int
    day: str | None
    title: str
    discipline: str
    instructor: str
    has_graph: bool
    reported_seconds: int | None
    work_kilojoules: float | None
    effort_points: float | None
    pedaling_offset: int
    ftp_watts: float | None

    @property
    def key(self) -> tuple[int, str]:
        """What tells it apart in the product, which gives it an id of its own."""
        return (self.start_time, self.discipline)


def facts_of(row: Mapping[str, Any], truth: Mapping[str, Any]) -> Facts:
    """Return the facts of one list row; `truth` is the simulator's own entry for it."""
    ride = raw.mapping(row.get("ride"))
    work = raw.positive(row.get("total_work"))
    effort = raw.mapping(row.get("effort_zones"))
    start, end = row["start_time"], row.get("end_time")
    return Facts(
        source_id=row["id"],
        start_time=start,
        day=_day(row),
        title=str(ride.get("title") or row.get("title") or row.get("name") or ""),
        discipline=str(row.get("fitness_discipline") or ride.get("fitness_discipline") or "other"),
        instructor=str(truth.get("instructor") or ""),
        has_graph=bool(truth["has_graph"]),
        reported_seconds=raw.positive(ride.get("duration"))
        or raw.positive(ride.get("pedaling_duration"))
        or (end - start if end is not None else None),
        work_kilojoules=row["total_work"] / 1000 if work else None,
        effort_points=raw.number(effort.get("total_effort_points")),
        pedaling_offset=_pedaling_offset(ride),
        ftp_watts=_ftp(truth.get("ftp_watts"), truth.get("ftp_source")),
    )


def expectation(facts: Facts, graph: Mapping[str, Any], *, ftp_watts: float | None) -> Expected:
    """Return the figures that follow from the raw graph of the workout."""
    return expected_of(graph, discipline=facts.discipline, ftp_watts=ftp_watts, pedaling_offset=facts.pedaling_offset)


def _day(row: Mapping[str, Any]) -> str | None:
    """Return the rider's day of the start; None where the device's clock makes no sense."""
    offset = (raw.number(row.get("device_time_created_at")) or 0) - row["created_at"]
    if abs(offset) > _LARGEST_OFFSET or offset % _QUARTER_HOUR:
        return None
    return (datetime.fromtimestamp(row["start_time"], UTC) + timedelta(seconds=offset)).date().isoformat()


def _pedaling_offset(ride: Mapping[str, Any]) -> int:
    offset = raw.number(ride.get("pedaling_start_offset"))
    return _DEFAULT_PEDALING_OFFSET if offset is None else int(offset)


def _ftp(watts: int | None, source: str | None) -> float | None:
    if not watts:
        return None
    # Halves are rounded up.
    return float((watts * _TEST_PER_CENT + _HUNDRED // 2) // _HUNDRED) if source == _MANUAL else float(watts)
