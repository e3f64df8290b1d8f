"""The year in review: the own page, the public link and its end, the picture."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from ctz.identity.v1 import accounts_pb2
from ctz.workouts.v1 import analytics_pb2 as pb
from PIL import Image

from ctz_gateway.present.years import year_card, year_view
from gateway.tests import made_analytics as made
from gateway.tests.neighbours import CANARY_A, Town

YEAR = datetime.now(UTC).year
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/shared/year/[\w-]{43})<")


def shared_path(town: Town, **fields: object) -> str:
    """Make a public link by the page's form; the path of its address."""
    browser = town.browser(town.a)
    page = browser.submit(browser.get(f"/year/{YEAR}"), f"/year/{YEAR}/share", **fields)
    found = ADDRESS.search(page.text)
    assert found is not None
    return found[1]


def test_a_public_link_is_shown_once_and_opens_without_signing_in(town: Town) -> None:
    path = shared_path(town, shown_name="Mira")
    page = town.browser().get(path)

    assert 200 == page.status_code
    assert "noindex, nofollow" == page.headers["X-Robots-Tag"]
    assert f"Mira: {YEAR} in review" in page.text
    assert path.rpartition("/")[2] not in town.browser(town.a).get(f"/year/{YEAR}").text


def test_a_public_year_is_told_in_the_units_that_its_rider_had_when_sharing(town: Town) -> None:
    metric = town.browser().get(shared_path(town)).text
    town.a.units = accounts_pb2.UNIT_SYSTEM_IMPERIAL
    path = shared_path(town)
    town.a.units = accounts_pb2.UNIT_SYSTEM_METRIC
    imperial = town.browser().get(path).text

    distances = re.compile(r"[\d,]+ (km|mi)\b")
    assert ({"km"}, {"mi"}) == (set(distances.findall(metric)), set(distances.findall(imperial)))
    assert town.browser().get(f"{path}.png").data.startswith(b"\x89PNG")


def test_s26_a_public_year_names_no_account_no_workout_and_nothing_by_weight(town: Town) -> None:
    path = shared_path(town, shown_name="")
    stranger, owner = town.browser().get(path).text, town.browser(town.a).get(path).text

    assert stranger == owner
    assert [] == [word for word in ("/workouts/", "W/kg", "@", CANARY_A, "Sign out") if word in stranger]


def test_a_new_link_ends_the_old_one_and_switching_off_ends_both(town: Town) -> None:
    first, second = shared_path(town), shared_path(town)
    stranger = town.browser()

    assert [404, 200] == [stranger.get(path).status_code for path in (first, second)]
    browser = town.browser(town.a)
    browser.submit(browser.get(f"/year/{YEAR}"), f"/year/{YEAR}/share/revoke")
    assert [404, 404] == [stranger.get(each).status_code for each in (second, f"{second}.png")]


@pytest.mark.parametrize("secret", ["x", "a" * 43, "a" * 44, "..%2f..%2fetc", "%00" * 43])
def test_an_unknown_secret_is_nothing(town: Town, secret: str) -> None:
    assert 404 == town.browser().get(f"/shared/year/{secret}").status_code


def test_a_shared_year_costs_one_call_and_the_own_one_two(town: Town) -> None:
    path, browser = shared_path(town), town.browser(town.a)
    town.calls.clear()
    browser.get(path)
    shared = dict(town.calls)
    town.calls.clear()
    own = browser.get(f"/year/{YEAR}")

    assert {"GetSharedYear": 1} == shared
    assert {"ExchangeSession": 1, "GetYear": 1} == dict(town.calls)
    assert len(own.data) <= 100 * 1024


@pytest.mark.parametrize("path", [f"/year/{YEAR}.png", "shared"])
def test_a_year_has_a_picture(town: Town, path: str) -> None:
    shared = shared_path(town)
    browser = town.browser() if path == "shared" else town.browser(town.a)
    answer = browser.get(f"{shared}.png" if path == "shared" else path)
    image = Image.open(BytesIO(answer.data))

    assert "image/png" == answer.mimetype
    assert ("PNG", (1200, 630)) == (image.format, image.size)


def test_a_name_that_is_an_address_is_not_proposed(town: Town) -> None:
    town.a.name = "mira@example.org"

    assert 'name="shown_name" type="text" value=""' in town.browser(town.a).get(f"/year/{YEAR}").text


@pytest.mark.parametrize("year", [0, 1969, 2201, 20260])
def test_a_year_beyond_all_workouts_does_not_exist(town: Town, year: int) -> None:
    assert 404 == town.browser(town.a).get(f"/year/{year}").status_code


def test_a_year_without_a_workout_says_so(town: Town) -> None:
    page = town.browser(town.a).get("/year/2001").text

    assert "Nothing in 2001" in page
    assert "Make a public link" not in page


def test_figures_stand_beside_those_of_the_year_before() -> None:
    view = year_view(made.year_review(2025, ()), is_metric=False)

    assert ("2,560", "mi", "2024: 2,048 mi") == (view.tiles[2].value, view.tiles[2].unit, view.tiles[2].note)
    assert "Most in October: 18:00 h in 25 workouts." == view.months_text
    assert 1.0 == max(month.share for month in view.months)


def test_what_was_never_recorded_has_a_reason_and_is_not_on_the_picture() -> None:
    review = pb.YearReview(year=2025, totals=pb.YearTotals(workout_count=3, duration_seconds=5400, active_days=3))
    view, card = year_view(review, is_metric=True), year_card(review, shown_name="Mira", is_metric=True)

    assert [None, None, None] == [tile.value for tile in view.tiles[2:5]]
    assert "none recorded" == view.tiles[3].reason
    assert ("2025 in review", "Mira") == (card.title, card.subtitle)
    assert 3 == len([figure for figure in card.figures if figure.value is not None])
