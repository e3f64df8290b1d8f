"""Tokens: one renewal for all, given up only on a confirmed no, sealed to their owner."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from ctz_peloton_sync.app import connect
from ctz_peloton_sync.app.keys import check_keys, rotate
from ctz_peloton_sync.app.sealing import NoUsableKey, Sealer, TokenUnreadable
from ctz_peloton_sync.app.tokens import TokenKeeper
from ctz_peloton_sync.domain.errors import (
    KeyStillInUse,
    PastedTokenRejected,
    ReconnectNeeded,
    SignInRejected,
    SignInUnavailable,
)
from ctz_peloton_sync.domain.runs import RunState
from ctz_peloton_sync.store import tables
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component

LIST_ONLY = {"mix": {"meditation": 1.0}, "heart_rate": False, "ftp_source": "none"}


def keeper(harness):
    return TokenKeeper(harness.store, harness.sealer, harness.doors.refresher, harness.clock)


@pytest.mark.parametrize("calls_before", [1, 2, 3, 4])
def test_t051_a_token_that_ends_under_way_is_renewed_once_and_the_crawl_goes_on(harness, simulate, calls_before):
    with simulate(RiderSpec("rider", workouts=320, **LIST_ONLY)) as sim:
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=calls_before)
        sim.sign_in.expire_access()
        harness.drain()
        refreshes, status = sim.calls()["refresh"], harness.status(user_id)

    assert 1 == refreshes
    assert RunState.DONE == status.run.state
    assert 320 == len(harness.mirror(user_id))


def test_t052_twenty_workers_at_the_end_of_a_token_renew_it_once(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3), rotate_refresh=True, latency_ms=50) as sim:
        user_id = harness.connect()
        ended = keeper(harness).access(user_id, None)
        with ThreadPoolExecutor(20) as workers:
            given = list(workers.map(lambda _: keeper(harness).renewed(user_id, ended), range(20)))
        refreshes = sim.calls()["refresh"]
        works = sim.url and keeper(harness).access(user_id, None)
        harness.sync(user_id)
        state = harness.status(user_id).run.state

    assert 1 == refreshes
    assert {works} == set(given)
    assert RunState.DONE == state


def test_t053_a_genuine_no_asks_the_rider_once_and_stops(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        sim.sign_in.revoke()
        status = harness.sync(user_id)
        calls = sum(sim.calls().values())
        harness.drain()
        idle = sum(sim.calls().values()) - calls
        with pytest.raises(ReconnectNeeded):
            harness.start(user_id)
        told = [event.reason for event in harness.events("connection.changed")]
        harness.connect(user_id=user_id)
        harness.drain()
        resumed = harness.status(user_id).run.state

    assert (RunState.PARKED, "refresh_rejected") == (status.run.state, status.run.state_reason)
    assert 0 == idle
    assert ["", "refresh_rejected"] == told
    assert RunState.DONE == resumed


def test_t053_trouble_at_the_sign_in_host_keeps_the_grant_and_tries_again(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        sim.turn(
            failures=[
                {"match": "/api/", "status": 401, "count": 1},
                {"kind": "refresh", "status": 503, "count": 2},
            ]
        )
        harness.start(user_id)
        harness.drain(steps=2)
        kept = harness.rows("SELECT state FROM connection")[0][0], len(harness.rows("SELECT 1 FROM token"))
        harness.drain()
        state = harness.status(user_id).run.state

    assert ("active", 1) == kept
    assert RunState.DONE == state


@pytest.mark.parametrize("rotate_refresh", [False, True])
def test_t053_a_lost_answer_recovers_or_asks(harness, simulate, rotate_refresh):
    """Without rotation the old token works again; with rotation Peloton took it, and the rider is asked."""
    harness.with_settings(call_seconds=1.0)
    with simulate(RiderSpec("rider", workouts=3), rotate_refresh=rotate_refresh) as sim:
        user_id = harness.connect()
        sim.turn(lose_refresh_answers=1)
        sim.sign_in.expire_access()
        harness.sync(user_id)
        view = harness.status(user_id).run

    expected = (RunState.PARKED, "refresh_rejected") if rotate_refresh else (RunState.DONE, "")
    assert expected == (view.state, view.state_reason)
    assert 1 == len(harness.rows("SELECT 1 FROM token"))


def test_wrong_password_is_told_and_nothing_is_stored(harness, simulate):
    for status in (401, 200):
        with simulate(RiderSpec("rider", workouts=1), wrong_password_status=status), pytest.raises(SignInRejected):
            connect.connect_with_password(harness.connector, uuid4(), "rider", "not the password")

    assert [] == harness.rows("SELECT 1 FROM connection")


def test_a_sign_in_that_is_limited_says_so(harness, simulate):
    failure = {"kind": "signin", "status": 429}
    with simulate(RiderSpec("rider", workouts=1), failures=[failure]), pytest.raises(SignInUnavailable):
        harness.connect()


def test_pasted_bearer_refresh_and_stored_json_connect(harness, simulate):
    with simulate(RiderSpec("rider", workouts=1)) as sim:
        tokens = sim.tokens("rider")
        pastes = {
            "bearer": (f"Bearer {tokens['access_token']}", False),
            "refresh": (tokens["refresh_token"], True),
            "json": (json.dumps({"body": tokens}), True),
        }
        stored = {
            name: connect.connect_with_token(harness.connector, uuid4(), pasted).is_renewable
            for name, (pasted, _) in pastes.items()
        }
        with pytest.raises(PastedTokenRejected):
            connect.connect_with_token(harness.connector, uuid4(), "eyJhbGciOiJ.invalid-token.signature")

    assert {name: renewable for name, (_, renewable) in pastes.items()} == stored


def test_disconnecting_forgets_the_tokens_and_keeps_the_workouts(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        connect.disconnect(harness.store, user_id)
        calls = sum(sim.calls().values())
        harness.drain()

    assert 0 == sum(sim.calls().values()) - calls
    assert [] == harness.rows("SELECT 1 FROM token")
    assert 3 == len(harness.mirror(user_id))


def test_t112_no_secret_reaches_database_log_or_error(harness, simulate, caplog, tmp_path):
    """The canaries (password, tokens) go through connect, sync, refresh and a crash; only sealed bytes are kept."""
    caplog.set_level("DEBUG")
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[{"match": "/api/", "status": 401, "count": 1}])
        harness.sync(user_id)
        with harness.store.read() as tx:
            grant = harness.sealer.open(tx.tokens.get(user_id))
    canaries = [grant.access_token, grant.refresh_token, "simulated-password"]
    rows = [
        repr([bytes(value) if isinstance(value, memoryview) else value for value in row])
        for table in tables.metadata.sorted_tables
        for row in harness.rows(f'SELECT * FROM "{table.name}"')  # noqa: S608 our own names
    ]
    haystack = "\n".join([*rows, caplog.text, repr(grant)])

    assert [] == [canary for canary in canaries if canary in haystack]


def test_t113_a_sealed_token_opens_only_in_its_own_row_and_unchanged(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3), RiderSpec("other", workouts=3, seed=2)):
        user_id, other = harness.connect(), harness.connect("other")
        with harness.store.read() as tx:
            mine, theirs = tx.tokens.get(user_id), tx.tokens.get(other)
        broken = [
            replace(mine, sealed=theirs.sealed, key_id=theirs.key_id),
            replace(mine, connection_id=theirs.connection_id),
            replace(mine, user_id=other),
            replace(mine, sealed=mine.sealed[:-7]),
            replace(mine, sealed=b""),
            replace(mine, key_id="unknown"),
            *(replace(mine, sealed=flipped(mine.sealed, at)) for at in range(0, len(mine.sealed), 7)),
        ]
        for token in broken:
            with pytest.raises(TokenUnreadable):
                harness.sealer.open(token)
        with harness.store.begin() as tx:
            tx.tokens.put(broken[0])
        status = harness.sync(user_id)

    assert harness.sealer.key_id == mine.key_id
    assert (RunState.PARKED, "token_unreadable") == (status.run.state, status.run.state_reason)
    with pytest.raises(TokenUnreadable):
        Sealer([Fernet.generate_key().decode()]).open(mine)


def flipped(sealed, at):
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


def test_t114_keys_are_rotated_in_batches_and_not_retired_early(harness, simulate):
    with simulate(*(RiderSpec(f"rider{number}", workouts=1) for number in range(3))):
        riders = [harness.connect(f"rider{number}") for number in range(3)]
        new = Fernet.generate_key().decode()
        with pytest.raises(KeyStillInUse):
            check_keys(harness.store, Sealer([new]))
        both = Sealer([new, harness.key])

        assert 3 == rotate(harness.store, both)
        assert 0 == rotate(harness.store, both)
        check_keys(harness.store, Sealer([new]))
        harness.sealer = Sealer([new])
        assert RunState.DONE == harness.sync(riders[0]).run.state


def test_t114_a_process_without_a_usable_key_does_not_start(tmp_path):
    for content in ("", "# nothing\n", "not a key\n"):
        path = tmp_path / "keys"
        path.write_text(content)
        with pytest.raises(NoUsableKey):
            Sealer.from_file(path)
    with pytest.raises(NoUsableKey):
        Sealer.from_file(None)
    with pytest.raises(NoUsableKey):
        Sealer.from_file(tmp_path / "missing")


def test_a_row_names_its_key_and_nothing_else_of_it(harness, simulate):
    with simulate(RiderSpec("rider", workouts=1)):
        harness.connect()
    row = harness.rows("SELECT key_id, sealed FROM token")[0]

    assert harness.sealer.key_id == row.key_id
    assert harness.key.encode() not in bytes(row.sealed)
    assert sa.inspect(harness.store.database.engine).get_pk_constraint("token", "peloton_sync")["constrained_columns"]
