"""Domain records as messages of the contract, without revisions, so that equal contents have equal bytes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from ctz.common.v1 import training_pb2
from ctz.peloton_sync.events.v1 import events_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from ctz_peloton_sync.domain.class_types import class_type_of
from ctz_peloton_sync.domain.classes import RideStub
from ctz_peloton_sync.domain.details import WorkoutDetail
from ctz_peloton_sync.domain.ftp import FTPKind, FTPReadingChoice
from ctz_peloton_sync.domain.graphs import Graph, Measure, Segment
from ctz_peloton_sync.domain.library import ClassDetail, ClassFacts
from ctz_peloton_sync.domain.series import second_deltas, value_deltas
from ctz_peloton_sync.domain.targets import TargetBlock
from ctz_peloton_sync.domain.workouts import WorkoutRow
from ctz_peloton_sync.store.ftp import Proposal

RECORDED = "workout.recorded.v1"
PERFORMANCE = "workout.performance.v1"
DELETED = "workout.deleted.v1"
CLASS_UPDATED = "class.updated.v1"
CONNECTION_CHANGED = "connection.changed.v1"
FTP_ACCEPTED = "ftp.accepted.v1"

CHART_STATES = {
    "due": pb.CHART_STATE_DUE,
    "fetched": pb.CHART_STATE_DUE,
    "on_open": pb.CHART_STATE_ON_OPEN,
    "missing": pb.CHART_STATE_NONE,
}
CONNECTION_STATES = {
    "active": pb.CONNECTION_STATE_ACTIVE,
    "reconnect": pb.CONNECTION_STATE_RECONNECT,
    "disconnected": pb.CONNECTION_STATE_DISCONNECTED,
}


METRIC_SOURCES: Mapping[str, training_pb2.MetricSource.ValueType] = {
    FTPKind.WORKOUT: training_pb2.METRIC_SOURCE_PELOTON_TEST,
    FTPKind.MANUAL: training_pb2.METRIC_SOURCE_PELOTON_MANUAL,
    FTPKind.ESTIMATED: training_pb2.METRIC_SOURCE_PELOTON_ESTIMATED,
}


def metric_source(kind: str) -> training_pb2.MetricSource.ValueType:
    """Where Peloton has an FTP from, in the contract's words; an unknown source counts as typed in."""
    return METRIC_SOURCES.get(kind, training_pb2.METRIC_SOURCE_PELOTON_MANUAL)


def timestamp(at: datetime | None) -> Timestamp | None:
    """A time of the contract."""
    if at is None:
        return None
    message = Timestamp()
    message.FromDatetime(at)
    return message


def recorded(
    row: WorkoutRow,
    *,
    workout_id: UUID,
    user_id: UUID,
    ride: RideStub,
    performance_state: str,
    detail: bytes | None,
) -> pb.WorkoutRecorded:
    """The summary of a workout, without revision."""
    message = pb.WorkoutRecorded(
        workout_id=str(workout_id),
        user_id=str(user_id),
        source="peloton",
        source_id=row.source_id,
        start_time=timestamp(row.start_time),
        end_time=timestamp(row.end_time),
        utc_offset_seconds=row.utc_offset_seconds,
        local_date=row.local_date.isoformat(),
        discipline=row.discipline,
        workout_type=row.workout_type,
        title=row.title,
        duration_seconds=row.duration_seconds,
        total_work_joules=row.total_work_joules,
        device_type=row.device_type,
        is_total_work_record=row.is_total_work_record,
        chart_state=CHART_STATES[performance_state],
    )
    set_ride(message, ride)
    if row.effort is not None:
        message.heart_rate_zone_seconds.extend(row.effort.zone_seconds)
        if row.effort.points is not None:
            message.effort_points = row.effort.points
    if detail is not None:
        message.detail.ParseFromString(detail)
    return message


def set_ride(message: pb.WorkoutRecorded, ride: RideStub) -> None:
    """Put the class into a summary; its title and length come before the workout's own, its type follows from both."""
    message.instructor = ride.instructor
    message.class_id = ride.class_id
    message.title = ride.title or message.title
    message.class_type = class_type_of(message.discipline, message.title)
    if ride.duration_seconds is not None:
        message.duration_seconds = ride.duration_seconds
    if ride.pedaling_start_offset_seconds is not None:
        message.pedaling_start_offset_seconds = ride.pedaling_start_offset_seconds


def detail_of(detail: WorkoutDetail) -> pb.WorkoutDetail:
    """What only the detail tells."""
    return pb.WorkoutDetail(
        source_ftp_watts=detail.ftp.watts,
        source_ftp_kind=detail.ftp.kind,
        has_paused=detail.has_paused,
        pause_seconds=detail.pause_seconds,
        leaderboard_rank=detail.leaderboard_rank,
        leaderboard_size=detail.leaderboard_size,
        movements=[
            pb.Movement(
                name=movement.name,
                repetitions=movement.repetitions,
                duration_seconds=movement.duration_seconds,
                weight_value=movement.weight_value,
                weight_unit=movement.weight_unit,
            )
            for movement in detail.movements
        ],
    )


def performance(graph: Graph, *, workout_id: UUID, user_id: UUID) -> pb.WorkoutPerformance:
    """Series, totals, averages and targets, without revision."""
    message = pb.WorkoutPerformance(
        workout_id=str(workout_id),
        user_id=str(user_id),
        second_deltas=second_deltas(graph.seconds),
        metrics=[
            pb.MetricSeries(
                slug=series.slug,
                display_name=series.display_name,
                unit=series.unit,
                scale=series.scale,
                value_deltas=value_deltas(series.values),
                average=series.average,
                maximum=series.maximum,
            )
            for series in graph.series
        ],
        averages=[_measure(measure) for measure in graph.averages],
        totals=[_measure(measure) for measure in graph.totals],
        targets=[_block(block) for block in graph.targets],
        pace_level=graph.pace_level,
    )
    _add_parts(message, graph)
    if graph.effort is not None:
        message.heart_rate_zone_seconds.extend(graph.effort.zone_seconds)
        if graph.effort.points is not None:
            message.effort_points = graph.effort.points
    return message


def _add_parts(message: pb.WorkoutPerformance, graph: Graph) -> None:
    _add_segments(message, graph.segments)
    for split in graph.splits:
        message.splits.add(
            distance=split.distance,
            distance_unit=split.distance_unit,
            seconds=split.seconds,
            elevation_change=split.elevation_change,
            elevation_unit=split.elevation_unit,
            is_best=split.is_best,
        )
    for band in graph.pace_bands:
        message.pace_bands.add(
            intensity=band.intensity,
            display_name=band.display_name,
            fast_seconds=band.fast_seconds,
            slow_seconds=band.slow_seconds,
        )


def _add_segments(message: pb.WorkoutPerformance | pb.ClassUpdated, segments: Sequence[Segment]) -> None:
    for segment in segments:
        message.segments.add(
            name=segment.name,
            start_seconds=segment.start_seconds,
            length_seconds=segment.length_seconds,
            metrics_type=segment.metrics_type,
        )


def class_updated(detail: ClassDetail) -> pb.ClassUpdated:
    """What Peloton says of a class on its own page, without revision."""
    message = _class_of(detail.facts)
    message.has_details = True
    message.targets.extend(_block(block) for block in detail.targets)
    message.averages.extend(_measure(measure) for measure in detail.averages)
    _add_segments(message, detail.segments)
    for song in detail.songs:
        message.songs.add(title=song.title, artists=song.artists, start_seconds=song.start_seconds)
    return message


def class_listed(facts: ClassFacts, known: pb.ClassUpdated | None) -> pb.ClassUpdated:
    """What the archive lists of a class, without revision; what its own page told before stays."""
    message = _class_of(facts)
    if known is not None and known.has_details:
        message.has_details = True
        message.is_power_zone |= known.is_power_zone
        message.is_ftp_test |= known.is_ftp_test
        message.instructor = message.instructor or known.instructor
        for name in ("targets", "averages", "segments", "songs"):
            getattr(message, name).extend(getattr(known, name))
        if not message.class_types:
            message.class_types.extend(known.class_types)
    return message


def _class_of(facts: ClassFacts) -> pb.ClassUpdated:
    ride = facts.ride
    return pb.ClassUpdated(
        class_id=ride.class_id,
        title=ride.title,
        discipline=ride.discipline,
        instructor=ride.instructor,
        duration_seconds=ride.duration_seconds,
        pedaling_start_offset_seconds=ride.pedaling_start_offset_seconds or 0,
        is_power_zone=ride.is_power_zone,
        is_ftp_test=facts.is_ftp_test,
        air_time=timestamp(facts.air_time),
        difficulty=facts.difficulty,
        class_types=facts.class_types,
        class_type=facts.class_type,
        language=facts.language,
        description=facts.description,
        liked_share=facts.liked_share,
        taken_count=facts.taken_count,
    )


def deleted(*, workout_id: UUID, user_id: UUID, revision: int, at: datetime) -> pb.WorkoutDeleted:
    """The source no longer has the workout."""
    return pb.WorkoutDeleted(
        workout_id=str(workout_id), user_id=str(user_id), revision=revision, delete_time=timestamp(at)
    )


def connection_changed(*, user_id: UUID, revision: int, state: str, reason: str) -> pb.ConnectionChanged:
    """A connection has a new state."""
    return pb.ConnectionChanged(user_id=str(user_id), revision=revision, state=CONNECTION_STATES[state], reason=reason)


def _measure(measure: Measure) -> training_pb2.Measure:
    return training_pb2.Measure(
        slug=measure.slug, value=measure.value, unit=measure.unit, display_name=measure.display_name
    )


def _block(block: TargetBlock) -> training_pb2.TargetBlock:
    return training_pb2.TargetBlock(
        start_seconds=block.start_seconds,
        end_seconds=block.end_seconds,
        segment_type=block.segment_type,
        ranges=[
            training_pb2.TargetRange(metric=each.metric, lower=each.lower, upper=each.upper) for each in block.ranges
        ],
    )


def ftp_accepted(user_id: UUID, accepted: Sequence[Proposal], reading: FTPReadingChoice) -> pb.FTPAccepted:
    """Values of the FTP history that the rider said yes to, in the reading that they chose."""

    def watts(proposal: Proposal) -> int:
        is_as_reported = reading is FTPReadingChoice.REPORTED and proposal.alternative_watts is not None
        return proposal.reported_watts if is_as_reported else proposal.proposed_watts

    return pb.FTPAccepted(
        user_id=str(user_id),
        values=[
            pb.AcceptedFTP(
                effective_time=timestamp(proposal.effective_time),
                watts=watts(proposal),
                source=metric_source(proposal.kind),
            )
            for proposal in accepted
        ],
    )
