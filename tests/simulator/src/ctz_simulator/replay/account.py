"""The member whose history is a folder of recordings."""

from collections.abc import Mapping
from pathlib import Path
from threading import RLock

from ctz_simulator.accounts import CannotChange, ListQuery, NotInHistory
from ctz_simulator.domain.models import NO_CLASS
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.paging import workout_envelope
from ctz_simulator.payloads.heart import zone_durations
from ctz_simulator.payloads.workout import Joins
from ctz_simulator.replay.folder import read_folder
from ctz_simulator.replay.rows import as_row, completed, empty_graph, orphan
from ctz_simulator.replay.truth import replay_truth, workout_truth
from ctz_simulator.seeds import hex_id
from ctz_simulator.timefields import month_key

USERNAME, PASSWORD = "replay", "simulated-password"


class ReplayRider:
    """An account over a folder; graphs are served as recorded, whatever step is asked for."""

    def __init__(self, folder: Path, username: str = USERNAME, password: str = PASSWORD) -> None:
        """Read the folder once."""
        self.username, self.password = username, password
        self.user_id = hex_id("replay", username)
        self._lock = RLock()
        self._recordings = read_folder(folder)
        self._graphs: dict[str, JsonObject] = {}
        self._workouts: dict[str, JsonObject] = {}
        self._deleted: set[str] = set()
        self._load()

    def _load(self) -> None:
        """Workouts first, then the graphs without one, then the rows of lists that nothing else has told of."""
        found = self._recordings
        for key, workout in found.workouts.items():
            graph = found.graphs.get(key)
            self._put(completed(workout, graph, self.user_id), graph)
        alone = [key for key in found.graphs if key not in found.workouts]
        for order, key in enumerate(alone):
            self._put(orphan(key, found.graphs[key], order, self.user_id), found.graphs[key])
        for row in found.rows:
            known = self._workouts.get(row["id"])
            if known is None:
                self._put(completed(row, None, self.user_id), None)
            elif "effort_zones" in row:
                known.setdefault("effort_zones", row["effort_zones"])

    def _put(self, workout: JsonObject, graph: JsonObject | None) -> None:
        self._workouts[workout["id"]] = workout
        if graph is not None:
            self._graphs[workout["id"]] = graph

    def me(self) -> JsonObject:
        """GET /api/me: as recorded, under the replay's own name."""
        return self._recordings.me | self.public()

    def public(self) -> JsonObject:
        """GET /api/user/{id} for somebody else."""
        total = len(self._shown())
        return {"id": self.user_id, "username": self.username, "is_profile_private": False, "total_workouts": total}

    def workouts(self, query: ListQuery) -> JsonObject:
        """A page of the history, newest first."""
        shown = [workout for workout in self._shown() if _matches(workout, query)]
        first = query.page * query.limit
        page = shown[first : first + query.limit]
        rows = [as_row(workout, self._graphs.get(workout["id"]), query.joins) for workout in page]
        months = [month_key(workout["created_at"], 0) for workout in self._shown()]
        return workout_envelope(
            rows, total=len(shown), limit=query.limit, page=query.page, months=months, zones=zone_durations((0,) * 5)
        )

    def detail(self, workout_id: str, joins: Joins) -> JsonObject:
        """GET /api/workout/{id}, as recorded."""
        workout = dict(self._get(workout_id))
        if joins.user:
            workout["user"] = self.public()
        return workout

    def graph(self, workout_id: str, every_n: int, *, with_location: bool) -> JsonObject:
        """GET /api/workout/{id}/performance_graph, as recorded."""
        del every_n
        workout = self._get(workout_id)
        graph = self._graphs.get(workout_id)
        if graph is None:
            return empty_graph(workout)
        return graph if with_location else graph | {"location_data": []}

    def ride(self, ride_id: str) -> JsonObject | None:
        """GET /api/ride/{id}: from its details, else from a workout."""
        details = self._recordings.ride_details.get(ride_id)
        if details is not None:
            ride: JsonObject = details["ride"]
            return ride
        return next((w["ride"] for w in self._shown() if ride_id != NO_CLASS and _ride_id(w) == ride_id), None)

    def ride_details(self, ride_id: str) -> JsonObject | None:
        """GET /api/ride/{id}/details, if recorded."""
        return self._recordings.ride_details.get(ride_id)

    def session(self, peloton_id: str) -> JsonObject | None:
        """GET /api/peloton/{id}, if recorded."""
        return self._recordings.sessions.get(peloton_id)

    def profile_page(self, name: str) -> JsonObject | None:
        """Only the calendar was recorded."""
        return self._recordings.calendar or None if name == "calendar" else None

    def history_csv(self) -> str:
        """No export belongs to these workouts."""
        return ""

    def truth(self) -> JsonObject:
        """What the folder holds."""
        every = [(workout, self._graphs.get(workout["id"])) for workout in self._workouts.values()]
        return replay_truth(self.user_id, self.username, every, self._deleted, self._recordings.skipped)

    def truth_of(self, workout_id: str) -> JsonObject:
        """One workout with its recorded graph."""
        workout = self._get(workout_id)
        graph = self._graphs.get(workout_id)
        return workout_truth(workout, graph) | {"graph": graph}

    def add(self, change: Mapping[str, object]) -> str:
        """A recording cannot be invented."""
        del change
        raise CannotChange("a replayed history takes no new workouts")

    def edit(self, workout_id: str, change: JsonObject) -> None:
        """Lay keys over the payload; `graph` over the graph."""
        workout = self._get(workout_id)
        with self._lock:
            self._graphs[workout_id] = self.graph(workout_id, 1, with_location=True) | change.get("graph", {})
            workout.update({key: value for key, value in change.items() if key != "graph"})

    def finish(self, workout_id: str) -> None:
        """End a workout in progress at its start."""
        workout = self._get(workout_id)
        if workout["end_time"] is not None:
            raise CannotChange("the workout is complete")
        workout.update(status="COMPLETE", end_time=workout["start_time"])

    def delete(self, workout_id: str) -> None:
        """Hide a workout."""
        self._get(workout_id)
        self._deleted.add(workout_id)

    def restore(self, workout_id: str) -> None:
        """Show it again."""
        if workout_id not in self._workouts:
            raise NotInHistory(workout_id)
        self._deleted.discard(workout_id)

    def _get(self, workout_id: str) -> JsonObject:
        if workout_id not in self._workouts or workout_id in self._deleted:
            raise NotInHistory(workout_id)
        return self._workouts[workout_id]

    def _shown(self) -> list[JsonObject]:
        """Newest first."""
        with self._lock:
            shown = [workout for key, workout in self._workouts.items() if key not in self._deleted]
        return sorted(shown, key=lambda workout: (-workout["created_at"], workout["id"]))


def _ride_id(workout: JsonObject) -> str | None:
    ride = workout.get("ride")
    return ride.get("id") if isinstance(ride, dict) else None


def _matches(workout: JsonObject, query: ListQuery) -> bool:
    if query.ride_id not in (None, _ride_id(workout)):
        return False
    start = workout["start_time"]
    return (query.begin or 0) <= start and (query.end is None or start < query.end)
