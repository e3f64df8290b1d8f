"""One workout as its page shows it: what is known, and why the rest is not."""

from collections.abc import Sequence
from datetime import date

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.present import insights
from ctz_gateway.present.chart import zone_of
from ctz_gateway.present.extras import extras
from ctz_gateway.present.metrics import SOURCE_WORDS
from ctz_gateway.present.pace_bands import METRICS, number_of
from ctz_gateway.present.rider_words import FEELS
from ctz_gateway.present.rows import CHART_WORDS, KINDS, absent, discipline_name
from ctz_gateway.present.tables import IMPORT, tables
from ctz_gateway.present.tiles import other_tiles, power_tiles, reported_pairs
from ctz_gateway.present.zones import NAMES, range_text
from ctz_gateway.viewmodels.common import Note
from ctz_gateway.viewmodels.training import Block, ChartRef, Pair, Segment, WorkoutPage
from ctz_gateway.words import clock_at_offset, day_month, decimal, duration, full_day, plural

STORED = workouts_pb2.SERIES_STATE_STORED
COARSE_STEP_SECONDS = 1
SHOWN_EFFORTS_SECONDS = frozenset({60, 300, 1200})


def workout_page(view: workouts_pb2.WorkoutView, *, series_url: str, is_metric: bool) -> WorkoutPage:
    """The page of one workout; the Power Zone page only where power and an FTP give it zones."""
    workout, analysis = view.workout, view.analysis
    day = date.fromisoformat(workout.local_date)
    has_power = "output" in view.series_slugs and bool(analysis.zone_seconds)
    is_power_zone = workout.is_power_zone and workout.series_state == STORED and has_power
    chart = _chart(view, series_url) if workout.series_state == STORED and view.series_slugs else None
    return WorkoutPage(
        id=workout.name.removeprefix("workouts/"),
        title=workout.title,
        kind=KINDS.get(workout.discipline, "other"),
        discipline=discipline_name(workout.discipline),
        is_power_zone=is_power_zone,
        date_text=f"{full_day(day)}, {clock_at_offset(instant(workout.start_time), workout.utc_offset_seconds)}",
        short_date=day_month(day),
        instructor=workout.instructor,
        facts=_facts(view),
        ftp_text=_ftp_text(analysis),
        tiles=power_tiles(view, is_metric=is_metric) if is_power_zone else other_tiles(view, is_metric=is_metric),
        banners=_banners(view),
        chart=chart,
        chart_reason="" if chart else _chart_reason(view),
        zone_seconds=tuple(analysis.zone_seconds),
        zone_note=_zone_note(analysis),
        zone_reason=_zone_reason(analysis),
        blocks=_blocks(analysis),
        blocks_reason="" if analysis.blocks else absent(analysis.target_absent_reason),
        segments=_segments(view),
        tables=tables(view, is_metric=is_metric),
        insights=[shown for shown in map(insights.note, view.insights) if shown is not None],
        pairs=(*_derived_pairs(view), *reported_pairs(view, is_metric=is_metric)),
        note_text=view.notes,
        # What is known of a class tells its length; before that the library does not have it.
        class_id=view.class_id if view.HasField("class_duration_seconds") else "",
        extras=extras(view, is_metric=is_metric),
    )


def _facts(view: workouts_pb2.WorkoutView) -> Sequence[str]:
    facts = []
    workout = view.workout
    if workout.HasField("duration_seconds"):
        facts.append(duration(workout.duration_seconds))
    if view.class_attempts > 1:
        facts.append(f"taken {view.class_attempts} times")
    if view.HasField("class_difficulty"):
        facts.append(f"difficulty {view.class_difficulty:.1f} of 10")
    if view.HasField("pace_level"):
        facts.append(f"level {view.pace_level}")
    return facts


def _ftp_text(analysis: workouts_pb2.Analysis) -> str:
    if not analysis.HasField("ftp_watts"):
        return ""
    source = SOURCE_WORDS.get(analysis.ftp_source, "")
    since = day_month(instant(analysis.ftp_effective_time).date()) if analysis.HasField("ftp_effective_time") else ""
    detail = ", ".join(part for part in (source, since) if part)
    return f"FTP then {analysis.ftp_watts:.0f} W ({detail})" if detail else f"FTP then {analysis.ftp_watts:.0f} W"


def _chart(view: workouts_pb2.WorkoutView, series_url: str) -> ChartRef:
    analysis = view.analysis
    zone_blocks = [result for result in analysis.blocks if zone_of(result.block)]
    pace_blocks = [result for result in analysis.blocks if number_of(view, result.block)]
    return ChartRef(
        series_url=series_url,
        summary=_summary(view, len(zone_blocks or pace_blocks)),
        has_power="output" in view.series_slugs and bool(analysis.zone_seconds),
        has_targets=bool(zone_blocks or pace_blocks),
        has_paces=bool(view.pace_targets) and not METRICS.keys().isdisjoint(view.series_slugs),
    )


def _summary(view: workouts_pb2.WorkoutView, block_count: int) -> str:
    analysis = view.analysis
    parts = [_recorded(analysis)]
    if analysis.HasField("normalized_power_watts"):
        parts.append(f"normalized power {analysis.normalized_power_watts:.0f} W")
    if block_count and analysis.called_seconds:
        share = 100 * analysis.in_target_seconds / analysis.called_seconds
        parts.append(f"{plural(block_count, 'called block')}, {share:.0f} % of their time in target")
    if analysis.gaps:
        parts.append(plural(len(analysis.gaps), "gap"))
    return ", ".join(parts) + "."


def _recorded(analysis: workouts_pb2.Analysis) -> str:
    """How much time the samples stand for; samples far apart do not tell."""
    if analysis.recorded_seconds:
        return f"{duration(analysis.recorded_seconds)} recorded"
    return f"one value every {analysis.step_seconds:g} s" if analysis.step_seconds else "a single value"


def _chart_reason(view: workouts_pb2.WorkoutView) -> str:
    if view.workout.series_state == STORED:
        return "There is a chart without any values."
    if view.workout.series_state == workouts_pb2.SERIES_STATE_ON_OPEN:
        return "The chart is being fetched now. Reload the page in a minute."
    return CHART_WORDS.get(view.workout.series_state, "No chart for this workout") + "."


def _banners(view: workouts_pb2.WorkoutView) -> Sequence[Note]:
    analysis, banners = view.analysis, []
    if analysis.step_seconds > COARSE_STEP_SECONDS:
        banners.append(_coarse_banner(view))
    if analysis.power_absent_reason == workouts_pb2.ABSENT_REASON_UNSPECIFIED and (
        analysis.ftp_absent_reason == workouts_pb2.ABSENT_REASON_NO_FTP
    ):
        text = "Add the FTP of that time on your profile, and intensity, load and zones are computed."
        banners.append(Note(text, "No FTP was in force on that day.", "warn", "alert", "/profile/", "Add an FTP"))
    if view.HasField("ftp_test"):
        banners.append(_test_banner(view))
    if view.HasField("chosen_targets") and analysis.blocks:
        banners.append(_chosen_banner(view))
    if view.is_hidden:
        banners.append(Note("Lists and totals leave it out.", "You hid this workout.", "plain", "info"))
    return banners


def _coarse_banner(view: workouts_pb2.WorkoutView) -> Note:
    """Why what needs every second is left out: Peloton thins a series by maxima, a device by leaving points out."""
    every = f"One value every {view.analysis.step_seconds:g} s"
    if view.workout.source == IMPORT:
        text = f"{every}. NP, TSS, zone times and best efforts cannot be told from it and are left out."
    else:
        text = (
            f"{every}, each the highest of its window. The chart and Peloton’s totals are shown; NP, TSS, zone times "
            "and best efforts would be too high and are left out."
        )
    return Note(text, "A coarse recording.", "plain", "info")


def _test_banner(view: workouts_pb2.WorkoutView) -> Note:
    """The result of an FTP test, and the way to take it over."""
    test = view.ftp_test
    told = f"{test.mean_power_watts:.0f} W on average, 95 % of it is {test.ftp_watts} W."
    if test.is_accepted:
        return Note(told, "An FTP test, taken over.", "good", "check", "/computed#ftp", "How is this computed?")
    link = f"/{view.workout.name}/ftp-test"
    return Note(told, "This was an FTP test.", "accent", "info", link, "See what would change")


def _chosen_banner(view: workouts_pb2.WorkoutView) -> Note:
    """That a rider's targets judge the workout, and not Peloton's."""
    chosen = view.chosen_targets
    named = f"“{chosen.title}”, as you chose it" if chosen.title else "A copy of what you chose, no longer shared"
    title = "Targets that you recorded." if chosen.is_own else "Targets that a rider recorded."
    link = f"/classes/{view.class_id}/targets"
    text = f"{named}. Peloton publishes none for this class."
    return Note(text, title, "plain", "info", link, "Recorded targets of the class")


def _zone_note(analysis: workouts_pb2.Analysis) -> str:
    parts = [_recorded(analysis)]
    if analysis.HasField("pause_seconds"):
        parts.append(f"paused {analysis.pause_seconds} s, place unknown")
    lost = sum(gap.end_seconds - gap.start_seconds - 1 for gap in analysis.gaps)
    if lost:
        parts.append(f"{lost} s missing in {plural(len(analysis.gaps), 'gap')}")
    if analysis.interpolated_seconds:
        parts.append(f"{analysis.interpolated_seconds} s filled between neighbours")
    if len(parts) == 1 and analysis.recorded_seconds:
        parts.append("no pauses")
    return ", ".join(parts)


def _blocks(analysis: workouts_pb2.Analysis) -> Sequence[Block]:
    return [_block(result, analysis) for result in analysis.blocks if zone_of(result.block)]


def _block(result: workouts_pb2.BlockResult, analysis: workouts_pb2.Analysis) -> Block:
    zone = zone_of(result.block)
    return Block(
        start_seconds=result.start_seconds,
        length_seconds=result.block.end_seconds - result.block.start_seconds + 1,
        zone=zone,
        zone_name=NAMES[zone - 1],
        target_text=range_text(zone, analysis.ftp_watts) if analysis.HasField("ftp_watts") else f"zone {zone}",
        average_watts=round(result.mean_power_watts) if result.HasField("mean_power_watts") else None,
        heart_rate=round(result.mean_heart_rate_bpm) if result.HasField("mean_heart_rate_bpm") else None,
        below_seconds=result.below_seconds,
        in_seconds=result.in_seconds,
        above_seconds=result.above_seconds,
    )


def _zone_reason(analysis: workouts_pb2.Analysis) -> str:
    """Why there is no time in zone; nothing where nobody expects one."""
    reason = analysis.ftp_absent_reason or analysis.power_absent_reason
    if analysis.zone_seconds or reason == workouts_pb2.ABSENT_REASON_NOT_APPLICABLE:
        return ""
    return absent(reason)


def _segments(view: workouts_pb2.WorkoutView) -> Sequence[Segment]:
    return [
        Segment(duration(segment.start_seconds), duration(segment.length_seconds), segment.name)
        for segment in view.segments
    ]


def _derived_pairs(view: workouts_pb2.WorkoutView) -> Sequence[Pair]:
    analysis, pairs = view.analysis, []
    if "output" in view.series_slugs:
        is_steady = analysis.HasField("decoupling")
        pairs.append(
            Pair(
                "Decoupling",
                f"{decimal(100 * analysis.decoupling, 1)} %" if is_steady else "not a steady ride",
                not is_steady,
                "decoupling",
            )
        )
    pairs.extend(
        Pair(f"Best {duration(effort.duration_seconds)}", f"{effort.mean_power_watts:.0f} W", how="power")
        for effort in analysis.best_efforts
        if effort.duration_seconds in SHOWN_EFFORTS_SECONDS
    )
    if view.HasField("detail") and view.detail.HasField("leaderboard_rank"):
        size = f" of {view.detail.leaderboard_size:,}" if view.detail.HasField("leaderboard_size") else ""
        pairs.append(Pair("Ranked", f"{view.detail.leaderboard_rank:,}{size}"))
    if view.HasField("perceived_exertion"):
        pairs.append(Pair("Your effort", f"{view.perceived_exertion} of 10"))
    if view.HasField("feel"):
        pairs.append(Pair("You felt", FEELS[view.feel]))
    return pairs
