"""A migration is only left out when neither the code nor the database has moved."""

import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

import ctz_plans
from ctz_local.schema_versions import note, up_to_date
from ctz_local.services import PLANS
from ctz_local.testing import ServiceDatabase


@pytest.fixture
def database(fresh_database: Callable[..., ServiceDatabase]) -> ServiceDatabase:
    made = fresh_database("plans")
    _run(made, "CREATE TABLE plans.alembic_version (version_num text)")
    _run(made, "INSERT INTO plans.alembic_version VALUES ('0002')")
    return made


def _run(database: ServiceDatabase, statement: str) -> None:
    with closing(psycopg.connect(database.superuser_dsn(), autocommit=True)) as connection:
        connection.execute(statement)


def test_an_unchanged_schema_is_left_alone(database: ServiceDatabase, tmp_path: Path) -> None:
    assert set() == up_to_date(tmp_path / "notes", database.address)
    note(tmp_path / "notes", database.address)

    assert {PLANS} == up_to_date(tmp_path / "notes", database.address)


@pytest.mark.parametrize(
    "change",
    ["UPDATE plans.alembic_version SET version_num = '0001'", "DROP TABLE plans.alembic_version"],
    ids=["restored from a backup", "made anew"],
)
def test_another_database_is_migrated(database: ServiceDatabase, tmp_path: Path, change: str) -> None:
    note(tmp_path / "notes", database.address)
    _run(database, change)

    assert set() == up_to_date(tmp_path / "notes", database.address)


def test_another_code_is_migrated(database: ServiceDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where its migrations are the same: what an older rule computed is brought up to date too."""
    note(tmp_path / "notes", database.address)
    package = tmp_path / "ctz_plans"
    shutil.copytree(Path(str(ctz_plans.__file__)).parent / "migrations", package / "migrations")
    (package / "__init__.py").write_text("rule = 2")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ctz_plans", raising=False)

    assert set() == up_to_date(tmp_path / "notes", database.address)
