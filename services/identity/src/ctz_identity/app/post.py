"""Outgoing mail on its way through the database: sealed under a key that is not in it."""

import base64
import json
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ctz_identity.domain.mails import Mail, Mails
from ctz_identity.store.unit_of_work import Transaction


class MailUnreadable(Exception):
    """A stored mail was sealed under another key."""


class MailSealer:
    """Seals mails, which carry links that open accounts, under a key derived from the pepper."""

    def __init__(self, pepper: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ctz identity outgoing mail").derive(pepper)
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, mail: Mail) -> bytes:
        """Return a mail as bytes that only this key opens."""
        content = {"recipient": mail.recipient, "subject": mail.subject, "text": mail.text}
        return self._fernet.encrypt(json.dumps(content).encode("utf-8"))

    def open(self, sealed: bytes) -> Mail:
        """Return a sealed mail."""
        try:
            content = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise MailUnreadable from error
        return Mail(content["recipient"], content["subject"], content["text"])


class Postman:
    """Writes mails and puts them into the queue of a transaction."""

    def __init__(self, mails: Mails, sealer: MailSealer) -> None:
        self.mails = mails
        self._sealer = sealer

    def post(self, tx: Transaction, mail: Mail, *, now: datetime) -> None:
        """Let a mail be sent when the transaction commits."""
        tx.mails.add(self._sealer.seal(mail), now=now)
