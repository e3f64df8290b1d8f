"""A picture to show around, made here: a title, one to six figures, a bar of zones. Nothing private is on it.

What stands where is decided by `arrange`, which tests read; `png` only paints that. The font is the one of the pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ctz_gateway.drawing import zone_bar
from ctz_gateway.viewmodels.common import Figure

WIDTH, HEIGHT = 1200, 630
MOST_FIGURES = 6
MARGIN = 72
RULE = 194
BRAND = "Chase The Zones"
REGULAR, SEMIBOLD = 400, 600
# The light colours of the style sheet.
PAPER, TEXT, TEXT_2, LINE, ACCENT = "#faf9f7", "#1b1a18", "#57544d", "#dedbd4", "#4b3fc4"
ZONES = ("#7f91a1", "#0a8cda", "#288e6c", "#9d6b02", "#ab3a10", "#960b39", "#550d6b")
ON_ZONES = ("#16150f", "#16150f", "#16150f", "#ffffff", "#ffffff", "#ffffff", "#ffffff")
BAR_TOP, BAR_HEIGHT, FOOT = 486, 56, 560
# A private code point, which no font draws.
MISSING = "\ue000"
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Card:
    """What a picture says: figures that have a value, and seconds in zones 1 to 7 where there are any."""

    title: str
    subtitle: str
    figures: Sequence[Figure]
    zone_seconds: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text with its left end and baseline, in pixels."""

    text: str
    x: float
    y: float
    size: int
    weight: int
    colour: str


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float
    colour: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is painted, in order: boxes, then words."""

    boxes: Sequence[Box]
    words: Sequence[Words]


@dataclass(frozen=True, slots=True)
class Scale:
    """How large figures are, in pixels, and how many stand beside each other."""

    columns: int
    value: int
    label: int
    unit: int

    @property
    def step(self) -> int:
        """From one row to the next."""
        return 2 * self.value

    @property
    def lead(self) -> int:
        """From the baseline of a label to that of its value."""
        return self.value + self.unit // 6


# Few figures fill the picture as many do.
ALONE, PAIR, MANY = Scale(1, 148, 34, 56), Scale(2, 104, 28, 40), Scale(3, 60, 22, 26)
SCALES = {1: ALONE, 2: PAIR}


class Lettering:
    """The font of the pages in any size and weight."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._fonts: dict[tuple[int, int], ImageFont.FreeTypeFont] = {}

    def font(self, size: int, weight: int) -> ImageFont.FreeTypeFont:
        """The font in a size and weight; its optical size follows the size."""
        key = (size, weight)
        if key not in self._fonts:
            font = ImageFont.truetype(str(self._file), size)
            low, high = (font.get_variation_axes()[0][end] for end in ("minimum", "maximum"))
            font.set_variation_by_axes([min(max(size, low or 0), high or 0), weight])
            self._fonts[key] = font
        return self._fonts[key]

    def width(self, text: str, size: int, weight: int) -> float:
        """How wide a line is."""
        return self.font(size, weight).getlength(text)

    def drawable(self, text: str) -> str:
        """The text without characters that the font does not have."""
        font = self.font(32, REGULAR)
        nothing = bytes(font.getmask(MISSING))
        kept = (char for char in text if char.isprintable() and (char == " " or bytes(font.getmask(char)) != nothing))
        return " ".join("".join(kept).split())


def arrange(card: Card, letters: Lettering) -> Picture:
    """Decide what stands where."""
    figures = [figure for figure in card.figures if figure.value is not None][:MOST_FIGURES]
    room = WIDTH - 2 * MARGIN
    title = _fitted(letters.drawable(card.title), letters, 46, SEMIBOLD, room)
    words = [
        Words(title, MARGIN, 122, 46, SEMIBOLD, TEXT),
        Words(_fitted(letters.drawable(card.subtitle), letters, 26, REGULAR, room), MARGIN, 166, 26, REGULAR, TEXT_2),
        Words(BRAND, MARGIN, HEIGHT - 34, 22, SEMIBOLD, ACCENT),
    ]
    words += _figures(figures, letters, room, BAR_TOP if sum(card.zone_seconds) else FOOT)
    boxes = [Box(MARGIN, RULE - 2, WIDTH - MARGIN, RULE, LINE)]
    for part in zone_bar(card.zone_seconds) if sum(card.zone_seconds) else ():
        left = MARGIN + room * part.x / 100
        boxes.append(Box(left, BAR_TOP, left + room * part.width / 100 - 2, BAR_TOP + BAR_HEIGHT, ZONES[part.zone - 1]))
        if part.number_x is not None:
            spare = room * part.width / 100 - 2 - letters.width(str(part.zone), 26, SEMIBOLD)
            indent = min(spare / 2, 10)
            words.append(Words(str(part.zone), left + indent, BAR_TOP + 38, 26, SEMIBOLD, ON_ZONES[part.zone - 1]))
    return Picture(boxes, words)


def png(picture: Picture, letters: Lettering) -> bytes:
    """Paint it; the same picture gives the same bytes."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    for box in picture.boxes:
        pen.rectangle((round(box.left), box.top, max(round(box.right), round(box.left)), box.bottom), fill=box.colour)
    for words in picture.words:
        font = letters.font(words.size, words.weight)
        pen.text((words.x, words.y), words.text, font=font, fill=words.colour, anchor="ls")
    made = BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def painter(font_file: Path) -> Callable[[Card], bytes]:
    """A function that makes the picture of a card. The font is read with the first one."""
    letters = Lettering(font_file)
    return lambda card: png(arrange(card, letters), letters)


def _figures(figures: Sequence[Figure], letters: Lettering, room: float, bottom: float) -> list[Words]:
    """The figures in rows, in the middle between the rule and what is below."""
    scale = SCALES.get(len(figures), MANY)
    width, rows = room / scale.columns, -(-len(figures) // scale.columns)
    height = (rows - 1) * scale.step + scale.lead + scale.label
    top = RULE + (bottom - RULE - height) / 2 + scale.label
    found: list[Words] = []
    for place, figure in enumerate(figures):
        row, column = divmod(place, scale.columns)
        found += _figure(figure, letters, scale, MARGIN + column * width, round(top) + row * scale.step, width - 24)
    return found


def _figure(figure: Figure, letters: Lettering, scale: Scale, x: float, y: float, room: float) -> Sequence[Words]:
    value, unit = letters.drawable(figure.value or ""), letters.drawable(figure.unit)
    wide = letters.width(value, scale.value, SEMIBOLD)
    label = _fitted(letters.drawable(figure.label), letters, scale.label, REGULAR, room)
    return (
        Words(label, x, y, scale.label, REGULAR, TEXT_2),
        Words(value, x, y + scale.lead, scale.value, SEMIBOLD, TEXT),
        Words(unit, x + wide + scale.unit * 0.4, y + scale.lead, scale.unit, REGULAR, TEXT_2),
    )


def _fitted(text: str, letters: Lettering, size: int, weight: int, room: float) -> str:
    """The text, cut where it would be wider than its room."""
    if letters.width(text, size, weight) <= room:
        return text
    while text and letters.width(text + ELLIPSIS, size, weight) > room:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS
