"""FTP tests, and the W' balance of a ride."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import START, class_updated, metric_changed, performance, recorded

pytestmark = pytest.mark.component

HARD_FOR_3, HARD_FOR_12 = [330] * 180, [270] * 720


@pytest.fixture
def ride(consumer: Consumer, rider: User) -> Callable[..., UUID]:
    """`ride(watts, days, mean, **recorded)`: one ride, second by second."""

    def make(watts: Sequence[int], days: float = 0, mean: float | None = None, **given: Any) -> UUID:
        workout = uuid7()
        told = {"averages": [training.Measure(slug="avg_output", value=mean, unit="watts")]} if mean else {}
        consumer.handle(recorded(workout, rider.user_id, days=days, **given))
        consumer.handle(performance(workout, rider.user_id, watts=watts, **told))
        return workout

    return make


def test_the_balance_rests_on_the_curve_of_the_90_days_before(
    client: Callable[..., Any], rider: User, ride: Callable[..., UUID]
) -> None:
    """The line through its efforts of 2 to 15 minutes; an older, harder ride is not used."""
    ride([400] * 900, days=-91)
    ride([*HARD_FOR_3, *([0] * 700)], days=-20)
    ride([*HARD_FOR_12, *([0] * 10)], days=-10)
    asked = ride([*([310] * 120), *([150] * 60)])

    series = client(rider).GetSeries(pb.GetSeriesRequest(name=f"workouts/{asked}", include_w_prime=True))
    (balance,) = [metric for metric in series.metrics if metric.slug == "w_prime_balance"]

    model, efforts = series.w_prime, [(120, 330), (180, 330), (300, 270), (480, 270), (600, 270)]
    slope, intercept = np.polyfit([t for t, _ in efforts], [t * watts for t, watts in efforts], 1)
    assert (5, slope, intercept) == pytest.approx(
        (model.effort_count, model.critical_power_watts, model.w_prime_joules)
    )
    steps, left = [310] * 120 + [150] * 60, model.w_prime_joules
    for watts, told in zip(steps, balance.values, strict=True):
        over = watts - model.critical_power_watts
        left -= over if over > 0 else over * (model.w_prime_joules - left) / model.w_prime_joules
        assert left == pytest.approx(told, rel=1e-5)
    assert (120, min(balance.values)) == (model.lowest_second, pytest.approx(model.lowest_joules, rel=1e-5))


def test_a_balance_is_absent_when_it_is_not_asked_for_or_rests_on_too_little(
    client: Callable[..., Any], rider: User, ride: Callable[..., UUID]
) -> None:
    """Two minutes alone fit no line; without asking nothing is computed."""
    asked = ride([310] * 125)
    for request in (
        pb.GetSeriesRequest(name=f"workouts/{asked}", include_w_prime=True),
        pb.GetSeriesRequest(name=f"workouts/{asked}"),
    ):
        series = client(rider).GetSeries(request)

        assert (["output"], False) == ([metric.slug for metric in series.metrics], series.HasField("w_prime"))


def test_a_balance_costs_one_statement_more(
    database: Database, client: Callable[..., Any], rider: User, ride: Callable[..., UUID]
) -> None:
    """Whatever the history."""
    asked, *_ = [ride([250] * 200, days=-day) for day in range(20)]
    for include, expected in ((False, 1), (True, 2)):
        with count_statements(database.engine) as statements:
            client(rider).GetSeries(pb.GetSeriesRequest(name=f"workouts/{asked}", include_w_prime=include))

        assert expected == statements.count


@pytest.fixture
def test_class(consumer: Consumer) -> str:
    """A class that is an FTP test."""
    class_id = uuid7().hex
    consumer.handle(class_updated(class_id, title="20 min FTP Test Ride", is_ftp_test=True))
    return class_id


def test_an_ftp_test_says_what_follows_from_it(
    client: Callable[..., Any], consumer: Consumer, rider: User, ride: Callable[..., UUID], test_class: str
) -> None:
    """Recorded at Peloton: 193 W over the test are an FTP of 183 W, from its end; accepted once the timeline has it."""
    end = START + timedelta(seconds=1_205)
    asked = ride([193] * 1200, mean=193, class_id=test_class, end_time=end)
    request = pb.GetWorkoutRequest(name=f"workouts/{asked}")

    found = client(rider).GetWorkout(request).ftp_test
    assert (193, 183, False) == (found.mean_power_watts, found.ftp_watts, found.is_accepted)
    assert end == found.effective_time.ToDatetime(tzinfo=UTC)

    consumer.handle(metric_changed(rider.user_id, 1, [(end, 183)]))
    assert client(rider).GetWorkout(request).ftp_test.is_accepted


@pytest.mark.parametrize(
    ("watts", "is_test"), [([193] * 900, True), ([193] * 1200, False)], ids=["left early", "another class"]
)
def test_other_rides_are_no_ftp_test(
    client: Callable[..., Any],
    rider: User,
    ride: Callable[..., UUID],
    test_class: str,
    watts: list[int],
    *,
    is_test: bool,
) -> None:
    """A class of another kind at test power, and a test that was left after a quarter of an hour."""
    asked = ride(watts, mean=193, **({"class_id": test_class} if is_test else {}))

    assert not client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{asked}")).HasField("ftp_test")
