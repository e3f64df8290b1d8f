"""Everything as a zip: what can be asked for, and what was made."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Form, Tone


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export: how far it is, and the addresses of what can be done with it."""

    title: str
    facts: Sequence[str]
    icon: str
    tone: Tone
    percent: int | None
    problem: str
    link_url: str
    delete_url: str


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """The form and the exports; `progress_url` is empty where none is being made."""

    form: Form
    formats: Sequence[tuple[str, str, bool]]
    rows: Sequence[ExportRow]
    spoken: str
    progress_url: str = ""
