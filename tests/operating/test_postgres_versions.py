"""A Postgres newer than the machine's: the wheel's stands for the 17 of the containers, and for a provider's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg
import pytest
import sqlalchemy as sa

import ctz_challenges.store.tables
import ctz_identity.store.tables
import ctz_peloton_sync.store.tables
import ctz_plans.store.tables
import ctz_workouts.store.tables
from ctz_chassis.db import driver_url
from ctz_chassis.migrations import differences, migrate
from ctz_local.accounts import server_account
from ctz_local.containers.__main__ import main
from ctz_local.postgres import PostgresServer
from ctz_local.postgres_binaries import find_binaries
from ctz_local.services import PELOTON_SYNC, SERVICES, Service

from .manifests import Rendered
from .processes import SCHEMAS

pytestmark = pytest.mark.component

# Since 16, who may create roles has only those that it created; 17 is what compose and the `servers` of Kubernetes run.
NEWER: Final = 17
METADATA: Final[Mapping[str, sa.MetaData]] = {
    "identity": ctz_identity.store.tables.metadata,
    "peloton-sync": ctz_peloton_sync.store.tables.metadata,
    "workouts": ctz_workouts.store.tables.metadata,
    "plans": ctz_plans.store.tables.metadata,
    "challenges": ctz_challenges.store.tables.metadata,
}


@pytest.fixture(scope="module")
def prepared(ctz_scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folders of secrets, and a server prepared by them twice, with a login that is no superuser."""
    account = server_account("postgres")
    binaries = find_binaries(account, wheel_only=True)
    assert binaries.major >= NEWER
    folder = tmp_path_factory.mktemp("secrets")
    server = PostgresServer(
        ctz_scratch / "pg-newer", superuser_password="of-a-test", binaries=binaries, account=account
    )
    server.start()
    with closing(psycopg.connect(server.address.dsn(), autocommit=True)) as superuser:
        superuser.execute("CREATE ROLE provided LOGIN CREATEDB CREATEROLE PASSWORD 'of-a-test'")
    address = server.address.login("provided", "of-a-test").dsn()
    for _ in range(2):
        assert main(["secrets", str(folder), "--database-url", address, "--broker-url", "amqp://rabbitmq"]) == 0
        assert main(["database", str(folder), "--database-url", address]) == 0
    yield folder
    server.stop()


def migrated(prepared: Path, service: Service) -> str:
    """Migrate a service as its Job does; the address of the schema's owner."""
    owner = (prepared / f"{service.name}-owner" / "owner-database-url").read_text()
    schema = SCHEMAS[service.name]
    migrate(owner, schema.name, schema.migrations, service.app_role)
    return owner


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_every_schema_comes_to_its_newest_version(prepared: Path, service: Service) -> None:
    """By roles that a provider's login made, and the runtime role then reads what the code has tables for."""
    owner = migrated(prepared, service)
    engine = sa.create_engine(driver_url(owner), poolclass=sa.NullPool)

    assert [] == differences(engine, METADATA[service.name], service.schema)
    runtime = sa.create_engine(
        driver_url((prepared / service.name / "database-url").read_text()), poolclass=sa.NullPool
    )
    with runtime.connect() as connection:
        for table in METADATA[service.name].sorted_tables:
            connection.execute(sa.select(sa.func.count()).select_from(table))


def test_keda_signs_in_and_asks(prepared: Path, rendered: Callable[[str], Rendered]) -> None:
    """By the address and the query that the cluster gives it."""
    migrated(prepared, PELOTON_SYNC)
    scaled = rendered("prod").named("ScaledObject", "peloton-sync-work")
    with closing(psycopg.connect((prepared / "keda" / "peloton-sync-database-url").read_text())) as connection:
        assert (0,) == connection.execute(scaled["spec"]["triggers"][0]["metadata"]["query"]).fetchone()
