"""Environments as the images have them: the locked packages of one component, and our wheels, and nothing else."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .locked import load_locked
from .processes import ROOT

_NOT_IN_CONTEXT = shutil.ignore_patterns("build", "__pycache__", "node_modules", ".*", "tests", "*.egg-info")


@dataclass(frozen=True, slots=True)
class Installer:
    """Installs from the lock into empty environments below a folder."""

    folder: Path
    uv: Path
    _wheels: dict[str, Path] = field(default_factory=dict)
    _pythons: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def find(cls, folder: Path) -> "Installer":
        """The project's own installer, else the machine's."""
        own = ROOT / ".tools/uv-venv/bin/uv"
        found = str(own) if own.exists() else shutil.which("uv")
        assert found is not None, "uv is neither in .tools nor on PATH"
        return cls(folder, Path(found))

    def environment(self, component: str) -> Path:
        """Install a component as its image has it, once; the environment's interpreter."""
        if component in self._pythons:
            return self._pythons[component]
        locked = load_locked()
        python = self._empty(component, locked.runtime(ROOT, component))
        members = [member.name for member in locked.members_of(component, locked.members(ROOT))]
        wheels = [str(self._wheel(name)) for name in members]
        self._run("pip", "install", "--python", str(python), "--no-deps", "--no-index", *wheels)
        self._run("pip", "check", "--python", str(python))
        listed = json.loads(self._run("pip", "list", "--python", str(python), "--format", "json"))
        assert set(members) == {each["name"] for each in listed if each["name"].startswith("ctz-")}
        self._pythons[component] = python
        return python

    def _wheel(self, name: str) -> Path:
        """Build a member's wheel from what the build's context holds, with the locked build tools."""
        if name not in self._wheels:
            member = load_locked().members(ROOT)[name]
            source = self.folder / "context" / member.folder.relative_to(ROOT)
            shutil.copytree(member.folder, source, ignore=_NOT_IN_CONTEXT)
            out = self.folder / "wheels" / name
            builder = ("--python", str(self._builder()), "--no-build-isolation")
            self._run("build", "--wheel", *builder, "--out-dir", str(out), str(source))
            (self._wheels[name],) = out.glob("*.whl")
        return self._wheels[name]

    def _builder(self) -> Path:
        python = self.folder / "environments" / "build" / "bin" / "python"
        return python if python.exists() else self._empty("build", load_locked().build(ROOT))

    def _empty(self, name: str, packages: Sequence[object]) -> Path:
        folder = self.folder / "environments" / name
        requirements = self.folder / f"{name}.txt"
        requirements.write_text("".join(f"{line}\n" for each in packages for line in each.lines))  # type: ignore[attr-defined]
        self._run("venv", str(folder))
        python = folder / "bin" / "python"
        exact = ("--require-hashes", "--no-deps", "--requirement", str(requirements))
        self._run("pip", "install", "--python", str(python), *exact)
        return python

    def _run(self, *arguments: str) -> str:
        command = [str(self.uv), "--quiet", *arguments]
        if arguments[:2] == ("pip", "list"):
            command.remove("--quiet")
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout
