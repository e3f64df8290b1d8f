"""docs/operating.md says what there is."""

import re
from pathlib import Path
from typing import Any

import pytest

from ctz_chassis.settings import variables

from . import compose
from .processes import MODULES, PROCESSES, ROOT, SETTINGS

TEXT = (ROOT / "docs/operating.md").read_text("utf-8")


def test_every_folder_of_secrets_is_named(secrets_folder: Path) -> None:
    """With every file in it that only one container has."""
    for folder in secrets_folder.iterdir():
        assert f"`{folder.name}`" in TEXT or (folder.name.endswith("-owner") and "`…-owner`" in TEXT)
        if folder.name != "store":
            assert not [each.name for each in folder.iterdir() if f"`{each.name}`" not in TEXT]


def test_every_variable_that_it_names_exists() -> None:
    read = {
        each.name for service, cls in SETTINGS.items() for each in variables(cls, service.upper().replace("-", "_"))
    }
    named = set(re.findall(r"\bCTZ_[A-Z_]+\b", TEXT))

    assert set() == named - read - set(compose.variables())


def test_roles_are_those_that_the_code_has() -> None:
    """The table of components, row by row."""
    rows = {
        role: set(names.split(", "))
        for names, role in re.findall(r"^\| ([a-z, -]+) \| `(serve|work)` \|", TEXT, re.MULTILINE)
    }

    assert {each.service for each in PROCESSES if each.role == "work"} == rows["work"]
    assert set(MODULES) == rows["serve"]


@pytest.mark.parametrize("page", ["operating.md", "runbook.md"])
def test_containers_and_volumes_that_a_page_names_exist(project: dict[str, Any], page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    containers = set(re.findall(r"docker compose (?:exec|logs|run --rm)(?: -T)? ([a-z][a-z-]+)", text))
    volumes = set(re.findall(r"docker volume rm (\S+)", text))

    assert containers
    assert containers <= set(project["services"])
    assert volumes <= {f"{project['name']}_{name}" for name in project["volumes"]}
