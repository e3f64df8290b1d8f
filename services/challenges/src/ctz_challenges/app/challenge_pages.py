"""What a person sees of challenges: the list, one with its schedule, the one behind a code."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ctz_challenges.domain.challenge_view import ChallengeView, Head, Listed, ListFilter, view_of
from ctz_challenges.domain.errors import NotFound
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.store.challenge_lists import Place
from ctz_challenges.store.unit_of_work import Store, Transaction
from ctz_chassis.clock import Clock


class ChallengePages:
    """Challenges, for whoever may know of them."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def page(
        self, viewer: Viewer, kept: ListFilter, *, after: Place | None, size: int
    ) -> tuple[Sequence[Listed], Place | None]:
        """Return one page by start, latest first, and where it ends unless it is the last."""
        now = self._clock()
        found = self._store.read(lambda tx: tx.lists.page(viewer, kept, after=after, limit=size + 1, instant=now))
        page = found[:size]
        if len(found) <= size:
            return page, None
        last = page[-1].challenge
        return page, Place(last.start_date, last.challenge_id)

    def get(self, viewer: Viewer, challenge_id: UUID) -> ChallengeView:
        """Return a challenge that the person may know of."""
        return self._store.read(lambda tx: seen(tx, viewer, tx.lists.find(challenge_id, viewer), self._clock()))

    def find_by_code(self, viewer: Viewer, code: str) -> ChallengeView:
        """Return the published challenge that a code opens; the code may be typed in any case."""
        return self._store.read(
            lambda tx: seen(tx, viewer, tx.lists.find_by_code(typed_code(code), viewer), self._clock())
        )


def typed_code(text: str) -> str:
    """Return a code as it is stored, however it was typed: no code has anything but letters and digits."""
    return "".join(filter(str.isalnum, text)).upper()


def seen(tx: Transaction, viewer: Viewer, head: Head | None, instant: datetime) -> ChallengeView:
    """Return the view of a challenge, in one statement more."""
    if head is None:
        raise NotFound
    schedule = tx.lists.schedule(head.listed.challenge.challenge_id, viewer.user_id)
    return view_of(head, schedule, viewer, instant)
