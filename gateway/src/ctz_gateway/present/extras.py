"""Parts of a workout's page that only some workouts have: music, heart-rate zones, pace bands, called ranges."""

from collections.abc import Sequence

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present import music, pace_bands
from ctz_gateway.present.pace_bands import PACE_INTENSITY
from ctz_gateway.present.tables import METRIC_NAMES
from ctz_gateway.viewmodels.workout import Extras, HeartZone, RangeShare
from ctz_gateway.words import duration

# Zones and paces are what the whole page is about.
TOLD_ELSEWHERE = frozenset({"power_zone", PACE_INTENSITY})
HEART_RANGES = ("under 65 %", "65–75 %", "75–85 %", "85–95 %", "from 95 %")


def extras(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Extras:
    """Everything of the workout that has a part of its own."""
    lent, off = view.borrowed_heart_rate, view.analysis.heart_rate_uncertain_seconds
    return Extras(
        songs=music.playlist(view),
        heart_zones=_heart_zones(view.heart_rate_zone_seconds),
        effort_text=f"{view.workout.effort_points:.0f} effort points" if view.workout.HasField("effort_points") else "",
        heart_text=f"Heart rate from {_recorder(lent)}" if lent.workout else "",
        heart_url=f"/{lent.workout}" if lent.workout else "",
        heart_note=f"up to {off} s off, since nobody knows where the pause was" if off else "",
        paces=pace_bands.lines(view, is_metric=is_metric),
        paces_text=pace_bands.source_text(view),
        shares=_shares(view),
        attempt_count=view.class_attempts,
        has_similar=bool(view.workout.class_type),
    )


def _recorder(lent: workouts_pb2.BorrowedHeartRate) -> str:
    """What recorded a heart rate: its device, else the title of that recording."""
    return lent.device_type.replace("_", " ").strip() or lent.title or "another recording"


def _heart_zones(seconds: Sequence[int]) -> Sequence[HeartZone]:
    total = sum(seconds)
    if not total or len(seconds) != len(HEART_RANGES):
        return ()
    return [
        HeartZone(number, ranged, duration(spent), round(100 * spent / total))
        for number, (ranged, spent) in enumerate(zip(HEART_RANGES, seconds, strict=True), start=1)
    ]


def _shares(view: workouts_pb2.WorkoutView) -> Sequence[RangeShare]:
    """How each called metric was followed, over all its blocks."""
    sums: dict[str, list[int]] = {}
    for result in view.analysis.blocks:
        if not result.block.ranges or result.block.ranges[0].metric in TOLD_ELSEWHERE:
            continue
        kept = sums.setdefault(result.block.ranges[0].metric, [0, 0, 0])
        for place, spent in enumerate((result.below_seconds, result.in_seconds, result.above_seconds)):
            kept[place] += spent
    return [
        RangeShare(METRIC_NAMES.get(metric, metric.replace("_", " ")).capitalize(), *kept)
        for metric, kept in sums.items()
        if sum(kept)
    ]
