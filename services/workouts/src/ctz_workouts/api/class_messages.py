"""Classes as messages of the contract."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ctz.workouts.v1 import classes_pb2 as pb
from ctz.workouts.v1 import workouts_pb2 as workouts

from ctz_chassis import resource_name
from ctz_workouts.api import messages
from ctz_workouts.api.class_requests import CLASSES, RECORDED
from ctz_workouts.app.library import ToldClass, ToldPage, ToldRecommendations, blocks_in
from ctz_workouts.domain.errors import PaceLevelUnknownError
from ctz_workouts.domain.pace import Activity, PaceTable
from ctz_workouts.domain.recommending import Reason
from ctz_workouts.domain.zones import ZONE_EDGE_PERCENTS, PowerZone
from ctz_workouts.store.library import CLASS, CLASS_TYPE, INSTRUCTOR, MINUTES, YEAR
from ctz_workouts.store.library_listing import totals

MOST_INSTRUCTORS: Final = 100
_PELOTON_ID: Final = re.compile(r"[0-9a-f]{32}\Z")
_SOURCE_URL: Final = "https://members.onepeloton.com/classes/{discipline}?modal=classDetailsModal&classId={class_id}"
# Disciplines as the pages of the source spell them; others are as in its API.
_SOURCE_PAGES: Final = {
    "caesar": "rowing",
    "caesar_bootcamp": "row-bootcamp",
    "bike_bootcamp": "bike-bootcamp",
    "circuit": "bootcamp",
}


def class_name(class_id: str) -> str:
    """The resource name of a class."""
    return f"{CLASSES}/{class_id}"


def library_class(row: Any) -> pb.LibraryClass:
    """A class as lists show it."""
    message = pb.LibraryClass(
        name=class_name(row.class_id),
        title=row.title,
        instructor=row.instructor,
        discipline=row.discipline,
        class_type=row.class_type,
        duration_seconds=row.duration_seconds,
        difficulty=row.difficulty,
        liked_share=row.liked_share,
        taken_count=row.taken_count,
        is_power_zone=row.is_power_zone,
        is_ftp_test=row.is_ftp_test,
        has_targets=row.has_targets,
        has_recorded_targets=row.has_recorded_targets,
        zone_seconds=row.zone_seconds,
        expected_intensity_factor=row.expected_intensity,
        expected_training_stress_score=row.expected_stress,
        thumbnail_zones=row.thumbnail_zones,
        language=row.language,
        attempt_count=row.attempt_count,
        is_favourite=row.is_favourite,
        rating=row.rating or 0,
        is_retired=row.is_retired,
    )
    if row.air_time is not None:
        message.air_time.FromDatetime(row.air_time)
    return message


def class_page(told: ToldPage, disciplines: Sequence[str], next_page_token: str) -> pb.ListClassesResponse:
    """A page of the library; what it can be filtered by, on the first page."""
    message = pb.ListClassesResponse(
        classes=[library_class(row) for row in told.page.rows],
        next_page_token=next_page_token,
        total_size=told.page.total,
        is_similar=told.is_similar,
    )
    if told.page.total is not None:
        by_discipline = totals(told.tallies, CLASS, disciplines)
        message.library_size = sum(by_discipline.values())
        message.facets.disciplines.extend(_most_frequent(by_discipline))
        message.facets.class_types.extend(_most_frequent(totals(told.tallies, CLASS_TYPE, disciplines)))
        instructors = _most_frequent(totals(told.tallies, INSTRUCTOR, disciplines))
        message.facets.instructors.extend(instructors[:MOST_INSTRUCTORS])
        message.facets.minutes.extend(_by_number(totals(told.tallies, MINUTES, disciplines)))
        message.facets.years.extend(reversed(_by_number(totals(told.tallies, YEAR, disciplines))))
    return message


def class_view(told: ToldClass) -> pb.ClassView:
    """One class with everything that is known of it."""
    published = told.published
    message = pb.ClassView(
        library_class=library_class(told.row),
        pedaling_start_offset_seconds=published.pedaling_start_offset_seconds,
        targets=published.targets,
        untargeted_seconds=told.called.untargeted_seconds if told.called else 0,
        songs=published.songs,
        averages=published.averages,
        segments=published.segments,
        source_class_types=published.class_types,
        description=published.description,
        has_details=published.has_details,
        source_url=_source_url(published.class_id, published.discipline),
        attempts=[_attempt(row) for row in told.attempts],
        practice_targets=told.practice,
        practice_source=told.practice_source,
        recorded_targets_count=len(told.recorded),
        is_chosen=told.is_chosen,
    )
    if told.practice_recorded is not None:
        message.practice_recorded_targets.CopyFrom(recorded_targets(told.practice_recorded))
    if told.chosen_id is not None and any(each.recorded_id == told.chosen_id for each in told.recorded):
        message.chosen_recorded_targets = resource_name.format(RECORDED, told.chosen_id)
    return message


def recorded_targets(row: Any) -> pb.RecordedTargets:
    """Recorded targets as one person sees them: votes are counts, nobody has a name."""
    message = pb.RecordedTargets(
        name=resource_name.format(RECORDED, row.recorded_id),
        class_name=class_name(row.class_id),
        title=row.title,
        blocks=blocks_in(row.blocks),
        revision=row.revision,
        is_own=row.is_own,
        is_shared=row.is_shared,
        votes_for=row.votes_for,
        votes_against=row.votes_against,
        own_vote=row.own_vote,
        zone_seconds=row.zone_seconds,
        expected_training_stress_score=row.expected_stress,
        expected_intensity_factor=row.expected_intensity,
    )
    message.create_time.FromDatetime(row.created_at)
    message.update_time.FromDatetime(row.updated_at)
    return message


def recommendations(told: ToldRecommendations) -> pb.RecommendResponse:
    """Instructors and classes with reasons."""
    return pb.RecommendResponse(
        instructors=[
            pb.RecommendedInstructor(
                instructor=each.instructor,
                discipline=each.discipline,
                reasons=_reasons(each.reasons),
                untaken_count=told.untaken.get(each.instructor, 0),
            )
            for each in told.instructors
        ],
        classes=[
            pb.RecommendedClass(
                library_class=library_class(told.rows[each.candidate.class_id]), reasons=_reasons(each.reasons)
            )
            for each in told.classes
            if each.candidate.class_id in told.rows
        ],
        workout_count=told.ride_count,
    )


def reference() -> pb.Reference:
    """Power zones and pace tables."""
    edges = (0, *ZONE_EDGE_PERCENTS)
    return pb.Reference(
        zones=[
            pb.ReferenceZone(
                zone=zone,
                title=zone.title,
                source_word=zone.peloton_word,
                lower_percent=edges[zone - 1],
                upper_percent=edges[zone] if zone < len(edges) else None,
                target_percent=round(zone.target_share * 100, 1),
            )
            for zone in PowerZone
        ],
        pace_tables=[
            pb.ReferencePaceTable(activity=activity.value, levels=levels)
            for activity in Activity
            if (levels := _levels(activity))
        ],
    )


def _levels(activity: Activity) -> list[pb.ReferenceLevel]:
    levels: list[pb.ReferenceLevel] = []
    while True:
        try:
            table = PaceTable.of_level(activity, len(levels) + 1)
        except PaceLevelUnknownError:
            return levels
        bands = [
            pb.ReferenceBand(
                intensity=band.intensity, title=band.title, slowest_mph=band.slowest, fastest_mph=band.fastest
            )
            for band in table.bands
        ]
        levels.append(pb.ReferenceLevel(level=len(levels) + 1, bands=bands))


def _attempt(row: Any) -> pb.ClassAttempt:
    return pb.ClassAttempt(
        workout=resource_name.format(messages.COLLECTION, row.workout_id),
        local_date=row.local_date.isoformat(),
        duration_seconds=row.duration_seconds,
        work_kilojoules=row.work_kilojoules,
        mean_power_watts=row.mean_power_watts,
        training_stress_score=row.training_stress_score,
        target_share=row.target_share,
        mean_heart_rate_bpm=row.mean_heart_rate_bpm,
        is_best=row.is_best,
        load=row.load,
    )


def _reasons(reasons: Sequence[Reason]) -> list[pb.RecommendationReason]:
    return [pb.RecommendationReason(kind=each.kind, figures=each.figures, words=each.words) for each in reasons]


def _source_url(class_id: str, discipline: str) -> str:
    """The page at Peloton; none for what is no class of Peloton's."""
    if not _PELOTON_ID.match(class_id) or not re.fullmatch(r"[a-z_]{1,40}", discipline):
        return ""
    return _SOURCE_URL.format(discipline=_SOURCE_PAGES.get(discipline, discipline), class_id=class_id)


def _most_frequent(counts: Mapping[str, int]) -> list[workouts.FacetValue]:
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [workouts.FacetValue(value=value, count=count) for value, count in ordered]


def _by_number(counts: Mapping[str, int]) -> list[workouts.FacetValue]:
    return [workouts.FacetValue(value=value, count=counts[value]) for value in sorted(counts, key=int)]
