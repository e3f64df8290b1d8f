"""A figure is a number or the reason why there is none. It is never a wrong number and never a silent zero."""

from dataclasses import dataclass
from enum import StrEnum


class AbsentReason(StrEnum):
    """Why a figure cannot be derived; the page turns it into a sentence."""

    NO_SERIES = "NO_SERIES"
    """The source published no samples."""
    COARSE_SERIES = "COARSE_SERIES"
    """Samples are more than a second apart; Peloton then sends window maxima, which bias derived figures upward."""
    NO_POWER = "NO_POWER"
    """No power was recorded."""
    NOT_CYCLING = "NOT_CYCLING"
    """Power was recorded, but not on a bike, so a cycling FTP says nothing about it."""
    TOO_SHORT = "TOO_SHORT"
    """The figure needs a longer unbroken stretch."""
    ZERO_POWER = "ZERO_POWER"
    """The rider never pushed, so a ratio to mean power has no meaning."""
    NO_FTP = "NO_FTP"
    """No FTP was in force at the start of the workout."""
    NO_HEART_RATE = "NO_HEART_RATE"
    """No heart rate was recorded."""
    NO_HEART_RATE_ZONES = "NO_HEART_RATE_ZONES"
    """The rider's heart-rate zones are not known."""
    NO_THRESHOLDS = "NO_THRESHOLDS"
    """Resting, threshold and maximum heart rate do not make a usable reserve."""
    NOT_STEADY = "NOT_STEADY"
    """The ride was too uneven for this figure to mean anything."""
    NO_TARGETS = "NO_TARGETS"
    """The class publishes no targets of this kind."""
    NO_PACE_LEVEL = "NO_PACE_LEVEL"
    """The rider's pace level is not known."""
    NO_PACE = "NO_PACE"
    """Neither pace nor speed was recorded."""
    TARGETS_NOT_REACHED = "TARGETS_NOT_REACHED"
    """No sample lies inside this block."""
    NO_VARIATION = "NO_VARIATION"
    """All values are equal, so the spread is zero."""
    TOO_FEW_EFFORTS = "TOO_FEW_EFFORTS"
    """A fit needs at least two efforts of different length."""
    IMPLAUSIBLE_FIT = "IMPLAUSIBLE_FIT"
    """The fitted values are not positive."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A figure that cannot be derived, and why."""

    reason: AbsentReason


Figure = float | Absent
"""A derived number, or the reason for its absence."""
