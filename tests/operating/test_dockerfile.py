"""deploy/docker/Dockerfile: linted, pinned, locked, and with nothing in the final image that builds or installs."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from .processes import PROCESSES, ROOT

FILE: Final = ROOT / "deploy/docker/Dockerfile"
# Beside the services: the jobs of a start, and the simulator of the demo.
COMPONENTS: Final = {process.service for process in PROCESSES} | {"local", "simulator"}
INSTALLERS: Final = ("pip install", "pip wheel", "npm", "apt-get", "apk", "curl", "wget")


def instructions() -> list[str]:
    """The instructions without comments, one a line."""
    text = re.sub(r"^\s*#.*\n", "", FILE.read_text("utf-8"), flags=re.MULTILINE)
    return [line.strip() for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]


def last_stage() -> list[str]:
    """The instructions of the image that runs."""
    found = instructions()
    return found[max(index for index, line in enumerate(found) if line.startswith("FROM ")) :]


def words(instruction: str) -> list[str]:
    """What an instruction of the last stage says, once for each time it stands there."""
    return [line.removeprefix(f"{instruction} ") for line in last_stage() if line.startswith(f"{instruction} ")]


def test_the_linter_finds_nothing() -> None:
    command = [str(Path(sys.executable).with_name("hadolint")), str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_bases_are_official_images_pinned_by_a_tag_with_a_version() -> None:
    text = FILE.read_text("utf-8")
    tags = dict(re.findall(r"^ARG (\w+_TAG)=(\S+)$", text, flags=re.MULTILINE))
    bases = {line.split()[1] for line in instructions() if line.startswith("FROM ")}

    assert {"python:${PYTHON_TAG}", "node:${NODE_TAG}", "source", "source-${SERVICE}"} == bases
    assert all(re.match(r"\d+\.\d+\.\d+-", tag) for tag in tags.values())


def test_the_image_runs_as_a_numbered_user_who_is_not_root() -> None:
    """Kubernetes can tell from a number alone that it is not root."""
    (user,) = words("USER")

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert "USER" not in "".join(last_stage()[last_stage().index(f"USER {user}") + 1 :])


def test_the_image_has_a_health_check_and_takes_signals_itself() -> None:
    """Without a shell between, SIGTERM reaches the process."""
    assert 'CMD ["python", "-c", ' in words("HEALTHCHECK")[0]
    assert ['["python", "-m"]'] == words("ENTRYPOINT")


def test_nothing_in_the_image_builds_or_installs() -> None:
    """What runs is copied from the stages before; the base's own installers are taken out."""
    text = "\n".join(last_stage())

    assert not [each for each in INSTALLERS if each in text]
    assert "pip uninstall --yes --root-user-action=ignore setuptools wheel pip" in text
    assert ["/opt/ctz /opt/ctz"] == [
        each.removeprefix("--from=environment ") for each in words("COPY") if "--from" in each
    ]


def test_every_package_comes_from_the_lock() -> None:
    """With hashes, or from our own wheels without an index."""
    installs = re.findall(r"pip(?: --python \S+)? (?:install|wheel) [^&\n]*", "\n".join(instructions()))

    assert 4 == len(installs)
    assert all("--no-deps" in each for each in installs)
    assert all(re.search(r"--require-hashes|--no-index|--no-build-isolation", each) for each in installs)
    assert "npm ci" in FILE.read_text("utf-8")


def test_nothing_is_fetched_by_address_and_no_registry_is_named() -> None:
    text = FILE.read_text("utf-8")

    assert not [line for line in instructions() if line.startswith("ADD ")]
    assert not re.search(r"https?://(?!127\.0\.0\.1)|index-url|registry", text)


@pytest.mark.parametrize("component", sorted(COMPONENTS))
def test_every_component_is_a_stage(component: str) -> None:
    """`SERVICE` chooses it; any other value has no stage and fails."""
    assert f"FROM source AS source-{component}" in instructions()


def test_no_other_component_is_one() -> None:
    stages = {found[1] for line in instructions() if (found := re.fullmatch(r"FROM source AS source-(\S+)", line))}

    assert COMPONENTS == stages


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".env",
        "services/plans/.env",
        "gateway/frontend/node_modules/x.js",
        ".venv/bin/python",
        "protos/build/gen/x.py",
    ],
)
def test_the_context_leaves_out_what_is_private_or_built(path: str) -> None:
    """The build sees sources and locks."""
    assert is_ignored(path)


@pytest.mark.parametrize(
    "path",
    [
        "requirements.lock",
        "protos/ctz/common/v1/auth.proto",
        "gateway/src/ctz_gateway/build.py",
        "services/plans/src/ctz_plans/cli.py",
        "tests/simulator/src/ctz_simulator/__main__.py",
        "deploy/docker/locked.py",
        "deploy/local/src/ctz_local/testing/plugin.py",
    ],
)
def test_the_context_has_what_is_built_from(path: str) -> None:
    assert (ROOT / path).exists()
    assert not is_ignored(path)


def is_ignored(path: str) -> bool:
    """By the rules of .dockerignore: the last line that matches the path, or a folder above it, decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        is_kept, pattern = line.startswith("!"), line.removeprefix("!")
        if any(re.fullmatch(translated(pattern), part) for part in above(path)):
            ignored = not is_kept
    return ignored


def above(path: str) -> list[str]:
    """The path and every folder that it is in."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def translated(pattern: str) -> str:
    """A pattern of .dockerignore as a regular expression: `**` is any number of folders, `*` stays in one."""
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return "".join(pieces.get(each, re.escape(each)) for each in re.split(r"(\*\*/|\*\*|\*)", pattern))
