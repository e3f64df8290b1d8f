"""What a rider hears about their Peloton connection."""

from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_identity.app.post import Postman
from ctz_identity.store.unit_of_work import Transaction


class ConnectionWatch:
    """Mails a rider once each time their connection begins to need a new sign-in."""

    def __init__(self, *, clock: Clock, postman: Postman) -> None:
        self._clock = clock
        self._postman = postman

    def note(self, tx: Transaction, user_id: UUID, *, revision: int, needs_sign_in: bool) -> None:
        """Keep a state unless a newer one is known, and mail the rider when it begins to need them."""
        if not tx.connections.keep(user_id, revision=revision, needs_sign_in=needs_sign_in):
            return
        address = tx.accounts.active_address(user_id)
        if address is not None:
            self._postman.post(tx, self._postman.mails.sign_in_to_peloton(address), now=self._clock())
