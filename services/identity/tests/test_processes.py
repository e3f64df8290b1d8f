"""The processes as they are run: migrate, serve, the operator's commands."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from ctz_chassis.broker.pgqueue_tables import install
from ctz_chassis.http import health_app
from ctz_chassis.readiness import Readiness
from ctz_chassis.testing import Keys
from ctz_identity.http.keys import add_key_route
from ctz_local.services import QUEUE
from ctz_local.testing.databases import ServiceDatabase

pytestmark = pytest.mark.component


def test_the_public_keys_are_answered_to_everybody(keys: Keys, tmp_path: Path) -> None:
    app = health_app("identity", Readiness({}), keys.verifier())
    add_key_route(app, keys.write(tmp_path))
    answer = app.test_client().get("/jwks.json")
    assert (200, "application/jwk-set+json") == (answer.status_code, answer.mimetype)
    assert keys.jwks() == json.loads(answer.data)
    assert 404 == app.test_client().get("/elsewhere").status_code


@pytest.fixture
def environment(fresh_database: Callable[..., ServiceDatabase], keys: Keys, tmp_path: Path) -> dict[str, str]:
    database = fresh_database("identity")
    install(database.queue_owner_url(), QUEUE.app_role)
    (tmp_path / "pepper").write_text("p" * 40)
    return {
        "PATH": os.environ["PATH"],
        "CTZ_ENV": "test",
        "CTZ_PUBLIC_URL": "https://zones.example",
        "CTZ_JWKS_FILE": str(keys.write(tmp_path)),
        "CTZ_BROKER_URL": database.queue_url(),
        "CTZ_IDENTITY_DATABASE_URL": database.app_url("identity"),
        "CTZ_IDENTITY_OWNER_DATABASE_URL": database.owner_url("identity"),
        "CTZ_IDENTITY_SIGNING_KEY_FILE": str(tmp_path / "identity.pem"),
        "CTZ_IDENTITY_USER_KEY_FILE": str(tmp_path / "identity-user.pem"),
        "CTZ_IDENTITY_PEPPER_FILE": str(tmp_path / "pepper"),
        "CTZ_IDENTITY_MAIL_DIR": str(tmp_path / "mail"),
        "CTZ_IDENTITY_ADMIN_LINK_FILE": str(tmp_path / "administrator-link"),
        "CTZ_IDENTITY_HTTP_PORT": str(free_port()),
        "CTZ_IDENTITY_GRPC_PORT": str(free_port()),
        "CTZ_IDENTITY_CONSUME": "true",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ctz_identity", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def is_ready(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_it_migrates_serves_mails_offers_the_first_link_and_stops(environment: dict[str, str], tmp_path: Path) -> None:
    migrated = run(environment, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    with subprocess.Popen([sys.executable, "-m", "ctz_identity", "serve"], env=environment) as process:
        try:
            assert eventually(lambda: is_ready(environment["CTZ_IDENTITY_HTTP_PORT"]))
            assert eventually((tmp_path / "administrator-link").exists)
            invited = run(environment, "invite", "anna@example.org")
            assert invited.stdout.startswith("https://zones.example/sign-up?invitation=")
            assert eventually(lambda: bool(list((tmp_path / "mail").glob("*.eml"))))
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_the_operator_is_told_what_is_wrong(environment: dict[str, str]) -> None:
    assert run(environment, "migrate").returncode == 0
    assert run(environment, "limits", "reset").stdout == "0 counters cleared\n"
    unknown = run(environment, "administrator", "nobody@example.org")
    assert (1, "ctz-identity: Not found.\n") == (unknown.returncode, unknown.stderr)
    bad = run(environment | {"CTZ_IDENTITY_PEPPER_FILE": "/nowhere"}, "limits", "reset")
    assert (2, "ctz-identity: CTZ_IDENTITY_PEPPER_FILE names a file that cannot be read\n") == (
        bad.returncode,
        bad.stderr,
    )
