"""Messages that identity wrote into a folder instead of sending them: one `.eml` file each."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

_SHOWN = 200
_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class MailSummary:
    """One line of the list."""

    name: str
    written_at: datetime
    to: str
    subject: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A whole message; `parts` are pieces of its text, with links apart."""

    summary: MailSummary
    parts: list[tuple[str, bool]]


def list_messages(folder: Path) -> list[MailSummary]:
    """List the newest messages first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_summary(file, _parse(file)) for file in files[:_SHOWN]]


def read_message(folder: Path, name: str) -> Mail | None:
    """Read one message of the folder; None when there is none of this name."""
    file = folder / name
    if file.parent != folder or file.suffix != ".eml" or not file.is_file():
        return None
    message = _parse(file)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return Mail(_summary(file, message), _with_links(text))


def _parse(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def _summary(file: Path, message: EmailMessage) -> MailSummary:
    written_at = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    return MailSummary(file.name, written_at, str(message["to"] or ""), str(message["subject"] or ""))


def _with_links(text: str) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in _LINK.finditer(text):
        parts += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [*parts, (text[end:], False)]
