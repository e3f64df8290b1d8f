"""AnalyticsService over real events: figures that can be computed by hand, and what each answer costs."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.plans.events.v1 import events_pb2 as plans
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import analytics_pb2 as pb
from ctz.workouts.v1 import workouts_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.consumers.sessions import SESSION_DELETED
from ctz_workouts.domain.critical_power import CriticalPower, fit_critical_power
from ctz_workouts.domain.load import load_curve
from ctz_workouts.store import tables

from .analytics import DAY, FIRST, Rider, spanning
from .harness import deleted, event, metric_changed, performance, recorded

pytestmark = pytest.mark.component


@pytest.fixture
def rider(server: RunningServer, consumer: Consumer) -> Rider:
    made = Rider(server, consumer)
    made.metric(training.METRIC_KIND_FTP, 200)
    return made


def test_fitness_follows_from_the_whole_history_wherever_the_span_begins(rider: Rider) -> None:
    """CTL, ATL, TSB, ramp of the last days of 120 equal those of the curve over all of them."""
    loads = [25.0 * (day % 5 != 0) for day in range(120)]
    for day in reversed(range(120)):
        if loads[day]:
            rider.ride(day)
    whole = load_curve(loads)

    found = rider.asked.GetFitness(spanning(100, 119))

    assert [pytest.approx(day.fitness) for day in whole[100:]] == [day.fitness for day in found.days]
    assert [pytest.approx(day.fatigue) for day in whole[100:]] == [day.fatigue for day in found.days]
    assert [pytest.approx(day.form) for day in whole[100:]] == [day.form for day in found.days]
    assert [pytest.approx(day.ramp) for day in whole[100:]] == [day.ramp for day in found.days]
    assert loads[100:] == [pytest.approx(day.power_load) for day in found.days]
    assert 16 == found.workout_count
    weeks = [week for week in found.weeks if week.load]
    assert sum(week.zone_seconds[3] for week in weeks) == 900 * sum(week.workout_count for week in weeks)


def test_planned_loads_project_the_curve(rider: Rider) -> None:
    """Behind the last day the planned loads go on, and are marked."""
    rider.ride(0)
    planned = [pb.PlannedLoad(local_date=(FIRST + 2 * DAY).isoformat(), load=50)]

    found = rider.asked.GetFitness(spanning(0, 0, planned=planned))

    assert [False, True, True] == [day.is_projected for day in found.days]
    assert [pytest.approx(day.fitness) for day in load_curve([25, 0, 50])] == [day.fitness for day in found.days]


def test_c8_every_workout_has_a_load_by_the_best_source(
    rider: Rider, recomputing: Recomputing, database: Database
) -> None:
    """A run counts by heart rate, else by the rider's word; metrics and words that change move the load."""
    run, beats = uuid7(), (165,) * 600
    rider.consumer.handle(recorded(run, rider.user, discipline="running", duration_seconds=600, class_id=""))
    rider.consumer.handle(performance(run, rider.user, watts=(None,) * 600, beats=beats))
    update = workouts_pb2.UpdateWorkoutRequest(
        name=f"workouts/{run}", perceived_exertion=7, update_mask=FieldMask(paths=["perceived_exertion"])
    )

    def loads() -> tuple[float, float, float]:
        (day,) = rider.asked.GetFitness(spanning(0, 0)).days
        return day.power_load, day.heart_rate_load, day.perceived_exertion_load

    assert (0, 0, 0) == loads()
    assert 1 == rider.asked.GetFitness(spanning(0, 0)).unscored_count
    rider.workouts.UpdateWorkout(update)
    assert (0, 0, pytest.approx(100 / 6, abs=1e-3)) == loads()
    assert (3, pytest.approx(100 / 6)) == last_published(database, run)
    for kind, value in ((4, 50), (5, 165), (3, 185)):
        rider.metric(kind, value)  # type: ignore[arg-type]
    while recomputing.run_once():
        pass
    assert (0, pytest.approx(100 / 6, abs=1e-3), 0) == loads()
    assert (2, pytest.approx(100 / 6)) == last_published(database, run)


def test_c8_a_week_of_the_history_is_the_week_of_fitness(rider: Rider, database: Database) -> None:
    """Load and time of everything: by power, by the rider's word, of guided sessions; what has no load counts too."""
    rider.ride(0)
    run, told = uuid7(), FieldMask(paths=["perceived_exertion"])
    rider.consumer.handle(recorded(run, rider.user, days=1, discipline="running", duration_seconds=1800, class_id=""))
    rider.workouts.UpdateWorkout(
        workouts_pb2.UpdateWorkoutRequest(name=f"workouts/{run}", perceived_exertion=7, update_mask=told)
    )
    rider.consumer.handle(recorded(uuid7(), rider.user, days=1, discipline="yoga", duration_seconds=600, class_id=""))
    for days, load in ((0, 20.0), (2, None), (30, 40.0)):
        rider.session(1, days, load, uuid7(), is_private=True)

    with count_statements(database.engine) as seen:
        page = rider.workouts.ListWorkouts(workouts_pb2.ListWorkoutsRequest(week_start=FIRST.weekday()))
    (head,) = page.weeks
    (week,) = rider.asked.GetFitness(spanning(0, 6, week_start=FIRST.weekday())).weeks
    (day, *_) = rider.workouts.SummarizePeriod(
        workouts_pb2.SummarizePeriodRequest(
            from_date=FIRST.isoformat(), to_date=(FIRST + 2 * DAY).isoformat(), size=workouts_pb2.PERIOD_SIZE_DAY
        )
    ).periods

    assert (4, pytest.approx(week.load), pytest.approx(95)) == (seen.count, head.load, head.load)
    assert (25, 1, 3) == (pytest.approx(head.training_stress_score), head.scored_count, head.loaded_count)
    assert (3, 2, 2) == (head.workout_count, head.session_count, week.session_count)
    assert week.workout_count == head.workout_count + head.session_count
    assert week.duration_seconds == head.duration_seconds + head.session_seconds
    assert (1, 1, pytest.approx(45)) == (day.workout_count, day.session_count, day.load)


def last_published(database: Database, workout: UUID) -> tuple[int, float]:
    """Source and load in the newest `analyzed` of a workout."""
    with database.read() as connection:
        bodies = connection.execute(sa.select(tables.outbox.c.data).order_by(tables.outbox.c.id)).scalars()
        told = [events_pb2.WorkoutAnalyzed.FromString(body) for body in bodies]
    newest = max((each for each in told if each.workout_id == str(workout)), key=lambda each: each.revision)
    return newest.load_source, newest.load


def test_guided_sessions_count_in_fitness_private_ones_too(rider: Rider) -> None:
    """The newest word of plans stands, a deletion takes the load away, and no year or record shows any of it."""
    session = uuid7()
    rider.session(1, 0, 20, session, is_private=True)
    rider.session(3, 0, 30, session, is_private=True)
    rider.session(2, 0, 90, session)
    assert [30] == [day.perceived_exertion_load for day in rider.asked.GetFitness(spanning(0, 0)).days]
    assert 0 == rider.asked.GetYear(pb.GetYearRequest(year=FIRST.year)).totals.workout_count

    gone = plans.SessionDeleted(session_id=str(session), user_id=str(rider.user), revision=4)
    rider.consumer.handle(event(SESSION_DELETED, gone, rider.user))
    rider.session(3, 0, 30, session)
    assert [0] == [day.load for day in rider.asked.GetFitness(spanning(0, 0)).days]


def test_the_power_profile_has_curves_records_and_critical_power(rider: Rider) -> None:
    """Curves by season, 90 days and all time; CP is fitted to the efforts of 2 to 15 minutes of the last 90 days."""
    rider.metric(training.METRIC_KIND_WEIGHT, 80)
    old = rider.ride(-400, watts=400, seconds=60)
    rides = {180: 267, 300: 240, 480: 225}
    for at, (seconds, watts) in enumerate(rides.items()):
        rider.ride(at, watts=watts, seconds=seconds)
    fitted = fit_critical_power({120: 267, **rides}.items())
    assert isinstance(fitted, CriticalPower)
    today = (FIRST + 10 * DAY).isoformat()

    found = rider.asked.GetPowerProfile(pb.GetPowerProfileRequest(today=today, workout=f"workouts/{old}"))

    spans = {curve.span: {point.duration_seconds: point.watts for point in curve.points} for curve in found.curves}
    assert 400 == spans[pb.CURVE_SPAN_ALL_TIME][60] == spans[pb.CURVE_SPAN_WORKOUT][60]
    assert pytest.approx(267) == spans[pb.CURVE_SPAN_SEASON][60] == spans[pb.CURVE_SPAN_LAST_90_DAYS][60]
    assert (fitted.watts, fitted.w_prime_joules) == (found.critical_power.watts, found.critical_power.w_prime_joules)
    assert [120, 180, 300, 480] == [effort.duration_seconds for effort in found.critical_power.efforts]
    assert (200, 80) == (found.ftp.watts, found.weight_kilograms)
    assert pytest.approx(2.5) == found.ftp.watts_per_kilogram
    assert (40, False) == (found.ftp_age_days, found.is_ftp_stale)
    assert [FIRST.year, (FIRST - 400 * DAY).year] == list(found.seasons)
    assert rider.asked.GetPowerProfile(pb.GetPowerProfileRequest(today=(FIRST + 60 * DAY).isoformat())).is_ftp_stale


def test_t081_an_ftp_told_in_the_evening_west_of_utc_is_in_force_that_day(rider: Rider) -> None:
    """Where it is still the rider's day, UTC has the next one; what begins after the rider's day is not in force."""
    evening = datetime(FIRST.year, FIRST.month, FIRST.day, 20, 30, tzinfo=timezone(-timedelta(hours=9)))
    told = [(FIRST - 30 * DAY, 200.0), (evening, 214.0), (FIRST + 2 * DAY, 230.0)]
    rider.consumer.handle(metric_changed(rider.user, 2, told))

    found = rider.asked.GetPowerProfile(pb.GetPowerProfileRequest(today=FIRST.isoformat()))

    assert (214, 0, False) == (found.ftp.watts, found.ftp_age_days, found.is_ftp_stale)
    assert [214] == [mark.watts for mark in rider.asked.GetFitness(spanning(0, 0)).ftp_marks]


def test_a_record_names_what_stood_before_and_its_deletion_brings_that_back(rider: Rider) -> None:
    """Of equal marks the earliest is the record."""
    first, best = rider.ride(0, watts=200), rider.ride(40, watts=250)
    rider.ride(80, watts=250)

    def minute() -> pb.Record:
        (cycling,) = rider.asked.GetRecords(pb.GetRecordsRequest()).disciplines
        return next(each for each in cycling.records if each.duration_seconds == 60)

    assert (250, f"workouts/{best}") == (minute().best.value, minute().best.workout)
    assert (200, f"workouts/{first}") == (minute().previous.value, minute().previous.workout)
    rider.consumer.handle(deleted(best, rider.user, 2))
    assert (FIRST + 80 * DAY).isoformat() == minute().best.local_date
    rider.workouts.DeleteWorkout(workouts_pb2.DeleteWorkoutRequest(name=f"workouts/{first}"))
    assert not minute().HasField("previous")


def test_t002_another_rider_sees_nothing(rider: Rider, server: RunningServer, consumer: Consumer) -> None:
    """Every answer is about the person of the call."""
    ride, other = rider.ride(0), Rider(server, consumer)

    assert not other.asked.GetRecords(pb.GetRecordsRequest()).disciplines
    assert not other.asked.GetEddington(pb.GetEddingtonRequest()).numbers
    assert 0 == other.asked.GetYear(pb.GetYearRequest(year=FIRST.year)).totals.workout_count
    assert not other.asked.GetPowerProfile(pb.GetPowerProfileRequest()).curves
    with pytest.raises(RemoteError):
        other.asked.GetPowerProfile(pb.GetPowerProfileRequest(workout=f"workouts/{ride}"))


def milestones_on(asked: Any, day: str) -> object:
    return asked.GetMilestones(pb.GetMilestonesRequest(today=day))


def power_on(asked: Any, day: str) -> object:
    return asked.GetPowerProfile(pb.GetPowerProfileRequest(today=day))


def fitness_on(asked: Any, day: str) -> object:
    return asked.GetFitness(pb.GetFitnessRequest(from_date=day, to_date=day))


@pytest.mark.parametrize(
    "call",
    [
        lambda asked: asked.GetPowerProfile(pb.GetPowerProfileRequest(season=1)),
        lambda asked: asked.GetFitness(spanning(1, 0)),
        lambda asked: asked.GetFitness(spanning(0, 401)),
        lambda asked: asked.GetFitness(spanning(0, 0, planned=[pb.PlannedLoad(local_date="2020-01-01", load=1)])),
        lambda asked: asked.GetYear(pb.GetYearRequest()),
        lambda asked: asked.CreateYearShare(pb.CreateYearShareRequest(year=2026, shown_name="a\nb")),
        lambda asked: asked.GetMilestones(pb.GetMilestonesRequest(today="yesterday")),
        *(partial(milestones_on, day=day) for day in ("0001-01-01", "9999-12-31")),
        *(partial(fitness_on, day=day) for day in ("0001-01-01", "9999-12-31")),
        *(partial(power_on, day=day) for day in ("0001-01-01", "9999-12-31")),
    ],
)
def test_t073_nonsense_is_refused(rider: Rider, call: Callable[[Any], object]) -> None:
    """By name, not by a fault; so are days from which nobody can count on, or back."""
    with pytest.raises(RemoteError) as refused:
        call(rider.asked)
    assert "INVALID_ARGUMENT" == refused.value.code.name


def test_answers_cost_the_same_statements_however_long_the_history(rider: Rider, database: Database) -> None:
    """Ten workouts or one."""

    def costs() -> list[int]:
        calls: list[Callable[[], object]] = [
            lambda: rider.asked.GetPowerProfile(pb.GetPowerProfileRequest(today="2026-06-01")),
            lambda: rider.asked.GetFitness(spanning(0, 90)),
            lambda: rider.asked.GetRecords(pb.GetRecordsRequest()),
            lambda: rider.asked.GetEddington(pb.GetEddingtonRequest()),
            lambda: rider.asked.GetMilestones(pb.GetMilestonesRequest(today="2026-06-01")),
            lambda: rider.asked.GetYear(pb.GetYearRequest(year=2026)),
        ]
        found = []
        for call in calls:
            with count_statements(database.engine) as counted:
                call()
            found.append(counted.count)
        return found

    rider.ride(0)
    once = costs()
    for day in range(1, 10):
        rider.ride(day * 40)

    assert once == costs()
