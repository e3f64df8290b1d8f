import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from ctz_chassis.db import driver_url, make_engine
from ctz_chassis.migrations import differences, is_at_head, migrate

MIGRATIONS = Path(__file__).parent / "schema"


def test_the_tables_in_code_are_the_migrated_ones(store) -> None:
    engine = sa.create_engine(driver_url(store.owner_url), poolclass=sa.NullPool)
    assert [] == differences(engine, store.metadata, "plans")


def test_a_missing_column_is_noticed(store) -> None:
    engine = sa.create_engine(driver_url(store.owner_url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE plans.effect DROP COLUMN note"))
    assert 1 == len(differences(engine, store.metadata, "plans"))


def test_a_migrated_schema_is_at_head_and_an_older_one_is_not(store) -> None:
    assert is_at_head(store.database.engine, "plans", MIGRATIONS)
    owner = sa.create_engine(driver_url(store.owner_url), poolclass=sa.NullPool)
    with owner.begin() as connection:
        connection.execute(sa.text("DELETE FROM plans.alembic_version"))
    assert not is_at_head(store.database.engine, "plans", MIGRATIONS)


def test_a_database_that_does_not_answer_is_not_at_head() -> None:
    engine = make_engine("postgresql://nobody:x@127.0.0.1:1/none", application_name="tests")
    assert not is_at_head(engine, "plans", MIGRATIONS)


def test_migrating_again_and_in_parallel_changes_nothing(store) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrate(store.owner_url, "plans", MIGRATIONS, None)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failures


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE plans.own (id int)",
        "DROP TABLE plans.outbox",
        "UPDATE plans.alembic_version SET version_num = 'x'",
    ],
)
def test_s28_the_runtime_role_owns_nothing(store, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        store.database.begin() as connection,
    ):
        connection.execute(sa.text(statement))
