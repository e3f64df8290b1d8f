"""Pages of a workout by its kind, beside another attempt, as a picture, as an FTP test."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import analytics_pb2, workouts_pb2
from PIL import Image

from ctz_gateway.present import movements, sharing
from ctz_gateway.present.chart import chart_json
from ctz_gateway.present.trend import trend
from ctz_gateway.present.workout_page import workout_page
from gateway.tests import rides
from gateway.tests.neighbours import CANARY_A, Town, ids_of

OWNER = uuid4()
START = datetime(2026, 6, 9, 5, 41, tzinfo=UTC)


def called(metric: str, start: int, low: float, high: float, kept: tuple[int, int, int]) -> workouts_pb2.BlockResult:
    """A block that calls one range, with seconds below, in and above it."""
    below, inside, above = kept
    return workouts_pb2.BlockResult(
        block=training.TargetBlock(
            start_seconds=60 + start,
            end_seconds=60 + start + 59,
            ranges=[training.TargetRange(metric=metric, lower=low, upper=high)],
        ),
        start_seconds=start,
        below_seconds=below,
        in_seconds=inside,
        above_seconds=above,
        mean_value=82.4,
    )


def run_with_paces() -> workouts_pb2.WorkoutView:
    """A run of two minutes, in which "Easy" was called and mostly kept."""
    view = rides.run(OWNER, 1, START, "30 min Pace Run", "Ina Berg")
    view.workout.series_state = workouts_pb2.SERIES_STATE_STORED
    view.series_slugs.extend(["pace", "heart_rate"])
    view.analysis.blocks.append(called("pace_intensity", 0, 1, 1, (5, 50, 5)))
    view.analysis.called_seconds, view.analysis.in_target_seconds = 60, 50
    view.analysis.above_target_seconds = view.analysis.below_target_seconds = 5
    return view


def pace_series() -> workouts_pb2.Series:
    """Ten minutes a mile, two minutes long."""
    metric = workouts_pb2.SeriesMetric(slug="pace", display_name="Pace", unit="min/mi", values=[10.0] * 120)
    return workouts_pb2.Series(seconds=range(120), metrics=[metric], sample_count=120)


@pytest.mark.parametrize(
    ("is_metric", "unit", "edges"), [(True, "/km", [532.6, 476.0]), (False, "/mi", [857.1, 766.0])]
)
def test_a_run_is_drawn_against_the_bands_of_its_level(is_metric: bool, unit: str, edges: list[float]) -> None:
    """In the rider's units; called intensities are bands counted from 1."""
    drawn = chart_json(run_with_paces(), pace_series(), is_metric=is_metric)

    assert (None, unit, edges) == (drawn["zones"], drawn["pace"]["unit"], drawn["pace"]["edges"])
    assert ["Recovery", "Easy", "Max"] == drawn["pace"]["names"]
    assert [{"start_seconds": 0, "end_seconds": 60, "zone": 2}] == drawn["targets"]["blocks"]
    assert 50 == drawn["targets"]["in_seconds"]


def test_the_page_of_a_run_tells_its_bands_and_what_was_called() -> None:
    page = workout_page(run_with_paces(), series_url="/s", is_metric=True)

    assert ("In target", "83", "targets") == (page.tiles[0].label, page.tiles[0].value, page.tiles[0].how)
    assert ["Max", "Easy", "Recovery"] == [band.name for band in page.extras.paces]
    assert ["from 7:56 /km on", "8:53–8:17 /km", "slower than 9:56 /km"] == [
        band.range_text for band in page.extras.paces
    ]
    assert "2 Easy" == page.tables[0].rows[0][2]
    assert (True, True) == (page.chart is not None and page.chart.has_paces, page.chart.has_targets)  # type: ignore[union-attr]


def test_rowing_is_read_per_500_metres() -> None:
    view, series = run_with_paces(), pace_series()
    view.series_slugs[:] = ["split_pace"]
    series.metrics[0].slug, series.metrics[0].unit = "split_pace", "min/500m"
    drawn = chart_json(view, series, is_metric=False)

    assert ("split_pace", "/500 m", [266.3, 238.0]) == tuple(drawn["pace"][key] for key in ("metric", "unit", "edges"))
    assert "4:26–4:09 /500 m" == workout_page(view, series_url="", is_metric=False).extras.paces[1].range_text


def test_cadence_and_resistance_are_followed_apart() -> None:
    """A block that calls both is told once for each."""
    view = rides.power_zone_ride(OWNER, 0, START)
    view.workout.is_power_zone = False
    del view.analysis.blocks[:]
    for start in (0, 60):
        view.analysis.blocks.append(called("cadence", start, 80, 90, (10, 40, 10)))
        view.analysis.blocks.append(called("resistance", start, 30, 40, (0, 60, 0)))
    page = workout_page(view, series_url="", is_metric=True)

    assert [("Cadence", 20, 80, 20), ("Resistance", 0, 120, 0)] == [
        (item.name, item.below_seconds, item.in_seconds, item.above_seconds) for item in page.extras.shares
    ]
    assert ("0:00", "1:00", "cadence 80–90", "82", "67 %") == tuple(page.tables[0].rows[0])


def test_volume_is_weight_times_repetitions_over_the_sets_of_a_movement() -> None:
    """Sets of one movement are one row; one that nobody weighed adds nothing and says so."""
    view = rides.strength(OWNER, 2, START, "20 min full body", "Theo")
    del view.detail.movements[:]
    for name, repetitions, weight in (("Squat", 12, 10), ("Row", 8, 15), ("Squat", 10, 12.5)):
        view.detail.movements.add(name=name, repetitions=repetitions, weight_value=weight, weight_unit="kg")
    view.detail.movements.add(name="Plank", duration_seconds=45)
    view.detail.movements.add(name="Curl", repetitions=10, weight_value=3, weight_unit="stone")
    told = movements.table(view, is_metric=True)
    volume, repetitions = movements.figures(view, is_metric=True)

    assert told is not None
    assert [
        ("Squat", "2", "12 ×, 10 ×", "10–12.5 kg", "245 kg"),
        ("Row", "1", "8 ×", "15 kg", "120 kg"),
        ("Plank", "1", "0:45", "–", "–"),
        ("Curl", "1", "10 ×", "–", "–"),
    ] == [tuple(row) for row in told.rows]
    assert ("365", "kg", "2 of 4 movements with a weight") == (volume.value, volume.unit, volume.note)
    assert ("40", "5 sets") == (repetitions.value, repetitions.note)


def test_weights_are_told_in_pounds_to_who_reads_pounds() -> None:
    view = rides.strength(OWNER, 2, START, "20 min full body", "Theo")

    assert ("300", "lb") == tuple(
        getattr(movements.figures(view, is_metric=False)[0], name) for name in ("value", "unit")
    )


def test_a_workout_without_a_chart_is_told_by_its_heart() -> None:
    """A meditation with a strap: time, heart rate, effort, zones."""
    view = rides.unknown(OWNER, 3, START, "10 min Sleep Meditation")
    view.workout.discipline, view.workout.duration_seconds = "meditation", 600
    view.workout.mean_heart_rate_bpm, view.workout.effort_points = 61, 3.0
    view.heart_rate_zone_seconds.extend([590, 10, 0, 0, 0])
    page = workout_page(view, series_url="", is_metric=True)

    assert [("Time", "10:00"), ("Heart rate", "61")] == [(tile.label, tile.value) for tile in page.tiles]
    assert [("under 65 %", "9:50", 98), ("65–75 %", "0:10", 2)] == [
        (zone.range_text, zone.time_text, zone.percent) for zone in page.extras.heart_zones[:2]
    ]
    assert "3 effort points" == page.extras.effort_text


def test_the_load_of_a_run_says_what_it_comes_from() -> None:
    """From heart rate or the rider's effort; else what the rider can do about it."""
    view = rides.run(OWNER, 1, START, "Outdoor run", "")
    view.workout.load, view.workout.load_source = 41.6, analytics_pb2.LOAD_SOURCE_HEART_RATE
    told = workout_page(view, series_url="", is_metric=True).tiles[-1]
    view.workout.ClearField("load")
    view.workout.load_absent_reason = workouts_pb2.ABSENT_REASON_NO_PERCEIVED_EXERTION
    missing = workout_page(view, series_url="", is_metric=True).tiles[-1]

    assert ("Load", "42", "from heart rate", "load") == (told.label, told.value, told.note, told.how)
    assert (None, "no power, heart rate or effort") == (missing.value, missing.reason)


def test_music_is_on_the_clock_of_the_series() -> None:
    """The class clock is a minute ahead; what began before pedalling began is there from the start."""
    view = rides.power_zone_ride(OWNER, 0, START)
    drawn = chart_json(view, rides.ride_series(), is_metric=True)
    page = workout_page(view, series_url="", is_metric=True)

    assert [(0, "Slow Harbour, The Ferries"), (780, "Ninth Floor, Marlo and Two Lamps"), (1440, "Interval")] == [
        (song["start_seconds"], song["text"]) for song in drawn["songs"]
    ]
    assert ["0:00", "13:00", "24:00"] == [song.start_text for song in page.extras.songs]


def test_the_w_prime_balance_comes_with_its_model() -> None:
    """In kilojoules, and as a second opinion."""
    series = rides.ride_series(10)
    series.metrics.add(slug="w_prime_balance", unit="J", values=[18_240.0 - 700 * second for second in range(10)])
    series.w_prime.critical_power_watts, series.w_prime.w_prime_joules = 231.4, 18_240
    series.w_prime.effort_count, series.w_prime.lowest_joules, series.w_prime.lowest_second = 5, -1200, 605
    drawn = chart_json(rides.power_zone_ride(OWNER, 0, START), series, is_metric=True)

    assert ("kJ", 18.2) == (
        drawn["metrics"]["w_prime_balance"]["unit"],
        drawn["metrics"]["w_prime_balance"]["values"][0],
    )
    (note,) = drawn["notes"]
    for told in ("second opinion", "231 W", "18.2 kJ", "5 best efforts", "−1.2 kJ at 10:05", "too low for this ride"):
        assert told in note


def test_a_split_of_the_source_tells_its_pace_in_the_rider_s_units() -> None:
    view = rides.run(OWNER, 1, START, "Outdoor run", "")

    assert "6:01 /km" == workout_page(view, series_url="", is_metric=True).tables[0].rows[0][2]
    assert "9:41 /mi" == workout_page(view, series_url="", is_metric=False).tables[0].rows[0][2]


def test_two_attempts_stand_beside_each_other(town: Town) -> None:
    """Ranks, the lead in words, splits, the class average, a trend as a drawing and a table; three calls."""
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    town.calls.clear()
    page = browser.get(f"/workouts/{ids.workout}/compare")

    assert {"ExchangeSession": 1, "CompareWorkout": 1, "ListSimilarWorkouts": 1} == dict(town.calls)
    for told in ("1.8 kJ behind", "furthest behind at 14:59", "+28 %", "−1.8 kJ", "Normalized power over 3 workouts"):
        assert told in page.text
    assert "Avg. cadence" not in page.text


def test_the_other_attempt_is_chosen_without_a_script(town: Town) -> None:
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    path = f"/workouts/{ids.workout}/compare"
    oldest = [view.workout for view in town.workouts.views[town.a.user_id] if view.workout.discipline == "cycling"][-1]
    other = oldest.name.removeprefix("workouts/")
    page = browser.get(f"{path}?other={other}")
    drawn = json.loads(browser.get(f"{path}.json?other={other}").data)

    assert f'value="{other}" selected' in page.text
    assert [1, ["output", "ahead"]] == [len(drawn["clock"]), list(drawn["metrics"])]
    assert -1.8 == drawn["metrics"]["ahead"]["values"][-1]
    assert 900 == len(drawn["metrics"]["output"]["other"]["values"])
    assert (404, 404) == (
        browser.get(f"{path}?other=nonsense").status_code,
        browser.get(f"{path}.json?other={town.workouts.views[town.a.user_id][1].workout.name[9:]}x").status_code,
    )


def test_a_class_taken_once_says_so(town: Town) -> None:
    town.workouts.fill(town.a.user_id, [rides.power_zone_ride(town.a.user_id, 0, START)])
    page = town.browser(town.a).get(f"/{rides.workout_name(town.a.user_id, 0)}/compare")

    assert "You took this class once." in page.text
    assert "data-ride-chart" not in page.text


def test_a_trend_needs_three_workouts_with_the_same_figure() -> None:
    views = [rides.power_zone_ride(OWNER, number, START - timedelta(days=number)) for number in range(3)]
    for number, view in enumerate(views):
        view.workout.normalized_power_watts = 220 - 10 * number
    workouts = [view.workout for view in views]

    assert trend(workouts[:2], workouts[0], is_metric=True) is None
    found = trend(workouts, workouts[0], is_metric=True)
    assert found is not None
    assert "Normalized power over 3 workouts of this kind is up: 200 W in the oldest 1, 220 W in the newest 1." == (
        found.summary
    )
    assert [(94.0, 6.0, True), (50.0, 50.0, False), (6.0, 94.0, False)] == [
        (point.x, point.y, point.is_this) for point in found.points
    ]


def test_an_ftp_test_is_previewed_and_taken_over_into_the_timeline(town: Town) -> None:
    """From the end of the test, as a test's result, whatever the form says; a second time it is not done again."""
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    path = f"/workouts/{ids.workout}"
    view = town.workouts.views[town.a.user_id][0]
    assert "This was an FTP test." in browser.get(path).text
    preview = browser.get(f"{path}/ftp-test")
    for told in ("258 W over the test", "245 W", "0–131 W", "0–135 W", "computed anew"):
        assert told in preview.text

    sent = [browser.submit(preview, f"{path}/ftp-test", value="999").location for _ in range(2)]

    assert [path, path] == sent
    entries = town.identity.metrics[town.a.user_id][training.METRIC_KIND_FTP]
    assert [245.0] == [entry.value for entry in entries if entry.effective_time == view.ftp_test.effective_time]
    assert {training.METRIC_SOURCE_TEST} == {entry.source for entry in entries}


def test_an_accepted_test_is_told_and_other_rides_have_no_dialog(town: Town) -> None:
    browser = town.browser(town.a)
    views = town.workouts.views[town.a.user_id]
    views[0].ftp_test.is_accepted = True

    assert "An FTP test, taken over." in browser.get(f"/{views[0].workout.name}").text
    assert 404 == browser.get(f"/{views[1].workout.name}/ftp-test").status_code


def test_the_picture_of_a_workout_is_made_on_the_server(town: Town) -> None:
    """Chosen figures only, at most six; the page shows the same picture and a name for the file."""
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    page = browser.get(f"/workouts/{ids.workout}/share?figure=load&figure=work")
    picture = browser.get(f"/workouts/{ids.workout}/share.png?figure=load&figure=work")

    assert f'src="/workouts/{ids.workout}/share.png?figure=load&amp;figure=work"' in page.text
    assert ("image/png", "no-store") == (picture.mimetype, picture.headers["Cache-Control"])
    assert (1200, 630) == Image.open(BytesIO(picture.data)).size
    assert 'download="canary-a-class-0-' not in page.text
    assert 'download="45-min-power-zone-endurance-canary-a-class-0-' in page.text


def test_nothing_private_is_on_the_picture() -> None:
    """Neither notes, time of day nor, unless chosen, what tells of the body."""
    view = rides.power_zone_ride(OWNER, 0, START)
    view.notes = f"{CANARY_A} note"
    drawn = sharing.card(view, (), is_metric=True)

    assert ("45 min Power Zone Endurance", "9 June 2026, Ina Berg") == (drawn.title, drawn.subtitle)
    assert ["In target", "Normalized power", "Load", "Intensity", "Work", "Time"] == [
        figure.label for figure in drawn.figures
    ]
    assert ["Heart rate"] == [figure.label for figure in sharing.card(view, ["heart-rate"], is_metric=True).figures]


def test_t098_hostile_texts_of_a_class_stay_texts(town: Town) -> None:
    """Songs, movements, segments and names of averages."""
    payload = "<img src=x onerror=alert(1)>'\"{{7*7}}"
    view = town.workouts.views[town.a.user_id][0]
    view.songs.add(title=payload, artists=[payload], start_seconds=900)
    view.detail.movements.add(name=payload, repetitions=1)
    view.segments.add(name=payload, start_seconds=0, length_seconds=9)
    view.detail.movements.extend([events_pb2.Movement(name="\u202e\x00", repetitions=2)])
    browser = town.browser(town.a)
    answers = [browser.get(f"/{view.workout.name}{part}") for part in ("", "/compare", "/share", "/series.json")]

    assert [200] * 4 == [answer.status_code for answer in answers]
    assert not any("<img src=x" in answer.text for answer in answers[:3])
    assert 4 <= answers[0].text.count("&lt;img src=x")
    assert "application/json" == answers[3].mimetype


def test_a_row_without_peloton_s_table_says_why_there_are_no_bands() -> None:
    view = rides.run(OWNER, 3, START, "20 min Intervals Row", "")
    assert "Level 5, as Peloton used it." == workout_page(view, series_url="", is_metric=True).extras.paces_text
    view.workout.discipline = "caesar"
    del view.pace_targets[:]
    assert "" == workout_page(view, series_url="", is_metric=True).extras.paces_text
    view.analysis.blocks.append(called("pace_intensity", 0, 1, 1, (0, 0, 0)))
    text = workout_page(view, series_url="", is_metric=True).extras.paces_text

    assert text.startswith("Peloton sent no table of paces with this row")
