"""What use cases need from outside."""

from dataclasses import dataclass
from typing import Protocol

from ctz_identity.domain.mails import Mail


class MailTransport(Protocol):
    """Takes a mail to its recipient, or raises `domain.mails.MailNotSent`."""

    def send(self, mail: Mail, *, message_id: str) -> None:
        """Deliver one mail; a repeated id may be delivered twice."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a repeated create harmless: the caller's id and a digest that tells bodies apart."""

    request_id: str = ""
    digest: bytes = b""
