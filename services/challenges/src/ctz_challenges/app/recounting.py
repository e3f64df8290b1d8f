"""Scoring every member of a challenge anew after its rules changed: in chunks, and on after a crash."""

import logging
import threading

from ctz_challenges.app.rescoring import Cause, recount_team_weeks, rescore_members
from ctz_challenges.store.recorded import RecordedStore
from ctz_challenges.store.unit_of_work import Store, Transaction
from ctz_chassis.clock import Clock
from ctz_chassis.db import DatabaseUnavailable

logger = logging.getLogger(__name__)

MEMBERS_AT_ONCE = 10
"""Members that one transaction scores anew; events of these riders wait for it, and give up after four seconds."""
POLL_SECONDS = 1.0


class Recounter:
    """Works off the recounts that changes of rules asked for."""

    def __init__(self, store: Store, *, clock: Clock, members_at_once: int = MEMBERS_AT_ONCE) -> None:
        self._store = store
        self._clock = clock
        self._members_at_once = members_at_once

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.is_set():
            try:
                is_busy = self.work_once()
            except DatabaseUnavailable as error:
                logger.warning("recount_delayed", extra={"cause": repr(error)})
                is_busy = False
            if not is_busy:
                stop.wait(POLL_SECONDS)

    def work_once(self) -> bool:
        """Score the next chunk of members anew; say whether there was one."""
        return self._store.run(self._work)

    def _work(self, tx: Transaction) -> bool:
        claimed = tx.recounts.claim()
        if claimed is None:
            return False
        challenge_id = claimed.challenge_id
        chunk = tx.members.behind(challenge_id, claimed.after_user_id, self._members_at_once)
        # What is being recorded at this moment may not know of the change yet: it comes wholly before, or after.
        for user_id in chunk:
            RecordedStore(tx.connection).take_turn(user_id)
        rescore_members(tx.connection, challenge_id, chunk, Cause.RULES, self._clock)
        if len(chunk) < self._members_at_once:
            recount_team_weeks(tx.connection, challenge_id)
            tx.recounts.finish(challenge_id)
        else:
            tx.recounts.advance(challenge_id, chunk[-1])
        return True
