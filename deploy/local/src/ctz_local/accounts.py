"""Under which account a server runs, and which folders that account can use.

Postgres refuses to run as root, and a broker has no need to. Root therefore drops to an account of the machine for the
server processes; an ordinary user runs them as itself.
"""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

ROOT_STATE = Path("/var/lib/ctz")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """A user of the machine that server processes run as."""

    name: str
    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        """Whether this is the account we already run under."""
        return self.uid == os.geteuid()

    def popen_identity(self) -> dict[str, object]:
        """Return the arguments of `subprocess` that start a process under this account."""
        return {} if self.is_self else {"user": self.uid, "group": self.gid, "extra_groups": [self.gid]}

    def own(self, path: Path, mode: int) -> None:
        """Give an existing file or folder to this account."""
        if not self.is_self:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through every existing part of the path."""
        existing = [part for part in (folder, *folder.parents) if part.exists()]
        return all(self._may_pass(part.stat()) for part in existing)

    def _may_pass(self, status: os.stat_result) -> bool:
        if self.uid in (0, status.st_uid):
            return self.uid == 0 or bool(status.st_mode & stat.S_IXUSR)
        if self.gid == status.st_gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account(preferred_name: str) -> ServerAccount:
    """Return the account for a server: ourselves, or when we are root the preferred user, else `nobody`."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()).pw_name)
    for name in (preferred_name, "nobody"):
        try:
            return _account(name)
        except KeyError:
            continue
    return ServerAccount("nobody", 65534, 65534)


def _account(name: str) -> ServerAccount:
    entry = pwd.getpwnam(name)
    return ServerAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_folder(wanted: Path, account: ServerAccount) -> Path:
    """Make a private folder for a server: `wanted`, or a stand-in under /var/lib/ctz where the account cannot go."""
    folder = wanted.resolve()
    if not account.can_enter(folder.parent):
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        folder = ROOT_STATE / "servers" / f"{folder.name}-{digest}"
    for parent in reversed(folder.parents):
        if not parent.exists():
            parent.mkdir(mode=0o711)
    folder.mkdir(mode=0o700, exist_ok=True)
    account.own(folder, 0o700)
    return folder


def reachable_folder(parent: Path, folders: list[str], version: str, account: ServerAccount) -> Path:
    """Return a parent of these program folders that the account can enter: this one, or a copy in /var/lib/ctz."""
    if account.can_enter(parent):
        return parent
    copy = ROOT_STATE / "programs" / version
    if not copy.exists():
        unfinished = copy.with_name(f"{version}.{os.getpid()}")
        for name in folders:
            shutil.copytree(parent / name, unfinished / name, symlinks=True)
        for made in (unfinished, unfinished.parent):
            made.chmod(0o755)
        unfinished.rename(copy)
    return copy
