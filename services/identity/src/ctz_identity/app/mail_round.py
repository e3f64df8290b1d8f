"""Sending mail."""

import logging
from datetime import timedelta

from ctz_chassis import metrics
from ctz_chassis.clock import Clock
from ctz_identity.app.ports import MailTransport
from ctz_identity.app.post import MailSealer, MailUnreadable
from ctz_identity.domain.mails import MailNotSent
from ctz_identity.store.mails import LeasedMail
from ctz_identity.store.unit_of_work import Store

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 12
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)
_log = logging.getLogger(__name__)


class MailRound:
    """Sends what waits in the queue, each mail at least once; gives up after twelve attempts."""

    def __init__(self, store: Store, *, clock: Clock, sealer: MailSealer, transport: MailTransport) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer
        self._transport = transport
        self._counted = metrics.counter("ctz_identity_mails_total", "Outgoing mails, by outcome.", ("outcome",))

    def send_next(self) -> bool:
        """Send the mail that is due longest; say whether there was one."""
        now = self._clock()
        leased = self._store.run(lambda tx: tx.mails.lease(now=now, lease=LEASE))
        if leased is None:
            return False
        try:
            self._transport.send(self._sealer.open(leased.sealed), message_id=str(leased.mail_id))
        except MailNotSent as error:
            self._put_off(leased, error)
        except MailUnreadable:
            self._finish(leased, "unreadable")
            _log.exception("mail.unreadable", extra={"mail_id": str(leased.mail_id)})
        else:
            self._finish(leased, "sent")
        return True

    def _put_off(self, leased: LeasedMail, error: MailNotSent) -> None:
        _log.warning("mail.not_sent", extra={"attempts": leased.attempts, "problem": str(error)})
        if leased.attempts >= MAX_ATTEMPTS:
            self._finish(leased, "given_up")
            return
        self._counted.labels("put_off").inc()
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (leased.attempts - 1))
        until = self._clock() + pause
        self._store.run(lambda tx: tx.mails.put_off(leased.mail_id, until=until))

    def _finish(self, leased: LeasedMail, outcome: str) -> None:
        self._counted.labels(outcome).inc()
        self._store.run(lambda tx: tx.mails.remove(leased.mail_id))
