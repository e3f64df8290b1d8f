"""The Peloton page and the wizard's question about FTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ctz_gateway.viewmodels.common import Figure, Form, Note


@dataclass(frozen=True, slots=True)
class SyncPhase:
    """A step of the sync with its counts; `slug` is stable, the live progress finds the row by it."""

    slug: str
    name: str
    note: str
    state: Literal["waiting", "running", "done", "failed"]
    done_text: str
    calls_text: str


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """The sync that runs, or the one that ran last. `percent` is 0 to 100."""

    is_running: bool
    headline: str
    done: str
    total_text: str
    percent: int
    figures: Sequence[Figure]
    phases: Sequence[SyncPhase]
    message: Note | None
    spoken: str


@dataclass(frozen=True, slots=True)
class SyncFailure:
    """A workout or step that failed: what it was, why, and what happens next."""

    id: str
    title: str
    why: str
    can_retry: bool
    workout_url: str = ""


@dataclass(frozen=True, slots=True)
class SyncRun:
    """A past sync in one line."""

    when_text: str
    text: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Connection:
    """The link to Peloton."""

    state: Literal["none", "connected", "broken"]
    line: str
    facts: Sequence[str]
    problem: Note | None = None


@dataclass(frozen=True, slots=True)
class PelotonPage:
    """Connection, progress, failures and what happens by itself."""

    connection: Connection
    progress: SyncProgress | None
    progress_url: str
    failures: Sequence[SyncFailure]
    failure_count: int
    runs: Sequence[SyncRun]
    schedule: Sequence[tuple[str, str]]
    limit_text: str
    password_form: Form
    token_form: Form


@dataclass(frozen=True, slots=True)
class FtpReading:
    """One way to read Peloton's figure: as a 20-minute best or as an FTP."""

    value: str
    watts: int
    title: str
    help: str
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class FtpQuestion:
    """What Peloton says about FTP and how it can be read; without readings the rider types a value."""

    found_text: str
    readings: Sequence[FtpReading]
    form: Form
    today: str
