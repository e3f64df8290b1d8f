"""docker-compose.yml as `docker compose config` would show it: variables filled in, short forms written out."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from .processes import ROOT

FILE: Final = ROOT / "docker-compose.yml"
_VARIABLE: Final = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")


def variables() -> dict[str, str]:
    """Return every variable that the file reads, with its default."""
    return {found["name"]: found["default"] or "" for found in _VARIABLE.finditer(FILE.read_text("utf-8"))}


def environment_file(name: str) -> dict[str, str]:
    """Read a file of variables."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def project(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the file with these variables."""
    parsed: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return {key: _filled(value, environment) for key, value in parsed.items() if not key.startswith("x-")}


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, environment) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, environment) for each in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: environment.get(found["name"]) or found["default"] or "", value)
    return value


def mounts(service: Mapping[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    """List a service's volumes: name, folder of it (empty: all), target, whether it is read-only."""
    for each in service.get("volumes", ()):
        if isinstance(each, str):
            source, target, *rest = each.split(":")
            yield source, "", target, rest == ["ro"]
        else:
            yield each["source"], each["volume"]["subpath"], each["target"], each.get("read_only", False)


def own_environment(service: Mapping[str, Any], secrets_folder: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a container, with its mounted folders where they are on this machine."""
    places = {
        target: secrets_folder / folder
        for source, folder, target, _ in mounts(service)
        if source == "secrets" and folder
    }
    smtp = tmp_path / "smtp-url"
    smtp.touch()
    places |= {f"/run/secrets/{name}": smtp for name in service.get("secrets", ())}
    found = {}
    for name, value in service["environment"].items():
        target = next((each for each in places if value == each or value.startswith(f"{each}/")), "")
        found[name] = f"{places[target]}{value.removeprefix(target)}" if target else value
        if target:
            assert Path(found[name]).exists(), f"{name} names {value}, which nobody makes"
        assert target or not value.startswith("/run/secrets"), f"{name} names {value}, which is not mounted"
    return found
