"""T112 over the whole system: a known Peloton password and known tokens go everywhere a rider's secrets go.

Connecting, a sync, a token's end and refresh, refusals, events through RabbitMQ, dead letters; then everything that
lies around is searched: every row of every schema, the servers' own files, logs at DEBUG, temporary files, metrics,
dead letters and every answer.
"""

import logging
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY, generate_latest

from ctz_chassis.broker import QueueSpec, connect_dead_letters, connect_publisher, connect_subscription, declare
from ctz_chassis.events import Event, Poison
from ctz_chassis.outbox import Relay
from ctz_local.rabbitmq import RabbitNode
from ctz_local.services import SERVICES
from ctz_simulator import RiderSpec

from .cells import Things
from .inventory import all_methods
from .matrix import MATRIX
from .system import MODULES, Member, System

pytestmark = pytest.mark.component

METHODS = all_methods()
PASSWORD = "canary-password-Qv61-zoe"
WRONG_PASSWORD = "canary-wrong-password-Tz07"
PASTED = "canary-pasted-secret-Rk55"
RIDER = "canary-zoe"
LONGEST_WAIT_SECONDS = 60


def call(system: System, member: Member, short: str, **fields: object) -> bytes:
    """Call a method for a member; everything that was said, in an answer or in an error."""
    method = METHODS[short]
    credentials = system.credentials(method.service, "gateway", member.user)
    answer = system.call(
        method.service, method.full_name, method.request(**fields).SerializeToString(), metadata=credentials
    )
    return answer.body + answer.text.encode()


def grants(system: System, member: Member) -> set[str]:
    """The tokens that are stored now, opened with the service's own key."""
    with system.workshop.store.read() as tx:
        stored = tx.tokens.get(member.user.user_id)
    assert stored is not None
    grant = system.workshop.sealer.open(stored)
    return {grant.access_token, grant.refresh_token}


def through_the_broker(system: System, node: RabbitNode) -> list[bytes]:
    """Publish peloton-sync's outbox, let a consumer refuse all of it, and return what an operator sees of that."""
    spec = QueueSpec("plans.events", ("peloton-sync.#",))
    declare(node.url("plans"), [spec])
    table = MODULES["peloton-sync"].SCHEMA.outbox
    relay = Relay(system.databases["peloton-sync"], connect_publisher(node.url("peloton-sync")), table)
    count = 0
    while published := relay.publish_once():
        count += published
    stop, deadline = threading.Event(), time.monotonic() + LONGEST_WAIT_SECONDS

    def refuse(event: Event) -> None:
        raise Poison("refused", event.type)

    consuming = threading.Thread(target=connect_subscription(node.url("plans"), spec).run, args=(refuse, stop))
    consuming.start()
    letters = connect_dead_letters(node.url("plans"), spec)
    shown = letters.list(10 * count)
    while len(shown) < count and time.monotonic() < deadline:
        consuming.join(0.1)
        shown = letters.list(10 * count)
    stop.set()
    consuming.join()
    letters.close()
    assert count == len(shown) > 0
    return [repr(letter).encode() + letter.data for letter in shown]


def rows(system: System) -> Iterator[bytes]:
    """Every row of every service's tables, with bytes as they are and once more unpacked where they are packed."""
    for service in SERVICES:
        for (table,) in system.query("SELECT tablename FROM pg_tables WHERE schemaname = %s", service.schema):
            for row in system.query(f'SELECT * FROM {service.schema}."{table}"'):  # noqa: S608 - names from the catalogue
                yield b"\n".join(part for value in row for part in contents(value))


def contents(value: Any) -> Iterator[bytes]:
    if not isinstance(value, bytes | memoryview):
        yield repr(value).encode()
        return
    yield bytes(value)
    try:
        yield zlib.decompress(bytes(value))
    except zlib.error:
        return


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.name, path.read_bytes()


@pytest.mark.timeout(240)
def test_t112_a_peloton_secret_is_found_nowhere_but_sealed(
    system: System,
    ctz_scratch: Path,
    killable_rabbitmq: RabbitNode,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    nothing: Things,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    system.simulator.add_rider(RiderSpec(RIDER, PASSWORD, workouts=4, seed=9))
    zoe = system.sign_up("zoe@example.org", "Zoe")
    connecting = "peloton-sync ConnectionService/ConnectWithPassword"
    said = [
        call(system, zoe, connecting, username=RIDER, password=WRONG_PASSWORD),
        call(system, zoe, "peloton-sync ConnectionService/ConnectWithToken", pasted=PASTED),
        call(system, zoe, connecting, username=RIDER, password=PASSWORD),
    ]
    secrets = {PASSWORD, WRONG_PASSWORD, PASTED} | grants(system, zoe)
    said.append(call(system, zoe, "peloton-sync SyncService/StartSync"))
    system.simulator.sign_in.expire_access()
    system.work_and_tell()
    secrets |= grants(system, zoe)
    assert 6 == len(secrets), "three typed in, the refresh token, and two access tokens: there was one refresh"
    people = [name for name in METHODS if METHODS[name].service == "peloton-sync" and "Connect" not in name]
    said += [call(system, zoe, name, **MATRIX[name].fields(nothing)) for name in people]
    said += through_the_broker(system, killable_rabbitmq)
    killable_rabbitmq.stop()

    searched = {
        "answers and dead letters": said,
        "rows": list(rows(system)),
        "logs": [caplog.text.encode(), *(repr(vars(record)).encode() for record in caplog.records)],
        "metrics": [generate_latest(REGISTRY)],
        "files": [content for _, content in files(ctz_scratch, system.folder, tmp_path)],
    }
    assert [] == [name for name, parts in searched.items() if not any(parts)], "nothing was searched there"
    found = {
        (place, secret)
        for place, parts in searched.items()
        for secret in secrets
        if any(secret.encode() in part for part in parts)
    }
    assert set() == found


def test_t112_the_search_finds_what_is_not_secret(system: System, ctz_scratch: Path) -> None:
    """The rider's address stands in identity's rows: so the rows that the test above reads are the ones written."""
    member = system.sign_up("found@example.org", "Found")
    assert any(b"found@example.org" in row for row in rows(system))
    assert any(str(member.user.user_id).encode() in row for row in rows(system))
    assert any(content for _, content in files(ctz_scratch))
