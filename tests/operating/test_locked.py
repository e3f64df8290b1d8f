"""What an image installs is the part of the lock that its component needs, with versions and hashes."""

import re

import pytest

from .locked import load_locked
from .processes import ROOT
from .test_dockerfile import COMPONENTS

locked = load_locked()
# What only one component needs, as a sample of what must not be in the others.
OWNERS = {"argon2-cffi": {"identity"}, "zxcvbn": {"identity"}, "requests": {"peloton-sync"}}
TOOLS = {"pytest", "ruff", "mypy", "playwright", "hatchling", "grpcio-tools", "uv", "pip"}
LOCK = """\
# made by a tool
a==1 \\
    --hash=sha256:aa
    # via ctz-one
b==2 ; python_full_version < '3.12' \\
    --hash=sha256:b2
    # via
    #   a
    #   c
b==3 ; python_full_version >= '3.12' \\
    --hash=sha256:b3
    # via
    #   a
c==4 \\
    --hash=sha256:cc
    # via ctz-two
"""


def names(component: str) -> set[str]:
    return {each.name for each in locked.runtime(ROOT, component)}


def test_a_component_gets_what_it_needs_and_what_that_needs() -> None:
    """Every marker of a package, and no package that only others need."""
    chosen = list(locked.closure(["a"], [], locked.read_lock(LOCK)))

    assert [
        ("a", "a==1 \\"),
        ("b", "b==2 ; python_full_version < '3.12' \\"),
        ("b", "b==3 ; python_full_version >= '3.12' \\"),
    ] == [(each.name, each.lines[0]) for each in chosen]


def test_what_the_lock_lacks_is_named() -> None:
    with pytest.raises(locked.Unlocked, match="lacks d; write it again"):
        list(locked.closure(["a", "d"], [], locked.read_lock(LOCK)))


@pytest.mark.parametrize("component", sorted(COMPONENTS))
def test_every_line_has_a_version_and_hashes(component: str) -> None:
    for each in locked.runtime(ROOT, component):
        assert re.match(r"[a-z0-9.-]+==\S+", each.lines[0])
        assert any("--hash=sha256:" in line for line in each.lines)


@pytest.mark.parametrize("component", sorted(COMPONENTS))
def test_an_image_has_no_packages_of_others_and_no_tools(component: str) -> None:
    found = names(component)

    assert not found & TOOLS
    assert {name for name, owners in OWNERS.items() if component in owners} == found & set(OWNERS)


def test_members_come_before_those_that_need_them() -> None:
    found = [member.name for member in locked.members_of("plans", locked.members(ROOT))]

    assert ["ctz-protos", "ctz-chassis", "ctz-plans"] == found


def test_an_unknown_component_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert locked.main(["runtime", "nobody"]) == 1
    assert "'nobody' is none of" in capsys.readouterr().err
