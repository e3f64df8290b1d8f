"""The mirror of one rider's list: what a page tells of deletions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from ctz_peloton_sync.domain.workouts import ListPage


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of creation times that a page states completely; None is open."""

    after: datetime | None
    before: datetime | None


def stated_span(page: ListPage, *, is_first: bool, is_last: bool) -> Span | None:
    """A page in order states everything between its ends (and beyond them at the ends of the list); none if it is not in order."""
    created = [row.created_time for row in page.rows]
    if page.unreadable or created != sorted(created, reverse=True):
        return None
    if not created:
        return Span(None, None) if is_first and page.total == 0 else None
    return Span(after=None if is_last else created[-1], before=None if is_first else created[0])


def missing(span: Span | None, stored: Mapping[str, datetime], listed: Collection[str]) -> tuple[str, ...]:
    """Stored workouts whose creation time lies strictly inside the span but which the page does not have."""
    if span is None:
        return ()
    return tuple(
        source_id
        for source_id, created in stored.items()
        if source_id not in listed
        and (span.after is None or created > span.after)
        and (span.before is None or created < span.before)
    )
