"""Build hook: generates the Python stubs and their type stubs from the .proto files into build/gen."""

import importlib.resources
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from grpc_tools import protoc
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
GENERATED = ROOT / "build" / "gen"


def generate(target: Path) -> None:
    """Run protoc over every contract, into a clean `target`."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    # The mypy plugins are console scripts beside the interpreter; a build may run without the environment on PATH.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("ctz/**/*.proto"))
    well_known = str(importlib.resources.files("grpc_tools") / "_proto")
    common = str(importlib.resources.files("google.rpc") / ".." / "..")
    arguments = [
        "protoc",
        f"-I{ROOT}",
        f"-I{well_known}",
        f"-I{common}",
        f"--python_out={target}",
        f"--grpc_python_out={target}",
        f"--mypy_out=quiet:{target}",
        f"--mypy_grpc_out=quiet:{target}",
        *files,
    ]
    if protoc.main(arguments) != 0:
        raise SystemExit("protoc refused the contracts; see its message above")


class StubHook(BuildHookInterface):  # type: ignore[type-arg]
    """Generates before both kinds of wheel; an ordinary wheel carries the stubs, an editable one points at them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Generate, and map the stubs to the wheel's root."""
        generate(GENERATED)
        if version != "editable":
            build_data["force_include"][str(GENERATED)] = "/"
