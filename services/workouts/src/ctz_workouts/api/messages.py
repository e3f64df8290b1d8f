"""Stored workouts as messages of the contract."""

from collections.abc import Sequence
from typing import Any

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis import resource_name
from ctz_workouts.app.preview import Preview
from ctz_workouts.app.reading import ToldSeries
from ctz_workouts.domain.stacks import Span
from ctz_workouts.store.archive import ArchiveHead
from ctz_workouts.store.calendar import CalendarDay
from ctz_workouts.store.periods import PeriodTotals
from ctz_workouts.store.tallies import MONTH
from ctz_workouts.store.terms import CLASS_TYPE, DISCIPLINE, INSTRUCTOR, SOURCE, TAG
from ctz_workouts.store.vocabulary import Meaning

COLLECTION = "workouts"
MOST_INSTRUCTORS = MOST_TAGS = 100


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def workout(row: Any) -> pb.Workout:
    """A workout as lists show it, from its row or from the columns that a page reads."""
    reported_work = row.total_work_joules / 1000 if row.total_work_joules is not None else None
    seconds = row.ridden_seconds if row.ridden_seconds is not None else row.reported_seconds
    message = pb.Workout(
        name=resource_name.format(COLLECTION, row.workout_id),
        utc_offset_seconds=row.utc_offset_seconds,
        local_date=row.local_date.isoformat(),
        discipline=row.discipline,
        workout_type=row.workout_type,
        title=row.title,
        instructor=row.instructor,
        duration_seconds=seconds,
        # A list that says 0 joules says less than a graph with a total.
        work_kilojoules=_first(reported_work or None, row.graph_work_kilojoules, reported_work),
        mean_power_watts=row.mean_power_watts,
        normalized_power_watts=row.normalized_power_watts,
        training_stress_score=row.training_stress_score,
        target_share=row.target_share,
        effort_points=_first(row.effort_points, row.graph_effort_points),
        mean_heart_rate_bpm=row.mean_heart_rate_bpm,
        series_state=row.series_state,
        thumbnail_heights=row.thumbnail_heights,
        thumbnail_zones=row.thumbnail_zones,
        power_absent_reason=row.power_absent_reason,
        is_power_zone=row.is_power_zone,
        is_total_work_record=row.is_total_work_record,
        zone_seconds=row.zone_seconds,
        tags=row.tags,
        class_type=row.class_type,
        source=row.source,
        load=row.load,
        load_source=row.load_source,
        load_absent_reason=row.load_absent_reason,
    )
    message.start_time.FromDatetime(row.start_time)
    if row.distance is not None:
        message.distance.CopyFrom(
            training.Measure(
                slug="distance", value=row.distance, unit=row.distance_unit, display_name=row.distance_name
            )
        )
    return message


def listed(row: Any) -> pb.Workout:
    """A workout with what lists tell of the rider's words."""
    message = workout(row)
    message.notes_excerpt, message.revision = row.notes_excerpt, row.revision
    return message


def stack(spans: Sequence[Span]) -> pb.Stack:
    """Workouts that are one session."""
    message = pb.Stack(
        workouts=[resource_name.format(COLLECTION, span.workout_id) for span in spans],
        duration_seconds=round(sum((span.end - span.start).total_seconds() for span in spans)),
    )
    message.start_time.FromDatetime(spans[0].start)
    message.end_time.FromDatetime(max(span.end for span in spans))
    return message


def correction(meaning: Meaning) -> pb.Correction:
    """What a word of a query was taken for."""
    return pb.Correction(typed=meaning.typed, words=meaning.words)


def calendar_day(day: CalendarDay) -> pb.CalendarDay:
    """A day with the first of its workouts."""
    return pb.CalendarDay(
        date=day.date.isoformat(),
        workout_count=day.workout_count,
        duration_seconds=day.duration_seconds,
        load=day.load,
        workouts=[
            pb.CalendarWorkout(
                name=resource_name.format(COLLECTION, row.workout_id),
                title=row.title,
                discipline=row.discipline,
                duration_seconds=row.seconds,
                is_power_zone=row.is_power_zone,
            )
            for row in day.rows
        ],
    )


def series(told: ToldSeries) -> pb.Series:
    """Points of a chart; a bucket's value is its mean."""
    chart = told.chart
    heads = {metric.slug: metric for metric in told.reported.metrics}
    message = pb.Series(
        seconds=chart.seconds.tolist(),
        gaps=[pb.Gap(start_seconds=start, end_seconds=end) for start, end in told.gaps],
        sample_count=told.sample_count,
    )
    for metric in chart.metrics:
        head = heads.get(metric.slug, peloton.MetricSeries())
        message.metrics.add(
            slug=metric.slug,
            display_name=head.display_name,
            unit=metric.unit,
            values=metric.mean.tolist(),
            average=head.average if head.HasField("average") else None,
            maximum=head.maximum if head.HasField("maximum") else None,
        )
    if told.w_prime is not None:
        model = told.w_prime.model
        message.w_prime.critical_power_watts = model.watts
        message.w_prime.w_prime_joules = model.w_prime_joules
        message.w_prime.effort_count = model.efforts
        message.w_prime.lowest_joules = told.w_prime.lowest_joules
        message.w_prime.lowest_second = told.w_prime.lowest_second
    return message


def period(totals: PeriodTotals) -> pb.PeriodTotal:
    """Totals of a period."""
    return pb.PeriodTotal(
        start_date=totals.start.isoformat(),
        end_date=totals.end.isoformat(),
        workout_count=totals.workout_count,
        duration_seconds=totals.duration_seconds,
        work_kilojoules=totals.work_kilojoules,
        training_stress_score=totals.training_stress_score,
        scored_count=totals.scored_count,
        zone_seconds=totals.zone_seconds,
        load=totals.load,
        loaded_count=totals.loaded_count,
        session_count=totals.session_count,
        session_seconds=totals.session_seconds,
    )


def archive(head: ArchiveHead) -> pb.Archive:
    """How much of the archive is here."""
    months = sorted((row for row in head.tallies if row.kind == MONTH), key=lambda row: row.value)
    return pb.Archive(
        workout_count=sum(row.workout_count for row in months),
        chartable_count=sum(row.chartable_count for row in months),
        charted_count=sum(row.charted_count for row in months),
        analyzed_count=sum(row.analyzed_count for row in months),
        recomputing_count=head.recomputing_count,
        months=[
            pb.ArchiveMonth(
                month=row.value,
                workout_count=row.workout_count,
                chartable_count=row.chartable_count,
                charted_count=row.charted_count,
            )
            for row in months
        ],
        disciplines=_facets(head.tallies, DISCIPLINE),
        instructors=_facets(head.tallies, INSTRUCTOR)[:MOST_INSTRUCTORS],
        oldest_date=head.oldest.isoformat() if head.oldest is not None else "",
        tags=_facets(head.tallies, TAG)[:MOST_TAGS],
        class_types=_facets(head.tallies, CLASS_TYPE),
        sources=_facets(head.tallies, SOURCE),
    )


def _facets(tallies: Sequence[Any], kind: str) -> list[pb.FacetValue]:
    found = sorted((row for row in tallies if row.kind == kind), key=lambda row: (-row.workout_count, row.value))
    return [pb.FacetValue(value=row.value, count=row.workout_count) for row in found]


def preview(found: Preview) -> pb.PreviewFTPResponse:
    """What a changed FTP timeline would change."""
    affected = found.affected
    return pb.PreviewFTPResponse(
        change_count=affected.count,
        first_date=affected.first_date.isoformat() if affected.first_date is not None else "",
        last_date=affected.last_date.isoformat() if affected.last_date is not None else "",
        changes=[
            pb.FTPChange(
                workout=resource_name.format(COLLECTION, each.ride.workout_id),
                title=each.ride.title,
                local_date=each.ride.local_date.isoformat(),
                old_ftp_watts=each.ride.watts_used,
                new_ftp_watts=each.ride.watts_after,
                old_training_stress_score=each.ride.training_stress_score,
                new_training_stress_score=each.training_stress_after,
            )
            for each in found.rides
        ],
    )
