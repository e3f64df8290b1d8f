"""KEDA's objects: known fields, scalers of what exists, and a query that counts the tasks that are due."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest

import ctz_peloton_sync.cli
from ctz_chassis.migrations import migrate
from ctz_local.database_address import DatabaseAddress
from ctz_local.services import PELOTON_SYNC
from ctz_local.testing import ServiceDatabase

from .manifests import Rendered, name_of
from .processes import PROCESSES

Render = Callable[[str], Rendered]
# The fields of a ScaledObject by KEDA's definition (2.16), which no package of schemas brings along.
SCALED_OBJECT = {
    "scaleTargetRef",
    "pollingInterval",
    "initialCooldownPeriod",
    "cooldownPeriod",
    "idleReplicaCount",
    "minReplicaCount",
    "maxReplicaCount",
    "advanced",
    "triggers",
    "fallback",
}

_TASK = """
INSERT INTO peloton_sync.sync_task (id, user_id, kind, dedupe_key, target, priority, sort_time, state, not_before)
VALUES (gen_random_uuid(), %s, 'list', gen_random_uuid()::text, '1', 1, now(), %s, now() + %s::interval)
"""
_CONNECTION = """
INSERT INTO peloton_sync.connection
  (user_id, connection_id, peloton_user_id, state, state_time, connected_at, is_renewable, revision)
VALUES (%s, gen_random_uuid(), 'p', 'active', now(), now(), true, 1)
"""


def test_scalers_have_only_fields_that_keda_knows(rendered: Render) -> None:
    """An unknown field would be dropped in silence when it is applied."""
    everything = rendered("prod")
    for scaled in everything.of("ScaledObject"):
        assert set(scaled["spec"]) <= SCALED_OBJECT
        assert set(scaled["spec"]["fallback"]) == {"failureThreshold", "replicas"}
        assert set(scaled["spec"]["scaleTargetRef"]) == {"name"}
        for trigger in scaled["spec"]["triggers"]:
            assert {"type", "metadata", "authenticationRef"} == set(trigger)
    for login in everything.of("TriggerAuthentication"):
        assert {"secretTargetRef"} == set(login["spec"])
        assert all({"parameter", "name", "key"} == set(each) for each in login["spec"]["secretTargetRef"])


def test_scalers_ask_for_what_waits(rendered: Render) -> None:
    """Queue by its name, tasks by a query; where they sign in is a secret. KEDA's fields, all of them texts."""
    everything = rendered("prod")
    logins = {name_of(each): each["spec"]["secretTargetRef"] for each in everything.of("TriggerAuthentication")}
    wanted = {"rabbitmq": {"protocol", "queueName", "mode", "value"}}
    wanted |= {"postgresql": {"query", "targetQueryValue", "activationTargetQueryValue"}}
    asked = {}
    for scaled in everything.of("ScaledObject"):
        spec = scaled["spec"]
        (trigger,) = spec["triggers"]
        metadata = trigger["metadata"]
        (login,) = logins[trigger["authenticationRef"]["name"]]
        assert set(metadata) == wanted[trigger["type"]]
        assert all(isinstance(value, str) for value in metadata.values())
        assert login["parameter"] == {"rabbitmq": "host", "postgresql": "connection"}[trigger["type"]]
        assert 1 <= spec["minReplicaCount"] < spec["maxReplicaCount"]
        asked[spec["scaleTargetRef"]["name"]] = metadata.get("queueName") or trigger["type"]

    assert asked == {"peloton-sync-work": "postgresql"} | {
        each.in_kubernetes: f"{each.service}.events" for each in PROCESSES if each.role == "consume"
    }


@pytest.mark.component
def test_due_tasks_are_counted(fresh_database: Callable[..., ServiceDatabase], rendered: Render) -> None:
    """Pending and due: not those of the future, not those in hand, not those that failed for good."""
    scaled = rendered("prod").named("ScaledObject", "peloton-sync-work")
    query = scaled["spec"]["triggers"][0]["metadata"]["query"]
    database = fresh_database("peloton-sync")
    schema = ctz_peloton_sync.cli.SCHEMA
    migrate(database.owner_url("peloton-sync"), schema.name, schema.migrations, PELOTON_SYNC.app_role)
    rider = uuid4()
    with psycopg.connect(DatabaseAddress.parse(database.app_url("peloton-sync")).dsn(), autocommit=True) as app:
        app.execute(_CONNECTION, (rider,))
        for state, delay in (
            ("pending", "-1 s"),
            ("pending", "0 s"),
            ("pending", "1 h"),
            ("leased", "-1 s"),
            ("failed", "-1 s"),
        ):
            app.execute(_TASK, (rider, state, delay))

        assert (2,) == app.execute(query).fetchone()
