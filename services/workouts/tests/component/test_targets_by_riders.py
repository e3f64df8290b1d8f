"""Targets that riders record for a class which tells none: kept, shared, voted for, judged by."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import classes_pb2 as pb
from ctz.workouts.v1 import classes_pb2_grpc, workouts_pb2, workouts_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.consumers.workouts import CLASS_UPDATED

from .harness import START, block, event, metric_changed, performance, recorded
from .library import made_class

pytestmark = pytest.mark.component

Stub = classes_pb2_grpc.ClassServiceStub


def called(metric: str, lower: float, upper: float) -> training.TargetBlock:
    """Half a minute that calls one range."""
    ranges = [training.TargetRange(metric=metric, lower=lower, upper=upper)]
    return training.TargetBlock(start_seconds=60, end_seconds=90, ranges=ranges)


@pytest.fixture
def bare(consumer: Consumer) -> str:
    """The name of a class without targets, 30 minutes behind an introduction of one."""
    ride = made_class(title="30 min Groove Ride", class_type="", targets=[], is_power_zone=False, has_details=True)
    consumer.handle(event(CLASS_UPDATED, ride, None))
    return f"classes/{ride.class_id}"


def record(stub: Stub, name: str, **given: Any) -> pb.RecordedTargets:
    fields: dict[str, Any] = {
        "title": "Zones by ear",
        "blocks": [block(60, 959, 2), block(960, 1860, 4)],
        "is_shared": True,
    } | given
    return stub.CreateRecordedTargets(pb.CreateRecordedTargetsRequest(class_name=name, **fields))


def refused(call: Callable[[], object]) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(RemoteError) as found:
        call()
    return found.value.code, found.value.reason


def test_recorded_targets_are_kept_in_order_with_what_they_cost(ask: Callable[..., Stub], bare: str) -> None:
    stub = ask()
    kept = record(stub, bare, blocks=[block(960, 1860, 4), block(60, 959, 2)])

    assert [60, 960] == [each.start_seconds for each in kept.blocks]
    assert (1, True, True) == (kept.revision, kept.is_own, kept.is_shared)
    assert [0, 900, 0, 900, 0, 0, 0] == list(kept.zone_seconds)
    assert kept.expected_training_stress_score > 30
    assert [kept] == list(stub.ListRecordedTargets(pb.ListRecordedTargetsRequest(class_name=bare)).recorded_targets)


def test_a_repeated_request_records_once(ask: Callable[..., Stub], bare: str) -> None:
    stub, request_id = ask(), str(uuid7())
    first, second = (record(stub, bare, request_id=request_id) for _ in range(2))

    assert first.name == second.name
    assert (grpc.StatusCode.ABORTED, "REQUEST_ID_REUSED") == refused(
        lambda: record(stub, bare, title="Another", request_id=request_id)
    )


def test_unshared_targets_are_nobody_elses_to_see(ask: Callable[..., Stub], bare: str) -> None:
    mine, theirs = ask(), ask()
    kept = record(mine, bare, is_shared=False)

    assert [] == list(theirs.ListRecordedTargets(pb.ListRecordedTargetsRequest(class_name=bare)).recorded_targets)
    for call in (
        lambda: theirs.VoteRecordedTargets(pb.VoteRecordedTargetsRequest(name=kept.name, vote=1)),
        lambda: theirs.ChooseRecordedTargets(
            pb.ChooseRecordedTargetsRequest(class_name=bare, recorded_targets=kept.name)
        ),
    ):
        assert grpc.StatusCode.NOT_FOUND == refused(call)[0]
    assert 0 == theirs.GetClass(pb.GetClassRequest(name=bare)).recorded_targets_count
    assert pb.PRACTICE_SOURCE_UNSPECIFIED == theirs.GetClass(pb.GetClassRequest(name=bare)).practice_source


def test_only_the_rider_who_recorded_them_changes_or_deletes_them(ask: Callable[..., Stub], bare: str) -> None:
    kept, theirs = record(ask(), bare), ask()
    update = pb.UpdateRecordedTargetsRequest(name=kept.name, title="Mine now", blocks=kept.blocks, revision=1)

    assert grpc.StatusCode.NOT_FOUND == refused(lambda: theirs.UpdateRecordedTargets(update))[0]
    assert (
        grpc.StatusCode.NOT_FOUND
        == refused(lambda: theirs.DeleteRecordedTargets(pb.DeleteRecordedTargetsRequest(name=kept.name)))[0]
    )


def test_of_two_changes_of_one_revision_the_second_is_refused(ask: Callable[..., Stub], bare: str) -> None:
    stub = ask()
    kept = record(stub, bare)
    change = pb.UpdateRecordedTargetsRequest(
        name=kept.name, title="Better", blocks=[block(60, 1860, 3)], is_shared=False, revision=kept.revision
    )
    changed = stub.UpdateRecordedTargets(change)

    assert (2, "Better", False) == (changed.revision, changed.title, changed.is_shared)
    assert (grpc.StatusCode.ABORTED, "RECORDED_TARGETS_CHANGED") == refused(lambda: stub.UpdateRecordedTargets(change))


def test_votes_are_counts_and_the_best_voted_is_practised(ask: Callable[..., Stub], bare: str) -> None:
    voters = [ask() for _ in range(3)]
    first, second = record(ask(), bare, title="First"), record(ask(), bare, title="Second")
    for voter in voters:
        voter.VoteRecordedTargets(pb.VoteRecordedTargetsRequest(name=second.name, vote=1))
    voters[0].VoteRecordedTargets(pb.VoteRecordedTargetsRequest(name=second.name, vote=-1))
    voters[1].VoteRecordedTargets(pb.VoteRecordedTargetsRequest(name=first.name, vote=1))
    voters[1].VoteRecordedTargets(pb.VoteRecordedTargetsRequest(name=first.name, vote=0))
    listed = voters[0].ListRecordedTargets(pb.ListRecordedTargetsRequest(class_name=bare)).recorded_targets
    view = voters[2].GetClass(pb.GetClassRequest(name=bare))

    assert [("Second", 2, 1, -1), ("First", 0, 0, 0)] == [
        (each.title, each.votes_for, each.votes_against, each.own_vote) for each in listed
    ]
    assert (pb.PRACTICE_SOURCE_BEST_VOTED, second.name) == (view.practice_source, view.practice_recorded_targets.name)
    assert list(second.blocks) == list(view.practice_targets)
    assert [] == list(view.targets)
    assert view.library_class.has_recorded_targets


def test_nobody_votes_for_their_own_and_what_is_voted_down_is_not_practised(
    ask: Callable[..., Stub], bare: str
) -> None:
    mine, other = ask(), ask()
    kept = record(mine, bare)

    assert (grpc.StatusCode.FAILED_PRECONDITION, "OWN_RECORDED_TARGETS") == refused(
        lambda: mine.VoteRecordedTargets(pb.VoteRecordedTargetsRequest(name=kept.name, vote=1))
    )
    other.VoteRecordedTargets(pb.VoteRecordedTargetsRequest(name=kept.name, vote=-1))
    assert pb.PRACTICE_SOURCE_UNSPECIFIED == other.GetClass(pb.GetClassRequest(name=bare)).practice_source


def test_a_class_with_targets_takes_none_of_riders(consumer: Consumer, ask: Callable[..., Stub]) -> None:
    ride = made_class()
    consumer.handle(event(CLASS_UPDATED, ride, None))

    assert (grpc.StatusCode.FAILED_PRECONDITION, "CLASS_HAS_TARGETS") == refused(
        lambda: record(ask(), f"classes/{ride.class_id}")
    )


def test_the_sources_targets_win_over_recorded_ones_when_they_come(
    consumer: Consumer, ask: Callable[..., Stub]
) -> None:
    ride = made_class(targets=[], is_power_zone=False)
    consumer.handle(event(CLASS_UPDATED, ride, None))
    stub, name = ask(), f"classes/{ride.class_id}"
    record(stub, name)
    ride.revision = 2
    ride.targets.append(block(60, 1859, 5))
    consumer.handle(event(CLASS_UPDATED, ride, None))
    view = stub.GetClass(pb.GetClassRequest(name=name))

    assert (pb.PRACTICE_SOURCE_PUBLISHED, [5.0]) == (
        view.practice_source,
        [each.ranges[0].lower for each in view.practice_targets],
    )


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [block(60, 100, 2), block(100, 200, 3)],
        [block(100, 60, 2)],
        [block(60, 1861, 2)],
        [training.TargetBlock(start_seconds=-5, end_seconds=20, ranges=block(0, 1, 2).ranges)],
        [block(60, 100, 8)],
        [block(60, 100, 0)],
        [training.TargetBlock(start_seconds=60, end_seconds=90)],
        [called("<b>", 1, 2)],
        [
            training.TargetBlock(
                start_seconds=60, end_seconds=90, ranges=[{"metric": "cadence", "lower": 90, "upper": 80}]
            )
        ],
        [
            training.TargetBlock(
                start_seconds=60, end_seconds=90, ranges=[{"metric": "cadence", "lower": float("nan"), "upper": 80}]
            )
        ],
        [block(60 + second, 60 + second, 2) for second in range(301)],
    ],
)
def test_blocks_that_no_class_has_are_refused(ask: Callable[..., Stub], bare: str, blocks: Any) -> None:
    assert (grpc.StatusCode.INVALID_ARGUMENT, "RECORDED_TARGETS_MALFORMED") == refused(
        lambda: record(ask(), bare, blocks=blocks)
    )


@pytest.mark.parametrize(
    "title",
    [
        "",
        "   ",
        "x" * 81,
        "a\0b",
        "a\nb",
        "a\x1b[31m",
        "\u202eevil",
        "a\u2066b",
        "zero\u200bwidth",
        "\ue000",
        "a\u2028b",
    ],
)
def test_t098_a_title_with_unseen_characters_is_refused(ask: Callable[..., Stub], bare: str, title: str) -> None:
    assert grpc.StatusCode.INVALID_ARGUMENT == refused(lambda: record(ask(), bare, title=title))[0]


def test_t098_a_title_is_kept_as_text(ask: Callable[..., Stub], bare: str) -> None:
    kept = record(ask(), bare, title="  <script>alert('x')</script>   é & 力  ")

    assert "<script>alert('x')</script> é & 力" == kept.title


def test_a_rider_records_so_many_of_a_class_and_no_more(ask: Callable[..., Stub], bare: str) -> None:
    stub = ask()
    for _ in range(10):
        record(stub, bare)

    assert (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_RECORDED_TARGETS") == refused(lambda: record(stub, bare))


def test_recorded_targets_judge_only_workouts_of_who_chose_them(
    consumer: Consumer, server: RunningServer, recomputing: Recomputing, ask: Callable[..., Stub], bare: str
) -> None:
    """Zone 2 of an FTP of 200 is 110 to 150 W: 130 W for two minutes is wholly in target."""
    author, chooser = server.keys.user(), server.keys.user()
    workouts = {user.user_id: uuid7() for user in (author, chooser)}
    for user in (author, chooser):
        consumer.handle(metric_changed(user.user_id, 1, [(START.date(), 200)]))
        consumer.handle(recorded(workouts[user.user_id], user.user_id, class_id=bare.removeprefix("classes/")))
        consumer.handle(performance(workouts[user.user_id], user.user_id, watts=(130,) * 120))
    kept = record(ask(author), bare)
    choice = pb.ChooseRecordedTargetsRequest(class_name=bare, recorded_targets=kept.name)
    count = ask(chooser).ChooseRecordedTargets(choice).workout_count
    while recomputing.run_once():
        pass

    def page(user: Any) -> workouts_pb2.WorkoutView:
        stub = server.client(workouts_pb2_grpc.WorkoutServiceStub, user=user, caller="gateway")
        return stub.GetWorkout(workouts_pb2.GetWorkoutRequest(name=f"workouts/{workouts[user.user_id]}"))

    def share(user: Any) -> float | None:
        view = page(user)
        return view.workout.target_share if view.workout.HasField("target_share") else None

    assert (1, 1.0, None) == (count, share(chooser), share(author))
    told = workouts_pb2.ChosenTargets(name=kept.name, title="Zones by ear")
    assert (told, False) == (page(chooser).chosen_targets, page(author).HasField("chosen_targets"))
    ask(author).DeleteRecordedTargets(pb.DeleteRecordedTargetsRequest(name=kept.name))
    view = ask(chooser).GetClass(pb.GetClassRequest(name=bare))
    assert (True, "", pb.PRACTICE_SOURCE_CHOSEN) == (
        view.is_chosen,
        view.chosen_recorded_targets,
        view.practice_source,
    )
    assert workouts_pb2.ChosenTargets() == page(chooser).chosen_targets
    assert page(chooser).HasField("chosen_targets")
    ask(chooser).ChooseRecordedTargets(pb.ChooseRecordedTargetsRequest(class_name=bare))
    while recomputing.run_once():
        pass
    assert share(chooser) is None
    assert not page(chooser).HasField("chosen_targets")


def test_d4_targets_that_the_source_publishes_are_never_called_a_riders(
    consumer: Consumer, server: RunningServer, recomputing: Recomputing, ask: Callable[..., Stub], bare: str
) -> None:
    """Chosen once and published later: the class's own targets judge, and the page says nothing of recorded ones."""
    user, workout, class_id = server.keys.user(), uuid7(), bare.removeprefix("classes/")
    consumer.handle(metric_changed(user.user_id, 1, [(START.date(), 200)]))
    consumer.handle(recorded(workout, user.user_id, class_id=class_id))
    consumer.handle(performance(workout, user.user_id, watts=(130,) * 120))
    kept = record(ask(user), bare, is_shared=False)
    ask(user).ChooseRecordedTargets(pb.ChooseRecordedTargetsRequest(class_name=bare, recorded_targets=kept.name))
    while recomputing.run_once():
        pass
    stub = server.client(workouts_pb2_grpc.WorkoutServiceStub, user=user, caller="gateway")
    request = workouts_pb2.GetWorkoutRequest(name=f"workouts/{workout}")
    told = workouts_pb2.ChosenTargets(name=kept.name, title="Zones by ear", is_own=True)
    assert told == stub.GetWorkout(request).chosen_targets

    consumer.handle(event(CLASS_UPDATED, made_class(class_id=class_id, revision=2), None))
    while recomputing.run_once():
        pass
    assert not stub.GetWorkout(request).HasField("chosen_targets")
