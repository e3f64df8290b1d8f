"""The tables in code are those that the migrations make."""

import pytest

from ctz_challenges.store import tables
from ctz_chassis.db import make_engine
from ctz_chassis.migrations import differences
from ctz_local.testing import ServiceDatabase

pytestmark = pytest.mark.component


def test_the_schema_equals_its_migrations(migrated: ServiceDatabase) -> None:
    # Not under a role of the service: its search path would make the schema the default one, which has no name.
    engine = make_engine(migrated.superuser_dsn(), application_name="test")

    assert [] == differences(engine, tables.metadata, tables.SCHEMA)
    engine.dispose()
