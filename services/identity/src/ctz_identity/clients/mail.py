"""Where mail goes: an SMTP server, or a folder of this machine."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from ctz_chassis.clock import Clock
from ctz_identity.domain.mails import Mail, MailNotSent

TIMEOUT_SECONDS = 15.0
# Lines longer than a link keep links whole without an encoding; RFC 5322 allows 998 characters.
_MAX_LINE = 900
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class SMTPURLInvalid(ValueError):
    """An SMTP address is not one of smtp://, smtps:// and smtp+starttls://."""


@dataclass(frozen=True, slots=True)
class SMTPServer:
    """Where and as whom to deliver, from `smtp+starttls://user:password@host:587`."""

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def parse(cls, url: str) -> "SMTPServer":
        """Read an address; user and password are percent-encoded in it."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parse_qs(parts.query):
            raise SMTPURLInvalid("must look like smtp+starttls://user:password@host:587 (also smtps://, smtp://)")
        return cls(
            parts.scheme,
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


class SMTPTransport:
    """Hands mail to an SMTP server, one connection a mail."""

    def __init__(self, server: SMTPServer, *, sender: str, clock: Clock) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock

    def send(self, mail: Mail, *, message_id: str) -> None:
        """Deliver one mail; certificates are checked wherever the scheme asks for TLS."""
        message = composed(mail, self._sender, message_id, self._clock)
        try:
            with self._connected() as connection:
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent(type(error).__name__) from error

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        if server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        return connection


class FolderTransport:
    """Writes mail as `.eml` files into a folder; a file is whole when it appears."""

    def __init__(self, folder: Path, *, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, mail: Mail, *, message_id: str) -> None:
        """Write one mail; the name begins with its time, so that names sort by age."""
        message = composed(mail, self._sender, message_id, self._clock)
        name = f"{self._clock():%Y%m%dT%H%M%S}-{message_id}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self._folder / f".{name}.part"
            part.touch(mode=0o600)
            part.write_bytes(message.as_bytes())
            part.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise MailNotSent(type(error).__name__) from error


def composed(mail: Mail, sender: str, message_id: str, clock: Clock) -> EmailMessage:
    """Return a mail as the message that is sent."""
    message = EmailMessage(policy=EmailPolicy(max_line_length=_MAX_LINE, cte_type="7bit"))
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock())
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
