"""Pauses. The source stops its clock, so a pause leaves no hole in the series and its place is never known."""

from dataclasses import dataclass

UNNOTICED_SECONDS = 5
"""End minus start may exceed the last sample by this much without a pause."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """What is known of a workout's pausing besides its samples; none where it was not published."""

    elapsed_seconds: int | None = None
    """End minus start."""
    has_paused: bool | None = None
    paused_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause somewhere in the workout; its length is none when only its happening is known."""

    seconds: int | None
    is_inferred: bool
    """Whether it was inferred from the clock on the wall instead of reported."""


def pause_of(clock: WallClock, last_second: int | None) -> Pause | None:
    """Return the pause as reported, else as inferred from the time that the samples do not explain, else none."""
    if clock.paused_seconds is not None and clock.paused_seconds > 0:
        return Pause(clock.paused_seconds, is_inferred=False)
    unexplained = None
    if clock.elapsed_seconds is not None and last_second is not None:
        unexplained = clock.elapsed_seconds - last_second
    if unexplained is not None and unexplained > UNNOTICED_SECONDS:
        return Pause(unexplained, is_inferred=True)
    return Pause(None, is_inferred=False) if clock.has_paused else None
