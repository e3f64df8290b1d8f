"""What administrators do with challenges: make, change, publish, delete."""

import base64
import secrets
from dataclasses import replace
from uuid import UUID

from ctz_challenges.app.challenge_events import challenge_deleted, challenge_updated, membership_changed
from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.challenge_view import Listed
from ctz_challenges.domain.challenge_wish import (
    Identity,
    Wish,
    changes_points,
    check_change,
    check_publishable,
    checked,
    unknown_zone,
)
from ctz_challenges.domain.errors import NotFound, RevisionStale
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.store.tables import request_id
from ctz_challenges.store.unit_of_work import Store, Transaction
from ctz_chassis import idempotency
from ctz_chassis.clock import Clock
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7

CODE_BYTES = 20
"""160 random bits: 32 letters and digits, none of which looks like another."""
DELETED_AT_ONCE = 10_000
"""Rows that one transaction deletes."""


class ChallengeDesk:
    """Challenges, for administrators."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(self, viewer: Viewer, wish: Wish, key: RequestKey) -> Listed:
        """Make a draft; a repeated request gets the same one."""
        new = checked(wish, Identity(uuid7(), new_code()), new_id=uuid7)
        challenge_updated(new, clock=self._clock)

        def work(tx: Transaction) -> Listed:
            def add() -> bytes:
                if not tx.challenges.knows_zone(new.time_zone.key):
                    raise unknown_zone()
                tx.challenges.add(new, created_by=viewer.user_id)
                return new.challenge_id.bytes

            answer = idempotency.once(tx.connection, request_id, viewer.user_id, key, add)
            return _listed(tx, UUID(bytes=answer.body), viewer)

        return self._store.run(work)

    def update(self, viewer: Viewer, challenge_id: UUID, wish: Wish, *, revision: int) -> Listed:
        """Replace what the form holds, where nobody changed it since; points follow within seconds."""

        def work(tx: Transaction) -> Listed:
            stored = self._locked(tx, challenge_id)
            if stored.revision != revision:
                raise RevisionStale(stored.revision)
            self._replace(tx, stored, wish)
            return _listed(tx, challenge_id, viewer)

        return self._store.run(work)

    def publish(self, viewer: Viewer, challenge_id: UUID) -> Listed:
        """Open a draft for joining; what is published already stays as it is."""

        def work(tx: Transaction) -> Listed:
            stored = self._locked(tx, challenge_id)
            if stored.published_at is None:
                # Nobody joins a draft: this one is being deleted, and some of its points are gone already.
                if tx.members.ever_joined(challenge_id):
                    raise NotFound
                now = self._clock()
                check_publishable(stored, now)
                published = replace(stored, published_at=now, revision=stored.revision + 1)
                tx.challenges.publish(challenge_id, published_at=now, revision=published.revision)
                tx.publish(challenge_updated(published, clock=self._clock))
            return _listed(tx, challenge_id, viewer)

        return self._store.run(work)

    def delete(self, challenge_id: UUID) -> None:
        """Delete a challenge. It is a draft again until all of it is gone, so what breaks off can be done again."""
        self._store.run(lambda tx: self._take_back(tx, challenge_id))
        while self._store.run(lambda tx: tx.challenges.remove_some(challenge_id, DELETED_AT_ONCE)):
            pass
        self._store.run(lambda tx: tx.challenges.remove(challenge_id))

    def _replace(self, tx: Transaction, stored: Challenge, wish: Wish) -> None:
        identity = Identity(stored.challenge_id, stored.join_code, stored.published_at, stored.revision + 1)
        new = checked(wish, identity, known_items=frozenset(item.item_id for item in stored.items), new_id=uuid7)
        check_change(stored, new, self._clock(), member_count=tx.members.count(stored.challenge_id))
        if not tx.challenges.knows_zone(new.time_zone.key):
            raise unknown_zone()
        told = challenge_updated(new, clock=self._clock)
        tx.challenges.replace(new)
        if stored.published_at is None:
            return
        tx.publish(told)
        if new.start_date != stored.start_date:
            moved = tx.members.shift_start(new.challenge_id, new.start_date)
            tx.publish(*(membership_changed(each, clock=self._clock) for each in moved))
        if changes_points(stored, new):
            tx.recounts.ask(new.challenge_id)

    def _take_back(self, tx: Transaction, challenge_id: UUID) -> None:
        stored = self._locked(tx, challenge_id)
        if stored.published_at is not None:
            revision = stored.revision + 1
            tx.challenges.publish(challenge_id, published_at=None, revision=revision)
            tx.publish(challenge_deleted(challenge_id, revision, clock=self._clock))

    def _locked(self, tx: Transaction, challenge_id: UUID) -> Challenge:
        stored = tx.challenges.lock(challenge_id)
        if stored is None:
            raise NotFound
        return replace(stored, items=tx.challenges.items(challenge_id))


def new_code() -> str:
    """Return a code to join with, which nobody can guess and everybody can type."""
    return base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode("ascii")


def _listed(tx: Transaction, challenge_id: UUID, viewer: Viewer) -> Listed:
    head = tx.lists.find(challenge_id, viewer)
    if head is None:
        raise NotFound
    return head.listed
