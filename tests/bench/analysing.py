"""What the analysis of a one-hour ride costs, beside reading its series from Postgres."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ctz_chassis.db import Database, make_engine
from ctz_local.testing import ServiceDatabase
from ctz_workouts.app.analysing import analysed_again
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.workouts import WorkoutStore

from .pages import hour_ride
from .rig import Meter, Rig

REPEATS: Final = 200


@dataclass(frozen=True, slots=True)
class AnalysisCost:
    """Processor time in ms: to read the series of a ride of an hour, and to derive everything from it."""

    read_ms: float
    analyse_ms: float

    @property
    def multiple(self) -> float:
        """The analysis as a multiple of the reading."""
        return self.analyse_ms / self.read_ms


def measure_analysis(rig: Rig, database: ServiceDatabase) -> AnalysisCost:
    """Read and analyse the newest ride of an hour of an archive, again and again."""
    opened = Database(make_engine(database.app_url("workouts"), application_name="bench"))
    with opened.begin() as connection:
        store, (workout_id, _) = WorkoutStore(connection), hour_ride(opened)
        (standing,) = store.standings([workout_id])
        timelines = RiderStore(connection).take_turn(standing.workout.user_id)
        told = store.performances([workout_id])[workout_id]
        read = _cpu_ms(rig, lambda: store.performances([workout_id]))
        analyse = _cpu_ms(rig, lambda: analysed_again(standing, standing.workout, told, timelines))
    opened.close()
    return AnalysisCost(read, analyse)


def _cpu_ms(rig: Rig, work: Callable[[], object]) -> float:
    """Processor time of this process and of Postgres for one piece of work; the first one warms up."""
    work()
    meter = Meter.start(rig)
    for _ in range(REPEATS):
        work()
    _, process, postgres = meter.read()
    return 1000 * (process + postgres) / REPEATS
