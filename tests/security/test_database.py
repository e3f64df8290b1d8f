"""T037, T039 over the schemas as migrations make them: what is durable, what is constrained, who may touch what."""

import itertools
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors, sql

from ctz_chassis.broker.pgqueue_tables import install
from ctz_local.database_address import DatabaseAddress
from ctz_local.services import QUEUE, SERVICES, Service

from .system import MODULES, NAMES, System

pytestmark = pytest.mark.component

PAIRS = [(mine, other) for mine, other in itertools.product(SERVICES, SERVICES) if mine != other]
SUPERUSER_ACTS = (
    "CREATE ROLE intruder",
    "CREATE DATABASE intruder",
    "CREATE EXTENSION dblink",
    "ALTER SYSTEM SET fsync = off",
    "ALTER ROLE {me} SUPERUSER",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT * FROM pg_authid",
    "SET ROLE ctz_superuser",
)


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(DatabaseAddress.parse(url).dsn(), autocommit=True)


def tables_of(system: System, schema: str) -> list[str]:
    rows = system.query("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", schema)
    return [row[0] for row in rows]


@pytest.mark.parametrize("kind", ["app", "owner"])
@pytest.mark.parametrize(("mine", "other"), PAIRS, ids=[f"{mine.name} on {other.name}" for mine, other in PAIRS])
def test_t039_no_role_of_a_service_reaches_a_table_of_another(
    system: System, kind: str, mine: Service, other: Service
) -> None:
    """Reading, adding, changing, deleting and creating, for every table that the other's migrations made."""
    url = system.database.app_url(mine.name) if kind == "app" else system.database.owner_url(mine.name)
    tables = tables_of(system, other.schema)
    assert len(tables) > 1
    with closing(connect(url)) as connection:
        for table in tables:
            name = sql.Identifier(other.schema, table)
            for act in ("SELECT 1 FROM {}", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}"):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(sql.SQL(act).format(name))
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(sql.SQL("CREATE TABLE {} (id int)").format(sql.Identifier(other.schema, "mine")))
        for role in (other.app_role, other.owner_role):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_t039_no_role_of_a_service_can_do_what_only_a_superuser_may(system: System, service: Service) -> None:
    urls = {
        service.app_role: system.database.app_url(service.name),
        service.owner_role: system.database.owner_url(service.name),
    }
    for role, url in urls.items():
        with closing(connect(url)) as connection:
            for act in SUPERUSER_ACTS:
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(sql.SQL(act).format(me=sql.Identifier(role)))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_t039_a_runtime_role_changes_no_table_of_its_own(system: System, service: Service) -> None:
    with closing(connect(system.database.app_url(service.name))) as connection:
        for table in tables_of(system, service.schema):
            name = sql.Identifier(service.schema, table)
            for act in ("DROP TABLE {}", "ALTER TABLE {} ADD COLUMN more int", "TRUNCATE {}"):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(sql.SQL(act).format(name))


def test_t039_the_queue_table_is_open_to_its_own_role_alone(system: System) -> None:
    """No service reads the queue's messages by its own role."""
    install(system.database.queue_owner_url(), QUEUE.app_role)
    for service in SERVICES:
        with closing(connect(system.database.app_url(service.name))) as connection:
            for table in tables_of(system, QUEUE.schema):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(QUEUE.schema, table)))


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_t037_what_is_acknowledged_is_on_disk(system: System, setting: str) -> None:
    """The server's setting, and what a session of each service gets."""
    assert [("on",)] == system.query("SELECT current_setting(%s)", setting)
    for name in NAMES:
        with closing(connect(system.database.app_url(name))) as connection:
            assert ("on",) == connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()


Constraint = tuple[str, str, tuple[str, ...], tuple[str, ...]]
KINDS = {"p": "primary key", "f": "foreign key", "u": "unique", "c": "check"}


def designed(metadata: sa.MetaData) -> set[Constraint]:
    """The constraints that a service's code names: table, kind, columns, and for foreign keys what they point to."""
    found: set[Constraint] = set()
    for table in metadata.sorted_tables:
        for each in table.constraints:
            columns = tuple(column.name for column in each.columns)
            if isinstance(each, sa.PrimaryKeyConstraint):
                found.add((table.name, "primary key", columns, ()))
            elif isinstance(each, sa.UniqueConstraint):
                found.add((table.name, "unique", columns, ()))
            elif isinstance(each, sa.ForeignKeyConstraint):
                target = tuple(f"{key.column.table.name}.{key.column.name}" for key in each.elements)
                found.add((table.name, "foreign key", columns, target))
            elif isinstance(each, sa.CheckConstraint):
                found.add((table.name, "check", (str(each.name),), ()))
    return found


def existing(system: System, schema: str) -> set[Constraint]:
    """The constraints in the database, in the same words."""
    rows = system.query(
        "SELECT c.relname, k.contype::text, k.conname, t.relname, "
        "ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS n(num, at) JOIN pg_attribute AS a "
        "ON a.attrelid = k.conrelid AND a.attnum = n.num ORDER BY n.at), "
        "ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS n(num, at) JOIN pg_attribute AS a "
        "ON a.attrelid = k.confrelid AND a.attnum = n.num ORDER BY n.at) "
        "FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid "
        "LEFT JOIN pg_class AS t ON t.oid = k.confrelid "
        "WHERE k.connamespace = %s::regnamespace AND k.contype IN ('p', 'f', 'u', 'c') AND k.convalidated",
        schema,
    )
    return {
        (table, KINDS[kind], (name,) if kind == "c" else tuple(columns), tuple(f"{target}.{each}" for each in points))
        for table, kind, name, target, columns, points in rows
        if table != "alembic_version"
    }


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_t037_every_constraint_of_the_design_is_in_the_database(system: System, service: Service) -> None:
    metadata = MODULES[service.name].tables.metadata
    assert designed(metadata) == existing(system, service.schema)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_t037_every_table_has_a_primary_key(system: System, service: Service) -> None:
    keyed = {table for table, kind, _, _ in existing(system, service.schema) if kind == "primary key"}
    assert set(tables_of(system, service.schema)) - {"alembic_version"} == keyed
