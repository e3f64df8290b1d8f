"""Pairs of workouts side by side: where each is from, and what it has."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.times import instant
from ctz_gateway.present.activities import category_or_discipline, kind_icon
from ctz_gateway.viewmodels.duplicates import MergeRow, PairCard, Side
from ctz_gateway.words import clock_at_offset, day_month_year, duration, listing, measure, moment, thousands

SOURCES = {"peloton": "Peloton", "manual": "Entered by hand", "import": "From a file"}
SERIES = {
    "output": "power",
    "heart_rate": "heart rate",
    "cadence": "cadence",
    "resistance": "resistance",
    "speed": "speed",
    "pace": "pace",
    "altitude": "altitude",
    "incline": "incline",
}


def pair_card(pair: pb.Duplicate, *, is_metric: bool) -> PairCard:
    """A pair; the primary is the one that would be shown."""
    share = round(100 * pair.overlap_share)
    return PairCard(
        primary=side(pair.primary, is_metric=is_metric),
        other=side(pair.other, is_metric=is_metric),
        overlap_text="They overlap wholly" if share >= 100 else f"{share} % of the shorter one lies in the longer one",  # noqa: PLR2004 (percent)
    )


def merge_row(merge: pb.Merge, zone: ZoneInfo, at: datetime, *, is_metric: bool) -> MergeRow:
    """A merge."""
    return MergeRow(
        primary=side(merge.primary, is_metric=is_metric),
        beneath=[side(each, is_metric=is_metric) for each in merge.absorbed],
        when_text=moment(instant(merge.merge_time), zone, at),
    )


def side(member: pb.MergeMember, *, is_metric: bool) -> Side:
    """One workout, with what it has and a dash for what it has not."""
    workout = member.workout
    start = instant(workout.start_time)
    workout_id = workout.name.removeprefix("workouts/")
    return Side(
        id=workout_id,
        url=f"/{workout.name}",
        title=workout.title or category_or_discipline(workout.discipline) or "Workout",
        when_text=f"{day_month_year(datetime.fromisoformat(workout.local_date).date())}, "
        f"{clock_at_offset(start, workout.utc_offset_seconds)} to "
        f"{clock_at_offset(instant(member.end_time), workout.utc_offset_seconds)}",
        source_text=source_text(member),
        icon=kind_icon(workout.discipline),
        facts=list(_facts(member, is_metric=is_metric).items()),
    )


def source_text(member: pb.MergeMember) -> str:
    """`Peloton, home bike`, `From a file, Forerunner 255`."""
    device = member.device_type.replace("_", " ").strip()
    return ", ".join(part for part in (SOURCES.get(member.source, member.source.capitalize()), device) if part)


def _facts(member: pb.MergeMember, *, is_metric: bool) -> Mapping[str, str]:
    workout = member.workout

    def told(name: str, unit: str) -> str:
        return f"{thousands(getattr(workout, name))} {unit}" if workout.HasField(name) else "–"  # type: ignore[arg-type]

    has_distance = workout.HasField("distance") and workout.distance.value > 0
    distance = (
        measure(workout.distance.value, workout.distance.unit, is_metric=is_metric) if has_distance else ("–", "")
    )
    recorded = [SERIES.get(slug, slug.replace("_", " ")) for slug in member.series_slugs]
    return {
        "Length": duration(workout.duration_seconds) if workout.HasField("duration_seconds") else "–",
        "Mean power": told("mean_power_watts", "W"),
        "Work": told("work_kilojoules", "kJ"),
        "Mean heart rate": told("mean_heart_rate_bpm", "bpm"),
        "Distance": " ".join(distance).strip(),
        "Second by second": listing(recorded) or "–",
    }
