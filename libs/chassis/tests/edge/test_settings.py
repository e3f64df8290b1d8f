"""Settings: read once, refused with the variable's name, never with its value."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest

from ctz_chassis.settings import (
    CommonSettings,
    Environment,
    ServiceSettings,
    SettingsError,
    Targets,
    load,
    prefix_of,
    variables,
)


class Mode(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Settings:
    common: CommonSettings
    service: ServiceSettings
    rate: float = field(default=2.0, metadata={"help": "calls per second"})
    mode: Mode = Mode.CLOSED
    hosts: tuple[str, ...] = ()
    is_polite: bool = True
    limit: int | None = None


MINIMUM = {
    "CTZ_JWKS_FILE": "/keys/jwks.json",
    "CTZ_PUBLIC_URL": "https://zones.example",
    "CTZ_PELOTON_SYNC_DATABASE_URL": "postgresql://a:hidden@b/c",
    "CTZ_PELOTON_SYNC_SIGNING_KEY_FILE": "/keys/peloton-sync.pem",
}


def loaded(**changes: str) -> Settings:
    return load(Settings, prefix_of("peloton-sync"), MINIMUM | changes)


def test_fields_are_read_by_type_and_nested_ones_under_the_same_prefix() -> None:
    settings = loaded(
        CTZ_ENV="development",
        CTZ_PELOTON_SYNC_GRPC_PORT="7002",
        CTZ_PELOTON_SYNC_RATE="40.5",
        CTZ_PELOTON_SYNC_MODE="open",
        CTZ_PELOTON_SYNC_HOSTS="a.example, b.example",
        CTZ_PELOTON_SYNC_IS_POLITE="no",
        CTZ_PELOTON_SYNC_LIMIT="3",
    )

    assert Environment.DEVELOPMENT is settings.common.env
    assert Path("/keys/jwks.json") == settings.common.jwks_file
    assert (7002, 40.5, Mode.OPEN) == (settings.service.grpc_port, settings.rate, settings.mode)
    assert (("a.example", "b.example"), False, 3) == (settings.hosts, settings.is_polite, settings.limit)


def test_what_is_not_set_has_its_default_and_empty_is_not_set() -> None:
    settings = loaded(CTZ_PELOTON_SYNC_LIMIT="", CTZ_PELOTON_SYNC_RATE="")

    assert (None, 2.0, True) == (settings.limit, settings.rate, settings.is_polite)
    assert Environment.PRODUCTION is settings.common.env
    assert "127.0.0.1" == settings.service.host


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("CTZ_PELOTON_SYNC_GRPC_PORT", "many-secret", "whole number"),
        ("CTZ_PELOTON_SYNC_RATE", "fast-secret", "a number"),
        ("CTZ_PELOTON_SYNC_IS_POLITE", "maybe-secret", "true or false"),
        ("CTZ_PELOTON_SYNC_MODE", "ajar-secret", "open, closed"),
        ("CTZ_ENV", "live-secret", "production"),
        ("CTZ_PELOTON_SYNC_LIMT", "secret", "not a setting"),
        ("CTZ_JWKS_FILE", "", "not set"),
        ("CTZ_PELOTON_SYNC_DATABASE_URL", "", "not set"),
    ],
)
def test_bad_missing_and_unknown_variables_are_named_without_their_value(name: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(**{name: value})

    assert name == refused.value.name
    assert problem in str(refused.value)
    assert "secret" not in str(refused.value)


def test_variables_of_other_services_and_the_own_target_do_not_disturb() -> None:
    loaded(CTZ_WORKOUTS_ANYTHING="1", CTZ_PELOTON_SYNC_TARGET="127.0.0.1:7002")


def test_passwords_do_not_show_when_settings_are_printed() -> None:
    assert "hidden" not in repr(loaded())


def test_variables_are_listed_for_the_documentation() -> None:
    names = [each.name for each in variables(Targets, "GATEWAY")]

    assert "CTZ_PELOTON_SYNC_TARGET" in names
    assert all(each.field.metadata["help"] for each in variables(ServiceSettings, "PLANS"))


URL = "CTZ_PELOTON_SYNC_DATABASE_URL"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file as containers mount it, with the line break that editors leave."""
    file = tmp_path / "database-url"
    file.write_text("postgresql://a:hidden@b/of-the-file\n")
    return file


def test_a_secret_may_come_from_a_file(secret: Path) -> None:
    """The environment of a process is seen by more eyes than a file that is mounted into it."""
    settings = loaded(**{URL: "", f"{URL}_FILE": str(secret)})

    assert "postgresql://a:hidden@b/of-the-file" == settings.service.database_url


def test_a_secret_comes_from_one_place(secret: Path) -> None:
    """Of two values, one would be ignored in silence."""
    with pytest.raises(SettingsError, match=f"{URL}_FILE is set, and so is {URL}"):
        loaded(**{f"{URL}_FILE": str(secret)})


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"{URL}_FILE names a file that cannot be read"):
        loaded(**{URL: "", f"{URL}_FILE": str(tmp_path / "absent")})


def test_only_secrets_come_from_files(secret: Path) -> None:
    with pytest.raises(SettingsError, match="CTZ_PELOTON_SYNC_GRPC_PORT_FILE is not a setting"):
        loaded(CTZ_PELOTON_SYNC_GRPC_PORT_FILE=str(secret))
