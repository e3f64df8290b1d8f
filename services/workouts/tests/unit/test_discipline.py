"""Every discipline has a name, whatever the source calls it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.discipline import OTHER, discipline_of
from ctz_workouts.domain.pace import Activity


@pytest.mark.parametrize(
    ("raw", "slug", "title"),
    [
        ("cycling", "cycling", "Cycling"),
        ("Cycling", "cycling", "Cycling"),
        ("Bike Bootcamp", "bike_bootcamp", "Bike bootcamp"),
        ("caesar", "rowing", "Rowing"),
        ("caesar_bootcamp", "row_bootcamp", "Row bootcamp"),
        ("circuit", "circuit", "Tread bootcamp"),
        ("underwater_chess", OTHER, "Other"),
        ("", OTHER, "Other"),
        (None, OTHER, "Other"),
    ],
)
def test_t048_an_unknown_discipline_is_other_with_its_raw_word(raw, slug, title):
    """The set is open; nothing is lost and every one has a name."""
    found = discipline_of(raw)

    assert (slug, title, raw or "") == (found.slug, found.title, found.raw)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("rowing", "caesar"),
        ("Rowing", "caesar"),
        ("caesar", "caesar"),
        ("Row Bootcamp", "caesar_bootcamp"),
        ("Tread Bootcamp", "circuit"),
        ("cycling", "cycling"),
        ("Underwater Chess", "Underwater Chess"),
    ],
)
def test_a_file_and_a_synced_workout_go_by_one_word(raw, word):
    """Filters, challenges and plans ask for the words of the source."""
    assert word == discipline_of(raw).event_word


@given(raw=st.text())
def test_any_word_has_a_discipline(raw):
    """Normalising twice changes nothing."""
    slug = discipline_of(raw).slug
    assert slug == discipline_of(slug).slug


def test_disciplines_know_whether_power_and_pace_apply():
    """Cycling power only on a bike; pace levels on foot and on water."""
    assert [True, True, False, False] == [
        discipline_of(word).is_on_a_bike for word in ("cycling", "bike_bootcamp", "running", "caesar")
    ]
    assert [Activity.RUNNING, Activity.WALKING, Activity.ROWING, None] == [
        discipline_of(word).pace_activity for word in ("circuit", "walking", "caesar", "yoga")
    ]
