"""Recommendations follow from what was ridden and rated, and say why."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.recommending import (
    MOST_OF_ONE_INSTRUCTOR,
    Candidate,
    Ridden,
    recommend_classes,
    recommend_instructors,
    taste_of,
)

RIDE = Ridden("cycling", "Ada", "climb", 1800, 40.0, 10.0)
CLASS = Candidate("a" * 32, "cycling", "Ada", "climb", 1800, 41.0, 100.0, 0.9)


def kinds(reasons: object) -> list[str]:
    return [reason.kind for reason in reasons]  # type: ignore[attr-defined]


def test_nothing_ridden_recommends_nothing() -> None:
    taste = taste_of([])

    assert ([], []) == (recommend_classes(taste, [CLASS], 10), recommend_instructors(taste))


def test_a_class_like_those_ridden_comes_before_another_one() -> None:
    taste = taste_of([RIDE] * 3)
    other = replace(CLASS, class_id="b" * 32, instructor="Ben", class_type="low_impact", expected_stress=90.0)
    found = recommend_classes(taste, [other, CLASS], 10)

    assert [CLASS.class_id, other.class_id][:1] == [each.candidate.class_id for each in found][:1]
    assert ["instructor_often", "type_often", "length_usual", "load_usual"] == kinds(found[0].reasons)
    assert {"instructor": "Ada"} == found[0].reasons[0].words
    assert {"rides": 3.0} == found[0].reasons[0].figures


def test_a_bad_rating_turns_a_habit_round() -> None:
    liked = [replace(RIDE, instructor="Ben", rating=5)] * 2
    disliked = [replace(RIDE, rating=1)] * 5
    taste = taste_of([*liked, *disliked])

    assert ["Ben"] == [each.instructor for each in recommend_instructors(taste)]
    assert "instructor_rated" == recommend_instructors(taste)[0].reasons[0].kind
    found = recommend_classes(
        taste, [replace(CLASS, class_type=""), replace(CLASS, class_id="b" * 32, instructor="Ben")], 5
    )
    assert "Ben" == found[0].candidate.instructor


def test_a_ride_of_last_week_says_more_than_one_of_two_years_ago() -> None:
    taste = taste_of([replace(RIDE, instructor="Old", age_days=730.0)] * 2 + [replace(RIDE, instructor="New")] * 2)

    assert ["New", "Old"] == [each.instructor for each in recommend_instructors(taste)]


def test_a_list_is_no_list_of_one_person() -> None:
    classes = [replace(CLASS, class_id=f"{number:032x}") for number in range(20)]
    classes += [replace(CLASS, class_id=f"{number:032x}", instructor="Ben") for number in range(20, 40)]
    taste = taste_of([RIDE] * 5 + [replace(RIDE, instructor="Ben")] * 2)
    found = recommend_classes(taste, classes, 12)

    assert {"Ada": MOST_OF_ONE_INSTRUCTOR, "Ben": MOST_OF_ONE_INSTRUCTOR} == Counter(
        each.candidate.instructor for each in found
    )


def test_habits_of_one_discipline_say_nothing_of_another() -> None:
    taste = taste_of([RIDE] * 4)

    assert [] == recommend_classes(taste, [replace(CLASS, discipline="yoga")], 5)


def test_new_alone_is_no_reason() -> None:
    taste = taste_of([RIDE] * 4)
    new = replace(CLASS, instructor="Zoe", class_type="", duration_seconds=None, expected_stress=None, age_days=1.0)

    assert [] == recommend_classes(taste, [new], 5)


@pytest.mark.parametrize(("load", "is_usual"), [(40.0, True), (47.0, True), (49.0, False), (20.0, False)])
def test_a_load_is_usual_within_a_fifth_of_the_median(load: float, is_usual: bool) -> None:
    taste = taste_of([RIDE] * 3)
    [found] = recommend_classes(taste, [replace(CLASS, expected_stress=load)], 1)

    assert is_usual == ("load_usual" in kinds(found.reasons))


rides = st.builds(
    Ridden,
    st.sampled_from(["cycling", "yoga"]),
    st.sampled_from(["", "Ada", "Ben"]),
    st.sampled_from(["", "climb", "low_impact"]),
    st.none() | st.integers(60, 7200),
    st.none() | st.floats(0, 300),
    st.floats(-1, 4000),
    st.integers(0, 5),
    st.booleans(),
)
candidates = st.builds(
    Candidate,
    st.uuids().map(lambda each: each.hex),
    st.sampled_from(["cycling", "yoga"]),
    st.sampled_from(["", "Ada", "Ben", "Zoe"]),
    st.sampled_from(["", "climb"]),
    st.none() | st.integers(60, 7200),
    st.none() | st.floats(0, 300),
    st.none() | st.floats(-1, 4000),
    st.none() | st.floats(0, 1),
)


@given(st.lists(rides, max_size=30), st.lists(candidates, max_size=30), st.integers(1, 10))
def test_whatever_was_ridden_a_list_is_ordered_short_and_has_reasons(
    ridden: list[Ridden], classes: list[Candidate], count: int
) -> None:
    found = recommend_classes(taste_of(ridden), classes, count)

    assert len(found) <= count
    assert sorted((each.points for each in found), reverse=True) == [each.points for each in found]
    assert all(each.reasons and each.points > 0 for each in found)
