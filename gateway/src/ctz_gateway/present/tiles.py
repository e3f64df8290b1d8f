"""The large figures of a workout's page, and the quiet pairs beneath."""

from collections.abc import Mapping, Sequence

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2

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
        return Figure("In target", None, "%", reason=absent(analysis.target_absent_reason))
    share = 100 * analysis.in_target_seconds / analysis.called_seconds
    note = f"{duration(analysis.in_target_seconds)} of {duration(analysis.called_seconds)} called"
    return Figure("In target", f"{share:.0f}", "%", note)


def _normalized(view: workouts_pb2.WorkoutView) -> Figure:
    analysis = view.analysis
    average = _by_slug(view.averages).get("avg_output")
    note = f"average {average.value:.0f} W" if average is not None else ""
    if not analysis.HasField("normalized_power_watts"):
        return Figure("Normalized power", None, "W", note, absent(analysis.power_absent_reason))
    return Figure("Normalized power", f"{analysis.normalized_power_watts:.0f}", "W", note)


def _load(analysis: workouts_pb2.Analysis) -> Figure:
    if not analysis.HasField("training_stress_score"):
        return Figure("Load", None, "TSS", reason=absent(analysis.ftp_absent_reason or analysis.power_absent_reason))
    return Figure("Load", f"{analysis.training_stress_score:.0f}", "TSS")


def _intensity(analysis: workouts_pb2.Analysis) -> Figure:
    note = f"variability {analysis.variability_index:.2f}" if analysis.HasField("variability_index") else ""
    if not analysis.HasField("intensity_factor"):
        reason = absent(analysis.ftp_absent_reason or analysis.power_absent_reason)
        return Figure("Intensity", None, "of FTP", note, reason)
    return Figure("Intensity", f"{analysis.intensity_factor:.2f}", "of FTP", note)


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
    """What is known of any other workout, at most six figures; nothing that is not."""
    workout = view.workout
    tiles = []
    if workout.HasField("duration_seconds"):
        tiles.append(Figure("Time", duration(workout.duration_seconds)))
    for slug, found in _by_slug(view.totals).items():
        if slug in TOTAL_NAMES and slug != "duration":
            tiles.append(shown(TOTAL_NAMES[slug], found, is_metric=is_metric, reason=""))
    if workout.HasField("work_kilojoules") and workout.work_kilojoules and "total_output" not in _by_slug(view.totals):
        tiles.append(Figure("Output", thousands(workout.work_kilojoules), "kJ"))
    if workout.HasField("mean_heart_rate_bpm"):
        tiles.append(heart(view))
    elif workout.HasField("effort_points"):
        tiles.append(Figure("Effort", f"{workout.effort_points:.0f}", "points"))
    if view.analysis.HasField("training_stress_score"):
        tiles.append(_load(view.analysis))
    return tiles[:6]


def reported_pairs(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[Pair]:
    """Averages and totals as Peloton reports them, in the rider's units."""
    names = {**AVERAGE_NAMES, **TOTAL_NAMES}
    pairs = []
    for found in (*view.averages, *view.totals):
        value, unit = measure(found.value, found.unit, is_metric=is_metric)
        label = names.get(found.slug) or found.display_name or found.slug.replace("_", " ").capitalize()
        pairs.append(Pair(label, f"{value} {unit_word(unit)}".strip()))
    return pairs
