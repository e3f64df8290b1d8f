"""Performance graphs: self-consistent, biased when coarse, and following the targets."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ctz_simulator import RiderSpec
from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.domain.kinds import Kind
from ctz_simulator.payloads.workout import Joins
from ctz_simulator.rider import GeneratedRider

EFFORT = (0.3, 0.6, 1.2, 2.4, 2.4)


@pytest.fixture(scope="module")
def rider() -> GeneratedRider:
    mix = {kind.value: 1.0 for kind in Kind}
    return GeneratedRider(RiderSpec("graphs", workouts=420, years=2, mix=mix), Catalogue())


@pytest.fixture(scope="module")
def graphs(rider: GeneratedRider) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(facts, graph at one second) of every workout."""
    facts = rider.truth()["workouts"]
    return [(fact, rider.graph(key, 1, with_location=True)) for key, fact in facts.items()]


def _metric(graph: dict[str, Any], slug: str) -> dict[str, Any] | None:
    return next((metric for metric in graph["metrics"] if metric["slug"] == slug), None)


def _figures(graph: dict[str, Any]) -> dict[str, Any]:
    return {line["slug"]: line["value"] for line in graph["summaries"] + graph["average_summaries"]}


def _powered(graphs: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    for fact, graph in graphs:
        output = _metric(graph, "output")
        if output is not None:
            yield fact, graph, output


def test_the_work_of_the_row_is_the_sum_of_the_seconds(graphs: list[Any]) -> None:
    """Where nothing is missing they agree to the joule."""
    checked = 0
    for fact, graph, output in _powered(graphs):
        seconds = graph["seconds_since_pedaling_start"]
        if seconds == list(range(1, fact["ridden_seconds"] + 1)):
            checked += 1
            assert abs(sum(output["values"]) - fact["total_work_joules"]) <= 0.51

    assert checked > 150


def test_averages_and_summaries_belong_to_the_work(graphs: list[Any]) -> None:
    for fact, graph, output in _powered(graphs):
        figures = _figures(graph)
        assert round(fact["total_work_joules"] / fact["ridden_seconds"]) == output["average_value"]
        assert output["average_value"] == figures["avg_output"]
        assert round(fact["total_work_joules"] / 1000) == figures["total_output"]


def test_effort_and_zone_seconds_of_row_and_graph_are_the_same(graphs: list[Any]) -> None:
    for fact, graph in graphs:
        beats = _metric(graph, "heart_rate")
        if beats is None:
            assert graph["effort_zones"] is None
            continue
        durations = [zone["duration"] for zone in beats["zones"]]
        assert durations == fact["heart_rate_zone_seconds"]
        assert durations == list(graph["effort_zones"]["heart_rate_zone_durations"].values())
        points = sum(seconds * rate for seconds, rate in zip(durations, EFFORT, strict=True)) / 60
        assert round(points, 1) == graph["effort_zones"]["total_effort_points"]


def test_heart_rate_spends_its_zone_seconds_in_the_zone(graphs: list[Any]) -> None:
    for fact, graph in graphs:
        beats = _metric(graph, "heart_rate")
        if beats is None or len(graph["seconds_since_pedaling_start"]) != fact["ridden_seconds"]:
            continue
        values = np.array(beats["values"])
        for zone in beats["zones"]:
            inside = (values >= max(1, zone["min_value"])) & (values <= zone["max_value"])
            assert zone["duration"] == int(inside.sum())
        assert beats["missing_data_duration"] == int((values == 0).sum())


@pytest.mark.parametrize("every_n", [5, 10, 30])
def test_a_coarse_value_is_the_largest_of_its_window(rider: GeneratedRider, graphs: list[Any], every_n: int) -> None:
    for workout_id, (_, graph, output) in zip(
        (key for key, fact in rider.truth()["workouts"].items()), _all(graphs), strict=True
    ):
        if output is None or not output["values"]:
            continue
        coarse = rider.graph(workout_id, every_n, with_location=False)
        fine = dict(zip(graph["seconds_since_pedaling_start"], output["values"], strict=True))
        seconds = coarse["seconds_since_pedaling_start"]
        found = _metric(coarse, "output")
        assert found is not None
        assert seconds[-1] == graph["seconds_since_pedaling_start"][-1]
        for second, value in zip(seconds[:-1], found["values"][:-1], strict=True):
            assert max(fine[s] for s in range(second, second + every_n) if s in fine) == value


def _all(graphs: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]]:
    for fact, graph in graphs:
        yield fact, graph, _metric(graph, "output")


def test_five_second_samples_are_biased_upwards(graphs: list[Any], rider: GeneratedRider) -> None:
    ids = [key for key, fact in rider.truth()["workouts"].items() if fact["kind"] == "power_zone"]
    ratios = []
    for workout_id in ids:
        coarse = _metric(rider.graph(workout_id, 5, with_location=False), "output")
        assert coarse is not None
        ratios.append(np.mean(coarse["values"]) / coarse["average_value"])

    assert np.median(ratios) > 1.01


def test_a_power_zone_class_is_ridden_in_its_zones() -> None:
    """Most of the called time is spent in the called zone of the FTP in force (domain.md)."""
    edges = (0.55, 0.75, 0.90, 1.05, 1.20, 1.50)
    rider = GeneratedRider(RiderSpec("zones", workouts=150), Catalogue())
    inside: list[bool] = []
    for workout_id, fact in rider.truth()["workouts"].items():
        if fact["kind"] != "power_zone" or not fact["ftp_watts"]:
            continue
        ride = rider.truth_of(workout_id)
        watts = dict(zip(ride["seconds"], ride["series"]["watts"], strict=True))
        for block in ride["targets"]:
            zone = block["metrics"]["power_zone"][0]
            seconds = [s for s in range(block["start"] + 8, block["end"]) if s in watts]
            inside += [int(np.searchsorted(edges, watts[s] / fact["ftp_watts"])) + 1 == zone for s in seconds]

    assert len(inside) > 20_000
    assert 0.7 < np.mean(inside) < 0.99


def test_power_zone_targets_have_spin_up_holes_and_end_with_the_class(rider: GeneratedRider) -> None:
    details = [rider.ride_details(fact["ride_id"]) for fact in rider.truth()["workouts"].values() if fact["ride_id"]]
    classes = [found for found in details if found and found["target_metrics_data"]["target_metrics"]]
    zoned = [found for found in classes if found["ride"]["title"].endswith(("Power Zone Ride", "Endurance Ride"))]
    for found in zoned:
        blocks = [block["offsets"] for block in found["target_metrics_data"]["target_metrics"]]
        gaps = [b["start"] - a["end"] - 1 for a, b in pairwise(blocks)]
        if "Power Zone" in found["ride"]["title"]:
            assert {0, 30} == set(gaps)
            assert 60 == blocks[0]["start"]
            assert 59 + found["ride"]["duration"] == blocks[-1]["end"]

    assert zoned


def test_series_begin_late_and_have_holes(graphs: list[Any]) -> None:
    starts = {graph["seconds_since_pedaling_start"][0] for _, graph in graphs}
    holes = [np.diff(graph["seconds_since_pedaling_start"]).max() for _, graph in graphs]

    assert {1, 2} == starts
    assert max(holes) > 3
    assert max(holes) <= 60


def test_an_early_quit_keeps_the_length_of_the_class(graphs: list[Any]) -> None:
    quits = [(fact, graph) for fact, graph in graphs if fact["ridden_seconds"] < fact["duration_seconds"]]
    for fact, graph in quits:
        assert fact["duration_seconds"] == graph["duration"]
        assert graph["seconds_since_pedaling_start"][-1] <= fact["ridden_seconds"]

    assert quits


def test_a_paused_class_has_no_place_on_the_board(rider: GeneratedRider) -> None:
    paused = [key for key, fact in rider.truth()["workouts"].items() if fact["paused_seconds"]]
    for workout_id in paused:
        payload = rider.detail(workout_id, Joins())
        assert (True, None, 0) == (
            payload["has_paused"],
            payload["leaderboard_rank"],
            payload["total_leaderboard_users"],
        )

    assert paused


def test_a_metric_account_gets_kilometres_of_the_same_ride() -> None:
    catalogue = Catalogue()
    mix = {"scenic": 1.0}
    miles, kilometres = (
        GeneratedRider(RiderSpec("units", workouts=1, mix=mix, metric_units=metric), catalogue)
        for metric in (False, True)
    )
    (workout_id,) = miles.truth()["workouts"]
    one, two = (item.graph(workout_id, 1, with_location=False) for item in (miles, kilometres))

    assert _figures(one)["distance"] * 1.609344 == pytest.approx(_figures(two)["distance"], abs=0.02)
    assert ("mph", "kph") == tuple(_metric(graph, "speed")["display_unit"] for graph in (one, two))  # type: ignore[index]
    assert one["splits_data"]["splits"] != two["splits_data"]["splits"]


def test_splits_sum_to_the_ride(graphs: list[Any]) -> None:
    for fact, graph in graphs:
        splits = graph.get("splits_data")
        if splits:
            rows = splits["splits"]
            assert abs(sum(row["seconds"] for row in rows) - fact["ridden_seconds"]) <= 60
            assert rows == sorted(rows, key=lambda row: row["order"])


def test_location_is_shown_only_to_a_named_platform(rider: GeneratedRider) -> None:
    outdoor = next(key for key, fact in rider.truth()["workouts"].items() if fact["kind"] == "outdoor_walk")

    assert [] == rider.graph(outdoor, 1, with_location=False)["location_data"]
    assert rider.graph(outdoor, 1, with_location=True)["location_data"][0]["coordinates"]
