"""The documents name what exists: every method for tools, every setting, every event."""

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
