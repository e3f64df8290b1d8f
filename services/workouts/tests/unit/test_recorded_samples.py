"""The analysis over recorded payloads, where their folder exists beside the repository: never a wrong number."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from ctz_workouts.domain.analysis import Circumstances, PowerFigures, analyse
from ctz_workouts.domain.codec import decode_series, encode_series
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.downsample import downsample
from ctz_workouts.domain.expected import expected_load
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.pace import (
    Activity,
    PaceDistance,
    PaceTable,
    PublishedPace,
    level_of_slug,
    seconds_of_clock_pace,
)
from ctz_workouts.domain.pause import WallClock
from ctz_workouts.domain.series import Series, series_of
from ctz_workouts.domain.targets import TargetBlock, TargetRange, plan_of
from ctz_workouts.domain.zones import FTP

SAMPLES = Path(__file__).parents[5] / "shared" / "peloton-samples"
GRAPHS = sorted(path.name for path in SAMPLES.glob("performance_graph*__*.json") if "_partial__" not in path.name)

pytestmark = pytest.mark.skipif(not GRAPHS, reason="no recorded samples beside this repository")


def load(name: str) -> Any:
    path = SAMPLES / name
    return json.loads(path.read_text()) if path.exists() else {}


def series_from(graph: dict[str, Any]) -> Series:
    rows = tuple(
        (metric["slug"], metric["display_unit"] or "", [math.nan if v is None else v for v in metric["values"]])
        for metric in graph.get("metrics") or []
    )
    return series_of(graph["seconds_since_pedaling_start"], rows)


def plan_from(graph: dict[str, Any], offset: int = 60):
    blocks = (graph.get("target_metrics_performance_data") or graph.get("target_metrics_data") or {}).get(
        "target_metrics"
    )
    return plan_of(
        tuple(
            TargetBlock(
                block["offsets"]["start"],
                block["offsets"]["end"],
                tuple(TargetRange(m["name"], m["lower"], m["upper"]) for m in block["metrics"]),
                block["segment_type"],
            )
            for block in blocks or []
        ),
        offset,
    )


class Recorded:
    """A graph with its workout, analysed at an FTP of 200."""

    def __init__(self, name: str) -> None:
        """Read both files of a recording."""
        self.graph = load(name)
        self.workout = load(name.replace("performance_graph", "workout"))
        self.series = series_from(self.graph)
        times = [self.workout.get(key) for key in ("start_time", "end_time")]
        clock = WallClock(
            elapsed_seconds=times[1] - times[0] if all(times) else None,
            has_paused=self.workout.get("has_paused"),
            paused_seconds=self.workout.get("pause_time_elapsed"),
        )
        word = self.workout.get("fitness_discipline") or name.split("__")[1].split("_", maxsplit=1)[0]
        self.discipline = discipline_of({"rowing": "caesar"}.get(word, word))
        self.given = Circumstances(self.discipline, FTP(200), plan_from(self.graph), clock=clock)
        self.analysis = analyse(self.series, self.given)


@pytest.fixture(params=GRAPHS or ["none"])
def recorded(request: pytest.FixtureRequest) -> Recorded:
    return Recorded(request.param)


def test_every_recording_is_read_stored_and_analysed_alike(recorded):
    """Storage loses nothing, so figures from it equal figures from the payload; a chart can be drawn."""
    stored = encode_series(recorded.series)

    assert recorded.series == decode_series(stored)
    assert recorded.analysis == analyse(decode_series(stored), recorded.given)
    assert len(stored) <= 8 * max(recorded.series.seconds.size, 60)
    assert len(downsample(recorded.series, 500).seconds) <= 500


def test_a_coarse_recording_has_no_derived_figure(recorded):
    """Most recordings were sampled every five seconds."""
    if not recorded.series.is_coarse:
        return
    power = recorded.analysis.power
    reasons = {getattr(power, name) for name in PowerFigures.__slots__}

    assert len(reasons) == 1
    assert reasons <= {Absent(AbsentReason.COARSE_SERIES), Absent(AbsentReason.NO_POWER)}
    assert not isinstance(recorded.analysis.heart_rate.zone_seconds, tuple)
    assert () == recorded.analysis.range_adherences


def test_work_and_means_of_a_fine_recording_equal_what_was_reported(recorded):
    """Work within half a percent of the reported joules, mean power within a watt, best second below the maximum."""
    power, total = recorded.analysis.power, recorded.workout.get("total_work")
    if isinstance(power.mean_watts, Absent):
        return
    reported = next(metric for metric in recorded.graph["metrics"] if metric["slug"] == "output")

    assert power.mean_watts == pytest.approx(reported["average_value"], abs=1)
    assert power.work_kilojoules == pytest.approx(total / 1000, rel=0.005)
    assert power.best_efforts[0].watts <= reported["max_value"]
    assert sum(power.zone_seconds) == recorded.analysis.recording.recorded_seconds
    assert power.normalized_watts >= power.mean_watts
    hours = recorded.analysis.recording.recorded_seconds / 3600
    assert power.training_stress == pytest.approx(hours * (power.normalized_watts / 200) ** 2 * 100)


def test_fine_recordings_are_there():
    """The test above would pass over an empty set."""
    fine = [name for name in GRAPHS if not isinstance(Recorded(name).analysis.power.mean_watts, Absent)]
    assert len(fine) >= 4


def test_heart_rate_agrees_with_what_was_reported(recorded):
    """Peloton counts seconds without contact as zero in some recordings and not in others; we never do."""
    mean = recorded.analysis.heart_rate.mean_bpm
    reported = next((m for m in recorded.graph.get("metrics") or [] if m["slug"] == "heart_rate"), None)
    if isinstance(mean, Absent) or reported is None:
        return
    contact = [value for value in reported["values"] if value]
    with_zeros = sum(contact) / len(reported["values"])
    assert mean == pytest.approx(sum(contact) / len(contact), abs=0.5)
    assert min(abs(mean - reported["average_value"]), abs(with_zeros - reported["average_value"])) <= 1
    assert recorded.analysis.heart_rate.maximum_bpm <= reported["max_value"]


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("cycling_class_paused__01", 134),
        ("cycling_class_irregular__01", 174),
        ("cycling_class_gap10__01", 43),
        ("cycling_just_ride_paused__01", 130),
        ("cycling_class__01", None),
        ("cycling_power_zone__01", None),
        ("rowing__01", None),
        ("meditation__01", None),
    ],
)
def test_pauses_are_those_that_were_recorded(name, seconds):
    """From the fields of the detail; no other recording is taken for paused."""
    pause = Recorded(f"performance_graph__{name}.json").analysis.recording.pause
    assert seconds == (pause.seconds if pause else None)


def test_the_pause_is_inferred_without_the_fields_of_the_detail():
    """End minus start says nearly the same."""
    found = Recorded("performance_graph__cycling_just_ride_paused__01.json")
    bare = WallClock(found.workout["end_time"] - found.workout["start_time"])
    pause = analyse(found.series, Circumstances(found.discipline, clock=bare)).recording.pause

    assert (131, True) == (pause.seconds, pause.is_inferred)


def test_single_missing_seconds_are_filled_and_counted_as_time():
    """A game at one sample a second that begins at second 7 and skips 32."""
    recording = Recorded("performance_graph__cycling_lanebreak_every1__01.json").analysis.recording
    assert (1817, 32, ()) == (recording.recorded_seconds, recording.interpolated_seconds, recording.dropouts)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("cycling_class_quit_early__01", 33), ("cycling_power_zone__01", 1800), ("cycling_class_irregular__01", 813)],
)
def test_the_length_is_what_was_ridden_not_what_the_class_lasts(name, seconds):
    """Quit after half a minute of ten, ended early after a pause, ridden to the end."""
    assert seconds == Recorded(f"performance_graph__{name}.json").analysis.recording.ridden_seconds


def test_power_of_a_treadmill_or_rower_is_not_judged_by_a_cycling_ftp():
    """Both report output."""
    for name in ("walking_tread__01", "rowing__01"):
        power = Recorded(f"performance_graph__{name}.json").analysis.power
        assert Absent(AbsentReason.NOT_CYCLING) == power.training_stress == power.zone_seconds


def test_a_walk_is_judged_by_its_called_incline_and_speed():
    """Speed is called and pace recorded, which says the same; Peloton's own share of time in range is met."""
    found = Recorded("performance_graph__walking_tread__01.json")
    reported = found.graph["target_metrics_performance_data"]["time_in_metric"]
    shares = {kept.metric: kept.kept.share_in * 100 for kept in found.analysis.range_adherences}

    assert {entry["name"]: pytest.approx(entry["value"], abs=2) for entry in reported} == shares


def test_the_recorded_pace_table_says_the_same_as_ours():
    """Level 4, minutes.seconds a mile."""
    compliance = load("performance_graph_partial__running_pace_compliance__01.json")["target_metrics_compliance"]
    rows = [(entry, entry["pace_levels"][0]) for entry in compliance["pace_intensities_mapping"]]
    table = PaceTable.of_published(
        (
            PublishedPace(
                entry["value"],
                entry["display_name"],
                seconds_of_clock_pace(level["slow_pace"]),
                seconds_of_clock_pace(level["fast_pace"]),
            )
            for entry, level in rows
        ),
        PaceDistance.MILE,
    )
    ours = PaceTable.of_level(Activity.RUNNING, level_of_slug(compliance["workout_pace_level"]) or 0)

    assert [band.intensity for band in ours.bands] == [band.intensity for band in table.bands]
    for own, published in zip(ours.bands, table.bands, strict=True):
        assert own.slowest == pytest.approx(published.slowest, abs=0.05)
        assert own.fastest == pytest.approx(published.fastest, abs=0.05)


def test_a_recorded_power_zone_class_has_an_expected_load():
    """Eighteen blocks with two spin-ups of thirty seconds."""
    plan = plan_from(load("ride_details_partial__power_zone_targets__01.json"))
    expected = expected_load(plan, 1800)

    assert (18, ((180, 209), (240, 269))) == (len(plan.blocks), plan.untargeted_within(1859))
    assert 0.6 < expected.intensity_factor < 1.1
    assert (60, 1740) == (expected.untargeted_seconds, sum(expected.zone_seconds))
