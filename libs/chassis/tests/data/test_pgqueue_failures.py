"""The queue table when something is wrong with it that no attempt mends."""

import threading

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from ctz_chassis.broker import QueueSpec, connect_publisher, connect_subscription, declare
from ctz_chassis.events import Event
from ctz_local.testing import ServiceDatabase

from .harness import eventually, sample_event

pytestmark = pytest.mark.component

TYPE = "plans.thing.happened.v1"


def test_a_consumer_that_fails_lets_go_of_every_connection(migrated_copy: ServiceDatabase) -> None:
    """It is started again after a pause, for as long as it takes: what each start leaves behind would add up."""
    spec, url = QueueSpec("plans.broken", (TYPE,)), migrated_copy.queue_url()
    declare(url, [spec])
    publisher = connect_publisher(url)
    publisher.publish([sample_event(TYPE)])
    publisher.close()

    def take_the_table_away(_event: Event) -> None:
        with psycopg.connect(migrated_copy.superuser_dsn()) as connection:
            connection.execute("ALTER TABLE broker.message RENAME TO elsewhere")

    with pytest.raises(ProgrammingError) as failed:
        connect_subscription(url, spec).run(take_the_table_away, threading.Event())
    assert "broker.message" in str(failed.value)
    held = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(migrated_copy.superuser_dsn(), autocommit=True) as connection:
        eventually(lambda: connection.execute(held, (spec.name,)).fetchone() is None)
