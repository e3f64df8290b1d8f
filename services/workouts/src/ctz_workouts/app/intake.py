"""Taking in what events tell of workouts: parts in any order, each once, the newest of each part.

Every function runs in the transaction of its event, takes the rider's turn first, and leaves rows, counts and outbox in
one state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_chassis import outbox
from ctz_chassis.events import Event, Poison
from ctz_workouts.app import merging
from ctz_workouts.app.analysing import Figures, analysed, analysed_again, described, mean_beats_of, state_of
from ctz_workouts.app.lending import lenders_of
from ctz_workouts.app.publishing import published, published_again
from ctz_workouts.app.recompute import compute_anew
from ctz_workouts.domain.codec import encode_series
from ctz_workouts.domain.series import Series
from ctz_workouts.store import tables
from ctz_workouts.store.lenders import StoredLender
from ctz_workouts.store.riders import RiderStore, Timelines
from ctz_workouts.store.workouts import Standing, StoredPerformance, StoredWorkout, WorkoutStore
from ctz_workouts.store.writing import Change, write


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of which workout an event tells, and which revision of it."""

    workout_id: UUID
    user_id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What `recorded` tells, by column."""

    start_time: datetime
    local_date: date
    class_id: str
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Performance:
    """What `performance` tells: the message without its samples, and the samples."""

    reported: peloton.WorkoutPerformance
    series: Series | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is told of a workout at once: its summary, its performance, or both."""

    part: Part
    summary: Summary | None = None
    performance: Performance | None = None


@dataclass(frozen=True, slots=True)
class _News:
    """The newest summary and performance of one workout among those that came."""

    summary: Summary | None = None
    summary_revision: int = 0
    performance: Performance | None = None
    performance_revision: int = 0

    def with_arrival(self, arrival: Arrival) -> "_News":
        news, revision = self, arrival.part.revision
        if arrival.summary is not None and revision > self.summary_revision:
            news = replace(news, summary=arrival.summary, summary_revision=revision)
        if arrival.performance is not None and revision > self.performance_revision:
            news = replace(news, performance=arrival.performance, performance_revision=revision)
        return news

    def newer_than(self, row: StoredWorkout) -> "_News":
        """What of it is not known yet."""
        news = self
        if self.summary_revision <= row.summary_revision:
            news = replace(news, summary=None)
        if self.performance_revision <= row.performance_revision:
            news = replace(news, performance=None)
        return news


@dataclass(frozen=True, slots=True)
class _Told:
    """A changed workout, its figures where they were derived anew, and the performance where it was told."""

    standing: Standing
    after: StoredWorkout
    figures: Figures | None = None
    performance: Performance | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """Changes of workouts in the rider's turn."""

    connection: sa.Connection
    user_id: UUID
    timelines: Timelines

    def standings(self, told: Mapping[UUID, tuple[str | None, int]]) -> list[Standing]:
        """The workouts as they stand, all of them this rider's."""
        standings = WorkoutStore(self.connection).arriving(self.user_id, told)
        if any(standing.workout.user_id != self.user_id for standing in standings):
            raise Poison("owner_mismatch", "the workout is somebody else's")
        return standings

    def finish(self, told: Sequence[_Told]) -> None:
        """Write what changed, and the facts where new figures differ from the published ones."""
        changes: list[Change] = []
        events: list[Event | None] = []
        for one in told:
            row, event = self._published(one)
            events.append(event)
            analysis = one.figures.analysis.SerializeToString() if one.figures is not None else None
            changes.append(Change(one.standing, row, _stored(one.performance), analysis))
        write(self.connection, self.user_id, changes)
        outbox.add_all(self.connection, tables.outbox, [event for event in events if event is not None])
        borrowers = {change.standing.absorbed_into for change in changes if _lends_otherwise(change)} - {None}
        if borrowers:
            compute_anew(self.connection, self.user_id, self.timelines, sorted(filter(None, borrowers)))

    def _published(self, one: _Told) -> tuple[StoredWorkout, Event | None]:
        if one.figures is None:
            return published_again(self.connection, one.standing.workout, one.standing.settled(one.after))
        return published(Figures(one.standing.settled(one.figures.workout), one.figures.analysis))

    def told(self, standing: Standing, arrived: _News, lenders: Sequence[StoredLender]) -> _Told | None:
        """A workout with what is new of it; none where nothing is."""
        news = arrived.newer_than(standing.workout)
        if news.summary is None and news.performance is None:
            return None
        after = described(standing, _with_news(standing.workout, news))
        if news.performance is None:
            return _Told(standing, after, self._figures_again(standing, after, lenders))
        figures = None
        if after.has_summary:
            reported, series = news.performance.reported, news.performance.series
            figures = analysed(standing, after, reported, series, self.timelines, lenders)
        return _Told(standing, after, figures, news.performance)

    def _figures_again(
        self, standing: Standing, after: StoredWorkout, lenders: Sequence[StoredLender]
    ) -> Figures | None:
        """New figures behind a new summary; none where they stay, or there is nothing to compute them from."""
        is_as_analysed = bool(after.performance_revision) and not _is_analysed_otherwise(standing.workout, after)
        if is_as_analysed or not (after.performance_revision or standing.beneath):
            return None
        stored = WorkoutStore(self.connection).performances([after.workout_id]).get(after.workout_id)
        return analysed_again(standing, after, stored, self.timelines, lenders)


def take_in(connection: sa.Connection, arrivals: Sequence[Arrival]) -> None:
    """Keep what is told of one rider's workouts, unless something newer is known.

    A higher revision of a summary lifts a deletion.
    """
    turn = _take_turn(connection, arrivals[0].part.user_id)
    news: dict[UUID, _News] = {}
    for arrival in arrivals:
        news[arrival.part.workout_id] = news.get(arrival.part.workout_id, _News()).with_arrival(arrival)
    asked = {key: (one.summary.class_id if one.summary else None, one.summary_revision) for key, one in news.items()}
    standings = turn.standings(asked)
    lenders = lenders_of(connection, standings)
    found = (turn.told(one, news[one.workout.workout_id], lenders[one.workout.workout_id]) for one in standings)
    if told := [one for one in found if one is not None]:
        turn.finish(told)


def keep_deletion(connection: sa.Connection, part: Part) -> None:
    """Keep that the source no longer has a workout, as a row that only a higher `recorded` lifts.

    Nothing of the summary stays, nor what was derived with it; the performance waits for a return. What lay beneath it
    is listed again.
    """
    turn = _take_turn(connection, part.user_id)
    (standing,) = turn.standings({part.workout_id: (None, 0)})
    before = standing.workout
    if before.summary_revision >= part.revision:
        return
    gone = replace(before.without_summary(), summary_revision=part.revision, is_deleted=True)
    turn.finish([_Told(standing, gone)])
    merging.release(connection, part.user_id, turn.timelines, part.workout_id)


def _take_turn(connection: sa.Connection, user_id: UUID) -> _Turn:
    return _Turn(connection, user_id, RiderStore(connection).take_turn(user_id))


def _stored(performance: Performance | None) -> StoredPerformance | None:
    if performance is None:
        return None
    series = performance.series
    return StoredPerformance(
        performance.reported.SerializeToString(), encode_series(series) if series is not None else None
    )


def _with_news(before: StoredWorkout, news: _News) -> StoredWorkout:
    after = before
    if news.summary is not None:
        after = replace(
            after,
            summary_revision=news.summary_revision,
            is_deleted=False,
            start_time=news.summary.start_time,
            local_date=news.summary.local_date,
            class_id=news.summary.class_id,
            **news.summary.columns,
        )
    if news.performance is not None:
        told = _told_by(news.performance.reported, news.performance.series)
        after = replace(after, performance_revision=news.performance_revision, **told)
    return after


def _is_analysed_otherwise(before: StoredWorkout, after: StoredWorkout) -> bool:
    """Whether anything changed that the analysis looks at."""

    def seen(workout: StoredWorkout) -> tuple[Any, ...]:
        times = (workout.start_time, workout.end_time, workout.local_date, workout.pedaling_start_offset_seconds)
        return (workout.discipline, workout.class_id, workout.detail, *times)

    return before.analysis_version == 0 or seen(before) != seen(after)


def _told_by(reported: peloton.WorkoutPerformance, series: Series | None) -> dict[str, Any]:
    """Columns of the row that `performance` tells."""
    averages = {measure.slug: measure.value for measure in reported.averages}
    totals = {measure.slug: measure for measure in reported.totals}
    means = {metric.slug: metric.average for metric in reported.metrics if metric.HasField("average")}
    distance = totals.get("distance")
    work = totals.get("total_output")
    return {
        "mean_power_watts": averages.get("avg_output", means.get("output")),
        "mean_heart_rate_bpm": mean_beats_of(reported),
        "graph_work_kilojoules": work.value if work is not None else None,
        "graph_effort_points": reported.effort_points if reported.HasField("effort_points") else None,
        "distance": distance.value if distance is not None else None,
        "distance_unit": distance.unit if distance is not None else "",
        "distance_name": distance.display_name if distance is not None else "",
        "has_graph_targets": bool(reported.targets),
        "series_state": state_of(series),
    }


def _lends_otherwise(change: Change) -> bool:
    return _lends(change.standing.workout) != _lends(change.after)


def _lends(workout: StoredWorkout) -> tuple[Any, ...]:
    """What another workout that shows this one's heart rate looks at."""
    times = (workout.start_time, workout.end_time, workout.detail)
    return (workout.has_summary, workout.performance_revision, *times)
