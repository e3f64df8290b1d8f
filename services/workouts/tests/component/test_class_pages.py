"""The page of one class: what its source tells, and what the person did of it."""

from collections.abc import Callable

import pytest
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import classes_pb2 as pb
from ctz.workouts.v1 import classes_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.consumers.workouts import CLASS_UPDATED

from .harness import START, block, event, metric_changed, performance, recorded
from .library import made_class, names, pages

pytestmark = pytest.mark.component

Stub = classes_pb2_grpc.ClassServiceStub


def test_a_class_shows_targets_music_averages_and_what_it_costs(consumer: Consumer, ask: Callable[..., Stub]) -> None:
    """30 minutes, half in zone 2 and half in zone 3; the source's own figures as they came."""
    ride = made_class(
        songs=[peloton.Song(title="Cadence", artists=["The Invented"], start_seconds=60)],
        averages=[{"slug": "avg_output", "value": 148, "unit": "watts", "display_name": "Avg. output"}],
        segments=[peloton.Segment(name="Warm Up", start_seconds=0, length_seconds=180)],
        class_types=["Power Zone"],
        description="Zones 2 and 3.",
    )
    consumer.handle(event(CLASS_UPDATED, ride, None))
    view = ask().GetClass(pb.GetClassRequest(name=f"classes/{ride.class_id}"))

    assert [0, 900, 900, 0, 0, 0, 0] == list(view.library_class.zone_seconds)
    assert 0.75 == pytest.approx(view.library_class.expected_intensity_factor, abs=0.01)
    assert 28 == pytest.approx(view.library_class.expected_training_stress_score, abs=1)
    assert bytes([2] * 30 + [3] * 30) == view.library_class.thumbnail_zones
    assert ("Cadence", 60) == (view.songs[0].title, view.songs[0].start_seconds)
    assert [148] == [each.value for each in view.averages]
    assert ["Warm Up"] == [each.name for each in view.segments]
    assert (pb.PRACTICE_SOURCE_PUBLISHED, list(ride.targets)) == (view.practice_source, list(view.practice_targets))
    assert (
        f"https://members.onepeloton.com/classes/cycling?modal=classDetailsModal&classId={ride.class_id}"
        == view.source_url
    )


def test_a_class_that_is_offered_no_more_stays_with_what_riders_have_of_it(
    consumer: Consumer, server: RunningServer, ask: Callable[..., Stub]
) -> None:
    """Listed, marked and found as before; left out where only offered ones are wanted, and never recommended."""
    rider, title = server.keys.user(), "45 min Saltmarsh Ride"
    offered, retired = (made_class(title=title, targets=[], instructor="Fay Marsh") for _ in range(2))
    consumer.handle(recorded(uuid7(), rider.user_id, class_id=retired.class_id))
    for each in (offered, retired, made_class(class_id=retired.class_id, revision=2, title=title, is_retired=True)):
        consumer.handle(event(CLASS_UPDATED, each, None))
    stub, named = ask(rider), pb.ClassFilter(query="saltmarsh")

    found = {each.name: each for each in pages(stub, filter=named)}
    assert {f"classes/{each.class_id}" for each in (offered, retired)} == set(found)
    told = found[f"classes/{retired.class_id}"]
    assert (True, 1, False) == (told.is_retired, told.attempt_count, found[f"classes/{offered.class_id}"].is_retired)
    named.is_offered = True
    assert {f"classes/{offered.class_id}"} == names(pages(stub, filter=named))
    stub.FavouriteClass(pb.FavouriteClassRequest(name=told.name))
    assert stub.GetClass(pb.GetClassRequest(name=told.name)).library_class.is_favourite
    newcomer = ask()
    recommended = newcomer.Recommend(pb.RecommendRequest(class_count=50))
    assert told.name not in {each.library_class.name for each in recommended.classes}


def test_attempts_are_the_persons_own_and_the_best_is_marked(
    consumer: Consumer, server: RunningServer, ask: Callable[..., Stub]
) -> None:
    ride, me, other = made_class(), server.keys.user(), server.keys.user()
    consumer.handle(event(CLASS_UPDATED, ride, None))
    for days, joules in ((0, 300_000), (7, 340_000), (14, 320_000)):
        consumer.handle(recorded(uuid7(), me.user_id, days=days, class_id=ride.class_id, total_work_joules=joules))
    consumer.handle(recorded(uuid7(), other.user_id, class_id=ride.class_id, total_work_joules=500_000))
    view = ask(me).GetClass(pb.GetClassRequest(name=f"classes/{ride.class_id}"))
    taken = pages(ask(me), filter=pb.ClassFilter(taken=pb.TAKEN_YES))
    not_taken = pages(ask(me), size=100, filter=pb.ClassFilter(taken=pb.TAKEN_NO))

    assert [320.0, 340.0, 300.0] == [each.work_kilojoules for each in view.attempts]
    assert [False, True, False] == [each.is_best for each in view.attempts]
    assert 3 == view.library_class.attempt_count
    assert [f"classes/{ride.class_id}"] == [each.name for each in taken]
    assert f"classes/{ride.class_id}" not in names(not_taken)
    assert 0 == ask().GetClass(pb.GetClassRequest(name=f"classes/{ride.class_id}")).library_class.attempt_count


def test_targets_that_a_class_publishes_later_change_its_workouts_once(
    consumer: Consumer, server: RunningServer, recomputing: Recomputing
) -> None:
    """A class that is listed again, with another figure of the crowd, changes no workout."""
    me, workout = server.keys.user(), uuid7()
    ride = made_class(targets=[], has_details=False)
    consumer.handle(metric_changed(me.user_id, 1, [(START.date(), 200)]))
    consumer.handle(event(CLASS_UPDATED, ride, None))
    consumer.handle(recorded(workout, me.user_id, class_id=ride.class_id))
    consumer.handle(performance(workout, me.user_id, watts=(130,) * 120))
    while recomputing.run_once():
        pass
    ride.revision = 2
    ride.targets.append(block(61, 180, 2))
    consumer.handle(event(CLASS_UPDATED, ride, None))
    with_targets = recomputing.run_once()
    ride.revision = 3
    ride.taken_count = 13_000
    consumer.handle(event(CLASS_UPDATED, ride, None))

    assert (True, False) == (with_targets, recomputing.run_once())
