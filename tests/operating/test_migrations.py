"""Every version of a schema suits the code of the version before, which answers until the new one is ready."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from ctz_chassis.assembly import Schema
from ctz_chassis.db import driver_url
from ctz_chassis.migrations import migrate
from ctz_local.testing import ServiceDatabase

from .processes import SCHEMAS

pytestmark = pytest.mark.component

# What docs/operating.md tells to stop the older version for.
UNSUITED: Final = {("workouts", "0006"): {"workout.search_text"}}
_COLUMNS = sa.text(
    "SELECT table_name || '.' || column_name AS name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL "
    "AS may_be_left_out FROM information_schema.columns WHERE table_schema = :schema"
)
Columns = Mapping[str, tuple[str, bool]]
"""By table and name: type, and whether a row can be written without it."""


def versions(schema: Schema, made: ServiceDatabase, folder: Path) -> Iterator[tuple[str, Columns]]:
    """The columns behind every version, in order."""
    (folder / "versions").mkdir()
    engine = sa.create_engine(driver_url(made.owner_url(schema.service)), poolclass=sa.NullPool)
    for file in sorted((schema.migrations / "versions").glob("0*.py")):
        shutil.copy(file, folder / "versions")
        migrate(made.owner_url(schema.service), schema.name, folder, None)
        with engine.connect() as connection:
            rows: list[Any] = list(connection.execute(_COLUMNS, {"schema": schema.name}))
        yield file.name[:4], {row.name: (row.data_type, row.may_be_left_out) for row in rows}


@pytest.mark.parametrize("service", SCHEMAS)
def test_h7_a_version_takes_nothing_away_and_asks_for_nothing_that_the_code_before_does_not_write(
    service: str, fresh_database: Callable[..., ServiceDatabase], tmp_path: Path
) -> None:
    before: Columns = {}
    for revision, columns in versions(SCHEMAS[service], fresh_database(service), tmp_path):
        tables = {name.partition(".")[0] for name in before}
        gone = {name for name, (kind, _) in before.items() if columns.get(name, ("", True))[0] != kind}
        asked = {
            name
            for name, (_, may_be_left_out) in columns.items()
            if name.partition(".")[0] in tables and not may_be_left_out and before.get(name, ("", True))[1]
        }
        assert UNSUITED.get((service, revision), set()) == gone, revision
        assert set() == asked, revision
        before = columns
