"""The processes of plans are put together whole: every service of the contract, the feed, every consumer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ctz.plans.v1 import exercises_pb2, plans_pb2

from ctz_chassis.db import Database
from ctz_chassis.serve import App
from ctz_chassis.settings import load
from ctz_chassis.testing import Keys, make_keys
from ctz_local.testing import ServiceDatabase
from ctz_plans.cli import GROUP_HANDLERS, HANDLERS, MESSAGE_TYPES, QUEUE, build_serve, registrations
from ctz_plans.settings import Settings

pytestmark = pytest.mark.component


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys()


@pytest.fixture
def app(made: ServiceDatabase, keys: Keys, tmp_path: Path) -> Iterator[App]:
    environ = {
        "CTZ_ENV": "test",
        "CTZ_PUBLIC_URL": "https://zones.example",
        "CTZ_JWKS_FILE": str(keys.write(tmp_path)),
        "CTZ_PLANS_DATABASE_URL": made.app_url("plans"),
        "CTZ_PLANS_SIGNING_KEY_FILE": str(tmp_path / "plans.pem"),
    }
    app = build_serve(load(Settings, "PLANS", environ))
    yield app
    app.close()


def test_the_feed_is_served_beside_the_probes(app: App, keys: Keys) -> None:
    client = app.flask_app.test_client()
    token = keys.service_signer("gateway").token("plans")
    path = "/feeds/nothing-under-this-one.ics"
    assert 404 == client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code
    assert 401 == client.get(path).status_code
    assert 200 == client.get("/healthz").status_code


def test_every_service_of_the_contract_is_registered(database: Database) -> None:
    files = (plans_pb2, exercises_pb2)
    promised = {name for file in files for name in file.DESCRIPTOR.services_by_name}
    assert promised == {one.descriptor.name for one in registrations(database)}


def test_everything_that_is_consumed_has_a_handler_and_a_binding() -> None:
    handled = [*HANDLERS, *GROUP_HANDLERS]
    assert sorted(handled) == sorted(MESSAGE_TYPES) == sorted(QUEUE.bindings)
    assert {
        "peloton-sync.workout.recorded.v1",
        "peloton-sync.workout.deleted.v1",
        "workouts.workout.recorded.v1",
        "workouts.workout.deleted.v1",
        "workouts.workout.absorbed.v1",
        "workouts.workout.analyzed.v1",
        "challenges.challenge.updated.v1",
        "challenges.membership.changed.v1",
        "challenges.item.decided.v1",
        "identity.user.deleted.v1",
    } == set(handled)
