"""The query by which sync workers are scaled counts the tasks that are due, under the login that KEDA gets."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest

import ctz_peloton_sync.cli
from ctz_chassis.migrations import migrate
from ctz_local.database_address import DatabaseAddress
from ctz_local.services import PELOTON_SYNC
from ctz_local.testing import ServiceDatabase
from tests.deploy.manifests import Rendered

_TASK = """
INSERT INTO peloton_sync.sync_task (id, user_id, kind, dedupe_key, target, priority, sort_time, state, not_before)
VALUES (gen_random_uuid(), %s, 'list', gen_random_uuid()::text, '1', 1, now(), %s, now() + %s::interval)
"""
_CONNECTION = """
INSERT INTO peloton_sync.connection
  (user_id, connection_id, peloton_user_id, state, state_time, connected_at, is_renewable, revision)
VALUES (%s, gen_random_uuid(), 'p', 'active', now(), now(), true, 1)
"""


@pytest.mark.component
def test_due_tasks_are_counted(
    fresh_database: Callable[..., ServiceDatabase], rendered: Callable[[str], Rendered]
) -> None:
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
