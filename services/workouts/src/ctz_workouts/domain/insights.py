"""Facts worth saying about a ride: each a kind with its figures, which the page words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ctz_workouts.domain.adherence import Adherence, BlockAdherence
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.power import BestEffort
from ctz_workouts.domain.targets import POWER_ZONE
from ctz_workouts.domain.zones import PowerZone

HELD_SHARE = 0.9
"""A block counts as held when at least this share of it lay in target."""
SLIPPED_SHARE = 0.5
"""A block counts as slipped when less than this share of it lay in target, most of the rest below."""
SHORTEST_TELLING_BLOCK_SECONDS = 30
SHORTEST_TELLING_EFFORT_SECONDS = 60
RECENT_DAYS = 90


class InsightKind(StrEnum):
    """Stable keys of the sentences."""

    SHARE_IN_TARGET = "share_in_target"
    HELD_ZONE = "held_zone"
    BLOCK_SLIPPED = "block_slipped"
    BEST_SINCE = "best_since"


@dataclass(frozen=True, slots=True)
class Insight:
    """One fact: the figures and words of its sentence, by name."""

    kind: InsightKind
    figures: Mapping[str, float]
    words: Mapping[str, str]


def facts_of(
    efforts: Sequence[BestEffort], adherence: Adherence | None, recent_bests: Mapping[int, float]
) -> tuple[Insight, ...]:
    """Return the facts behind stored efforts and adherence, most telling first.

    `recent_bests` is the best mean power by duration in seconds over the 90 days before the ride; a best is claimed
    only against durations that occur in it.
    """
    facts = [_best_since(efforts, recent_bests)]
    if adherence is not None:
        facts += [_share_in_target(adherence), _held_zone(adherence), _block_slipped(adherence)]
    return tuple(fact for fact in facts if fact is not None)


def _best_since(efforts: Sequence[BestEffort], recent: Mapping[int, float]) -> Insight | None:
    """Return the effort that beats the recent best by the largest share."""
    telling = [e for e in efforts if e.duration_seconds >= SHORTEST_TELLING_EFFORT_SECONDS]
    beaten = [(e, recent[e.duration_seconds]) for e in telling if 0 < recent.get(e.duration_seconds, 0) < e.watts]
    if not beaten:
        return None
    effort, before = max(beaten, key=lambda pair: pair[0].watts / pair[1])
    figures = {
        "duration_seconds": float(effort.duration_seconds),
        "start_seconds": float(effort.start_second),
        "watts": effort.watts,
        "watts_before": before,
        "days": float(RECENT_DAYS),
    }
    return Insight(InsightKind.BEST_SINCE, figures, {})


def _share_in_target(adherence: Adherence) -> Insight | None:
    share = adherence.kept.share_in
    if share is None:
        return None
    figures = {"share": share, "in_seconds": float(adherence.kept.in_seconds)}
    return Insight(InsightKind.SHARE_IN_TARGET, figures | {"called_seconds": float(adherence.kept.target_seconds)}, {})


def _held_zone(adherence: Adherence) -> Insight | None:
    """Return the hardest zone of which every block was held."""
    by_zone: dict[int, list[BlockAdherence]] = {}
    for block in _telling(adherence):
        by_zone.setdefault(_zone_of(block), []).append(block)
    held = [zone for zone, blocks in by_zone.items() if all(_share(block) >= HELD_SHARE for block in blocks)]
    if not held:
        return None
    zone = max(held)
    seconds = sum(block.kept.target_seconds for block in by_zone[zone])
    figures = {"zone": float(zone), "blocks": float(len(by_zone[zone])), "seconds": float(seconds)}
    return Insight(InsightKind.HELD_ZONE, figures, {"zone": PowerZone(zone).title})


def _block_slipped(adherence: Adherence) -> Insight | None:
    """Return the block that fell furthest below its target."""
    slipped = [
        (number, block)
        for number, block in enumerate(adherence.blocks, start=1)
        if block in _telling(adherence)
        and _share(block) < SLIPPED_SHARE
        and block.kept.below_seconds > block.kept.above_seconds
    ]
    if not slipped:
        return None
    number, block = min(slipped, key=lambda pair: _share(pair[1]))
    figures = {
        "block": float(number),
        "zone": float(_zone_of(block)),
        "share": _share(block),
        "below_seconds": float(block.kept.below_seconds),
        "first_second": float(block.first_second),
    }
    if not isinstance(block.mean, Absent):
        figures["mean_watts"] = block.mean
    return Insight(InsightKind.BLOCK_SLIPPED, figures, {"zone": PowerZone(_zone_of(block)).title})


def _telling(adherence: Adherence) -> list[BlockAdherence]:
    """Blocks that were recorded long enough to say something."""
    return [block for block in adherence.blocks if block.kept.target_seconds >= SHORTEST_TELLING_BLOCK_SECONDS]


def _share(block: BlockAdherence) -> float:
    return block.kept.share_in or 0.0


def _zone_of(block: BlockAdherence) -> int:
    called = block.block.range_of(POWER_ZONE)
    return int(called.lower) if called else 0
