"""Loops that run until they are told to stop."""

import logging
import threading
from pathlib import Path

from ctz_chassis.db import DatabaseUnavailable
from ctz_identity.app.administration import Operations
from ctz_identity.app.mail_round import MailRound

MAIL_POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0
_log = logging.getLogger(__name__)


def send_mail(mail_round: MailRound, stop: threading.Event) -> None:
    """Send what is due, then look again every half second."""
    while not stop.is_set():
        try:
            had_one = mail_round.send_next()
        except DatabaseUnavailable:
            had_one = False
        if not had_one:
            stop.wait(MAIL_POLL_SECONDS)


def offer_administration(operations: Operations, link_file: Path, stop: threading.Event) -> None:
    """Keep the first administrator's link in its file until there is an administrator."""
    while not stop.is_set():
        try:
            if operations.offer_first_administrator(link_file):
                _log.info("administrator.awaited", extra={"file": str(link_file)})
            break
        except DatabaseUnavailable:
            stop.wait(RETRY_SECONDS)
    while link_file.exists() and not stop.wait(RETRY_SECONDS):
        operations.withdraw_link(link_file)
    stop.wait()
