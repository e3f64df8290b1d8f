"""From messages to what pages show: absent is never zero, weeks are the rider's, charts keep their clock."""

import math
from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway import words
from ctz_gateway.clients.times import stamp
from ctz_gateway.present import chart, rows, sync
from ctz_gateway.present.metrics import BY_SLUG, current_entry, from_shown, is_stale, metric, to_shown
from ctz_gateway.present.preview import metric_preview
from ctz_gateway.present.week import day_totals, week_figures, zone_totals
from ctz_gateway.present.workout_page import workout_page
from gateway.tests import rides
from gateway.tests.fake_peloton_sync import run as sync_run

OWNER = uuid4()
START = datetime(2026, 6, 9, 5, 41, tzinfo=UTC)
NOW = datetime(2026, 6, 10, 14, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def ride() -> workouts_pb2.WorkoutView:
    """A power-zone ride."""
    return rides.power_zone_ride(OWNER, 0, START)


@pytest.mark.parametrize(
    ("seconds", "runs"),
    [
        ([], []),
        ([5], [[5, 1, 1]]),
        ([0, 1, 2, 3], [[0, 4, 1]]),
        ([0, 5, 10], [[0, 3, 5]]),
        ([0, 1, 2, 10, 11], [[0, 3, 1], [10, 2, 1]]),
        ([0, 1, 9], [[0, 2, 1], [9, 1, 1]]),
    ],
)
def test_the_clock_of_a_series_is_told_as_runs(seconds: list[int], runs: list[list[int]]) -> None:
    assert runs == chart.runs(seconds)
    assert seconds == [first + step * number for first, count, step in chart.runs(seconds) for number in range(count)]


def test_holes_in_a_series_are_null_and_a_pace_is_in_seconds() -> None:
    series = workouts_pb2.Series(
        seconds=[0, 1, 2],
        metrics=[workouts_pb2.SeriesMetric(slug="pace", unit="min/mi", values=[8.0, math.nan, 10.0], average=9.0)],
    )
    drawn = chart.chart_json(workouts_pb2.WorkoutView(), series, is_metric=False)

    assert [480, None, 600] == drawn["metrics"]["pace"]["values"]
    assert ("/mi", 540, None) == tuple(drawn["metrics"]["pace"][key] for key in ("unit", "mean", "max"))
    assert (None, None) == (drawn["zones"], drawn["targets"])


def test_targets_of_a_coarse_series_are_drawn_without_adherence() -> None:
    view = ride()
    view.analysis.called_seconds = view.analysis.in_target_seconds = 0
    drawn = chart.chart_json(view, rides.ride_series(10), is_metric=True)

    assert len(rides.BLOCKS) == len(drawn["targets"]["blocks"])
    assert {None} == {drawn["targets"][f"{where}_seconds"] for where in ("in", "above", "below")}


def test_an_absent_figure_has_a_reason_and_no_value() -> None:
    view = rides.unknown(OWNER, 1, START, "Something")
    figures = rows.figures(view.workout, is_metric=True)

    assert {None} == {figure.value for figure in figures}
    assert [] == [figure for figure in figures if not figure.reason]


def test_an_unknown_discipline_keeps_its_name() -> None:
    row = rows.row(rides.unknown(OWNER, 1, START, "Something").workout, is_metric=True)

    assert ("other", "Underwater hockey") == (row.kind, row.discipline)


def test_a_row_tells_the_riders_clock_of_that_day() -> None:
    row = rows.row(ride().workout, is_metric=True)

    assert ("9", "Tue", "06:41", "9 June 2026") == (row.day, row.weekday, row.time_text, row.date_text)
    assert ("514", "81", "204", "55") == tuple(figure.value for figure in row.figures)


@pytest.mark.parametrize(
    ("first_weekday", "start"), [(0, date(2026, 6, 8)), (6, date(2026, 6, 7)), (5, date(2026, 6, 6))]
)
def test_weeks_begin_on_the_riders_day(first_weekday: int, start: date) -> None:
    assert start == rows.week_start_of(date(2026, 6, 10), first_weekday)


def test_the_head_of_a_week_holds_the_totals_of_all_of_it() -> None:
    answer = workouts_pb2.ListWorkoutsResponse(
        workouts=[ride().workout],
        weeks=[
            workouts_pb2.PeriodTotal(
                start_date="2026-06-08",
                end_date="2026-06-14",
                workout_count=5,
                duration_seconds=9000,
                training_stress_score=181.4,
                scored_count=3,
                load=211.4,
                loaded_count=5,
                session_count=2,
                session_seconds=1200,
            )
        ],
    )
    (week,) = rows.weeks(answer, first_weekday=0, is_metric=True, today=date(2026, 6, 10))

    assert ("This week", "8 to 14 June", "5 workouts and 2 guided sessions", "2:50 h", "load 211") == (
        week.title, week.dates, week.count_text, week.duration_text, week.load_text,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("workouts", "sessions", "told"),
    [
        (1, 0, "1 workout"),
        (0, 0, "0 workouts"),
        (0, 1, "1 guided session"),
        (2, 1, "2 workouts and 1 guided session"),
    ],
)
def test_what_was_done_is_counted_in_words(workouts: int, sessions: int, told: str) -> None:
    assert told == rows.done_text(workouts, sessions)


def test_a_week_without_a_load_says_why() -> None:
    total = workouts_pb2.PeriodTotal(start_date="2026-06-09", workout_count=1, duration_seconds=600)
    load = week_figures([total])[0]

    assert (None, "nothing with a load yet") == (load.value, load.reason)
    assert [] == list(zone_totals([total]))


def test_seven_days_with_the_largest_load_as_the_measure() -> None:
    totals = [
        workouts_pb2.PeriodTotal(start_date=day, workout_count=1, load=load, loaded_count=1)
        for day, load in (("2026-06-08", 30.0), ("2026-06-09", 60.0))
    ]
    days = day_totals(totals, date(2026, 6, 8), date(2026, 6, 10))

    assert ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] == [day.weekday for day in days]
    assert [0.5, 1.0, 0, 0, 0, 0, 0] == [day.share for day in days]
    assert [2] == [number for number, day in enumerate(days) if day.is_today]
    assert [3, 4, 5, 6] == [number for number, day in enumerate(days) if day.is_future]


def test_a_power_zone_ride_has_its_page() -> None:
    page = workout_page(ride(), series_url="/series", is_metric=True)

    assert page.is_power_zone
    assert ("87", "204", "55", "0.85") == tuple(tile.value for tile in page.tiles[:4])
    assert len(rides.BLOCKS) == len(page.blocks)
    assert "FTP then 238 W (test, 20 May)" == page.ftp_text


def test_a_power_zone_ride_without_an_ftp_says_what_to_do() -> None:
    view = ride()
    view.analysis.Clear()
    view.analysis.recorded_seconds, view.analysis.ftp_absent_reason = 2700, workouts_pb2.ABSENT_REASON_NO_FTP
    page = workout_page(view, series_url="/series", is_metric=True)

    assert not page.is_power_zone
    assert "No FTP was in force on that day." in [banner.title for banner in page.banners]
    assert "no FTP on that day" == page.zone_reason


@pytest.mark.parametrize(
    ("source", "words"),
    [("peloton", "One value every 5 s, each the highest of its window."), ("import", "One value every 5 s. NP,")],
)
def test_a_coarse_recording_says_what_is_left_out(source: str, words: str) -> None:
    view = ride()
    view.analysis.step_seconds = 5.0
    view.workout.source = source
    (banner,) = workout_page(view, series_url="/series", is_metric=True).banners

    assert "A coarse recording." == banner.title
    assert banner.text.startswith(words)


def entries(*values: tuple[str, float]) -> list[training.MetricEntry]:
    """A timeline from days and values."""
    return [
        training.MetricEntry(
            entry_id=str(uuid4()), effective_time=stamp(datetime.fromisoformat(f"{day}T00:00:00+00:00")), value=value
        )
        for day, value in values
    ]


def test_the_entry_in_force_is_the_last_that_has_begun() -> None:
    timeline = entries(("2026-01-01", 220), ("2026-05-01", 238), ("2026-07-01", 250))
    current = current_entry(timeline, NOW)

    assert current is not None
    assert 238 == current.value
    assert current_entry(timeline, datetime(2025, 1, 1, tzinfo=UTC)) is None


def test_an_ftp_is_stale_after_ten_weeks() -> None:
    (fresh, old) = entries(("2026-04-02", 238), ("2026-03-31", 238))

    assert (False, True) == (is_stale(fresh, NOW), is_stale(old, NOW))


def test_weight_is_typed_and_shown_in_pounds_by_who_reads_pounds() -> None:
    weight = BY_SLUG["weight"]

    assert "155.4" == to_shown(weight, 70.5, is_metric=False)
    assert abs(70.5 - from_shown(weight, "155.4", is_metric=False)) < 0.03
    assert 70.5 == from_shown(weight, "70,5", is_metric=True)


def test_the_history_of_a_metric_is_newest_first_with_the_one_in_force_marked() -> None:
    timeline = metrics_pb2.MetricTimeline(
        kind=training.METRIC_KIND_FTP, entries=entries(("2026-01-01", 220), ("2026-05-01", 238))
    )
    shown = metric(BY_SLUG["ftp"], {training.METRIC_KIND_FTP: timeline}, zone=LONDON, is_metric=True, at=NOW)

    assert [("238 W", True), ("220 W", False)] == [(entry.text, entry.is_current) for entry in shown.entries]


def test_a_metric_that_was_never_set_says_so() -> None:
    shown = metric(BY_SLUG["weight"], {}, zone=LONDON, is_metric=True, at=NOW)

    assert (None, "not set") == (shown.current.value, shown.current.reason)


def test_the_preview_shows_zones_before_and_after_and_each_ride() -> None:
    old, new = entries(("2026-05-01", 238)), entries(("2026-05-01", 160))
    change = workouts_pb2.FTPChange(
        workout=f"workouts/{uuid4()}", title="Ride", local_date="2026-06-09", old_training_stress_score=54.9
    )
    shown = metric_preview(
        action="correct",
        old_entries=old,
        new_entries=new,
        answer=workouts_pb2.PreviewFTPResponse(
            change_count=1, changes=[change], first_date="2026-06-09", last_date="2026-06-09"
        ),
        confirm_url="/profile/metrics",
        fields={},
        at=NOW,
    )

    assert ("0–131 W", "0–88 W") == (shown.zones[-1].old_text, shown.zones[-1].new_text)
    assert ("55 TSS", "no load") == (shown.rides[0].old_text, shown.rides[0].new_text)
    assert "1 ride is computed anew: 9 June 2026. All others stay as they are." == shown.sentence


@pytest.mark.parametrize(
    ("state", "running", "words"),
    [
        (sync_pb2.RUN_STATE_RUNNING, True, "You can use the site now."),
        (sync_pb2.RUN_STATE_WAITING, True, "Waiting."),
        (sync_pb2.RUN_STATE_DONE, False, ""),
    ],
)
def test_progress_in_words(state: sync_pb2.RunState.ValueType, running: bool, words: str) -> None:
    told = sync_run(state)
    told.state_reason = "rate_limited"
    shown = sync.progress(sync_pb2.SyncStatus(run=told), workouts_pb2.Archive(), LONDON, NOW)

    assert shown is not None
    assert (running, words) == (shown.is_running, shown.message.title if shown.message else "")
    assert 100 == shown.percent or running
    assert ["list", "performance", "class", "detail", "analysis"] == [phase.slug for phase in shown.phases]


def test_a_broken_connection_says_why_and_since_when() -> None:
    broken = connections_pb2.Connection(
        peloton_username="mira",
        state=connections_pb2.CONNECTION_STATE_RECONNECT,
        state_reason="refresh_rejected",
        state_time=stamp(datetime(2026, 6, 9, 5, tzinfo=UTC)),
    )
    view = sync.connection_view(broken, LONDON, NOW)

    assert "broken" == view.state
    assert view.problem is not None
    assert "Reconnect Peloton, since yesterday 06:00." == view.problem.title
    assert view.problem.text.startswith("Peloton no longer accepts the sign-in that was kept.")


def test_the_pace_of_a_split_is_that_of_its_own_length():
    """As recorded: marks from the start, and the last, shorter one with its own length."""
    view = rides.run(uuid4(), 1, datetime(2026, 5, 8, 6, tzinfo=UTC), "A run", "")
    del view.splits[:]
    for mark, seconds in ((1, 300), (2, 290), (3, 310), (0.5, 160)):
        view.splits.add(distance=mark, distance_unit="km", seconds=seconds)
    page = workout_page(view, series_url="", is_metric=True)

    (table,) = [each for each in page.tables if each.caption == "Splits"]
    assert ["5:00 /km", "4:50 /km", "5:10 /km", "5:20 /km"] == [row[2] for row in table.rows]


def test_splits_of_a_bike_have_a_speed():
    """In the rider's units."""
    view = ride()
    for mark in (1, 2):
        view.splits.add(distance=mark, distance_unit="mi", seconds=240)

    for is_metric, expected in ((True, "24.1 km/h"), (False, "15.0 mph")):
        page = workout_page(view, series_url="", is_metric=is_metric)
        (table,) = [each for each in page.tables if each.caption.startswith("Splits")]
        assert ("Speed", [expected, expected]) == (table.heads[2], [row[2] for row in table.rows])


@pytest.mark.parametrize(
    ("unit", "is_metric", "caption"),
    [
        ("mi", True, "Splits by the mile, as Peloton cut them"),
        ("km", False, "Splits by the kilometre, as Peloton cut them"),
        ("mi", False, "Splits"),
        ("km", True, "Splits"),
        ("m", False, "Splits"),
    ],
)
def test_splits_say_when_peloton_cut_them_in_another_unit(unit: str, is_metric: bool, caption: str) -> None:
    view = rides.run(uuid4(), 1, datetime(2026, 5, 8, 6, tzinfo=UTC), "A run", "")
    del view.splits[:]
    view.splits.add(distance=1, distance_unit=unit, seconds=300)

    assert caption in [each.caption for each in workout_page(view, series_url="", is_metric=is_metric).tables]


@pytest.mark.parametrize(("is_metric", "marks"), [(True, ["1.00 km", "1.61 km"]), (False, ["0.62 mi", "1.00 mi"])])
def test_laps_of_a_file_end_in_the_riders_unit(is_metric: bool, marks: list[str]) -> None:
    view = rides.run(uuid4(), 1, datetime(2026, 5, 8, 6, tzinfo=UTC), "A run", "")
    view.workout.source = "import"
    del view.splits[:]
    for mark in (1.0, 1.609):
        view.splits.add(distance=mark, distance_unit="km", seconds=300, elevation_change=-0.2, elevation_unit="m")

    page = workout_page(view, series_url="", is_metric=is_metric)
    (table,) = [each for each in page.tables if each.caption == "Laps of the file"]
    assert (marks, "0") == ([row[0] for row in table.rows], table.rows[0][3].split()[0])


@pytest.mark.parametrize(
    ("value", "digits", "is_signed", "shown"),
    [
        (-0.04, 1, False, "0.0"),
        (-0.04, 1, True, "0.0"),
        (0.04, 1, True, "0.0"),
        (-0.0, 0, False, "0"),
        (-0.05001, 1, True, "−0.1"),
        (1234.56, 1, True, "+1,234.6"),
        (-1234.0, 0, False, "−1,234"),
        (-10.0, 0, True, "−10"),
    ],
)
def test_what_rounds_to_nothing_has_no_sign(value: float, digits: int, is_signed: bool, shown: str) -> None:
    assert shown == words.decimal(value, digits, is_signed=is_signed)


def test_d4_a_page_says_that_a_rider_recorded_its_targets() -> None:
    """By the name of the set, with the way to it; nothing of the kind where Peloton's own count."""
    view = ride()
    assert not [each for each in workout_page(view, series_url="", is_metric=True).banners if "recorded" in each.title]
    view.class_id = "c" * 32
    view.chosen_targets.title, view.chosen_targets.name = "Zones <b>by</b> ear", "recordedTargets/1"
    (note,) = [each for each in workout_page(view, series_url="", is_metric=True).banners if "recorded" in each.title]

    assert ("Targets that a rider recorded.", f"/classes/{'c' * 32}/targets") == (note.title, note.link_url)
    assert note.text.startswith("“Zones <b>by</b> ear”, as you chose it. Peloton publishes none")
    view.chosen_targets.is_own = True
    view.chosen_targets.ClearField("title")
    (note,) = [each for each in workout_page(view, series_url="", is_metric=True).banners if "recorded" in each.title]
    assert ("Targets that you recorded.", True) == (note.title, note.text.startswith("A copy of what you chose"))
