"""A rider's whole history as an index: who did what, when and how much; the series come later, on demand."""

import math

from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.domain.draws import Draws
from ctz_simulator.domain.fitness import BaselineLog, Fitness, test_positions
from ctz_simulator.domain.intensity import has_output, mean_share
from ctz_simulator.domain.kinds import TRAITS, Kind, Machine
from ctz_simulator.domain.models import Baseline, RideClass, Workout
from ctz_simulator.domain.timeline import Timeline
from ctz_simulator.seeds import array_random, hex_id, number
from ctz_simulator.spec import RiderSpec

_LONGEST_STACK_SECONDS = 5 * 3600
_SHORTEST_QUIT_SECONDS = 30
_CYCLING = ("cycling", "bike_bootcamp")
_DEVICES = {
    Machine.BIKE: ("home_bike_v1", "home_bike"),
    Machine.TREAD: ("home_tread", "home_tread"),
    Machine.ROW: ("caesar", "caesar"),
    Machine.OUTDOOR: ("iPhone", "iOS_app"),
    Machine.FLOOR: ("android", "android"),
}
_ZONE_SPREAD = 0.8


class HistoryWriter:
    """Writes the workouts of one spec, oldest first; also asked later for single new ones."""

    def __init__(self, spec: RiderSpec, catalogue: Catalogue) -> None:
        """Throw all dice at once."""
        self.timeline = Timeline.of(spec)
        self.fitness = Fitness.of(spec, self.timeline.start)
        self.baselines = BaselineLog.begin(spec, self.fitness)
        self._spec = spec
        self._catalogue = catalogue
        self._rng = array_random(number("history", spec.username, spec.seed))
        self._bests: dict[int, float] = {}

    def write(self) -> list[Workout]:
        """All workouts of the spec."""
        spec = self._spec
        if spec.workouts == 0:
            return []
        draws = Draws.make(self._rng, spec)
        for position in test_positions(spec):
            draws.kinds[position - 1 : position + 1] = [Kind.FTP_WARM_UP, Kind.FTP_TEST]
        running_from = spec.workouts - spec.in_progress
        draws.kinds[running_from:] = [Kind.MEDITATION] * spec.in_progress
        history: list[Workout] = []
        for slot, members in self.timeline.stacks(spec.workouts, self._rng):
            begin = slot
            for index in members:
                workout = self._one(draws, index, index, begin, complete=index < running_from)
                history.append(workout)
                end = workout.end_time or workout.start_time
                begin = min(end + 20 + int(200 * draws.gap[index]), slot + _LONGEST_STACK_SECONDS + len(history) % 60)
        return history

    def add(self, kind: Kind, created: int, position: int, *, complete: bool = True) -> Workout:
        """One more workout of a kind, created at that second; `position` is its number in the history."""
        draws = Draws.make(array_random(number("added", self._spec.username, self._spec.seed, position)), self._single)
        draws.kinds[0] = kind
        return self._one(draws, 0, position, created, complete=complete)

    @property
    def _single(self) -> RiderSpec:
        return RiderSpec(self._spec.username, workouts=1, seed=self._spec.seed)

    def _one(self, draws: Draws, row: int, position: int, created: int, *, complete: bool) -> Workout:
        """The workout of one row of the dice."""
        kind, spec = draws.kinds[row], self._spec
        traits = TRAITS[kind]
        place = self.timeline.place(created)
        ride = self._catalogue.pick(kind, created, draws.choice[row]) if traits.is_class else None
        duration = _duration(kind, ride, draws.length[row])
        quit_after = max(_SHORTEST_QUIT_SECONDS, int(duration * draws.gap[row] * 0.8))
        ridden = quit_after if draws.quits(row, kind) else duration
        paused = 30 + int(150 * draws.gap[row]) if draws.pauses(row, kind) else 0
        start = created + draws.lead(row, kind)
        late = int(4 * draws.share[row]) - 1
        device, platform = ("iPad", "iOS_app") if kind is Kind.APP_RIDE else _DEVICES[traits.machine]
        baseline = self.baselines.at(created)
        workout = Workout(
            id=hex_id("workout", spec.username, spec.seed, position),
            number=position,
            seed=number("series", spec.username, spec.seed, position),
            kind=kind,
            ride=ride,
            title=_title(kind, duration),
            created_at=created,
            start_time=start,
            end_time=start + ridden + paused + late if complete else None,
            utc_offset=place.utc_offset,
            time_zone=place.posix_name if traits.is_class else place.zone,
            duration=duration,
            ridden=ridden if complete else 0,
            total_work=0.0,
            reference_watts=self._reference(kind, created, baseline),
            heart_rate_zones=None,
            baseline=baseline if traits.discipline in _CYCLING else Baseline(),
            device_type=device,
            platform=platform,
            paused=paused,
            hole_count=draws.holes(row, kind),
            first_second=draws.first_second(row),
        )
        if complete:
            self._measure(workout, draws, row)
        return workout

    def _reference(self, kind: Kind, when: int, baseline: Baseline) -> float:
        """The watts a rider takes as 100 %: the tested FTP, else what the legs know. A test is ridden by the legs."""
        tested = baseline.source == "ftp_workout_source" and kind is not Kind.FTP_TEST
        return float(baseline.watts) if tested else self.fitness.watts(when)

    def _measure(self, workout: Workout, draws: Draws, row: int) -> None:
        """Total work, heart-rate zones, records and FTP of a finished workout."""
        kind = workout.kind
        share = mean_share(workout.ride, kind, workout.ridden)
        if has_output(kind, workout.traits.machine):
            willing = 0.97 + 0.06 * draws.share[row]
            workout.total_work = round(share * willing * workout.reference_watts * workout.ridden, 2)
        if self._spec.heart_rate and draws.wears_strap(row) and kind is not Kind.IMPORTED:
            recorded = workout.ridden - draws.strapless_seconds(row, workout.ridden)
            effort = workout.traits.effort + (2.2 * (share - 0.7) if workout.total_work else 0.0)
            workout.heart_rate_zones = _zones(effort, draws.zone_noise[row], max(0, recorded))
        if kind is Kind.FTP_TEST:
            self.baselines.take_test(workout.id, workout.total_work)
        best = self._bests.get(workout.duration, 0.0)
        if workout.total_work > best and workout.traits.discipline == "cycling":
            self._bests[workout.duration] = workout.total_work
            workout.is_personal_record = best > 0.0


def _duration(kind: Kind, ride: RideClass | None, throw: float) -> int:
    """The class length, or for freestyle the length chosen, with the odd seconds that people ride."""
    if ride is not None:
        return ride.duration
    minutes = TRAITS[kind].minutes
    planned = 60 * minutes[int(throw * len(minutes))]
    exact = kind in (Kind.GOAL_RIDE, Kind.LANEBREAK)
    return planned if exact else planned + int(600 * throw) % 120


def _title(kind: Kind, duration: int) -> str | None:
    """The title of a workout without a class; classes carry none of their own."""
    minutes, seconds = divmod(duration, 60)
    length = f"{minutes} min {seconds} sec" if seconds else f"{minutes} min"
    return {
        Kind.JUST_RIDE: f"{minutes} min Just Ride",
        Kind.GOAL_RIDE: f"{minutes} min Just Ride",
        Kind.LANEBREAK: f"{minutes} min Neon Hits",
        Kind.ENTERTAINMENT: f"{minutes} min Entertainment Ride",
        Kind.JUST_RUN: f"{length} Just Run",
        Kind.OUTDOOR_WALK: f"{length} Just Walk: Outdoor",
        Kind.JUST_ROW: f"{length} Just Row",
        Kind.IMPORTED: f"{length} Imported Ride",
    }.get(kind)


def _zones(effort: float, noise: list[float], seconds: int) -> tuple[int, int, int, int, int]:
    """Whole seconds in the five heart-rate zones around a mean zone; they sum to `seconds`."""
    weights = [math.exp(-(((zone - effort) / _ZONE_SPREAD) ** 2) / 2) * noise[zone - 1] for zone in range(1, 6)]
    total = sum(weights)
    whole = [int(seconds * weight / total) for weight in weights]
    whole[weights.index(max(weights))] += seconds - sum(whole)
    return (whole[0], whole[1], whole[2], whole[3], whole[4])
