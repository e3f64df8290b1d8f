"""The large figures of a workout's page, and the quiet pairs beneath."""

from collections.abc import Mapping, Sequence

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import analytics_pb2, workouts_pb2

from ctz_gateway.present import movements
from ctz_gateway.present.rows import absent
from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.viewmodels.training import Pair
from ctz_gateway.words import duration, measure, thousands, unit_word

AVERAGE_NAMES = {
    "avg_output": "Average output",
    "avg_cadence": "Average cadence",
    "avg_resistance": "Average resistance",
    "avg_speed": "Average speed",
    "avg_pace": "Average pace",
    "avg_incline": "Average incline",
    "avg_stroke_rate": "Average stroke rate",
    "avg_split_pace": "Average split",
}
TOTAL_NAMES = {
    "total_output": "Output",
    "distance": "Distance",
    "calories": "Calories",
    "elevation": "Elevation",
    "stroke_count": "Strokes",
    "duration": "Goal",
}


MOST_TILES = 6
FIRST_TOTALS = ("distance", "total_output")
LOAD_NOTES = {
    analytics_pb2.LOAD_SOURCE_HEART_RATE: "from heart rate",
    analytics_pb2.LOAD_SOURCE_PERCEIVED_EXERTION: "from your effort",
}
# Reasons that the rider can take away.
WITHIN_REACH = frozenset(
    {
        workouts_pb2.ABSENT_REASON_NO_HEART_RATE_THRESHOLDS,
        workouts_pb2.ABSENT_REASON_NO_PERCEIVED_EXERTION,
    }
)
LAST_TOTALS = ("elevation", "stroke_count", "calories")
FIRST_AVERAGES = ("avg_pace", "avg_split_pace", "avg_output")


def _by_slug(measures: Sequence[training.Measure]) -> Mapping[str, training.Measure]:
    return {measure.slug: measure for measure in measures}


def shown(label: str, found: training.Measure | None, *, is_metric: bool, reason: str) -> Figure:
    """A reported figure, or why there is none."""
    if found is None:
        return Figure(label, None, reason=reason)
    value, unit = measure(found.value, found.unit, is_metric=is_metric)
    return Figure(label, value, unit)


def power_tiles(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[Figure]:
    """In target, NP, load, intensity, heart rate, work."""
    return (
        _in_target(view.analysis),
        _normalized(view),
        _load(view.analysis),
        _intensity(view.analysis),
        heart(view),
        _work(view, is_metric=is_metric),
    )


def _in_target(analysis: workouts_pb2.Analysis) -> Figure:
    if not analysis.called_seconds:
        return Figure("In target", None, "%", reason=absent(analysis.target_absent_reason), how="targets")
    share = 100 * analysis.in_target_seconds / analysis.called_seconds
    note = f"{duration(analysis.in_target_seconds)} of {duration(analysis.called_seconds)} called"
    return Figure("In target", f"{share:.0f}", "%", note, how="targets")


def _normalized(view: workouts_pb2.WorkoutView) -> Figure:
    analysis = view.analysis
    average = _by_slug(view.averages).get("avg_output")
    note = f"average {average.value:.0f} W" if average is not None else ""
    if not analysis.HasField("normalized_power_watts"):
        return Figure("Normalized power", None, "W", note, absent(analysis.power_absent_reason), how="power")
    return Figure("Normalized power", f"{analysis.normalized_power_watts:.0f}", "W", note, how="power")


def _load(analysis: workouts_pb2.Analysis) -> Figure:
    if not analysis.HasField("training_stress_score"):
        reason = absent(analysis.ftp_absent_reason or analysis.power_absent_reason)
        return Figure("Load", None, "TSS", reason=reason, how="power")
    return Figure("Load", f"{analysis.training_stress_score:.0f}", "TSS", how="power")


def _intensity(analysis: workouts_pb2.Analysis) -> Figure:
    note = f"variability {analysis.variability_index:.2f}" if analysis.HasField("variability_index") else ""
    if not analysis.HasField("intensity_factor"):
        reason = absent(analysis.ftp_absent_reason or analysis.power_absent_reason)
        return Figure("Intensity", None, "of FTP", note, reason, how="power")
    return Figure("Intensity", f"{analysis.intensity_factor:.2f}", "of FTP", note, how="power")


def heart(view: workouts_pb2.WorkoutView) -> Figure:
    """Mean heart rate as reported, with the effort points."""
    note = f"{view.workout.effort_points:.0f} effort points" if view.workout.HasField("effort_points") else ""
    if not view.workout.HasField("mean_heart_rate_bpm"):
        return Figure("Heart rate", None, "bpm", note, "no heart rate recorded")
    return Figure("Heart rate", f"{view.workout.mean_heart_rate_bpm:.0f}", "bpm", note)


def _work(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Figure:
    totals, averages = _by_slug(view.totals), _by_slug(view.averages)
    told = (totals.get("distance"), averages.get("avg_cadence"))
    parts = [" ".join(measure(found.value, found.unit, is_metric=is_metric)) for found in told if found is not None]
    note = ", ".join(parts)
    if not view.workout.HasField("work_kilojoules"):
        return Figure("Work", None, "kJ", note, "no power recorded")
    return Figure("Work", thousands(view.workout.work_kilojoules), "kJ", note)


def other_tiles(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[Figure]:
    """What is known of any other workout, at most six figures that fit its kind; nothing that is not."""
    made = (
        *_kept(view),
        *_time(view),
        *movements.figures(view, is_metric=is_metric),
        *_reported(view, is_metric=is_metric),
        *_beats(view),
        *_any_load(view),
        *_more(view, is_metric=is_metric),
    )
    return made[:MOST_TILES]


def _kept(view: workouts_pb2.WorkoutView) -> Sequence[Figure]:
    """How what was called was followed."""
    if not view.analysis.called_seconds:
        return ()
    return (_in_target(view.analysis),)


def _any_load(view: workouts_pb2.WorkoutView) -> Sequence[Figure]:
    """The load, from power, else heart rate, else the rider's own effort; why there is none where one could be had."""
    if view.analysis.HasField("training_stress_score"):
        return (_load(view.analysis),)
    workout = view.workout
    if workout.HasField("load"):
        note = LOAD_NOTES.get(workout.load_source, "")
        return (Figure("Load", f"{workout.load:.0f}", "", note, how="load"),)
    if workout.load_absent_reason in WITHIN_REACH:
        return (Figure("Load", None, reason=absent(workout.load_absent_reason), how="load"),)
    return ()


def _time(view: workouts_pb2.WorkoutView) -> Sequence[Figure]:
    if not view.workout.HasField("duration_seconds"):
        return ()
    return (Figure("Time", duration(view.workout.duration_seconds)),)


def _reported(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[Figure]:
    """Distance, pace and work before the rest."""
    totals, averages = _by_slug(view.totals), _by_slug(view.averages)
    named = [(slug, AVERAGE_NAMES[slug], averages) for slug in FIRST_AVERAGES]
    named[:0] = [(slug, TOTAL_NAMES[slug], totals) for slug in FIRST_TOTALS]
    tiles = [shown(label, found[slug], is_metric=is_metric, reason="") for slug, label, found in named if slug in found]
    if view.workout.HasField("work_kilojoules") and view.workout.work_kilojoules and "total_output" not in totals:
        tiles.append(Figure("Output", thousands(view.workout.work_kilojoules), "kJ"))
    return tiles


def _more(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[Figure]:
    totals = _by_slug(view.totals)
    return [
        shown(TOTAL_NAMES[slug], totals[slug], is_metric=is_metric, reason="") for slug in LAST_TOTALS if slug in totals
    ]


def _beats(view: workouts_pb2.WorkoutView) -> Sequence[Figure]:
    if view.workout.HasField("mean_heart_rate_bpm"):
        return (heart(view),)
    if view.workout.HasField("effort_points"):
        return (Figure("Effort", f"{view.workout.effort_points:.0f}", "points", how="heart"),)
    return ()


def reported_pairs(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[Pair]:
    """Averages and totals as Peloton reports them, in the rider's units."""
    names = {**AVERAGE_NAMES, **TOTAL_NAMES}
    pairs = []
    for found in (*view.averages, *view.totals):
        value, unit = measure(found.value, found.unit, is_metric=is_metric)
        label = names.get(found.slug) or found.display_name or found.slug.replace("_", " ").capitalize()
        pairs.append(Pair(label, f"{value} {unit_word(unit)}".strip()))
    return pairs
