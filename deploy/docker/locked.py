"""What of the lock one image needs: `python locked.py runtime|build|members SERVICE`. Standard library only."""  # noqa: INP001

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# A comment of the lock that says who needs the package above it: `# via kombu`, or a list with one name a line.
_WHO: Final = re.compile(r"^ +#(?: via)?\s+([a-z0-9-]+)$")


class Unlocked(Exception):
    """The workspace or its lock lacks what was asked for."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of the lock: its lines with version, marker and hashes, and who needs it."""

    name: str
    lines: tuple[str, ...]
    needed_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Member:
    """One distribution of the workspace, with the names of what it needs."""

    name: str
    folder: Path
    needs: tuple[str, ...]


def normal(requirement: str) -> str:
    """Return the normalized name in a requirement (`psycopg[binary]>=3.3` is `psycopg`)."""
    found = _NAME.match(requirement)
    if found is None:
        raise Unlocked(f"{requirement!r} names no package")
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def read_lock(text: str) -> list[Locked]:
    """Read what `uv export` wrote; a package stands there once for each marker."""
    entries: list[list[str]] = []
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            entries.append([line])
        elif entries:
            entries[-1].append(line)
    return [_locked(lines) for lines in entries]


def _locked(lines: Sequence[str]) -> Locked:
    needed_by = frozenset(found[1] for line in lines if (found := _WHO.match(line)))
    kept = tuple(line for line in lines if not line.lstrip().startswith("#"))
    return Locked(normal(lines[0]), kept, needed_by)


def members(root: Path) -> dict[str, Member]:
    """List the distributions of the workspace by name."""
    patterns = _toml(root / "pyproject.toml")["tool"]["uv"]["workspace"]["members"]
    files = sorted(file for pattern in patterns for file in root.glob(f"{pattern}/pyproject.toml"))
    return {member.name: member for member in map(_member, files)}


def _member(file: Path) -> Member:
    project = _toml(file)["project"]
    return Member(normal(project["name"]), file.parent, tuple(normal(each) for each in project["dependencies"]))


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def members_of(service: str, known: Mapping[str, Member]) -> list[Member]:
    """Return the distributions of the workspace that a service is made of, itself last."""
    name = f"ctz-{service}"
    if name not in known:
        raise Unlocked(f"{service!r} is none of {', '.join(sorted(each.removeprefix('ctz-') for each in known))}")
    found: dict[str, Member] = {}

    def visit(member: Member) -> None:
        for need in member.needs:
            if need in known and need not in found:
                visit(known[need])
        found.setdefault(member.name, member)

    visit(known[name])
    return list(found.values())


def closure(wanted: Sequence[str], roots: Sequence[str], lock: Sequence[Locked]) -> Iterator[Locked]:
    """Yield the packages `wanted`, and all that they need, in the order of the lock; `roots` are not in it."""
    known = {each.name for each in lock}
    absent = sorted(set(wanted) - known - set(roots))
    if absent:
        raise Unlocked(f"the lock lacks {', '.join(absent)}; write it again with `make lock`")
    chosen: set[str] = set(wanted) & known
    while True:
        more = {each.name for each in lock if each.needed_by & chosen} - chosen
        if not more:
            break
        chosen |= more
    yield from (each for each in lock if each.name in chosen)


def runtime(root: Path, service: str) -> list[Locked]:
    """Return what a service needs to run."""
    own = members_of(service, members(root))
    wanted = [need for member in own for need in member.needs]
    return list(closure(wanted, [member.name for member in own], read_lock((root / "requirements.lock").read_text())))


def build(root: Path) -> list[Locked]:
    """Return what builds the wheels: the backend, and what it generates stubs with."""
    requires = [
        need
        for member in members(root).values()
        for need in _toml(member.folder / "pyproject.toml")["build-system"]["requires"]
    ]
    return list(closure([normal(need) for need in requires], [], read_lock((root / "requirements.lock").read_text())))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print requirements with hashes, or folders, one a line; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["runtime", "build", "members"])
    parser.add_argument("service", nargs="?", default="", help="such as plans, gateway, local; not for `build`")
    parser.add_argument("--root", type=Path, default=ROOT)
    options = parser.parse_args(arguments)
    try:
        lines = _lines(options.what, options.service, options.root)
    except Unlocked as error:
        sys.stderr.write(f"locked.py: {error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _lines(what: str, service: str, root: Path) -> list[str]:
    if what == "members":
        # With `./`, since pip takes a bare name for a package of the index.
        return [f"./{member.folder.relative_to(root)}" for member in members_of(service, members(root))]
    chosen = build(root) if what == "build" else runtime(root, service)
    return [line for each in chosen for line in each.lines]


if __name__ == "__main__":
    sys.exit(main())
