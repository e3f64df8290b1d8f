"""A generated member: the index made at the start, recordings on demand, and changes while it runs."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import replace
from threading import RLock

from ctz_simulator.accounts import CannotChange, ListQuery, NotInHistory
from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.domain.fitness import user_id
from ctz_simulator.domain.history import HistoryWriter
from ctz_simulator.domain.kinds import Kind
from ctz_simulator.domain.models import NO_CLASS, Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.paging import workout_envelope
from ctz_simulator.payloads import user as profile
from ctz_simulator.payloads.csv_history import history_csv
from ctz_simulator.payloads.graph import GraphRequest, performance_graph
from ctz_simulator.payloads.heart import zone_durations
from ctz_simulator.payloads.ride import ride_object
from ctz_simulator.payloads.ride_details import ride_details
from ctz_simulator.payloads.session import class_session
from ctz_simulator.payloads.units import Units
from ctz_simulator.payloads.workout import Joins, detail, list_row
from ctz_simulator.seeds import hex_id, number
from ctz_simulator.series.build import build_track
from ctz_simulator.series.heart import HeartRateZones
from ctz_simulator.spec import RiderSpec
from ctz_simulator.timefields import month_key
from ctz_simulator.truth import history_truth, recording_truth

_EDITABLE = ("title", "total_work", "created_at", "start_time", "end_time", "time_zone", "utc_offset")
_HOUR = 3600


class GeneratedRider:
    """An account whose whole history follows from its spec."""

    def __init__(self, spec: RiderSpec, catalogue: Catalogue) -> None:
        """Write the index; recordings are made when asked for."""
        self.spec = spec
        self.user_id = user_id(spec)
        self.username = spec.username
        self.password = spec.password
        self._catalogue = catalogue
        self._writer = HistoryWriter(spec, catalogue)
        self._history = self._writer.write()
        self._by_id = {workout.id: workout for workout in self._history}
        self._units = Units(spec.metric_units)
        self._zones = HeartRateZones(170 + number("heart", spec.username, spec.seed) % 23)
        self._pace_level = 3 + number("pace", spec.username, spec.seed) % 5
        self._lock = RLock()
        self._visible: list[Workout] | None = None
        self._months: list[str] = []

    def me(self) -> JsonObject:
        """GET /api/me."""
        return profile.me(self._member(), self._shown())

    def public(self) -> JsonObject:
        """GET /api/user/{id} for somebody else."""
        return profile.public_user(self._member(), self._shown())

    def workouts(self, query: ListQuery) -> JsonObject:
        """A page of the history, newest first."""
        shown = self._shown()
        chosen = shown if _is_everything(query) else [w for w in shown if _matches(w, query)]
        newest_first = chosen[::-1]
        first = query.page * query.limit
        user = self.public() if query.joins.user else {}
        rows = [list_row(w, self.user_id, query.joins, user) for w in newest_first[first : first + query.limit]]
        hearts = [workout.heart_rate_zones for workout in chosen if workout.heart_rate_zones]
        zones = zone_durations(tuple(map(sum, zip(*hearts, strict=True))) if hearts else (0, 0, 0, 0, 0))
        return workout_envelope(
            rows, total=len(chosen), limit=query.limit, page=query.page, months=self._months[::-1], zones=zones
        )

    def detail(self, workout_id: str, joins: Joins) -> JsonObject:
        """GET /api/workout/{id}."""
        user = self.public() if joins.user else {}
        return detail(self._get(workout_id), self.user_id, joins, user)

    def graph(self, workout_id: str, every_n: int, *, with_location: bool) -> JsonObject:
        """GET /api/workout/{id}/performance_graph."""
        workout = self._get(workout_id)
        track = build_track(workout, self._zones, self._pace_level)
        request = GraphRequest(max(1, every_n), self._units, self._zones, self._pace_level, with_location)
        return performance_graph(workout, track, request) | workout.graph_edits

    def ride(self, ride_id: str) -> JsonObject | None:
        """GET /api/ride/{id}."""
        ride = self._catalogue.get(ride_id)
        return ride_object(ride, with_instructor=False) if ride else None

    def ride_details(self, ride_id: str) -> JsonObject | None:
        """GET /api/ride/{id}/details."""
        ride = self._catalogue.get(ride_id)
        if ride is None:
            return None
        taken = sum(1 for workout in self._shown() if workout.ride is not None and workout.ride.id == ride_id)
        return ride_details(ride, taken=taken, metric=self.spec.metric_units)

    def session(self, peloton_id: str) -> JsonObject | None:
        """GET /api/peloton/{id} for the sessions of this member."""
        for workout in self._shown():
            if workout.ride is not None and hex_id("session", workout.id) == peloton_id:
                return class_session(workout, workout.ride)
        return None

    def profile_page(self, name: str) -> JsonObject | None:
        """settings, calendar, overview or achievements."""
        match name:
            case "settings":
                return profile.settings(self._member())
            case "calendar":
                return profile.calendar(self._shown())
            case "overview":
                return profile.overview(self._member(), self._shown())
            case "achievements":
                return profile.achievements(self._shown())
            case _:
                return None

    def history_csv(self) -> str:
        """GET /api/user/{id}/workout_history_csv."""
        return history_csv(self._shown(), self._units, lambda w: build_track(w, self._zones, self._pace_level))

    def truth(self) -> JsonObject:
        """What this account holds."""
        with self._lock:
            return history_truth(self.spec, self.user_id, list(self._history))

    def truth_of(self, workout_id: str) -> JsonObject:
        """One workout second by second."""
        workout = self._get(workout_id)
        return recording_truth(workout, build_track(workout, self._zones, self._pace_level))

    def add(self, change: Mapping[str, object]) -> str:
        """A new workout of `kind` at `created_at` (an hour after the last one); other keys edit it."""
        wanted = dict(change)
        try:
            kind = Kind(str(wanted.pop("kind", Kind.POWER_ZONE)))
        except ValueError as error:
            raise CannotChange(str(error)) from error
        complete = not wanted.pop("in_progress", False)
        with self._lock:
            newest = self._history[-1] if self._history else None
            after = (newest.end_time or newest.start_time) + _HOUR if newest else self._writer.timeline.start
            created = int(str(wanted.pop("created_at", after)))
            workout = self._writer.add(kind, created, len(self._by_id), complete=complete)
            self._by_id[workout.id] = workout
            insort(self._history, workout, key=_order)
            self._visible = None
        if wanted:
            self.edit(workout.id, wanted)
        return workout.id

    def edit(self, workout_id: str, change: JsonObject) -> None:
        """Change fields of the record; `graph` is laid over the graph, `row` and unknown keys over row and detail."""
        workout = self._get(workout_id)
        with self._lock:
            for key, value in change.items():
                if key in _EDITABLE:
                    setattr(workout, key, value)
                elif key == "graph":
                    workout.graph_edits |= value
                elif key == "row":
                    workout.row_edits |= value
                else:
                    workout.row_edits[key] = value
            self._history.sort(key=_order)
            self._visible = None

    def finish(self, workout_id: str) -> None:
        """End a workout in progress as if it had been ridden to the end."""
        workout = self._get(workout_id)
        if workout.is_complete:
            raise CannotChange("the workout is complete")
        with self._lock:
            whole = self._writer.add(workout.kind, workout.created_at, workout.number)
            done = replace(whole, id=workout.id, ride=workout.ride, row_edits=workout.row_edits)
            self._by_id[workout.id] = done
            self._history[self._history.index(workout)] = done
            self._visible = None

    def delete(self, workout_id: str) -> None:
        """Delete a workout: it leaves the lists and answers 404."""
        with self._lock:
            self._get(workout_id).deleted = True
            self._visible = None

    def restore(self, workout_id: str) -> None:
        """Undo a deletion."""
        with self._lock:
            if workout_id not in self._by_id:
                raise NotInHistory(workout_id)
            self._by_id[workout_id].deleted = False
            self._visible = None

    def _get(self, workout_id: str) -> Workout:
        workout = self._by_id.get(workout_id)
        if workout is None or workout.deleted:
            raise NotInHistory(workout_id)
        return workout

    def _shown(self) -> list[Workout]:
        """The workouts that are not deleted, oldest first."""
        with self._lock:
            if self._visible is None:
                self._visible = [workout for workout in self._history if not workout.deleted]
                self._months = [month_key(workout.created_at, workout.utc_offset) for workout in self._visible]
            return self._visible

    def _member(self) -> profile.Member:
        end = self._history[-1].created_at if self._history else self._writer.timeline.start
        return profile.Member(
            user_id=self.user_id,
            spec=self.spec,
            maximum_heart_rate=self._zones.maximum,
            ftp=self._writer.baselines.at(end),
            estimated_ftp=round(self._writer.fitness.watts(end)),
            created_at=self._writer.timeline.start,
        )


def _order(workout: Workout) -> tuple[int, int]:
    return (workout.created_at, workout.number)


def _is_everything(query: ListQuery) -> bool:
    return query.ride_id is None and query.begin is None and query.end is None


def _matches(workout: Workout, query: ListQuery) -> bool:
    """Whether a filtered list shows the workout."""
    ride_id = workout.ride.id if workout.ride else NO_CLASS
    if query.ride_id not in (None, ride_id):
        return False
    return (query.begin or 0) <= workout.start_time and (query.end is None or workout.start_time < query.end)
