"""What the whole source tree must hold: imports start nothing, and no call goes around the chassis' client."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctz_chassis.cli import NO_LIBRARY_THREADS

ROOT = Path(__file__).parents[4]
SOURCES = sorted(
    path
    for pattern in ("libs/*/src", "services/*/src", "gateway/src", "deploy/local/src")
    for path in ROOT.glob(pattern)
)
ONLY_IN_CLIENT = {"insecure_channel", "secure_channel", "intercept_channel"}
# The smoke test comes in through `front` as a tool of somebody else, with a stub and a token.
FROM_OUTSIDE = ROOT / "deploy/local/src/ctz_local/check"

IMPORT_ALL = """
import importlib, os, sys, threading, warnings
warnings.simplefilter("ignore")
for name in sys.argv[1:]:
    importlib.import_module(name)
threads = [each.name for each in threading.enumerate()]
assert threads == ["MainThread"], threads
assert len(os.listdir("/proc/self/task")) == 1, os.listdir("/proc/self/task")
files = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
sockets = [each for each in files if os.path.islink(each) and os.readlink(each).startswith("socket:")]
assert not sockets, sockets
"""


def modules(source: Path) -> Iterator[str]:
    """All modules of a source folder; migrations run only inside Alembic, `__main__` only as a command."""
    for file in sorted(source.rglob("*.py")):
        parts = file.relative_to(source).with_suffix("").parts
        if "versions" in parts or parts[-1] == "__main__":
            continue
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_the_sources_are_where_this_test_looks() -> None:
    assert len(SOURCES) >= 2
    assert "ctz_chassis.grpc_server" in {name for source in SOURCES for name in modules(source)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parent.name)
def test_t064_imports_start_nothing(source: Path) -> None:
    """No thread and no socket by importing, so that gunicorn may fork."""
    names = list(modules(source))

    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *names],
        env=os.environ | NO_LIBRARY_THREADS,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stderr


def test_t060_every_channel_is_made_by_the_chassis_client() -> None:
    """That client refuses calls without a deadline, so no call of the product is without one."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for source in SOURCES
        for file in sorted(source.rglob("*.py"))
        if not file.is_relative_to(FROM_OUTSIDE)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in ONLY_IN_CLIENT
    ]

    assert ["libs/chassis/src/ctz_chassis/grpc_client.py"] == sorted({each.rpartition(":")[0] for each in found})


def test_the_arbiter_of_gunicorn_stays_small() -> None:
    """What `serve` imports before the fork must not bring grpc, flask, sqlalchemy or protobuf."""
    code = "import sys, ctz_chassis.cli, ctz_chassis.web_server; print(*sorted(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set() == {"grpc", "flask", "sqlalchemy", "google.protobuf", "kombu", "pika"} & set(done.stdout.split())
