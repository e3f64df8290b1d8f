"""What the supervisor hands to each process is what that process reads: no name is wrong, none is missing."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ctz_challenges.settings import Settings as ChallengesSettings
from ctz_chassis.settings import load
from ctz_gateway.settings import Settings as GatewaySettings
from ctz_identity.settings import Settings as IdentitySettings
from ctz_local.database_address import DatabaseAddress
from ctz_local.demo import SimulatedPeloton
from ctz_local.environment import DEVELOPMENT, Ports, System
from ctz_local.secrets import SecretStore
from ctz_local.services import PELOTON_SYNC, SERVICES, Service
from ctz_peloton_sync.settings import Settings as PelotonSyncSettings
from ctz_plans.settings import Settings as PlansSettings
from ctz_workouts.settings import Settings as WorkoutsSettings

_SETTINGS: dict[str, type[Any]] = {
    "identity": IdentitySettings,
    "peloton-sync": PelotonSyncSettings,
    "workouts": WorkoutsSettings,
    "plans": PlansSettings,
    "challenges": ChallengesSettings,
}


def _system(home: Path, given: dict[str, str] | None = None) -> System:
    store = SecretStore(home / "secrets")
    store.open(has_data=False)
    return System(
        home=home,
        public_url="http://127.0.0.1:8000",
        profile=DEVELOPMENT,
        log_level="INFO",
        log_format="text",
        database=DatabaseAddress("127.0.0.1", 5432, "superuser", "secret", "ctz"),
        broker_urls={service.name: "amqp://127.0.0.1/ctz" for service in SERVICES},
        store=store,
        ports=Ports.choose(),
        gateway_port=8000,
        front_port=8001,
        status_url="http://127.0.0.1:8002",
        given=given or {},
    )


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_takes_its_environment(tmp_path: Path, service: Service) -> None:
    environment = _system(tmp_path).migration(service)
    settings = load(_SETTINGS[service.name], service.schema.upper(), environment)

    assert settings.service.consume
    assert f"ctz_{service.schema}_app" in settings.service.database_url
    assert f"ctz_{service.schema}_owner" in settings.service.owner_database_url
    assert settings.service.signing_key_file.exists()


def test_the_gateway_takes_its_environment(tmp_path: Path) -> None:
    settings = load(GatewaySettings, "GATEWAY", _system(tmp_path).gateway())

    assert (8000, 8001) == (settings.http_port, settings.front_port)
    assert "http://127.0.0.1:8002/mail" == settings.mail_page_url
    assert "" == settings.common.broker_url


def test_peloton_sync_is_pointed_at_the_simulator(tmp_path: Path) -> None:
    peloton = SimulatedPeloton(9000, date(2026, 1, 1))
    added = peloton.additions().environment
    assert added is not None
    environment = _system(tmp_path).service(PELOTON_SYNC) | dict(added[PELOTON_SYNC])
    sync = load(PelotonSyncSettings, "PELOTON_SYNC", environment).sync

    assert (peloton.url, peloton.url) == (sync.api_url, sync.auth_url)
    assert (40.0, 40.0, 4) == (sync.rate_fleet, sync.rate_account, sync.concurrency)


def test_an_smtp_server_of_the_operator_replaces_the_mail_folder(tmp_path: Path) -> None:
    system = _system(tmp_path, {"CTZ_IDENTITY_SMTP_URL": "smtp://mail.example.org", "CTZ_IDENTITY_SIGN_UP": "closed"})
    identity = load(IdentitySettings, "IDENTITY", system.service(SERVICES[0]))
    gateway = load(GatewaySettings, "GATEWAY", system.gateway())

    assert identity.mail_dir is None
    assert "closed" == identity.sign_up
    assert "" == gateway.mail_page_url


def test_its_address_may_stand_in_a_file(tmp_path: Path) -> None:
    address = tmp_path / "smtp-url"
    address.write_text("smtp://mail.example.org\n")
    system = _system(tmp_path, {"CTZ_IDENTITY_SMTP_URL_FILE": str(address)})
    identity = load(IdentitySettings, "IDENTITY", system.service(SERVICES[0]))

    assert (None, "smtp://mail.example.org") == (identity.mail_dir, identity.smtp_url)
    assert "" == load(GatewaySettings, "GATEWAY", system.gateway()).mail_page_url
