"""The tables in code are those that the migrations make."""

from collections.abc import Callable

import pytest

from ctz_challenges.cli import SCHEMA
from ctz_challenges.store import tables
from ctz_chassis.db import make_engine
from ctz_chassis.migrations import differences, migrate
from ctz_local.testing import ServiceDatabase

pytestmark = pytest.mark.component


def test_the_schema_equals_its_migrations(fresh_database: Callable[..., ServiceDatabase]) -> None:
    made = fresh_database("challenges")
    migrate(made.owner_url("challenges"), tables.SCHEMA, SCHEMA.migrations, "ctz_challenges_app")
    # Not under a role of the service: its search path would make the schema the default one, which has no name.
    engine = make_engine(made.superuser_dsn(), application_name="test")

    assert [] == differences(engine, tables.metadata, tables.SCHEMA)
    engine.dispose()
