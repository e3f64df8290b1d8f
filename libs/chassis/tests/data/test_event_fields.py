"""Fields of events: what is none is poison, with the name of the field."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from ctz_chassis.event_fields import day, identifier, instant, revision
from ctz_chassis.events import Poison


def test_fields_are_read() -> None:
    assert UUID(int=5) == identifier(str(UUID(int=5)))
    assert 1 == revision(1)
    assert date(2026, 2, 28) == day("2026-02-28", "day")
    assert datetime(1970, 1, 1, 0, 1, tzinfo=UTC) == instant(Timestamp(seconds=60), "start")


@pytest.mark.parametrize(
    ("read", "field"),
    [
        (lambda: identifier(""), "id"),
        (lambda: identifier("5", "workout"), "workout"),
        (lambda: revision(0), "revision"),
        (lambda: revision(-1), "revision"),
        (lambda: day("", "day"), "day"),
        (lambda: day("2026-02-29", "day"), "day"),
        (lambda: instant(Timestamp(seconds=10**12), "start"), "start"),
    ],
)
def test_what_is_none_is_poison(read: Callable[[], object], field: str) -> None:
    with pytest.raises(Poison) as refused:
        read()
    assert ("malformed", field) == (refused.value.reason, refused.value.detail)
