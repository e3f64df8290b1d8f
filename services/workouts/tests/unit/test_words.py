"""Search compares words without case, accents and doubled spaces."""

import pytest

from ctz_workouts.domain.words import MOST_WORDS, search_form, search_words


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("45 min Power Zone Ride", "45 min power zone ride"),
        ("  Höhen\tMeter ", "hohen meter"),
        ("Straße", "strasse"),
        ("ﬁve", "five"),
        ("", ""),
    ],
)
def test_the_form_in_which_texts_are_compared(text: str, form: str) -> None:
    assert form == search_form(text)


def test_words_of_a_query_are_taken_once_and_are_bounded() -> None:
    assert ("ride", "zone") == search_words("Ride zone RIDE")
    assert MOST_WORDS == len(search_words(" ".join(f"w{number}" for number in range(30))))
