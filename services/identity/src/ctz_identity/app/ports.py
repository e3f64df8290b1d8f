"""What use cases need from outside."""

from typing import Protocol

from ctz_identity.domain.mails import Mail


class MailTransport(Protocol):
    """Takes a mail to its recipient, or raises `domain.mails.MailNotSent`."""

    def send(self, mail: Mail, *, message_id: str) -> None:
        """Deliver one mail; a repeated id may be delivered twice."""
