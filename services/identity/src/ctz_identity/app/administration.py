"""What administrators and operators do: accounts, invitations, limits."""

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_identity.app.erasures import erase_again
from ctz_identity.app.minting import mint_secret
from ctz_identity.app.post import Postman
from ctz_identity.domain import email_address
from ctz_identity.domain.errors import LastAdministrator, NotAdministrator, NotFound
from ctz_identity.domain.limits import Scope, subject
from ctz_identity.domain.profile import Account
from ctz_identity.domain.secrets import Purpose
from ctz_identity.domain.security_events import Client, EventType
from ctz_identity.store.unit_of_work import Store, Transaction


class Administration:
    """Accounts as administrators see and change them."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def list_accounts(self, actor: UUID, *, after: UUID | None, limit: int) -> list[Account]:
        """Return accounts, oldest first."""

        def work(tx: Transaction) -> list[Account]:
            tx.accounts.require_administrator(actor)
            return tx.accounts.page(after=after, limit=limit)

        return self._store.read(work)

    def set_active(self, actor: UUID, user_id: UUID, *, is_active: bool, client: Client) -> Account:
        """Activate an account, or deactivate it and end its sessions; one administrator always stays."""
        now = self._clock()

        def work(tx: Transaction) -> Account:
            administrators = tx.accounts.lock_administrators()
            if actor not in administrators:
                raise NotAdministrator
            if not is_active and administrators == {user_id}:
                raise LastAdministrator
            changed = tx.accounts.set_active(user_id, is_active=is_active)
            if not is_active:
                tx.sessions.end_all(user_id)
            event = EventType.ACTIVATED if is_active else EventType.DEACTIVATED
            tx.security_events.add(event, user_id=user_id, actor_user_id=actor, client=client, now=now)
            return changed

        return self._store.run(work)


class Operations:
    """What the operator of an instance does from its command line."""

    def __init__(self, store: Store, *, clock: Clock, postman: Postman) -> None:
        self._store = store
        self._clock = clock
        self._postman = postman

    def invite(self, given: str) -> str:
        """Return the link of an invitation; with an address it works only for that one, and is mailed there."""
        now = self._clock()
        email = email_address.normalise(given) if given else None
        minted = mint_secret()

        def work(tx: Transaction) -> None:
            tx.secrets.add(minted.digest, Purpose.INVITATION, now=now, email=email)
            if email is not None:
                self._postman.post(tx, self._postman.mails.invitation(email, minted.secret), now=now)

        self._store.run(work)
        return self._postman.mails.link(Purpose.INVITATION, minted.secret)

    def make_administrator(self, given: str) -> Account:
        """Make the person with an address an administrator."""
        email = email_address.normalise(given)
        now = self._clock()

        def work(tx: Transaction) -> Account:
            known = tx.accounts.find(email)
            if known is None:
                raise NotFound
            user_id, _ = known
            tx.security_events.add(
                EventType.ADMINISTRATOR_GRANTED, user_id=user_id, client=Client(user_agent="command line"), now=now
            )
            return tx.accounts.set_administrator(user_id, is_administrator=True)

        return self._store.run(work)

    def erase_again(self, user_ids: Iterable[UUID]) -> int:
        """Erase deleted accounts that a restored backup brought back, and tell every service; return how many.

        May be repeated, and harms nobody who is here no more.
        """
        erased = 0
        for user_id in user_ids:
            self._store.run(partial(erase_again, user_id=user_id, clock=self._clock))
            erased += 1
        return erased

    def reset_limits(self, given: str) -> int:
        """Unlock the account of an address; without an address clear every counter. Return how many were cleared."""
        if not given:
            return self._store.run(lambda tx: tx.counters.clear_all())
        key = subject(email_address.normalise(given))
        keys = [(Scope.SIGN_IN_ACCOUNT, key), (Scope.MAIL_ACCOUNT, key)]
        return self._store.run(lambda tx: tx.counters.clear(keys))

    def offer_first_administrator(self, link_file: Path) -> bool:
        """Write a one-time link into a file that only its owner reads; take it away where there is an administrator."""
        now = self._clock()
        minted = mint_secret()

        def work(tx: Transaction) -> bool:
            tx.secrets.forget_all(Purpose.FIRST_ADMINISTRATOR)
            is_needed = not tx.accounts.lock_administrators()
            if is_needed:
                tx.secrets.add(minted.digest, Purpose.FIRST_ADMINISTRATOR, now=now)
            return is_needed

        is_needed = self._store.run(work)
        link_file.unlink(missing_ok=True)
        if is_needed:
            link = self._postman.mails.link(Purpose.FIRST_ADMINISTRATOR, minted.secret)
            _write_private(link_file, link + "\n")
        return is_needed

    def withdraw_link(self, link_file: Path) -> None:
        """Take the link away when there is an administrator."""
        if self._store.read(lambda tx: tx.accounts.has_administrator()):
            link_file.unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
