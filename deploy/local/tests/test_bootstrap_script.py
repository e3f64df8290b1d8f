"""The installer says in words why a first start cannot go on."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[1] / "bootstrap.sh"
_TOOLS = [
    *("bash", "cat", "cp", "cut", "dirname", "find", "flock", "grep", "head", "id", "mkdir", "printf", "sed"),
    *("sha256sum", "sort", "tail", "tr", "wc", "xargs"),
]
# Stands for a Python of a given age, whose pip fails with a given message.
_PYTHON = """#!/bin/sh
case "$*" in
  --version) echo "Python {version}" ;;
  *version_info*) exit {too_old} ;;
  "-m venv --help"|*ensurepip*) exit 0 ;;
  *"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *"-m pip"*) echo "{pip_says}" >&2; exit 1 ;;
esac
"""


def _run(folder: Path, *, version: str = "3.12.1", too_old: bool = False, pip_says: str = "") -> tuple[int, str]:
    project, programs = folder / "project", folder / "bin"
    (project / "deploy" / "local").mkdir(parents=True)
    (project / "protos" / "ctz").mkdir(parents=True)
    for name in ("requirements.lock", "protos/hatch_build.py"):
        (project / name).touch()
    shutil.copy(_SCRIPT, project / "deploy" / "local")
    programs.mkdir()
    for tool in _TOOLS:
        found = shutil.which(tool)
        if found is not None:
            (programs / tool).symlink_to(found)
    python = programs / "python3"
    python.write_text(_PYTHON.format(version=version, too_old=int(too_old), pip_says=pip_says))
    python.chmod(0o755)
    done = subprocess.run(
        [project / "deploy" / "local" / "bootstrap.sh"],
        env={"PATH": str(programs), "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.returncode, done.stderr


def test_an_old_python_is_named_with_what_is_needed(tmp_path: Path) -> None:
    status, said = _run(tmp_path, version="3.9.2", too_old=True)

    assert 1 == status
    assert "Python 3.11 or newer is needed" in said
    assert "Python 3.9.2" in said


@pytest.mark.parametrize(
    "pip_says",
    [
        "NewConnectionError: Failed to establish a new connection: Temporary failure in name resolution",
        "ReadTimeoutError: Read timed out.",
    ],
)
def test_no_network_on_the_first_start_is_said(tmp_path: Path, pip_says: str) -> None:
    status, said = _run(tmp_path, pip_says=pip_says)

    assert 1 == status
    assert "registries cannot be reached" in said
    assert "later starts need no network" in said


def test_a_missing_compiler_is_said_with_its_remedy(tmp_path: Path) -> None:
    status, said = _run(tmp_path, pip_says="error: command 'gcc' failed: No such file or directory")

    assert 1 == status
    assert "no compiler" in said
    assert "build-essential" in said


def test_any_other_failure_shows_its_last_lines(tmp_path: Path) -> None:
    status, said = _run(tmp_path, pip_says="something nobody thought of")

    assert 1 == status
    assert "something nobody thought of" in said
