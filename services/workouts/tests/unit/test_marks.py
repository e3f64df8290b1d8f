"""Peaks: the best mark of a span and the best before it, joined and changed without looking at all marks."""

from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.marks import Mark, Peak, alone, joined, peak_of
from ctz_workouts.domain.records import RecordKey, RecordKind, class_minutes

MARKS = st.lists(
    st.builds(
        Mark,
        value=st.sampled_from([100.0, 200.0, 300.0]),
        day=st.sampled_from([f"2026-05-0{n}" for n in range(1, 10)]),
        microseconds=st.integers(0, 3),
        workout_id=st.uuids().map(str),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda mark: mark.workout_id,
)


def by_hand(marks: list[Mark]) -> tuple[Mark, Mark | None]:
    """The best mark, of equal ones the earliest, and the same of those before it."""

    def first_best(of: list[Mark]) -> Mark | None:
        highest = max((mark.value for mark in of), default=None)
        return min((mark for mark in of if mark.value == highest), key=lambda mark: mark.place, default=None)

    best = first_best(marks)
    assert best is not None
    return best, first_best([mark for mark in marks if mark.place < best.place])


@given(marks=MARKS)
def test_a_peak_is_the_best_and_what_stood_before_it(marks: list[Mark]) -> None:
    """Whatever the order in which they are given."""
    peak = peak_of(marks)

    assert peak is not None
    assert by_hand(marks) == (peak.best, peak.before)
    assert peak == peak_of(reversed(marks))


@given(marks=MARKS, at=st.integers(0, 12))
def test_spans_join_into_the_peak_of_both(marks: list[Mark], at: int) -> None:
    """A year follows from its months."""
    in_order = sorted(marks, key=lambda mark: mark.place)
    parts = [peak for peak in (peak_of(in_order[:at]), peak_of(in_order[at:])) if peak is not None]

    assert peak_of(marks) == joined(parts)


@given(marks=MARKS)
def test_a_mark_more_gives_the_peak_of_all_or_says_that_it_cannot_tell(marks: list[Mark]) -> None:
    """An answer that is given is always the right one."""
    peak: Peak | None = alone(marks[0])
    for number, mark in enumerate(marks[1:], 2):
        assert peak is not None
        peak = peak.with_mark(mark) or peak_of(marks[:number])
        assert peak is not None
        assert by_hand(marks[:number]) == (peak.best, peak.before)


@given(marks=MARKS)
def test_a_history_told_newest_first_never_needs_a_second_look(marks: list[Mark]) -> None:
    """So a first sync costs the same for every workout."""
    moments = {mark.moment: mark for mark in marks}
    newest_first = [moments[moment] for moment in sorted(moments, reverse=True)]
    peak = alone(newest_first[0])
    for mark in newest_first[1:]:
        told = peak.with_mark(mark)
        assert told is not None
        peak = told


def test_records_have_keys_and_classes_have_lengths():
    """A key is read as it was written; a class of 30 minutes may last 29:40."""
    key = RecordKey(RecordKind.WORK, 30)

    assert key == RecordKey.parse(key.text)
    assert [30, 30, None, None] == [class_minutes(seconds) for seconds in (1800, 1780, 1700, None)]
