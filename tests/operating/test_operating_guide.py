"""docs/operating.md says what there is."""

import re
from pathlib import Path

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


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", TEXT))))
def test_every_link_leads_somewhere(link: str) -> None:
    path, _, heading = link.partition("#")
    page = (ROOT / "docs" / path).resolve() if path else ROOT / "docs/operating.md"
    assert page.exists()
    if heading:
        headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
        assert heading in {re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings}
