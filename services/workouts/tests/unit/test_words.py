"""Search compares words without case, accents and punctuation, and forgives typing errors."""

import pytest

from ctz_workouts.domain.words import MOST_WORDS, beginning_errors, nearest, search_form, search_words, words_of


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


def test_letters_and_digits_make_words_and_an_apostrophe_does_not_end_one() -> None:
    assert ("45", "min", "power", "zone", "djs", "hohe") == words_of("45-min Power/Zone", "DJ’s “Höhe”, zone!")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("lovewel", ("lovewell",)),
        ("lovwell", ("lovewell",)),
        ("loveweel", ("lovewell",)),
        ("lovewlel", ("lovewell",)),
        ("powr", ("power",)),
        ("pwoer", ("power",)),
        ("enduarn", ("endurance",)),
        ("edurnce", ("endurance",)),
        ("pwre", ()),
        ("xx", ()),
        ("25", ()),
        ("pow3r", ()),
    ],
)
def test_a_mistyped_word_stands_for_the_nearest_ones(typed: str, near: tuple[str, ...]) -> None:
    """One error in three to five letters, two in more, none in numbers and shorter words."""
    assert near == nearest(typed, ("lovewell", "power", "endurance", "20", "30", "zone"))


@pytest.mark.parametrize(
    ("typed", "word", "errors"),
    [
        ("power", "power", 0),
        ("pow", "power", 0),
        ("pwoer", "power", 1),
        ("pover", "power", 1),
        ("ower", "power", 1),
        ("zpower", "power", 1),
        ("lovweel", "lovewell", 1),
        ("lvoweell", "lovewell", 2),
        ("", "power", 0),
        ("abc", "", 3),
    ],
)
def test_errors_are_letters_too_much_too_few_other_or_exchanged(typed: str, word: str, errors: int) -> None:
    assert errors == beginning_errors(typed, word)
