"""The documents name what exists: every method for tools, every setting, event, page and command."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ctz_challenges.settings import Settings as ChallengesSettings
from ctz_chassis.auth.rules import methods_of, rule_of
from ctz_chassis.settings import variables
from ctz_gateway.front.contract import CONTRACTS, ToolMethods
from ctz_gateway.settings import Settings as GatewaySettings
from ctz_identity.settings import Settings as IdentitySettings
from ctz_peloton_sync.settings import Settings as PelotonSyncSettings
from ctz_plans.settings import Settings as PlansSettings
from ctz_workouts.settings import Settings as WorkoutsSettings

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, type[Any]] = {
    "CHALLENGES": ChallengesSettings,
    "GATEWAY": GatewaySettings,
    "IDENTITY": IdentitySettings,
    "PELOTON_SYNC": PelotonSyncSettings,
    "PLANS": PlansSettings,
    "WORKOUTS": WorkoutsSettings,
}
PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md", "services/*/*.md") for page in ROOT.glob(pattern)
)
EVENT = re.compile(r"`((?:identity|peloton-sync|workouts|plans|challenges)\.[a-z_]+\.[a-z_]+\.v\d+)`")


def test_every_method_for_tools_is_documented_with_its_scope() -> None:
    """docs/api.md lists exactly what `front` lets through."""
    text = (ROOT / "docs/api.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `(ctz\.[^`]+)` \| `([^`]+)` \|$", text, flags=re.MULTILINE))
    rules = {
        name.removeprefix("/"): rule.scope
        for contracts in CONTRACTS.values()
        for name, method in methods_of(contracts)
        if (rule := rule_of(method)) is not None
    }
    expected = {name.removeprefix("/"): rules[name.removeprefix("/")] for name in ToolMethods().names}

    assert expected == listed


def named_settings() -> Iterator[tuple[str, str]]:
    for prefix, settings in SETTINGS.items():
        for variable in variables(settings, prefix):
            yield variable.name, str(variable.field.metadata.get("help", ""))


@pytest.mark.parametrize(("name", "meaning"), sorted(set(named_settings())))
def test_every_setting_is_documented(name: str, meaning: str) -> None:
    """docs/settings.md names every variable that a process reads, with what the code says of it."""
    text = (ROOT / "docs/settings.md").read_text("utf-8")

    assert f"| `{name}` | {meaning} |" in text


def test_every_event_that_the_code_names_is_documented() -> None:
    """docs/events.md lists exactly the routing keys that occur in the code."""
    documented = set(EVENT.findall((ROOT / "docs/events.md").read_text("utf-8")))
    quoted = re.compile(EVENT.pattern.replace("`", '"'))
    named = {key for path in (*ROOT.glob("services/*/src/**/*.py"),) for key in quoted.findall(path.read_text("utf-8"))}

    assert named == documented


def links(page: Path) -> set[str]:
    """The targets within the project that a page links to."""
    return {link for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")) if "://" not in link}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if heading:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), flags=re.MULTILINE)
            assert heading in {re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings}, link


def test_every_document_is_found_from_the_readme() -> None:
    """A page that nothing links to is read by nobody; a link to a folder leads to all that is in it."""
    found: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in found:
            continue
        found.add(page)
        if page.is_dir():
            waiting += page.glob("*.md")
        elif page.suffix == ".md":
            waiting += [page.parent / path for link in links(page) if (path := link.partition("#")[0])]

    assert [] == [page for page in PAGES if page.is_relative_to(ROOT / "docs") and page not in found]


def test_every_command_of_make_that_a_page_names_exists() -> None:
    """In code, so that no sentence with "make" is meant."""
    known = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    named = {
        name
        for page in PAGES
        for name in re.findall(r"(?:`|^)make ([a-z0-9]+)", page.read_text("utf-8"), flags=re.MULTILINE)
    }

    assert named
    assert named <= known
