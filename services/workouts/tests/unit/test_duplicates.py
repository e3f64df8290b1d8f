"""When two recordings are certainly one workout."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.duplicates import Candidate, Recording, certain_pairs, is_certain

START = datetime(2026, 3, 29, 6, 41, 12, tzinfo=UTC)
SYNCED = Recording("peloton", START, 2700, discipline_of("cycling"), has_series=True, figures={"work_kilojoules": 514})
LISTED = Recording(
    "import",
    START.replace(second=0),
    2700,
    discipline_of("cycling"),
    has_series=False,
    figures={"work_kilojoules": 514},
)


def changed(**given_fields: Any) -> Recording:
    return replace(LISTED, **given_fields)


@pytest.mark.parametrize(
    "going",
    [
        LISTED,
        changed(start_time=START + timedelta(seconds=60)),
        changed(start_time=START - timedelta(seconds=122)),
        changed(seconds=2640),
        changed(figures={}),
        changed(figures={"work_kilojoules": 520, "mean_power_watts": 999}),
        changed(has_series=True),
    ],
    ids=[
        "alike",
        "a minute later",
        "with the intro",
        "a minute shorter",
        "without figures",
        "rounded otherwise",
        "samples that agree",
    ],
)
def test_a_line_of_a_list_that_is_the_synced_ride_is_certain(going: Recording) -> None:
    assert is_certain(SYNCED, going)


@pytest.mark.parametrize(
    "going",
    [
        changed(source="manual"),
        changed(source="peloton"),
        changed(start_time=START + timedelta(seconds=61)),
        changed(start_time=START - timedelta(seconds=123)),
        changed(start_time=START - timedelta(seconds=61), has_series=True),
        changed(seconds=2761),
        changed(seconds=None),
        changed(discipline=discipline_of("running")),
        changed(figures={"work_kilojoules": 560}),
        changed(has_series=True, figures={}),
        changed(has_series=True, figures={"mean_heart_rate_bpm": 140}),
    ],
    ids=[
        "typed in",
        "synced too",
        "over a minute later",
        "before the intro",
        "samples over a minute before",
        "over a minute longer",
        "of unknown length",
        "of another discipline",
        "with another figure",
        "samples without a figure",
        "samples without a figure of both",
    ],
)
def test_what_is_unclear_stays_a_suggestion(going: Recording) -> None:
    assert not is_certain(SYNCED, going)


def test_of_two_files_only_one_without_samples_goes_by_itself() -> None:
    recorded = replace(SYNCED, source="import")
    assert is_certain(recorded, LISTED)
    assert not is_certain(recorded, replace(recorded, start_time=START + timedelta(seconds=2)))
    assert not is_certain(replace(LISTED, source="manual"), LISTED)


def test_disciplines_that_nobody_knows_are_the_same_by_their_word() -> None:
    kite, surf = discipline_of("kite"), discipline_of("surf")
    assert is_certain(replace(SYNCED, discipline=kite), changed(discipline=kite))
    assert not is_certain(replace(SYNCED, discipline=kite), changed(discipline=surf))


def test_a_workout_that_could_go_to_two_others_goes_to_none() -> None:
    first, second = Candidate("bike", "line", SYNCED, LISTED), Candidate("app", "line", SYNCED, LISTED)
    alone = Candidate("other", "single", SYNCED, LISTED)
    assert [alone] == certain_pairs([first, alone, second])


def test_a_workout_does_not_go_while_another_goes_to_it() -> None:
    file = replace(SYNCED, source="import")
    chain = [Candidate("bike", "file", SYNCED, file), Candidate("file", "line", file, LISTED)]
    assert ["bike"] == [pair.staying_key for pair in certain_pairs(chain)]


RECORDINGS = st.builds(
    Recording,
    source=st.sampled_from(("peloton", "import", "manual")),
    start_time=st.integers(-120, 120).map(lambda late: START + timedelta(seconds=late)),
    seconds=st.none() | st.integers(2500, 2900),
    discipline=st.sampled_from(("cycling", "caesar", "rowing", "kite")).map(discipline_of),
    has_series=st.booleans(),
    figures=st.dictionaries(st.sampled_from(("work_kilojoules", "mean_power_watts")), st.floats(1, 600)),
)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), RECORDINGS, RECORDINGS), max_size=12))
def test_every_workout_goes_once_and_to_one_that_stays(pairs: list[tuple[int, int, Recording, Recording]]) -> None:
    candidates = [Candidate(one, other, staying, going) for one, other, staying, going in pairs if one != other]
    found = certain_pairs(candidates)
    going = [pair.going_key for pair in found]
    assert len(set(going)) == len(going)
    assert not set(going) & {pair.staying_key for pair in found}
    assert all(is_certain(pair.staying, pair.going) and pair.going.source == "import" for pair in found)
