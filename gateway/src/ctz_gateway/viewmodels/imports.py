"""Imports: the form that sends files, what came of them, earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Figure, Form, Tone


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An earlier import in one line."""

    url: str
    when_text: str
    text: str
    icon: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """The form, and the imports before; sizes in bytes."""

    form: Form
    rows: Sequence[ImportRow]
    largest_bytes: int
    limit_text: str
    older_url: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be read: where, and what to do about it."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of an import; `name` is what the rider's browser called it."""

    name: str
    facts: Sequence[str]
    state_text: str
    icon: str
    tone: Tone
    troubles: Sequence[Trouble] = ()
    more_troubles: str = ""
    workout_urls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import and how far it is; `progress_url` is empty once all is read."""

    when_text: str
    headline: str
    percent: int
    figures: Sequence[Figure]
    files: Sequence[FileRow]
    is_done: bool
    has_new: bool
    spoken: str
    delete_url: str
    progress_url: str = ""
    more_url: str = ""
