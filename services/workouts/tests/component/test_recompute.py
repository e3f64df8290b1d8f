"""A changed metric recomputes exactly the workouts of its span, newest first, after a preview that said so."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.store import tables
from ctz_workouts.store.tasks import CHUNK, MOST_CLAIMS

from .harness import START, metric, metric_changed, performance, recorded

pytestmark = pytest.mark.component

RIDES = 6
FIRST_DAY = START.date() - timedelta(days=RIDES - 1)


@pytest.fixture
def rider(server: RunningServer, consumer: Consumer) -> User:
    """A rider with an FTP of 200 and six rides on the six days up to `START`; a yoga class and a coarse ride beside."""
    rider = server.keys.user()
    consumer.handle(metric_changed(rider.user_id, 1, [(FIRST_DAY, 200)]))
    for back in range(RIDES):
        ride(consumer, rider, back)
    for title, seconds in (("Yoga", None), ("Coarse", range(5, 605, 5))):
        workout = uuid7()
        consumer.handle(recorded(workout, rider.user_id, title=title, discipline="cycling" if seconds else "yoga"))
        consumer.handle(performance(workout, rider.user_id, seconds=seconds))
    return rider


def ride(consumer: Consumer, rider: User, back: int) -> UUID:
    workout = uuid7()
    consumer.handle(recorded(workout, rider.user_id, days=-back, title=f"{back} days before"))
    consumer.handle(performance(workout, rider.user_id, watts=(150,) * 300))
    return workout


def draft(*entries: tuple[date, float]) -> pb.PreviewFTPRequest:
    request = pb.PreviewFTPRequest(page_size=100)
    for at, watts in entries:
        entry = request.entries.add(value=watts)
        entry.effective_time.FromDatetime(datetime(at.year, at.month, at.day, tzinfo=UTC))
    return request


def loads(asked: Any) -> dict[str, tuple[float, float]]:
    """Load and intensity of every workout that has one, by name."""
    listed = asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=100)).workouts
    views = [asked.GetWorkout(pb.GetWorkoutRequest(name=row.name)) for row in listed]
    return {
        view.workout.name: (view.workout.training_stress_score, view.analysis.ftp_watts)
        for view in views
        if view.workout.HasField("training_stress_score")
    }


def test_t081_a_change_recomputes_exactly_what_its_preview_said(
    consumer: Consumer, rider: User, client: Callable[..., Any], recomputing: Recomputing
) -> None:
    """A second FTP from the third day on changes four of six rides, and neither yoga nor the coarse ride."""
    asked = client(rider)
    before = loads(asked)
    since = FIRST_DAY + timedelta(days=2)
    preview = asked.PreviewFTP(draft((FIRST_DAY, 200), (since, 250)))
    assert before == loads(asked)

    consumer.handle(metric_changed(rider.user_id, 2, [(FIRST_DAY, 200), (since, 250)]))
    assert 4 == asked.GetArchive(pb.GetArchiveRequest()).recomputing_count
    while recomputing.run_once():
        pass
    after = loads(asked)

    changed = {name for name in before if before[name] != after[name]}
    assert RIDES == len(before)
    assert 0 == asked.GetArchive(pb.GetArchiveRequest()).recomputing_count
    assert (4, since.isoformat(), START.date().isoformat()) == (
        preview.change_count,
        preview.first_date,
        preview.last_date,
    )
    assert changed == {change.workout for change in preview.changes}
    for change in preview.changes:
        old, new = before[change.workout], after[change.workout]
        assert (old[1], new[1]) == (change.old_ftp_watts, change.new_ftp_watts) == (200.0, 250.0)
        assert (old[0], new[0]) == pytest.approx((change.old_training_stress_score, change.new_training_stress_score))
        assert new[0] == pytest.approx(old[0] * (200 / 250) ** 2)
    days = [change.local_date for change in preview.changes]
    assert sorted(days, reverse=True) == days


def test_taking_every_ftp_away_takes_what_needs_it(
    consumer: Consumer, rider: User, client: Callable[..., Any], recomputing: Recomputing
) -> None:
    """NP stays; load, zones and the coloured bars go, and the list says why."""
    consumer.handle(metric_changed(rider.user_id, 2, []))
    while recomputing.run_once():
        pass
    listed = client(rider).ListWorkouts(pb.ListWorkoutsRequest()).workouts
    rides = [row for row in listed if row.title.endswith("before")]
    assert [pb.ABSENT_REASON_NO_FTP] * RIDES == [row.power_absent_reason for row in rides]
    assert [150.0] * RIDES == [pytest.approx(row.normalized_power_watts) for row in rides]
    assert all(not row.HasField("training_stress_score") and not row.zone_seconds for row in rides)
    assert all(row.thumbnail_heights and not row.thumbnail_zones for row in rides)


def test_an_older_timeline_changes_nothing(consumer: Consumer, rider: User, client: Callable[..., Any]) -> None:
    consumer.handle(metric_changed(rider.user_id, 3, [(FIRST_DAY, 200)]))
    consumer.handle(metric_changed(rider.user_id, 2, [(FIRST_DAY, 300)]))
    assert 0 == client(rider).GetArchive(pb.GetArchiveRequest()).recomputing_count
    assert {200.0} == {ftp for _, ftp in loads(client(rider)).values()}


def test_the_newest_workouts_come_first_and_progress_shows(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any], recomputing: Recomputing
) -> None:
    rider = server.keys.user()
    rides = [ride(consumer, rider, back) for back in range(CHUNK + 5)]
    consumer.handle(metric_changed(rider.user_id, 1, [(date(2020, 1, 1), 200)]))
    counts = [client(rider).GetArchive(pb.GetArchiveRequest()).recomputing_count]
    assert recomputing.run_once()
    counts.append(client(rider).GetArchive(pb.GetArchiveRequest()).recomputing_count)
    scored = {name.removeprefix("workouts/") for name in loads(client(rider))}
    while recomputing.run_once():
        pass
    counts.append(client(rider).GetArchive(pb.GetArchiveRequest()).recomputing_count)

    assert [CHUNK + 5, 5, 0] == counts
    assert {str(workout) for workout in rides[:CHUNK]} == scored


def test_t004_a_worker_that_lost_its_lease_writes_nothing(
    consumer: Consumer, rider: User, client: Callable[..., Any], database: Database
) -> None:
    """Two workers hold the same task, one by an expired lease; only the later claim may write."""
    hasty = Recomputing(database, lease_seconds=0)
    before = loads(client(rider))
    consumer.handle(metric_changed(rider.user_id, 2, [(FIRST_DAY, 250)]))
    first, second = hasty.claim(), hasty.claim()
    assert first is not None
    assert second is not None
    assert (first.task_id, first.fence + 1) == (second.task_id, second.fence)

    assert not hasty.carry_out(first)
    assert before == loads(client(rider))
    assert hasty.carry_out(second)
    assert before != loads(client(rider))


def test_a_task_that_nobody_ends_is_given_up(
    consumer: Consumer, rider: User, client: Callable[..., Any], database: Database
) -> None:
    hasty = Recomputing(database, lease_seconds=0)
    consumer.handle(metric_changed(rider.user_id, 2, [(FIRST_DAY, 250)]))
    claims = [hasty.claim() for _ in range(MOST_CLAIMS)]
    assert all(claims)
    assert hasty.claim() is None
    assert 0 == client(rider).GetArchive(pb.GetArchiveRequest()).recomputing_count


def test_one_damaged_series_leaves_the_others_their_figures(
    consumer: Consumer, rider: User, client: Callable[..., Any], database: Database, recomputing: Recomputing
) -> None:
    name = next(iter(loads(client(rider))))
    damaged = UUID(name.removeprefix("workouts/"))
    with database.begin() as connection:
        connection.execute(
            sa.update(tables.performance).where(tables.performance.c.workout_id == damaged).values(series=b"\x01no")
        )
    consumer.handle(metric_changed(rider.user_id, 2, [(FIRST_DAY, 250)]))
    while recomputing.run_once():
        pass
    ftps = {name: ftp for name, (_, ftp) in loads(client(rider)).items()}
    assert {name: 200.0} == {name: ftp for name, ftp in ftps.items() if ftp != 250.0}


def test_a_pace_level_recomputes_the_runs_that_rest_on_it(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any], recomputing: Recomputing
) -> None:
    """Level 5 runs "easy" from 4.2 to 4.5 mph; without a level the page says what is missing."""
    rider, workout = server.keys.user(), uuid7()
    called = training.TargetRange(metric="pace_intensity", lower=1, upper=1)
    block = training.TargetBlock(start_seconds=60, end_seconds=179, segment_type="running", ranges=[called])
    speed = metric("speed", "mph", (4.3,) * 120, scale=10, average=4.3)
    consumer.handle(recorded(workout, rider.user_id, discipline="running", title="Run", class_id=""))
    consumer.handle(performance(workout, rider.user_id, metrics=[speed], targets=[block], averages=[]))
    missing = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
    level = training.METRIC_KIND_RUNNING_PACE_LEVEL
    shares = []
    for revision, value in enumerate((5, 8), start=1):
        consumer.handle(metric_changed(rider.user_id, revision, [(START.date(), value)], kind=level))
        assert recomputing.run_once()
        view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
        shares.append(view.workout.target_share)
    assert pb.ABSENT_REASON_NO_PACE_LEVEL == missing.analysis.target_absent_reason
    assert [1.0, 0.0] == shares


def test_t073_a_draft_with_an_impossible_ftp_is_refused(rider: User, client: Callable[..., Any]) -> None:
    with pytest.raises(RemoteError) as refused:
        client(rider).PreviewFTP(draft((FIRST_DAY, 5_000)))
    assert ("INVALID_ARGUMENT", "FTP_OUT_OF_RANGE") == (refused.value.code.name, refused.value.reason)


def test_a_summary_that_changes_what_figures_rest_on_is_analysed_again(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    """The detail tells of a pause; another start lies under another FTP."""
    rider, workout = server.keys.user(), uuid7()
    consumer.handle(metric_changed(rider.user_id, 1, [(START.date(), 200), (START.date() + timedelta(days=5), 220)]))
    consumer.handle(performance(workout, rider.user_id, watts=(150,) * 300))
    seen = []
    details = (None, peloton.WorkoutDetail(has_paused=True, pause_seconds=42))
    for revision, (days, detail) in enumerate(((0, details[0]), (0, details[1]), (6, details[1])), start=1):
        consumer.handle(recorded(workout, rider.user_id, revision, days=days, detail=detail))
        view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
        seen.append((view.analysis.ftp_watts, view.analysis.pause_seconds, view.HasField("detail")))
    assert [(200.0, 0, False), (200.0, 42, True), (220.0, 42, True)] == seen


@pytest.mark.parametrize("seed", range(4))
def test_t081_whatever_the_timelines_every_ride_has_the_ftp_of_its_start(
    consumer: Consumer, server: RunningServer, database: Database, recomputing: Recomputing, seed: int
) -> None:
    """Random timelines one after the other; only rides whose FTP changed are published anew."""
    chance, rider = random.Random(seed), server.keys.user()
    rides = {ride(consumer, rider, back): START - timedelta(days=back) for back in range(12)}
    used: dict[UUID, float | None] = dict.fromkeys(rides)
    for revision in range(1, 7):
        count = chance.randrange(0, 5)
        instants = [
            START - timedelta(days=chance.randrange(-1, 13), seconds=chance.choice((0, 1))) for _ in range(count)
        ]
        timeline = {at: float(chance.randrange(100, 104)) for at in instants}
        consumer.handle(metric_changed(rider.user_id, revision, list(timeline.items())))
        while recomputing.run_once():
            pass
        before, used = used, {}
        for workout, start in rides.items():
            in_force = [at for at in timeline if at <= start]
            used[workout] = timeline[max(in_force)] if in_force else None
        assert used == stored_ftps(database, rider)
        changed = {str(workout) for workout in rides if used[workout] != before[workout]}
        assert changed == newly_published(database, rider)


def stored_ftps(database: Database, rider: User) -> dict[UUID, float | None]:
    query = sa.select(tables.workout.c.workout_id, tables.workout.c.ftp_watts_used)
    with database.read() as connection:
        rows = connection.execute(query.where(tables.workout.c.user_id == rider.user_id)).all()
    return {row.workout_id: row.ftp_watts_used for row in rows}


def newly_published(database: Database, rider: User) -> set[str]:
    """Workouts of the events since the last look, which are taken out; the first ones tell of no FTP."""
    taken = (
        sa.delete(tables.outbox).where(tables.outbox.c.subject == str(rider.user_id)).returning(tables.outbox.c.data)
    )
    with database.begin() as connection:
        messages = [events_pb2.WorkoutAnalyzed.FromString(data) for data in connection.execute(taken).scalars()]
    return {message.workout_id for message in messages if message.revision > 1}
