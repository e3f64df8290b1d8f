"""How much of the list a pass reads: all of it, what is recent, or the pages of some months."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ctz_peloton_sync.domain.runs import PAGE_SIZE, pages_of
from ctz_peloton_sync.domain.workouts import ListPage, WorkoutRow

WHOLE = "whole"
RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Scope:
    """Pages from `first` through `last`; no `last` is to the end, or as far as `is_recent` asks."""

    first: int = 0
    last: int | None = None
    is_recent: bool = False

    def __str__(self) -> str:
        if self.is_recent:
            return RECENT
        return WHOLE if self.last is None else f"{self.first}-{self.last}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote."""
        if text in {WHOLE, RECENT}:
            return cls(is_recent=text == RECENT)
        first, _, last = text.partition("-")
        return cls(int(first), int(last))


def first_pages(scope: Scope) -> range:
    """Pages to ask before anything is known of the list."""
    return range(scope.first, scope.first + 1) if scope.last is None else range(scope.first, scope.last + 1)


def length_of(page: ListPage, number: int) -> int:
    """How many workouts the list has; where it does not say, there is one more page until one is empty."""
    if page.total is not None:
        return page.total
    return (number + 1) * PAGE_SIZE + 1 if page.rows else number * PAGE_SIZE


def pages_after(scope: Scope, *, page: int, total: int, known: int, is_covered: bool) -> range:
    """Pages to add after one has come: all the others of a whole pass at once, the next one of a recent pass."""
    if scope.last is not None:
        return range(0)
    if scope.is_recent:
        is_next_wanted = not is_covered and page + 1 < pages_of(total)
        return range(page + 1, page + 2) if is_next_wanted else range(0)
    return range(max(known, page + 1), pages_of(total))


def is_recent_covered(rows: Sequence[WorkoutRow], *, known: Collection[str], since: datetime) -> bool:
    """Whether a page reaches back beyond the re-scanned days and ends in a workout that we have."""
    if not rows:
        return True
    oldest = min(rows, key=lambda row: row.created_time)
    return oldest.created_time < since and oldest.source_id in known


def is_believable(total: int | None, account_total: int | None) -> bool:
    """Whether a list may tell what is gone: it says how long it is, and the account counts no more than twice that."""
    return total is not None and 2 * total >= (account_total or 0)


def reconcile_scope(theirs: Mapping[str, int], ours: Mapping[str, int], total: int) -> Scope:
    """The pages of the months whose counts differ, one page to either side; all when months explain nothing."""
    differing = {month for month in theirs.keys() | ours.keys() if theirs.get(month, 0) != ours.get(month, 0)}
    if not differing or sum(theirs.values()) != total:
        return Scope()
    newest, oldest = max(differing), min(differing)
    before = sum(count for month, count in theirs.items() if month > newest)
    through = sum(count for month, count in theirs.items() if month >= oldest)
    last = min(pages_of(total) - 1, through // PAGE_SIZE + 1)
    return Scope(first=min(last, max(0, before // PAGE_SIZE - 1)), last=last)
