"""The class library: found, filtered, ordered and paged; what a person did and thinks stays that person's."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import grpc
import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import classes_pb2 as pb
from ctz.workouts.v1 import classes_pb2_grpc

from ctz_chassis import paging
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.api import class_requests as requests
from ctz_workouts.app.classes import keep_class, row_of
from ctz_workouts.store import library_tables as lib

from .harness import recorded
from .library import INSTRUCTORS, OPENED, made_class, many_classes, names, pages

pytestmark = pytest.mark.component

Stub = classes_pb2_grpc.ClassServiceStub
MARVIN = "Marvin Übermüller"


@pytest.fixture(scope="module")
def classes(database: Database) -> list[peloton.ClassUpdated]:
    """A library of 240 made classes and a few of their own kind."""
    found = [
        *many_classes(240),
        made_class(
            title="20 min Yoga Flow",
            discipline="yoga",
            class_type="yoga_flow",
            instructor=MARVIN,
            targets=[],
            is_power_zone=False,
            duration_seconds=1200,
            has_details=False,
            aired=OPENED + timedelta(days=900),
        ),
        made_class(
            title="Scenic Fjord",
            class_type="",
            instructor="",
            duration_seconds=None,
            aired=None,
            targets=[],
            is_power_zone=False,
            taken_count=None,
            liked_share=None,
            difficulty=None,
        ),
    ]
    with database.begin() as connection:
        for each in found:
            keep_class(connection, each)
    return found


@pytest.fixture
def ask(server: RunningServer, classes: list[peloton.ClassUpdated]) -> Callable[..., Stub]:
    def make(user: Any = None) -> Stub:
        return server.client(Stub, user=user or server.keys.user(), caller="gateway")

    return make


def ids(found: list[peloton.ClassUpdated]) -> set[str]:
    return {f"classes/{each.class_id}" for each in found}


@pytest.mark.parametrize(
    ("order", "key"),
    [
        (pb.CLASS_ORDER_NEWEST, lambda each: each.air_time.seconds),
        (pb.CLASS_ORDER_EXPECTED_LOAD, lambda each: each.expected_training_stress_score),
        (pb.CLASS_ORDER_SHORTEST, lambda each: -(each.duration_seconds or 2**31)),
        (pb.CLASS_ORDER_MOST_TAKEN, lambda each: each.taken_count),
        (pb.CLASS_ORDER_BEST_LIKED, lambda each: each.liked_share),
    ],
)
def test_every_order_lists_every_class_once(
    ask: Callable[..., Stub], classes: list[peloton.ClassUpdated], order: Any, key: Any
) -> None:
    found = pages(ask(), order=order)

    assert sorted(map(key, found), reverse=True) == list(map(key, found))
    assert len(classes) == len(found)
    assert ids(classes) == names(found)


FILTERS: list[tuple[dict[str, Any], Callable[[peloton.ClassUpdated, Any], bool]]] = [
    ({"disciplines": ["yoga"]}, lambda each, _: each.discipline == "yoga"),
    ({"class_types": ["climb", "low_impact"]}, lambda each, _: each.class_type in {"climb", "low_impact"}),
    ({"instructors": ["Denis Morton"]}, lambda each, _: each.instructor == "Denis Morton"),
    (
        {"min_duration_seconds": 1800, "max_duration_seconds": 2700},
        lambda each, _: 1800 <= each.duration_seconds <= 2700,
    ),
    ({"from_year": 2022}, lambda each, _: each.HasField("air_time") and each.air_time.ToDatetime().year >= 2022),
    ({"to_year": 2020}, lambda each, _: each.HasField("air_time") and each.air_time.ToDatetime().year <= 2020),
    ({"zones": [2, 3]}, lambda _, row: row.zones & 0b110 == 0b110),
    ({"without_zones": [6]}, lambda _, row: row.zones and not row.zones & 0b100000),
    (
        {"min_training_stress_score": 30.0, "max_training_stress_score": 60.0},
        lambda _, row: 30 <= (row.expected_stress or 0) <= 60,
    ),
    ({"min_intensity_factor": 0.9}, lambda _, row: (row.expected_intensity or 0) >= 0.9),
    ({"min_difficulty": 7.0, "max_difficulty": 8.0}, lambda each, _: 7 <= each.difficulty <= 8),
    ({"has_targets": True}, lambda each, _: len(each.targets) > 0),
    ({"query": "denis climb"}, lambda each, _: each.instructor == "Denis Morton" and each.class_type == "climb"),
    ({"query": "CAGLA orn"}, lambda each, _: each.instructor == "Çağla Örnek"),
    ({"query": "uberm"}, lambda each, _: each.instructor == MARVIN),
    (
        {"query": "45 enduran"},
        lambda each, _: each.title.startswith("45") and each.class_type == "power_zone_endurance",
    ),
]


@pytest.mark.parametrize(
    ("kept", "is_kept"), FILTERS, ids=lambda each: ",".join(each) if isinstance(each, dict) else ""
)
def test_a_filter_keeps_what_it_says(
    ask: Callable[..., Stub], classes: list[peloton.ClassUpdated], kept: dict[str, Any], is_kept: Any
) -> None:
    wanted = [each for each in classes if is_kept(each, row_of(each))]
    first = ask().ListClasses(pb.ListClassesRequest(page_size=5, filter=pb.ClassFilter(**kept)))

    assert wanted
    assert len(wanted) == first.total_size
    assert ids(wanted) == names(pages(ask(), size=10, filter=pb.ClassFilter(**kept)))
    assert not first.is_similar


@pytest.mark.parametrize(
    ("query", "instructor"), [("dneis mortn", "Denis Morton"), ("vandermer", "Eli Vandermeer"), ("marvn", MARVIN)]
)
def test_words_with_typing_errors_find_similar_ones_on_every_page(
    ask: Callable[..., Stub], query: str, instructor: str
) -> None:
    stub, kept = ask(), pb.ClassFilter(query=query)
    first = stub.ListClasses(pb.ListClassesRequest(page_size=3, filter=kept))
    found = pages(stub, size=3, filter=kept)

    assert first.is_similar
    assert {instructor} == {each.instructor for each in found}
    assert first.total_size == len(found)


def test_words_that_nothing_is_similar_to_find_nothing(ask: Callable[..., Stub]) -> None:
    answer = ask().ListClasses(pb.ListClassesRequest(filter=pb.ClassFilter(query="xylophonequark 17")))

    assert (0, [], False) == (answer.total_size, list(answer.classes), answer.is_similar)
    assert answer.facets.disciplines


def test_facets_count_the_library_and_one_discipline(
    ask: Callable[..., Stub], classes: list[peloton.ClassUpdated]
) -> None:
    whole = ask().ListClasses(pb.ListClassesRequest())
    yoga = ask().ListClasses(pb.ListClassesRequest(filter=pb.ClassFilter(disciplines=["yoga"])))

    assert len(classes) == whole.library_size == whole.total_size
    assert [("cycling", len(classes) - 1), ("yoga", 1)] == [
        (each.value, each.count) for each in whole.facets.disciplines
    ]
    assert {*INSTRUCTORS, MARVIN} == {each.value for each in whole.facets.instructors}
    assert ["10", "20", "30", "45", "60"] == [each.value for each in whole.facets.minutes]
    assert ["2022", "2020"] == [each.value for each in whole.facets.years]
    assert [MARVIN] == [each.value for each in yoga.facets.instructors]
    assert [("yoga_flow", 1)] == [(each.value, each.count) for each in yoga.facets.class_types]


def test_classes_are_found_by_their_names(ask: Callable[..., Stub], classes: list[peloton.ClassUpdated]) -> None:
    wanted = ids(classes[3:6])
    answer = ask().ListClasses(pb.ListClassesRequest(filter=pb.ClassFilter(names=sorted(wanted))))

    assert (wanted, 3) == (names(answer.classes), answer.total_size)
    assert not answer.facets.disciplines
    with pytest.raises(RemoteError):
        ask().ListClasses(pb.ListClassesRequest(filter=pb.ClassFilter(names=["workouts/1"])))


def test_tallies_equal_a_count_from_scratch_after_changes(database: Database) -> None:
    dice = random.Random(4)
    with database.begin() as connection:
        nested = connection.begin_nested()
        connection.execute(sa.delete(lib.library_tally))
        connection.execute(sa.delete(lib.library_class))
        made = many_classes(30, seed=9)
        for revision in range(1, 4):
            for number, each in enumerate(dice.sample(made, len(made))):
                each.revision = revision
                each.instructor = dice.choice((*INSTRUCTORS, ""))
                each.title = f"{dice.choice((10, 20))} min {dice.choice(('Climb Ride', 'Low Impact Ride'))}"
                each.class_type = dice.choice(("climb", "low_impact", ""))
                if number % 3 == 0:
                    each.ClearField("duration_seconds")
                keep_class(connection, each)
                keep_class(connection, each)  # delivered twice
        kept = connection.execute(
            sa.select(
                lib.library_tally.c.kind,
                lib.library_tally.c.discipline,
                lib.library_tally.c.value,
                lib.library_tally.c.class_count,
            ).where(lib.library_tally.c.class_count != 0)
        ).all()
        counted: dict[Any, int] = {}
        for each in made:
            for tally in row_of(each).tallies():
                counted[tally] = counted.get(tally, 0) + 1
        nested.rollback()

    assert counted == {(row.kind, row.discipline, row.value): row.class_count for row in kept}


def test_a_page_token_of_another_list_is_refused(ask: Callable[..., Stub]) -> None:
    stub = ask()
    token = stub.ListClasses(pb.ListClassesRequest(page_size=3)).next_page_token
    for other in (
        pb.ListClassesRequest(page_token=token, order=pb.CLASS_ORDER_SHORTEST),
        pb.ListClassesRequest(page_token=token, filter=pb.ClassFilter(query="x")),
        pb.ListClassesRequest(page_token=token[:-3]),
    ):
        with pytest.raises(RemoteError) as refused:
            stub.ListClasses(other)
        assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code


@pytest.mark.parametrize("order", [pb.CLASS_ORDER_NEWEST, pb.CLASS_ORDER_SHORTEST, pb.CLASS_ORDER_MOST_TAKEN])
@pytest.mark.parametrize("value", [2**70, -(2**40), 1e308, True, None, "x", [], "9999-12-31T23:59:59-14:00", {}])
def test_a_page_token_made_by_hand_is_refused_or_harmless(ask: Callable[..., Stub], order: Any, value: Any) -> None:
    digest = requests.digest_of(requests.filter_of(pb.ClassFilter()), order)
    token = paging.encode_token({"v": value, "c": "a", "s": False}, digest)
    with pytest.raises(RemoteError) as refused:
        ask().ListClasses(pb.ListClassesRequest(page_token=token, order=order))

    assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code


@pytest.mark.parametrize(
    "kept",
    [
        pb.ClassFilter(query="x" * 201),
        pb.ClassFilter(query="a\0b"),
        pb.ClassFilter(zones=[8]),
        pb.ClassFilter(without_zones=[0]),
        pb.ClassFilter(from_year=3),
        pb.ClassFilter(instructors=["a"] * 51),
        pb.ClassFilter(disciplines=["a\0"]),
        pb.ClassFilter(min_difficulty=float("nan")),
        pb.ClassFilter(taken=9),  # type: ignore[arg-type]
    ],
)
def test_a_filter_that_means_nothing_is_refused(ask: Callable[..., Stub], kept: pb.ClassFilter) -> None:
    with pytest.raises(RemoteError) as refused:
        ask().ListClasses(pb.ListClassesRequest(filter=kept))

    assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code


@pytest.mark.parametrize("name", ["classes/", "classes/../x", "workouts/" + "a" * 32, "classes/" + "a" * 65, ""])
def test_a_name_that_is_no_class_is_refused(ask: Callable[..., Stub], name: str) -> None:
    with pytest.raises(RemoteError) as refused:
        ask().GetClass(pb.GetClassRequest(name=name))

    assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code


def test_favourites_and_ratings_are_the_persons_own(
    ask: Callable[..., Stub], server: RunningServer, classes: list[peloton.ClassUpdated]
) -> None:
    me, other = ask(server.keys.user()), ask(server.keys.user())
    name = f"classes/{classes[3].class_id}"
    me.FavouriteClass(pb.FavouriteClassRequest(name=name))
    me.FavouriteClass(pb.FavouriteClassRequest(name=name))
    me.RateClass(pb.RateClassRequest(name=name, rating=4))
    mine, theirs = (stub.GetClass(pb.GetClassRequest(name=name)).library_class for stub in (me, other))

    assert (True, 4) == (mine.is_favourite, mine.rating)
    assert (False, 0) == (theirs.is_favourite, theirs.rating)
    assert [name] == [each.name for each in pages(me, filter=pb.ClassFilter(is_favourite=True))]
    assert [] == pages(other, filter=pb.ClassFilter(is_favourite=True))

    me.UnfavouriteClass(pb.UnfavouriteClassRequest(name=name))
    me.RateClass(pb.RateClassRequest(name=name, rating=0))
    after = me.GetClass(pb.GetClassRequest(name=name)).library_class
    assert (False, 0) == (after.is_favourite, after.rating)


def test_a_class_that_is_not_there_cannot_be_marked(ask: Callable[..., Stub]) -> None:
    stub, name = ask(), "classes/" + "e" * 32
    for call in (
        lambda: stub.GetClass(pb.GetClassRequest(name=name)),
        lambda: stub.FavouriteClass(pb.FavouriteClassRequest(name=name)),
        lambda: stub.RateClass(pb.RateClassRequest(name=name, rating=3)),
        lambda: stub.ChooseRecordedTargets(pb.ChooseRecordedTargetsRequest(class_name=name)),
    ):
        with pytest.raises(RemoteError) as refused:
            call()
        assert grpc.StatusCode.NOT_FOUND == refused.value.code


def test_the_reference_shows_seven_zones_and_every_level(ask: Callable[..., Stub]) -> None:
    reference = ask().GetReference(pb.GetReferenceRequest())

    assert [55, 75, 90, 105, 120, 150] == [zone.upper_percent for zone in reference.zones[:6]]
    assert not reference.zones[6].HasField("upper_percent")
    assert [("running", 10, 7), ("walking", 9, 5)] == [
        (table.activity, len(table.levels), len(table.levels[0].bands)) for table in reference.pace_tables
    ]


def test_recommendations_say_why_and_leave_out_what_was_taken(
    consumer: Consumer, server: RunningServer, ask: Callable[..., Stub], classes: list[peloton.ClassUpdated]
) -> None:
    me = server.keys.user()
    mine = [each for each in classes if each.instructor == "Denis Morton" and each.class_type == "climb"][:4]
    for days, each in enumerate(mine):
        consumer.handle(recorded(uuid7(), me.user_id, days=days, class_id=each.class_id, instructor=each.instructor))
    stub = ask(me)
    stub.RateClass(pb.RateClassRequest(name=f"classes/{mine[0].class_id}", rating=5))
    told = stub.Recommend(pb.RecommendRequest(class_count=5))

    assert 4 == told.workout_count
    assert ["Denis Morton"] == [each.instructor for each in told.instructors]
    assert "instructor_rated" == told.instructors[0].reasons[0].kind
    assert told.instructors[0].untaken_count > 0
    assert told.classes
    assert not names(each.library_class for each in told.classes) & ids(mine)
    assert all(each.reasons for each in told.classes)
    assert [] == list(ask().Recommend(pb.RecommendRequest()).classes)


@pytest.mark.timeout(600)
def test_statements_do_not_grow_with_the_library(
    database: Database, ask: Callable[..., Stub], server: RunningServer
) -> None:
    """The same at 240 and at 20,000 classes."""
    me = server.keys.user()
    requests = [
        pb.ListClassesRequest(),
        pb.ListClassesRequest(order=pb.CLASS_ORDER_EXPECTED_LOAD, filter=pb.ClassFilter(zones=[2], taken=pb.TAKEN_NO)),
        pb.ListClassesRequest(filter=pb.ClassFilter(query="dneis")),
        pb.ListClassesRequest(filter=pb.ClassFilter(min_training_stress_score=40, max_training_stress_score=60)),
    ]

    def statements() -> list[int]:
        counts = []
        for request in requests:
            with count_statements(database.engine) as counted:
                ask(me).ListClasses(request)
            counts.append(counted.count)
        return counts

    few = statements()
    with database.begin() as connection:
        rows = [row_of(each).values for each in many_classes(20_000, seed=2)]
        connection.execute(sa.insert(lib.library_class), rows)
    try:
        many = statements()
    finally:
        with database.begin() as connection:
            made = [row["class_id"] for row in rows]
            connection.execute(sa.delete(lib.library_class).where(lib.library_class.c.class_id.in_(made)))

    assert few == many
    assert max(many) <= 5
