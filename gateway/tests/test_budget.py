"""What a page costs: calls to the services, bytes of HTML and of series."""

import gzip
import json
import math
import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from ctz_gateway.present.chart import chart_json
from ctz_gateway.web import compress
from ctz_gateway.web.history import PAGE_SIZE
from gateway.tests.neighbours import Town
from gateway.tests.previews import PACKAGE, create_preview_app
from gateway.tests.rides import power_zone_ride, ride_series
from gateway.tests.samples import pages


@pytest.mark.parametrize("count", [30, 600])
def test_history_costs_four_calls_whatever_its_length(town: Town, count: int) -> None:
    town.give_history(town.a, count)
    browser = town.browser(town.a)
    town.calls.clear()
    browser.get("/history")

    assert {"ExchangeSession": 1, "ListWorkouts": 1, "GetArchive": 1, "ListSavedFilters": 1} == dict(town.calls)
    town.calls.clear()
    browser.get("/history?view=calendar")

    assert {"ExchangeSession": 1, "GetCalendar": 1, "GetArchive": 1, "ListSavedFilters": 1} == dict(town.calls)


def test_today_costs_at_most_nine_calls(town: Town) -> None:
    browser = town.browser(town.a)
    town.calls.clear()
    browser.get("/today")

    assert town.calls.total() <= 9


def test_a_public_page_costs_a_signed_in_rider_one_call(town: Town) -> None:
    browser = town.browser(town.a)
    town.calls.clear()
    browser.get("/terms")

    assert {"ExchangeSession": 1} == dict(town.calls)


def test_a_page_of_history_with_rides_alone_stays_under_60_kb(town: Town) -> None:
    start = datetime(2026, 5, 1, 6, tzinfo=UTC)
    rides = [power_zone_ride(town.a.user_id, number, start - timedelta(days=number)) for number in range(PAGE_SIZE + 5)]
    town.workouts.fill(town.a.user_id, rides)
    page = town.browser(town.a).get("/history")

    assert PAGE_SIZE == page.text.count("<article")
    assert len(page.data) <= 60 * 1024


def test_a_ride_with_its_series_stays_under_120_kb(town: Town) -> None:
    browser = town.browser(town.a)
    path = f"/{town.workouts.views[town.a.user_id][0].workout.name}"
    page = browser.get(path, Accept_Encoding="gzip")
    series = browser.get(f"{path}/series.json", Accept_Encoding="gzip")

    assert ("gzip", "gzip") == (page.content_encoding, series.content_encoding)
    assert len(gzip.decompress(page.data)) + len(series.data) <= 120 * 1024


def test_the_series_has_the_shape_that_the_chart_reads(town: Town) -> None:
    path = f"/{town.workouts.views[town.a.user_id][0].workout.name}/series.json"
    series = json.loads(town.browser(town.a).get(path).data)

    assert [[0, 2700, 1]] == series["clock"]
    assert ["output", "cadence", "resistance", "speed", "heart_rate"] == list(series["metrics"])
    assert {2700} == {len(metric["values"]) for metric in series["metrics"].values()}
    assert "km/h" == series["metrics"]["speed"]["unit"]
    assert [130.9, 178.5, 214.2, 249.9, 285.6, 357.0] == series["zones"]["edges_watts"]
    assert {"start_seconds": 0, "end_seconds": 600, "zone": 2, "line_share": 0.65} == series["targets"]["blocks"][0]
    assert (2340, 240, 120) == tuple(series["targets"][f"{where}_seconds"] for where in ("in", "above", "below"))


def test_pages_are_plain_where_the_browser_takes_no_gzip(town: Town) -> None:
    page = town.browser(town.a).get("/history", Accept_Encoding="identity")

    assert (None, True) == (page.content_encoding, "Accept-Encoding" in page.headers["Vary"])


def test_the_series_of_90_minutes_with_the_balance_stays_under_60_kb_compressed(town: Town) -> None:
    """Five series, restless as recorded ones are, with W' balance as the sixth."""
    view = power_zone_ride(town.a.user_id, 0, datetime(2026, 5, 1, 6, tzinfo=UTC))
    series, chance, drift = ride_series(5400), random.Random(5400), 0.0
    for second in range(5400):
        drift = 0.6 * drift + chance.gauss(0, 6)
        for metric in series.metrics:
            metric.values[second] += {"output": drift, "cadence": chance.gauss(0, 1.2), "speed": drift / 60}.get(
                metric.slug, 0.0
            )
    balance = [18_000 - 8_000 * abs(math.sin(second / 700)) + second % 7 for second in range(5400)]
    series.metrics.add(slug="w_prime_balance", unit="J", values=balance)
    body = json.dumps(chart_json(view, series, is_metric=True), separators=(",", ":"))

    assert len(gzip.compress(body.encode(), compress.LEVEL)) <= 60 * 1000


def test_scripts_and_styles_of_the_heaviest_page_stay_under_150_kb_compressed() -> None:
    """Of every page template, what its head and body name."""
    client, named = create_preview_app().test_client(), re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"')
    sizes = {f"/static/{file.name}": len(gzip.compress(file.read_bytes())) for file in (PACKAGE / "static").iterdir()}
    weights = {}
    for name in pages(""):
        weights[name] = sum(sizes[file] for file in set(named.findall(client.get(f"/samples/{name}").text)))

    assert max(weights.values()) > 0
    assert {} == {name: weight for name, weight in weights.items() if weight > 150 * 1000}


def test_a_workout_costs_three_calls_at_most_and_so_do_the_pages_beside_it(town: Town) -> None:
    """The session, then what is shown; the page itself also asks what was merged into it."""
    browser = town.browser(town.a)
    path = f"/{town.workouts.views[town.a.user_id][0].workout.name}"
    costs = {}
    for part in ("", "/series.json", "/compare", "/share", "/share.png"):
        town.calls.clear()
        browser.get(path + part)
        costs[part] = town.calls.total()

    assert {"": 3, "/series.json": 3, "/compare": 3, "/share": 2, "/share.png": 2} == costs
