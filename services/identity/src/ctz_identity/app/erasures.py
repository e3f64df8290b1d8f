"""Deleting an account: here at once, everywhere else by an event; and how far that is."""

from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_chassis.erasure import Erasure as Erasing
from ctz_identity.app.events import SOURCE, user_deleted
from ctz_identity.app.minting import mint_secret
from ctz_identity.app.passwords import Passwords
from ctz_identity.app.post import Postman
from ctz_identity.domain.erasure import WATCHED_FOR, Erasure
from ctz_identity.domain.errors import LastAdministrator, NotFound
from ctz_identity.domain.limits import Scope, subject
from ctz_identity.domain.secrets import digest, is_encoded_secret
from ctz_identity.domain.security_events import Client, EventType
from ctz_identity.store import tables
from ctz_identity.store.unit_of_work import Store, Transaction

ERASING = Erasing(SOURCE, tombstones=tables.tombstone, outbox_table=tables.outbox, spared=[tables.security_event])


class Erasures:
    """Deletes accounts and tells how far the services are."""

    def __init__(self, store: Store, *, clock: Clock, passwords: Passwords, postman: Postman) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._postman = postman

    def delete(self, user_id: UUID, session_id: UUID, password: str, *, client: Client) -> str:
        """Erase a person's account. Return the secret with which the rest of the erasing can be watched."""
        person = self._passwords.check(user_id, session_id, password, client=client)
        now = self._clock()
        minted = mint_secret()

        def work(tx: Transaction) -> None:
            if tx.accounts.lock_administrators() == {user_id}:
                raise LastAdministrator
            tx.tombstones.put(user_id, minted.digest, now=now)
            tx.counters.clear([(Scope.SIGN_IN_ACCOUNT_DEVICE, subject(str(user_id), str(session_id)))])
            _erase(tx, user_id, person.email)
            tx.tombstones.note(user_id, SOURCE, at=now)
            tx.security_events.add(EventType.ACCOUNT_DELETED, user_id=None, client=Client(), now=now)
            self._postman.post(tx, self._postman.mails.account_deleted(person.email), now=now)
            tx.publish(user_deleted(user_id, deleted_at=now, clock=self._clock))

        self._store.run(work)
        return minted.secret

    def progress(self, secret: str) -> Erasure:
        """Return how far the erasing of an account is, for the holder of its secret."""
        if not is_encoded_secret(secret):
            raise NotFound
        since = self._clock() - WATCHED_FOR
        found = self._store.read(lambda tx: tx.tombstones.look_up(digest(secret), deleted_after=since))
        if found is None:
            raise NotFound
        return found


def erase_again(tx: Transaction, user_id: UUID, *, clock: Clock) -> None:
    """Erase what a restored backup brought back of an account that had been deleted, here and everywhere."""
    if tx.accounts.lock_administrators() == {user_id}:
        raise LastAdministrator
    deleted_at = tx.tombstones.put_again(user_id, now=clock())
    _erase(tx, user_id, tx.accounts.address(user_id))
    tx.publish(user_deleted(user_id, deleted_at=deleted_at, clock=clock))


def _erase(tx: Transaction, user_id: UUID, email: str | None) -> None:
    """Remove everything of an account but its tombstone; what happened to it stays in the log, without who."""
    # First the account: whoever is writing something of it now is waited for, and the rest finds it.
    tx.accounts.delete(user_id)
    tx.security_events.forget(user_id)
    if email is not None:
        tx.secrets.forget_address(email)
        tx.counters.clear([(Scope.SIGN_IN_ACCOUNT, subject(email)), (Scope.MAIL_ACCOUNT, subject(email))])
    ERASING.erase(tx.connection, user_id)
