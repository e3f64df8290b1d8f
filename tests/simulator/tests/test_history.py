"""Generated histories: the same from the same spec, and made like a rider's."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from ctz_simulator import RiderSpec, Simulator
from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.domain.kinds import Kind
from ctz_simulator.payloads.workout import Joins
from ctz_simulator.rider import GeneratedRider
from ctz_simulator.spec import BadRiderSpec

BUSY = RiderSpec("busy", workouts=3000, seed=11)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture(scope="module")
def facts(catalogue: Catalogue) -> list[dict[str, object]]:
    return list(GeneratedRider(BUSY, catalogue).truth()["workouts"].values())


def test_the_same_spec_gives_the_same_history_and_series(catalogue: Catalogue) -> None:
    spec = RiderSpec("twin", workouts=80, seed=5)
    one, two = GeneratedRider(spec, catalogue), GeneratedRider(spec, Catalogue())

    assert one.truth() == two.truth()
    for workout_id in one.truth()["workouts"]:
        assert one.graph(workout_id, 1, with_location=True) == two.graph(workout_id, 1, with_location=True)


def test_another_seed_gives_another_history(catalogue: Catalogue) -> None:
    one, two = (GeneratedRider(RiderSpec("twin", workouts=80, seed=seed), catalogue).truth() for seed in (1, 2))

    assert not set(one["workouts"]) & set(two["workouts"])


def test_a_rider_has_as_many_workouts_as_asked_in_order_and_without_overlap(facts: list[dict[str, int]]) -> None:
    ends = [0, *(fact["end_time"] for fact in facts)]

    assert 3000 == len(facts)
    assert all(end < fact["created_at"] for end, fact in zip(ends, facts, strict=False))


def test_a_history_holds_every_kind(facts: list[dict[str, object]]) -> None:
    assert {kind.value for kind in Kind} == {fact["kind"] for fact in facts}


def test_classes_are_retaken_and_workouts_are_stacked(facts: list[dict[str, int]]) -> None:
    taken = Counter(fact["ride_id"] for fact in facts if fact["ride_id"])
    stacked = [b for a, b in pairwise(facts) if b["created_at"] - a["end_time"] < 300]

    assert max(taken.values()) > 3
    assert len(stacked) > 300


def test_workouts_pause_and_lack_heart_rate(facts: list[dict[str, int]]) -> None:
    paused = [fact for fact in facts if fact["paused_seconds"]]
    heartless = [fact for fact in facts if fact["effort_points"] is None]
    quit_early = [fact for fact in facts if fact["ridden_seconds"] < fact["duration_seconds"]]

    assert 60 < len(paused) < 300
    assert 200 < len(heartless) < 800
    assert 10 < len(quit_early) < 100
    assert all(f["end_time"] - f["start_time"] >= f["ridden_seconds"] + f["paused_seconds"] - 3 for f in paused)


def test_every_test_sets_the_ftp_of_the_rides_behind_it(facts: list[dict[str, int]]) -> None:
    """ftp_info is the baseline during a workout, never its result (peloton-api.md section 6)."""
    rides = [fact for fact in facts if fact["discipline"] == "cycling"]
    tests = [index for index, fact in enumerate(rides) if fact["kind"] == "ftp_test"]

    assert len(tests) > 10
    assert 0 == rides[tests[0]]["ftp_watts"]
    for index in tests:
        result = round(round(rides[index]["mean_watts"]) * 0.95)
        assert result == rides[index + 1]["ftp_watts"]
        assert rides[index + 1]["ftp_source"] == "ftp_workout_source"


def test_the_chain_of_tests_can_be_walked_from_me_to_the_first(catalogue: Catalogue) -> None:
    rider = GeneratedRider(BUSY, catalogue)
    facts = rider.truth()["workouts"]
    steps = 0
    workout_id = rider.me()["cycling_ftp_workout_id"]
    while workout_id is not None:
        steps += 1
        assert "ftp_test" == facts[workout_id]["kind"]
        workout_id = facts[workout_id]["ftp_workout_id"]

    assert sum(fact["kind"] == "ftp_test" for fact in facts.values()) == steps


@pytest.mark.parametrize(
    ("source", "expected"),
    [("manual", "ftp_manual_source"), ("estimated", "ftp_estimated_source"), ("none", None)],
)
def test_an_ftp_can_come_from_elsewhere(catalogue: Catalogue, source: str, expected: str | None) -> None:
    rider = GeneratedRider(RiderSpec("other", workouts=40, ftp_source=source), catalogue)

    assert expected == rider.me()["cycling_ftp_source"]
    assert rider.me()["cycling_workout_ftp"] == 0


def test_a_mix_restricts_the_kinds(catalogue: Catalogue) -> None:
    rider = GeneratedRider(RiderSpec("pure", workouts=30, mix={"power_zone": 1.0}), catalogue)

    assert {"power_zone"} == {fact["kind"] for fact in rider.truth()["workouts"].values()}


def test_classes_are_zoned_in_posix_and_free_rides_by_place(catalogue: Catalogue) -> None:
    """`Etc/GMT+4` means UTC-4; both spellings must agree with the device's clock."""
    rider = GeneratedRider(RiderSpec("zoned", workouts=300), catalogue)
    details = [rider.detail(workout_id, Joins()) for workout_id in rider.truth()["workouts"]]
    classes = {row["timezone"] for row in details if row["peloton_id"]}
    free = {row["timezone"] for row in details if not row["peloton_id"]}

    assert {"Etc/GMT+4", "Etc/GMT+5"} <= classes
    assert "America/New_York" in free
    for row in details:
        local = datetime.fromtimestamp(row["created_at"], ZoneInfo(row["timezone"])).utcoffset()
        assert timedelta(seconds=row["device_time_created_at"] - row["created_at"]) == local


@pytest.mark.parametrize("text", ["", ":pw", "a:b:many", "a:b:1:2:long", "a:b:1:2:3:4"])
def test_a_bad_rider_text_is_refused(text: str) -> None:
    with pytest.raises(BadRiderSpec):
        RiderSpec.from_text(text)


def test_an_unknown_kind_in_a_mix_is_refused() -> None:
    with pytest.raises(BadRiderSpec):
        Simulator([RiderSpec("a", workouts=2, mix={"juggling": 1.0})])
