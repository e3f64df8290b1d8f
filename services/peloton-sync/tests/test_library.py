"""The class library: read politely, once a day for the whole instance, and never before what a rider waits for."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ctz_peloton_sync.app.library import LibraryPolicy, feed, request_class
from ctz_peloton_sync.domain.errors import ClassUnknown
from ctz_peloton_sync.domain.library import CATEGORIES
from ctz_simulator import Failure, RiderSpec

DAY = timedelta(hours=24)
POLICY = LibraryPolicy(DAY, 5)
AT_ONCE = LibraryPolicy(DAY, 1_000)


def refresh(harness, policy=AT_ONCE) -> int:
    """Feed and work until nothing of the library is due; returns the tasks done."""
    done = 0
    while feed(harness.store, policy):
        done += harness.drain()
    return done


def newest(harness) -> dict[str, object]:
    """The newest form of every class."""
    found: dict[str, object] = {}
    for event in harness.events("class.updated"):
        if event.class_id not in found or event.revision > found[event.class_id].revision:
            found[event.class_id] = event
    return found


@pytest.mark.component
def test_the_whole_library_arrives_with_the_targets_that_may_be_asked_for(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        harness.sync(harness.connect())
        refresh(harness)
        calls = sim.calls()
        asked = [call.query for call in sim.call_log.calls() if call.kind == "library"]
        classes = newest(harness)
        again = refresh(harness)

    assert {f"browse_category={slug}" for slug in CATEGORIES} == {query.split("&")[0] for query in asked}
    assert all("limit=100" in query for query in asked)
    assert len(classes) > 700
    cycling = [each for each in classes.values() if each.discipline == "cycling"]
    assert all(each.instructor for each in cycling if "Scenic" not in each.class_types[0])
    assert {"english"} == {each.language for each in classes.values()}
    detailed = {each.class_id for each in classes.values() if each.has_details}
    assert calls["ride_details"] == len(detailed)
    assert {each.class_id for each in cycling if each.is_power_zone} <= detailed
    assert all(each.songs and each.targets for each in cycling if each.class_type == "power_zone_max")
    assert not any(each.has_details for each in classes.values() if each.discipline in {"yoga", "strength"})
    assert 0 == again


@pytest.mark.component
def test_a_day_later_only_the_first_pages_are_read_until_all_is_known(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        harness.sync(harness.connect())
        refresh(harness)
        first = sim.calls()["library"]
        told = len(harness.events("class.updated"))
        harness.clock.advance(hours=23)
        assert 0 == refresh(harness)
        harness.clock.advance(hours=2)
        refresh(harness)
        second = sim.calls()["library"] - first

    assert first > len(CATEGORIES) == second
    assert told == len(harness.events("class.updated"))


@pytest.mark.component
def test_a_new_class_is_found_and_only_it_is_told(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        harness.sync(harness.connect())
        refresh(harness)
        told = len(harness.events("class.updated"))
        ride = next(each for each in newest(harness).values() if each.class_type == "power_zone_endurance")
        fresh = _publish(sim, ride.class_id, int(harness.clock().timestamp()))
        harness.clock.advance(hours=25)
        before = sim.calls()
        refresh(harness)
        after = sim.calls()

    new = harness.events("class.updated")[told:]
    assert [(fresh, False), (fresh, True)] == [(each.class_id, each.has_details) for each in new]
    assert [1, 2] == [each.revision for each in new]
    # Two pages of cycling, one of everything else.
    assert len(CATEGORIES) + 1 == after["library"] - before["library"]


def _publish(sim, ride_id: str, aired: int) -> str:
    reply = sim.app.test_client().post(f"/_sim/rides/{ride_id}", json={"aired": aired})
    return reply.get_json()["id"]


def _retired(harness) -> set[str]:
    return {each.class_id for each in newest(harness).values() if each.is_retired}


@pytest.mark.component
def test_a_class_that_two_whole_readings_in_a_row_do_not_list_is_retired_and_comes_back(harness, simulate):
    """Light passes and one whole reading tell nothing yet; its own page stays; another shelf keeps a class."""
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        refresh(harness)
        known = newest(harness)
        gone = next(each for each in known.values() if each.class_type == "power_zone_max" and each.has_details)
        outdoor = next(each for each in known.values() if "Outdoor" in each.title)
        control = sim.app.test_client()
        control.delete(f"/_sim/rides/{gone.class_id}")
        # It leaves one shelf only: the other one lists it as before.
        with harness.store.begin() as tx:
            tx.library.note_listed("cardio", {outdoor.class_id}, 1)
        told = []
        for hours in (25, 15 * 24, 15 * 24, 15 * 24):
            harness.clock.advance(hours=hours)
            refresh(harness)
            told.append(_retired(harness))
        after = newest(harness)[gone.class_id]
        request_class(harness.store, user_id, gone.class_id)
        harness.drain()
        opened = newest(harness)[gone.class_id]
        control.put(f"/_sim/rides/{gone.class_id}")
        harness.clock.advance(hours=15 * 24)
        refresh(harness)

    assert [set(), set(), {gone.class_id}, {gone.class_id}] == told
    assert (gone.revision + 1, list(gone.targets), True) == (after.revision, list(after.targets), after.has_details)
    assert opened.is_retired
    assert set() == _retired(harness)


@pytest.mark.component
def test_a_whole_reading_reads_every_page_and_a_setting_ends_them(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        harness.sync(harness.connect())
        refresh(harness)
        first = sim.calls()["library"]
        harness.clock.advance(hours=15 * 24)
        refresh(harness)
        second = sim.calls()["library"] - first
        seldom = harness.with_settings(library_whole_days=0.0)
        seldom.clock.advance(hours=15 * 24)
        refresh(seldom)
        third = sim.calls()["library"] - first - second

    assert first == second > third == len(CATEGORIES)


@pytest.mark.component
def test_a_category_that_suddenly_lists_nothing_is_not_believed(harness, simulate):
    """Every class of it is missing, twice: that is an archive that changed, and nothing is retired."""
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        harness.sync(harness.connect())
        refresh(harness)
        control = sim.app.test_client()
        yoga = [each.class_id for each in newest(harness).values() if each.discipline == "yoga"]
        for class_id in yoga:
            control.delete(f"/_sim/rides/{class_id}")
        for _ in range(3):
            harness.clock.advance(hours=15 * 24)
            refresh(harness)

    assert len(yoga) > 10
    assert set() == _retired(harness)


@pytest.mark.component
def test_details_are_asked_for_of_what_riders_took_and_then_of_the_newest(harness, simulate):
    with simulate(RiderSpec("one", workouts=60), RiderSpec("two", workouts=5)) as sim:
        gone, stays = harness.connect("one"), harness.connect("two")
        harness.sync(stays)
        harness.start(gone)
        harness.drain(until=lambda: harness.rows("SELECT 1 FROM sync_task WHERE kind = 'class'"))
        with harness.store.begin() as tx:
            tx.tasks.drop_open(gone)
            tx.connections.set_state(gone, "disconnected", "", tx.now)
        taken = {row[0] for row in harness.rows("SELECT id FROM class WHERE state = 'due'")}
        before = sim.calls()["ride_details"]
        refresh(harness, LibraryPolicy(DAY, 20))
        paths = [call.path for call in sim.call_log.calls() if call.kind == "ride_details"][before:]

    classes = newest(harness)
    asked = [next(key for key in classes if key in path) for path in paths]
    assert taken == set(asked[: len(taken)])
    shown = [classes[class_id].air_time.seconds for class_id in asked[len(taken) :]]
    assert len(shown) > 100
    assert sorted(shown, reverse=True) == shown


@pytest.mark.component
def test_nothing_of_the_library_is_queued_while_a_rider_waits(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)):
        user_id = harness.connect()
        assert 0 == feed(harness.store, POLICY)
        harness.start(user_id)
        assert 0 == feed(harness.store, POLICY)
        harness.drain()
        assert 5 == feed(harness.store, POLICY)
        assert 0 == feed(harness.store, POLICY)


@pytest.mark.component
def test_without_a_connected_rider_or_with_the_switch_off_nothing_is_asked(harness, simulate):
    assert 0 == feed(harness.store, POLICY)
    with simulate(RiderSpec("rider", workouts=5)):
        harness.sync(harness.connect())
        with harness.store.begin() as tx:
            tx.gates.set_kill_switch(is_killed=True, reason="test", by="", now=tx.now)
        assert 0 == feed(harness.store, POLICY)
        assert 0 == feed(harness.store, LibraryPolicy(timedelta(0), 5))


@pytest.mark.component
def test_a_category_that_fails_goes_on_later_from_the_same_page_and_is_nobodys_failure(harness, simulate):
    with simulate(RiderSpec("rider", workouts=5)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        broken = Failure(kind="library", match="archived", status=403, skip=1, count=1, body="json")
        sim.turn(failures=[broken])
        refresh(harness)
        behind = harness.rows("SELECT slug FROM library_category WHERE read_at IS NULL")
        read = len(harness.rows("SELECT slug FROM library_category"))
        harness.clock.advance(hours=2)
        refresh(harness)
        status = harness.status(user_id)

    assert 1 == len(behind)
    assert len(CATEGORIES) == read
    assert 0 == status.failure_count
    assert [] == harness.rows("SELECT 1 FROM connection WHERE resume_at IS NOT NULL OR refusals > 0")
    assert len(CATEGORIES) == harness.rows("SELECT count(*) FROM library_category WHERE is_whole")[0][0]


@pytest.mark.component
def test_refused_details_are_no_refusal_of_the_rider_and_wait_until_somebody_opens_the_class(harness, simulate):
    with simulate(RiderSpec("rider", workouts=5)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        sim.turn(failures=[Failure(kind="ride_details", status=403, body="json")])
        refresh(harness)
        asked = sim.calls()["ride_details"]
        status = harness.status(user_id)
        sim.turn(failures=[])
        again = refresh(harness)
        ride = next(each for each in newest(harness).values() if each.is_power_zone and not each.has_details)
        request_class(harness.store, user_id, ride.class_id)
        harness.drain()

    assert asked > 100
    assert (0, 0) == (status.failure_count, again)
    assert [] == harness.rows("SELECT 1 FROM connection WHERE resume_at IS NOT NULL OR refusals > 0")
    assert newest(harness)[ride.class_id].has_details


@pytest.mark.component
def test_a_detail_that_its_rider_left_behind_is_asked_for_by_the_next(harness, simulate):
    with simulate(RiderSpec("one", workouts=60), RiderSpec("two", workouts=5)):
        gone, stays = harness.connect("one"), harness.connect("two")
        harness.sync(stays)
        harness.start(gone)
        harness.drain(until=lambda: harness.rows("SELECT 1 FROM sync_task WHERE kind = 'class'"))
        with harness.store.begin() as tx:
            tx.tasks.drop_open(gone)
            tx.connections.set_state(gone, "disconnected", "", tx.now)
        left = {row[0] for row in harness.rows("SELECT id FROM class WHERE state = 'due'")}
        refresh(harness)

    assert left
    assert left <= {each.class_id for each in newest(harness).values() if each.has_details}


@pytest.mark.component
def test_a_class_that_was_listed_keeps_its_targets_when_it_is_listed_again(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        harness.sync(harness.connect())
        refresh(harness)
        ride = max(
            (each for each in newest(harness).values() if each.class_type == "power_zone"),
            key=lambda each: each.air_time.seconds,
        )
        sim.app.test_client().patch(f"/_sim/rides/{ride.class_id}", json={"title": "30 min Power Zone Ride, renamed"})
        harness.clock.advance(hours=25)
        refresh(harness)
        renamed = newest(harness)[ride.class_id]

    assert "30 min Power Zone Ride, renamed" == renamed.title
    assert list(ride.targets) == list(renamed.targets)
    assert list(ride.songs) == list(renamed.songs)
    assert ride.revision + 1 == renamed.revision


@pytest.mark.component
def test_the_detail_of_an_opened_class_is_fetched_once_and_only_if_it_is_known(harness, simulate):
    with simulate(RiderSpec("rider", workouts=5)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        refresh(harness)
        yoga = next(each.class_id for each in newest(harness).values() if each.discipline == "yoga")
        asked = request_class(harness.store, user_id, yoga)
        harness.drain()
        again = request_class(harness.store, user_id, yoga)
        details = [call for call in sim.call_log.calls() if yoga in call.path]
        with pytest.raises(ClassUnknown):
            request_class(harness.store, user_id, "f" * 32)

    assert (True, False, 1) == (asked, again, len(details))
    assert newest(harness)[yoga].has_details
    assert not request_class(harness.store, uuid4(), yoga)


@pytest.mark.component
def test_a_disconnected_rider_leaves_the_library_to_the_next(harness, simulate):
    with simulate(RiderSpec("one", workouts=5), RiderSpec("two", workouts=5)):
        users = {harness.connect("one"), harness.connect("two")}
        for user_id in users:
            harness.sync(user_id)
        feed(harness.store, POLICY)
        [(first,)] = harness.rows("SELECT DISTINCT user_id FROM sync_task")
        with harness.store.begin() as tx:
            tx.tasks.drop_open(first)
            tx.connections.set_state(first, "disconnected", "", tx.now)
        assert 5 == feed(harness.store, POLICY)
        [(second,)] = harness.rows("SELECT DISTINCT user_id FROM sync_task")

    assert {UUID(str(first)), UUID(str(second))} == users
