"""Saved filters: titles once a rider, the rider's own order, and nobody else's."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from ctz.workouts.v1 import saved_filters_pb2 as pb
from ctz.workouts.v1 import saved_filters_pb2_grpc, workouts_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.store.saved_filters import MOST_FILTERS

pytestmark = pytest.mark.component
KEPT = workouts_pb2.WorkoutFilter(query="endurance", tags=["hot"], min_duration_seconds=1800)


@pytest.fixture
def asked(server: RunningServer) -> Any:
    return server.client(saved_filters_pb2_grpc.SavedFilterServiceStub, user=server.keys.user())


def create(asked: Any, title: str, **given: Any) -> pb.SavedFilter:
    made: pb.SavedFilter = asked.CreateSavedFilter(pb.CreateSavedFilterRequest(title=title, **given))
    return made


def titles(asked: Any) -> list[str]:
    return [each.title for each in asked.ListSavedFilters(pb.ListSavedFiltersRequest()).saved_filters]


def update(asked: Any, name: str, **given: Any) -> pb.SavedFilter:
    mask = FieldMask(paths=list(given))
    request = pb.UpdateSavedFilterRequest(saved_filter=pb.SavedFilter(name=name, **given), update_mask=mask)
    changed: pb.SavedFilter = asked.UpdateSavedFilter(request)
    return changed


def refusal(call: Callable[[], object]) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(RemoteError) as refused:
        call()
    return refused.value.code, refused.value.reason


def test_a_filter_is_kept_as_given_renamed_moved_and_taken_away(asked: Any) -> None:
    made = [create(asked, title, filter=KEPT, order=3) for title in ("Long ones", "Hot", "Old")]
    assert (KEPT, 3, 2) == (made[1].filter, made[1].order, made[1].place)
    assert 1 == update(asked, made[2].name, place=1).place
    assert "Very hot" == update(asked, made[1].name, title="Very  hot").title
    assert ["Old", "Long ones", "Very hot"] == titles(asked)
    gone = pb.DeleteSavedFilterRequest(name=made[0].name)
    asked.DeleteSavedFilter(gone)
    assert grpc.StatusCode.NOT_FOUND == refusal(lambda: asked.DeleteSavedFilter(gone))[0]
    assert ["Old", "Very hot"] == titles(asked)
    changed = update(asked, made[1].name, filter=workouts_pb2.WorkoutFilter(), order=0, place=99)
    assert (workouts_pb2.WorkoutFilter(), 0, 2) == (changed.filter, changed.order, changed.place)


def test_a_title_stands_once_whatever_its_case(asked: Any) -> None:
    taken = (grpc.StatusCode.ALREADY_EXISTS, "SAVED_FILTER_TITLE_TAKEN")
    create(asked, "Höhe")
    other = create(asked, "Other")
    assert taken == refusal(lambda: create(asked, "HOHE"))
    assert taken == refusal(lambda: update(asked, other.name, title="höhe"))
    assert "OTHER" == update(asked, other.name, title="OTHER").title


def test_there_is_an_end_to_how_many_are_kept(asked: Any) -> None:
    for number in range(MOST_FILTERS):
        create(asked, f"Filter {number}")
    limit = (grpc.StatusCode.RESOURCE_EXHAUSTED, "SAVED_FILTER_LIMIT")
    assert limit == refusal(lambda: create(asked, "One more"))


@pytest.mark.parametrize("title", ["", "  ", "x" * 61, "a\x00b", "\u202eright"])
def test_t073_a_title_that_is_none_is_refused(asked: Any, title: str) -> None:
    assert grpc.StatusCode.INVALID_ARGUMENT == refusal(lambda: create(asked, title))[0]


def test_what_a_list_would_refuse_is_not_kept(asked: Any) -> None:
    bad = workouts_pb2.WorkoutFilter(from_date="soon")
    assert grpc.StatusCode.INVALID_ARGUMENT == refusal(lambda: create(asked, "Bad", filter=bad))[0]
    assert grpc.StatusCode.NOT_FOUND == refusal(lambda: update(asked, f"savedFilters/{uuid7()}", title="x"))[0]
