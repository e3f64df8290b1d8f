"""Facts worth saying about a workout, as sentences; which facts are told is for the workouts service to judge."""

from collections.abc import Callable, Mapping

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.viewmodels.common import Note
from ctz_gateway.words import duration, plural

Figures = Mapping[str, float]
WELL_KEPT_SHARE = 0.8


def _best_since(figures: Figures) -> Note:
    text = (
        f"{figures['watts']:.0f} W, from {duration(figures['start_seconds'])}. "
        f"The best of the {figures['days']:.0f} days before was {figures['watts_before']:.0f} W."
    )
    return Note(text, f"Best {duration(figures['duration_seconds'])}.", "accent", "star")


def _share_in_target(figures: Figures) -> Note:
    text = f"{duration(figures['in_seconds'])} of {duration(figures['called_seconds'])} called were in target."
    is_kept = figures["share"] >= WELL_KEPT_SHARE
    title = f"{100 * figures['share']:.0f} % in target."
    return Note(text, title, "good" if is_kept else "plain", "check" if is_kept else "info")


def _held_zone(figures: Figures) -> Note:
    text = f"{plural(round(figures['blocks']), 'block')}, {duration(figures['seconds'])} in all, each held."
    return Note(text, f"You held zone {figures['zone']:.0f}.", "good", "check")


def _block_slipped(figures: Figures) -> Note:
    text = f"{figures['below_seconds']:.0f} s below zone {figures['zone']:.0f}"
    if "mean_watts" in figures:
        text += f", at {figures['mean_watts']:.0f} W on average"
    return Note(f"{text}.", f"Block {figures['block']:.0f} slipped.", "warn", "alert")


SENTENCES: Mapping[str, Callable[[Figures], Note]] = {
    "best_since": _best_since,
    "share_in_target": _share_in_target,
    "held_zone": _held_zone,
    "block_slipped": _block_slipped,
}


def note(insight: workouts_pb2.Insight) -> Note | None:
    """The sentence of a fact; None for a kind that this version does not know."""
    make = SENTENCES.get(insight.kind)
    return make(insight.figures) if make else None
