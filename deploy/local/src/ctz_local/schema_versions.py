"""Which schemas need no migration: their code is the one that migrated them last, and the database is where it left it.

Starting five interpreters to find nothing to do would cost every start some seconds. The note of the last run is
trusted only while both hold: the service's code has the same digest, and the database has the very version noted, so
that neither an update nor a database restored from a backup goes unseen. All of the code, since `migrate` also brings
up to date what an older rule computed.
"""

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ctz_local.database_address import DatabaseAddress
from ctz_local.secrets import write_private
from ctz_local.services import SERVICES, Service


def up_to_date(notes: Path, database: DatabaseAddress) -> set[Service]:
    """Return the services whose schemas need no migration."""
    noted = _read(notes)
    return {service for service, state in _states(database).items() if state == noted.get(service.name)}


def note(notes: Path, database: DatabaseAddress) -> None:
    """Write down code and version of every migrated schema."""
    states = {service.name: state for service, state in _states(database).items()}
    write_private(notes, json.dumps(states).encode())


def _read(notes: Path) -> Mapping[str, Any]:
    with suppress(OSError, ValueError):
        noted: Mapping[str, Any] = json.loads(notes.read_text())
        return noted
    return {}


def _states(database: DatabaseAddress) -> dict[Service, dict[str, str]]:
    """Return digest of the code and version in the database, of every schema that has a version."""
    states = {}
    with closing(psycopg.connect(database.dsn(), autocommit=True)) as connection:
        for service in SERVICES:
            version, digest = _version(connection, service), _digest(service)
            if version and digest:
                states[service] = {"version": version, "code": digest}
    return states


def _version(connection: psycopg.Connection[Any], service: Service) -> str:
    table = sql.Identifier(service.schema, "alembic_version")
    with suppress(psycopg.errors.UndefinedTable):
        rows = connection.execute(sql.SQL("SELECT version_num FROM {}").format(table)).fetchall()
        return ",".join(sorted(row[0] for row in rows))
    return ""


def _digest(service: Service) -> str:
    # find_spec of a top-level package reads no code of it.
    spec = importlib.util.find_spec(service.module)
    if spec is None or spec.origin is None:
        return ""
    folder = Path(spec.origin).parent
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
