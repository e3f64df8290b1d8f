"""An analysis as it is stored and told: the contract's `Analysis`, and why figures are absent in its words."""

from collections.abc import Iterator, Sequence

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_workouts.domain.adherence import Adherence, BlockAdherence, Kept
from ctz_workouts.domain.analysis import Analysis, HeartRateFigures, PowerFigures
from ctz_workouts.domain.figures import Absent, AbsentReason, Figure
from ctz_workouts.domain.heart_rate import effort_points
from ctz_workouts.domain.lending import Lent
from ctz_workouts.domain.power import BestEffort
from ctz_workouts.domain.targets import POWER_ZONE, TargetBlock, TargetRange

REASONS = {
    AbsentReason.NO_SERIES: pb.ABSENT_REASON_NO_SERIES,
    AbsentReason.COARSE_SERIES: pb.ABSENT_REASON_COARSE_SERIES,
    AbsentReason.NO_POWER: pb.ABSENT_REASON_NO_POWER,
    AbsentReason.NOT_CYCLING: pb.ABSENT_REASON_NOT_APPLICABLE,
    AbsentReason.TOO_SHORT: pb.ABSENT_REASON_TOO_SHORT,
    AbsentReason.ZERO_POWER: pb.ABSENT_REASON_NO_POWER,
    AbsentReason.NO_FTP: pb.ABSENT_REASON_NO_FTP,
    AbsentReason.NO_TARGETS: pb.ABSENT_REASON_NO_TARGETS,
    AbsentReason.NO_PACE_LEVEL: pb.ABSENT_REASON_NO_PACE_LEVEL,
    AbsentReason.NO_PACE: pb.ABSENT_REASON_NO_PACE,
    AbsentReason.TARGETS_NOT_REACHED: pb.ABSENT_REASON_TOO_SHORT,
}
NOT_ABSENT = pb.ABSENT_REASON_UNSPECIFIED


def number(figure: Figure) -> float | None:
    """The number, or none where there is a reason instead."""
    return None if isinstance(figure, Absent) else figure


def reason(figure: object) -> "pb.AbsentReason.ValueType":
    """Why a figure is absent, in the words of the contract."""
    return REASONS[figure.reason] if isinstance(figure, Absent) else NOT_ABSENT


def main_adherence(analysis: Analysis) -> Adherence | Absent:
    """What "in target" means for a workout: zones, else paces, else the range that was called longest."""
    for found in (analysis.zone_adherence, analysis.pace_adherence):
        if isinstance(found, Adherence):
            return found
    if analysis.range_adherences:
        return max(analysis.range_adherences, key=lambda found: found.kept.target_seconds)
    reasons = (analysis.zone_adherence, analysis.pace_adherence)
    told = [found for found in reasons if isinstance(found, Absent) and found.reason is not AbsentReason.NO_TARGETS]
    return told[0] if told else Absent(AbsentReason.NO_TARGETS)


def target_share(analysis: Analysis) -> float | None:
    """Share of called time in target, 0 to 1."""
    found = main_adherence(analysis)
    return found.kept.share_in if isinstance(found, Adherence) else None


def told(analysis: Analysis, lent: Lent | None = None) -> pb.Analysis:
    """An analysis in the form of the contract, which is the stored one too."""
    power, recording = analysis.power, analysis.recording
    message = pb.Analysis(
        ftp_watts=analysis.ftp_watts_used if uses_ftp(analysis) else None,
        normalized_power_watts=number(power.normalized_watts),
        intensity_factor=number(power.intensity_factor),
        training_stress_score=number(power.training_stress),
        variability_index=number(power.variability_index),
        work_kilojoules=number(power.work_kilojoules),
        decoupling=number(power.decoupling),
        zone_seconds=() if isinstance(power.zone_seconds, Absent) else power.zone_seconds,
        best_efforts=_efforts(power),
        recorded_seconds=recording.ridden_seconds or 0,
        interpolated_seconds=recording.interpolated_seconds,
        gaps=[
            pb.Gap(start_seconds=hole.first_second - 1, end_seconds=hole.last_second + 1) for hole in recording.dropouts
        ],
        step_seconds=recording.step_seconds or 0.0,
        pause_seconds=recording.pause.seconds if recording.pause else None,
        power_absent_reason=reason(power.normalized_watts),
        ftp_absent_reason=reason(power.training_stress),
    )
    _tell_targets(message, analysis)
    _tell_beats(message, analysis.heart_rate, lent)
    return message


def uses_ftp(analysis: Analysis) -> bool:
    """Whether any figure or bar depends on the FTP: where there is usable power from a bike."""
    return not isinstance(analysis.power.mean_watts, Absent)


def _efforts(power: PowerFigures) -> Sequence[pb.BestEffort]:
    if isinstance(power.best_efforts, Absent):
        return ()
    return [
        pb.BestEffort(
            duration_seconds=effort.duration_seconds, mean_power_watts=effort.watts, start_seconds=effort.start_second
        )
        for effort in power.best_efforts
    ]


def _tell_beats(message: pb.Analysis, beats: HeartRateFigures, lent: Lent | None) -> None:
    if not isinstance(beats.zone_seconds, Absent):
        message.heart_rate_zone_seconds[:] = beats.zone_seconds
        message.effort_points = effort_points(beats.zone_seconds)
    if lent is None:
        return
    message.heart_rate_uncertain_seconds = lent.uncertain_seconds
    if not isinstance(beats.mean_bpm, Absent):
        message.mean_heart_rate_bpm = beats.mean_bpm
    if not isinstance(beats.maximum_bpm, Absent):
        message.maximum_heart_rate_bpm = beats.maximum_bpm


def _tell_targets(message: pb.Analysis, analysis: Analysis) -> None:
    main = main_adherence(analysis)
    if isinstance(main, Adherence):
        message.in_target_seconds = main.kept.in_seconds
        message.above_target_seconds = main.kept.above_seconds
        message.below_target_seconds = main.kept.below_seconds
        message.called_seconds = main.kept.target_seconds
    else:
        message.target_absent_reason = reason(main)
    judged = (analysis.zone_adherence, analysis.pace_adherence, *analysis.range_adherences)
    for adherence in judged:
        if isinstance(adherence, Adherence):
            message.blocks.extend(_results(adherence))


def _results(adherence: Adherence) -> Iterator[pb.BlockResult]:
    """Blocks with the range that was judged; a block that calls two metrics is told once for each."""
    for result in adherence.blocks:
        called = result.block.range_of(adherence.metric)
        block = training.TargetBlock(
            start_seconds=result.block.start_second,
            end_seconds=result.block.end_second,
            segment_type=result.block.segment_type,
        )
        if called is not None:
            block.ranges.add(metric=called.metric, lower=called.lower, upper=called.upper)
        mean = number(result.mean)
        is_power = adherence.metric == POWER_ZONE
        yield pb.BlockResult(
            block=block,
            start_seconds=result.first_second,
            recorded_seconds=result.kept.target_seconds,
            in_seconds=result.kept.in_seconds,
            above_seconds=result.kept.above_seconds,
            below_seconds=result.kept.below_seconds,
            mean_power_watts=mean if is_power else None,
            mean_heart_rate_bpm=number(result.mean_heart_rate_bpm),
            mean_value=None if is_power else mean,
        )


def best_efforts(stored: pb.Analysis) -> tuple[BestEffort, ...]:
    """The best efforts of a stored analysis, as the domain speaks of them."""
    efforts = stored.best_efforts
    return tuple(BestEffort(one.duration_seconds, one.mean_power_watts, one.start_seconds) for one in efforts)


def zone_adherence(stored: pb.Analysis) -> Adherence | None:
    """How a stored analysis kept to called zones; none when no zone was judged."""
    blocks = tuple(_block(one) for one in stored.blocks if [r.metric for r in one.block.ranges] == [POWER_ZONE])
    if not blocks:
        return None
    kept = Kept(stored.in_target_seconds, stored.above_target_seconds, stored.below_target_seconds)
    return Adherence(POWER_ZONE, kept, blocks)


def _block(stored: pb.BlockResult) -> BlockAdherence:
    ranges = tuple(TargetRange(one.metric, one.lower, one.upper) for one in stored.block.ranges)
    block = TargetBlock(stored.block.start_seconds, stored.block.end_seconds, ranges, stored.block.segment_type)
    missing, no_beats = Absent(AbsentReason.TARGETS_NOT_REACHED), Absent(AbsentReason.NO_HEART_RATE)
    return BlockAdherence(
        block,
        stored.start_seconds,
        Kept(stored.in_seconds, stored.above_seconds, stored.below_seconds),
        stored.mean_power_watts if stored.HasField("mean_power_watts") else missing,
        stored.mean_heart_rate_bpm if stored.HasField("mean_heart_rate_bpm") else no_beats,
    )
