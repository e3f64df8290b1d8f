"""Workouts in memory behind its real contract: lists with filters and pages, one workout, series, totals, notes."""

# ruff: noqa: N802 - methods are named by the contract

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ctz.workouts.v1 import workouts_pb2

from ctz_chassis import paging
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from gateway.tests.refusals import Refused
from gateway.tests.rides import ride_series

LONGEST_NOTE = 4000
ZONES = 7


@dataclass
class WorkoutStore:
    """Every rider's archive, newest first."""

    views: dict[UUID, list[workouts_pb2.WorkoutView]] = field(default_factory=lambda: defaultdict(list))
    recomputing_count: int = 0

    def fill(self, owner: UUID, views: Iterable[workouts_pb2.WorkoutView]) -> None:
        """Replace a rider's archive."""
        self.views[owner] = list(views)


class WorkoutService:
    """WorkoutService over the store."""

    def __init__(self, store: WorkoutStore) -> None:
        self.store = store

    def _shown(self, context: Any) -> list[workouts_pb2.WorkoutView]:
        return [view for view in self.store.views[person_of(context).user_id] if not view.is_hidden]

    def _owned(self, name: str, context: Any) -> workouts_pb2.WorkoutView:
        parse("workouts", name)
        for view in self.store.views[person_of(context).user_id]:
            if view.workout.name == name:
                return view
        raise NotFound

    def ListWorkouts(self, request: Any, context: Any) -> Any:
        size = paging.page_size(request.page_size, default=25, maximum=100)
        digest = paging.filter_digest(filter=request.filter.SerializeToString(deterministic=True).hex())
        first = int(paging.decode_token(request.page_token, digest)["first"]) if request.page_token else 0
        every = self._shown(context)
        kept = [view.workout for view in every if _matches(view.workout, request.filter)]
        if request.order == workouts_pb2.WORKOUT_ORDER_OLDEST:
            kept.reverse()
        if request.order == workouts_pb2.WORKOUT_ORDER_LONGEST:
            kept.sort(key=lambda workout: -workout.duration_seconds)
        shown = kept[first : first + size]
        answer = workouts_pb2.ListWorkoutsResponse(workouts=shown, total_size=len(kept))
        if first + size < len(kept):
            answer.next_page_token = paging.encode_token({"first": first + size}, digest)
        if first:
            answer.previous_page_token = paging.encode_token({"first": max(first - size, 0)}, digest)
        wanted = {_week(workout, request.week_start) for workout in shown}
        for start in sorted(wanted, reverse=True):
            members = [view.workout for view in every if _week(view.workout, request.week_start) == start]
            answer.weeks.append(_total(members, start, start + timedelta(days=6)))
        return answer

    def GetCalendar(self, request: Any, context: Any) -> Any:
        calendar = workouts_pb2.Calendar()
        shown = [view.workout for view in self._shown(context) if _matches(view.workout, request.filter)]
        for day in sorted({each.local_date for each in shown}):
            members = [each for each in shown if each.local_date == day]
            if not request.from_date <= day <= request.to_date:
                continue
            told = calendar.days.add(date=day, workout_count=len(members))
            told.duration_seconds = sum(each.duration_seconds for each in members)
            for each in members[: request.workouts_per_day]:
                told.workouts.add(
                    name=each.name,
                    title=each.title,
                    discipline=each.discipline,
                    duration_seconds=each.duration_seconds,
                )
        return calendar

    def GetWorkout(self, request: Any, context: Any) -> Any:
        return self._owned(request.name, context)

    def GetSeries(self, request: Any, context: Any) -> Any:
        view = self._owned(request.name, context)
        if not view.series_slugs:
            raise NotFound
        return ride_series(view.workout.duration_seconds)

    def SummarizePeriod(self, request: Any, context: Any) -> Any:
        days: dict[date, list[workouts_pb2.Workout]] = defaultdict(list)
        for view in self._shown(context):
            day = date.fromisoformat(view.workout.local_date)
            if request.from_date <= view.workout.local_date <= request.to_date:
                days[day].append(view.workout)
        periods = [_total(days[day], day, day) for day in sorted(days)]
        return workouts_pb2.SummarizePeriodResponse(periods=periods)

    def GetArchive(self, _request: Any, context: Any) -> Any:
        shown = [view.workout for view in self._shown(context)]
        stored = [each for each in shown if each.series_state == workouts_pb2.SERIES_STATE_STORED]
        return workouts_pb2.Archive(
            workout_count=len(shown),
            chartable_count=len(stored),
            charted_count=len(stored),
            analyzed_count=len(stored),
            disciplines=_facets(each.discipline for each in shown),
            instructors=_facets(each.instructor for each in shown if each.instructor),
            tags=_facets(tag for each in shown for tag in each.tags),
            class_types=_facets(each.class_type for each in shown if each.class_type),
            sources=_facets(each.source or "peloton" for each in shown),
            oldest_date=shown[-1].local_date if shown else "",
            recomputing_count=self.store.recomputing_count,
        )

    def UpdateWorkout(self, request: Any, context: Any) -> Any:
        view = self._owned(request.name, context)
        if len(request.notes) > LONGEST_NOTE:
            raise InvalidArgument("notes", "must have at most 4000 characters")
        if request.HasField("revision") and request.revision != view.workout.revision:
            raise Refused("ABORTED", "REVISION_STALE")
        view.workout.revision += 1
        for path in request.update_mask.paths:
            if path == "tags":
                view.workout.tags[:] = [tag.lower() for tag in request.tags]
            elif path == "notes":
                view.notes, view.workout.notes_excerpt = request.notes, request.notes[:160]
            elif path == "feel":
                view.feel = request.feel
            else:
                view.perceived_exertion = request.perceived_exertion
        return view

    def DeleteWorkout(self, request: Any, context: Any) -> Any:
        self._owned(request.name, context).is_hidden = True
        return workouts_pb2.DeleteWorkoutResponse()

    def UndeleteWorkout(self, request: Any, context: Any) -> Any:
        self._owned(request.name, context).is_hidden = False
        return workouts_pb2.UndeleteWorkoutResponse()

    def PreviewFTP(self, request: Any, context: Any) -> Any:
        rides = [view for view in self._shown(context) if view.analysis.HasField("ftp_watts")]
        newest = request.entries[-1].value if request.entries else None
        changed = [view for view in rides if view.analysis.ftp_watts != newest]
        return workouts_pb2.PreviewFTPResponse(
            change_count=len(changed),
            changes=[_change(view, newest) for view in changed[: request.page_size or 20]],
            first_date=changed[-1].workout.local_date if changed else "",
            last_date=changed[0].workout.local_date if changed else "",
        )


def _change(view: workouts_pb2.WorkoutView, newest: float | None) -> workouts_pb2.FTPChange:
    return workouts_pb2.FTPChange(
        workout=view.workout.name,
        title=view.workout.title,
        local_date=view.workout.local_date,
        old_ftp_watts=view.analysis.ftp_watts,
        new_ftp_watts=newest,
        old_training_stress_score=view.analysis.training_stress_score,
        new_training_stress_score=None if newest is None else 54.9 * (238 / newest) ** 2,
    )


def _matches(workout: workouts_pb2.Workout, wanted: workouts_pb2.WorkoutFilter) -> bool:
    text = f"{workout.title} {workout.instructor} {workout.notes_excerpt} {' '.join(workout.tags)}".lower()
    return all(
        (
            all(word in text for word in wanted.query.lower().split()),
            not wanted.disciplines or workout.discipline in wanted.disciplines,
            not wanted.instructors or workout.instructor in wanted.instructors,
            not wanted.from_date or workout.local_date >= wanted.from_date,
            not wanted.to_date or workout.local_date <= wanted.to_date,
            not wanted.HasField("min_duration_seconds") or workout.duration_seconds >= wanted.min_duration_seconds,
            not wanted.HasField("max_duration_seconds")
            or (workout.HasField("duration_seconds") and workout.duration_seconds <= wanted.max_duration_seconds),
            not wanted.has_series or workout.series_state == workouts_pb2.SERIES_STATE_STORED,
            not wanted.is_power_zone or workout.is_power_zone,
            not wanted.has_notes or workout.notes_excerpt,
            not wanted.tags or set(workout.tags) & set(wanted.tags),
            not wanted.class_types or workout.class_type in wanted.class_types,
            wanted.source_choice != workouts_pb2.SOURCE_CHOICE_ONLY_MANUAL or workout.source == "manual",
            wanted.source_choice != workouts_pb2.SOURCE_CHOICE_WITHOUT_MANUAL or workout.source != "manual",
            not wanted.is_record or workout.is_total_work_record,
        )
    )


def _week(workout: workouts_pb2.Workout, week_start: int) -> date:
    day = date.fromisoformat(workout.local_date)
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def _total(members: Sequence[workouts_pb2.Workout], first: date, last: date) -> workouts_pb2.PeriodTotal:
    return workouts_pb2.PeriodTotal(
        start_date=first.isoformat(),
        end_date=last.isoformat(),
        workout_count=len(members),
        duration_seconds=sum(each.duration_seconds for each in members),
        work_kilojoules=sum(each.work_kilojoules for each in members),
        training_stress_score=sum(each.training_stress_score for each in members),
        scored_count=sum(each.HasField("training_stress_score") for each in members),
        load=sum(each.load for each in members),
        loaded_count=sum(each.HasField("load") for each in members),
        zone_seconds=[sum(each.zone_seconds[zone] for each in members if each.zone_seconds) for zone in range(ZONES)],
    )


def _facets(values: Iterable[str]) -> list[workouts_pb2.FacetValue]:
    return [workouts_pb2.FacetValue(value=value, count=count) for value, count in Counter(values).most_common()]
