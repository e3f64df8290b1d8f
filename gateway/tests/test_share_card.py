"""The picture of a workout: what stands on it, that it fits, and that it is the same each time."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ctz_gateway.share_card import BAR_TOP, FOOT, HEIGHT, MARGIN, RULE, WIDTH, ZONES, Card, Lettering, arrange, png
from ctz_gateway.viewmodels.common import Figure

FONT = Path(__file__).parents[1] / "frontend/src/fonts/inter-latin.woff2"
FIGURES = [
    Figure("In target", "88", "%"),
    Figure("Normalized power", "211", "W"),
    Figure("Load", "59", "TSS"),
    Figure("Intensity", None, "of FTP", reason="no FTP on that day"),
    Figure("Work", "1,514", "kJ"),
]
CARD = Card("45 min Power Zone Ride", "10 June 2025, Hanna Beck", FIGURES, (585, 513, 494, 682, 354, 72, 0))


@pytest.fixture(scope="module")
def letters() -> Lettering:
    return Lettering(FONT)


def test_figures_with_a_value_stand_on_the_card_and_absent_ones_do_not(letters: Lettering) -> None:
    texts = [words.text for words in arrange(CARD, letters).words]

    assert CARD.title in texts
    assert {"88", "211", "59", "1,514"} <= set(texts)
    assert "Intensity" not in texts


def test_zones_are_a_bar_with_their_numbers(letters: Lettering) -> None:
    """Six zones have time; the narrowest has room for its number, too."""
    picture = arrange(CARD, letters)

    assert list(ZONES[:6]) == [box.colour for box in picture.boxes[1:]]
    assert ["1", "2", "3", "4", "5", "6"] == [words.text for words in picture.words[-6:]]
    assert WIDTH - MARGIN == pytest.approx(picture.boxes[-1].right + 2, abs=1)


def test_nothing_leaves_the_picture(letters: Lettering) -> None:
    long = Card("Endlessly long title " * 20, "and a line " * 40, [Figure("A label " * 20, "12,345", "kJ")] * 9)
    picture = arrange(long, letters)

    assert 6 == sum(words.text == "12,345" for words in picture.words)
    for words in picture.words:
        assert words.x + letters.width(words.text, words.size, words.weight) <= WIDTH - MARGIN / 2
        assert words.y <= HEIGHT


@pytest.mark.parametrize("zones", [(), CARD.zone_seconds])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_any_number_of_figures_fills_the_middle_of_the_picture(
    letters: Lettering, count: int, zones: tuple[int, ...]
) -> None:
    """Never over the rule, the bar or each other; as much room above as below, and one figure alone is large."""
    figures = [Figure("Load", "12:34:56", "h")] * count
    words = [words for words in arrange(Card("Ride", "Today", figures, zones), letters).words if words.y > RULE]
    labels = [each for each in words if each.text == "Load"]
    values = [each for each in words if each.text == "12:34:56"]
    above = labels[0].y - labels[0].size - RULE
    below = (BAR_TOP if zones else FOOT) - values[-1].y

    assert above == pytest.approx(below, abs=1)
    assert above >= 0
    assert all(value.y - value.size >= label.y - 12 for label, value in zip(labels, values, strict=True))
    assert all(letters.width(each.text, each.size, each.weight) + each.x <= WIDTH - MARGIN for each in words)
    assert (count == 1) == (values[0].size > 120)


def test_t098_characters_that_the_font_has_not_are_left_out(letters: Lettering) -> None:
    """Also control characters and a lone direction mark."""
    picture = arrange(Card("\u202eRide\x00 \u0416\n45", "", []), letters)

    assert "Ride 45" == picture.words[0].text


def test_the_same_card_gives_the_same_picture(letters: Lettering) -> None:
    made = [png(arrange(CARD, one), one) for one in (letters, Lettering(FONT))]

    assert made[0] == made[1]
    image = Image.open(BytesIO(made[0]))
    assert ("PNG", (WIDTH, HEIGHT)) == (image.format, image.size)
    assert len(made[0]) < 100_000
    (left, top, right, bottom) = (round(value) for value in (MARGIN + 30, 500, MARGIN + 40, 530))
    assert {tuple(bytes.fromhex(ZONES[0][1:]))} == set(image.crop((left, top, right, bottom)).get_flattened_data())
