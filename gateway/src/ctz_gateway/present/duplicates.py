"""Pairs of workouts side by side: where each is from, and what it has."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.times import instant
from ctz_gateway.present.activities import category_or_discipline, kind_icon
from ctz_gateway.viewmodels.duplicates import CertainRow, MergeRow, PairCard, Side
from ctz_gateway.words import clock_at_offset, day_month_year, duration, listing, measure, moment, thousands

SOURCES = {"peloton": "Peloton", "manual": "Entered by hand", "import": "From a file"}
NOTHING = "–"
AT_ONCE_SECONDS = 5
WHOLE_PERCENT = 97
HEART_RATE = "heart_rate"
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
    primary, other = side(pair.primary, is_metric=is_metric), side(pair.other, is_metric=is_metric)
    told = [name for (name, one), (_, two) in zip(primary.facts, other.facts, strict=True) if not one == two == NOTHING]
    return PairCard(
        primary=replace(primary, facts=[fact for fact in primary.facts if fact[0] in told]),
        other=replace(other, facts=[fact for fact in other.facts if fact[0] in told]),
        overlap_text=_overlap_text(pair),
        gain_text=_gain_text(pair),
    )


def certain_row(pair: pb.Duplicate) -> CertainRow:
    """A pair that is certain."""
    stays = side(pair.primary, is_metric=True)
    length = pair.other.workout.duration_seconds
    return CertainRow(
        url=stays.url,
        title=stays.title,
        when_text=stays.when_text,
        icon=stays.icon,
        source_text=stays.source_text,
        other_text=f"{pair.other.workout.title or stays.title}, {_mid_sentence(source_text(pair.other))}"
        + (f", {duration(length)}" if length else ""),
    )


def _overlap_text(pair: pb.Duplicate) -> str:
    """When the two ran, as a rider would say it."""
    first, second = (instant(each.workout.start_time) for each in (pair.primary, pair.other))
    apart = abs(round((first - second).total_seconds()))
    began = "Started at the same time" if apart <= AT_ONCE_SECONDS else f"Started {duration(apart)} apart"
    share = round(100 * pair.overlap_share)
    return began if share >= WHOLE_PERCENT else f"{began}, and ran together for {share} % of the shorter one"


def _gain_text(pair: pb.Duplicate) -> str:
    """What the one that stays would show of the other."""
    if HEART_RATE in pair.primary.series_slugs or HEART_RATE not in pair.other.series_slugs:
        return ""
    what = "ride" if pair.primary.workout.discipline == "cycling" else "workout"
    return f"Merge them, and the {what} shows this heart rate too."


def _mid_sentence(text: str) -> str:
    return text if text.startswith("Peloton") else text[:1].lower() + text[1:]


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
        return f"{thousands(getattr(workout, name))} {unit}" if workout.HasField(name) else NOTHING  # type: ignore[arg-type]

    has_distance = workout.HasField("distance") and workout.distance.value > 0
    distance = (
        measure(workout.distance.value, workout.distance.unit, is_metric=is_metric) if has_distance else (NOTHING, "")
    )
    recorded = [SERIES.get(slug, slug.replace("_", " ")) for slug in member.series_slugs]
    return {
        "Length": duration(workout.duration_seconds) if workout.HasField("duration_seconds") else NOTHING,
        "Mean power": told("mean_power_watts", "W"),
        "Work": told("work_kilojoules", "kJ"),
        "Mean heart rate": told("mean_heart_rate_bpm", "bpm"),
        "Distance": " ".join(distance).strip(),
        "Charts": listing(recorded) or NOTHING,
    }
