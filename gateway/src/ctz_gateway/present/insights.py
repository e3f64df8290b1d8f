"""Facts worth saying about a workout, as sentences."""

from collections.abc import Callable, Mapping

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.viewmodels.common import Note
from ctz_gateway.words import duration

Figures = Mapping[str, float]
Words = Mapping[str, str]


def _best_effort(figures: Figures, _words: Words) -> Note:
    minutes = duration(figures["duration_seconds"])
    text = f"{figures['watts']:.0f} W, from {duration(figures['start_seconds'])}. It is the best of the last 90 days."
    return Note(text, f"Best {minutes}.", "accent", "star")


def _held(figures: Figures, _words: Words) -> Note:
    text = f"{100 * figures['share']:.0f} % of the called time was in target."
    return Note(text, "You held the targets.", "good", "check")


def _slipped(figures: Figures, _words: Words) -> Note:
    text = f"{figures['below_seconds']:.0f} of {figures['recorded_seconds']:.0f} s below the called zone."
    return Note(text, f"Block {figures['number']:.0f} slipped.", "warn", "alert")


def _stale_ftp(figures: Figures, _words: Words) -> Note:
    text = f"It was {figures['age_days']:.0f} days old on that day. A test would make load and zones truer."
    return Note(text, "The FTP was old.", "warn", "clock")


def _steady(figures: Figures, _words: Words) -> Note:
    text = f"Power per heartbeat fell by {100 * figures['share']:.1f} % from the first half to the second."
    return Note(text, "Heart rate drifted." if figures["share"] > 0 else "No drift.", "plain", "heart")


SENTENCES: Mapping[str, Callable[[Figures, Words], Note]] = {
    "best_effort": _best_effort,
    "held_targets": _held,
    "block_slipped": _slipped,
    "ftp_stale": _stale_ftp,
    "decoupling": _steady,
}


def note(insight: workouts_pb2.Insight) -> Note | None:
    """The sentence of a fact; None for a kind that this version does not know."""
    make = SENTENCES.get(insight.kind)
    return make(insight.figures, insight.words) if make else None
