"""The check must be able to fail: whatever is missing, doubled or differs is told."""

from typing import Any

import pytest
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_local.check.compare import Comparison
from ctz_local.check.facts import Facts, expectation, facts_of
from ctz_local.check.pages import read_page
from ctz_local.check.report import CheckReport

_ROW: dict[str, Any] = {
    "id": "a" * 32,
    "created_at": 1_700_000_000,
    "device_time_created_at": 1_700_000_000 - 5 * 3600,
    "start_time": 1_700_000_060,
    "end_time": 1_700_000_180,
    "fitness_discipline": "cycling",
    "total_work": 24_000.0,
    "ride": {"title": "2 min Power Zone Ride", "duration": 120, "pedaling_start_offset": 60},
}
_GRAPH: dict[str, Any] = {
    "seconds_since_pedaling_start": list(range(1, 121)),
    "metrics": [{"slug": "output", "values": [200] * 120, "average_value": 200}],
    "summaries": [{"slug": "total_output", "value": 24, "display_unit": "kj"}],
    "average_summaries": [{"slug": "avg_output", "value": 200, "display_unit": "watts"}],
    "target_metrics_performance_data": {
        "target_metrics": [
            {"offsets": {"start": 61, "end": 120}, "metrics": [{"name": "power_zone", "lower": 3, "upper": 3}]},
            {"offsets": {"start": 121, "end": 180}, "metrics": [{"name": "power_zone", "lower": 5, "upper": 5}]},
        ]
    },
}
_TRUTH = {"has_graph": True, "ftp_watts": 250, "ftp_source": "ftp_workout_source", "instructor": "Matt"}


@pytest.fixture
def report() -> CheckReport:
    return CheckReport()


@pytest.fixture
def facts() -> Facts:
    return facts_of(_ROW, _TRUTH)


def _workout(**changes: Any) -> pb.Workout:
    """The workout as the product must list it."""
    given: dict[str, Any] = {
        "name": "workouts/1",
        "title": "2 min Power Zone Ride",
        "local_date": "2023-11-14",
        "discipline": "cycling",
        "instructor": "Matt",
        "duration_seconds": 120,
        "work_kilojoules": 24,
        "mean_power_watts": 200,
        "normalized_power_watts": 200,
        "training_stress_score": 120 / 36 * 0.64,
        "target_share": 0.5,
        "zone_seconds": [0, 0, 120, 0, 0, 0, 0],
    }
    workout = pb.Workout(**(given | changes))
    workout.start_time.seconds = _ROW["start_time"]
    return workout


def test_what_arrived_as_it_must_be_makes_no_difference(report: CheckReport, facts: Facts) -> None:
    Comparison(report).listed(facts, expectation(facts, _GRAPH, ftp_watts=250), _workout())

    assert [] == report.differences
    assert report.passed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Another"),
        ("local_date", "2023-11-15"),
        ("instructor", ""),
        ("duration_seconds", 121),
        ("work_kilojoules", 24.1),
        ("mean_power_watts", 201),
        ("normalized_power_watts", 200.1),
        ("training_stress_score", 2.2),
        ("target_share", 0.51),
        ("zone_seconds", [0, 0, 119, 1, 0, 0, 0]),
        ("effort_points", 1.0),
    ],
)
def test_every_differing_figure_is_told(report: CheckReport, facts: Facts, name: str, value: object) -> None:
    Comparison(report).listed(facts, expectation(facts, _GRAPH, ftp_watts=250), _workout(**{name: value}))

    assert 1 == report.differing
    assert not report.passed


def test_a_figure_that_must_be_absent_is_told(report: CheckReport, facts: Facts) -> None:
    coarse = _GRAPH | {"seconds_since_pedaling_start": list(range(1, 601, 5))}
    expected = expectation(facts, coarse, ftp_watts=250)

    Comparison(report).listed(facts, expected, _workout())

    assert expected.is_coarse
    # NP, TSS, zones and the share in target.
    assert 4 == report.differing


def test_what_is_missing_and_what_is_doubled(report: CheckReport, facts: Facts) -> None:
    other = _workout(name="workouts/2")
    stranger = _workout(name="workouts/3")
    stranger.start_time.seconds += 1000

    pairs = Comparison(report).match([facts], [_workout(), other, stranger])
    Comparison(report).match([facts], [])

    assert ["workouts/1"] == [workout.name for _, workout in pairs]
    assert (1, 2) == (report.missing, report.doubled)


def test_a_row_of_the_history_is_held_against_the_same_figures(report: CheckReport, facts: Facts) -> None:
    expected = expectation(facts, _GRAPH, ftp_watts=250)
    row = read_page(_history(load="2", share="50")).rows()[0]
    Comparison(report).row(facts, expected, row)
    assert [] == report.differences

    Comparison(report).row(facts, expected, read_page(_history(load="3", share="–")).rows()[0])
    assert 2 == report.differing


def test_a_form_is_sent_as_a_browser_would() -> None:
    page = read_page(
        """<form action="/other"><input name=no value=1></form>
        <form method=post action="/go"><input type=hidden name=csrf_token value=t><input type=radio name=r value=a>
        <input type=radio name=r value=b checked><input type=checkbox name=c value=1><textarea name=n>Hi</textarea>
        <select name=s><option value=1>one<option value=2 selected>two</select>
        <button name=b value=1>Go</button></form>"""
    )
    form = page.form("/go")

    assert form is not None
    assert {"csrf_token": "t", "r": "b", "n": "Hi", "s": "2"} == form.fields
    assert page.form("/nowhere") is None


def test_a_chart_that_lost_a_second_is_told(report: CheckReport, facts: Facts) -> None:
    expected = expectation(facts, _GRAPH, ftp_watts=250)
    drawn = {"clock": [[1, 119, 1]], "metrics": {"output": {"values": [200] * 119}}}

    Comparison(report).chart(facts, expected, drawn)

    assert 1 == report.differing


def _history(*, load: str, share: str) -> str:
    return f"""<main><article class="workout"><p class="workout-day"><b>14</b>Tue</p>
    <h3><a href="/workouts/1">2 min Power Zone Ride</a></h3><p class="meta dots"><span>Matt</span></p>
    <dl class="workout-figures"><div><dt>work</dt><dd><span>24<i>kJ</i></span></dd></div>
    <div><dt>in target</dt><dd>{share}<i>%</i></dd></div><div><dt>NP</dt><dd>200<i>W</i></dd></div>
    <div><dt>load</dt><dd>{load}<i>TSS</i></dd></div></dl></article></main>"""
