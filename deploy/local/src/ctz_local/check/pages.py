"""Pages as a reader of their HTML sees them: forms, rows of the history, figures of a workout."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(slots=True)
class Element:
    """One element; `parts` are its texts and children in order."""

    tag: str
    attributes: dict[str, str]
    parts: list["str | Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text within, blanks folded."""
        return " ".join("".join(self.texts()).split())

    @property
    def classes(self) -> list[str]:
        """The names of its classes."""
        return self.attributes.get("class", "").split()

    def all(self, wanted: Callable[["Element"], bool]) -> Iterator["Element"]:
        """Yield the elements within that are wanted, in order."""
        for part in self.parts:
            if isinstance(part, Element):
                if wanted(part):
                    yield part
                yield from part.all(wanted)

    def tagged(self, tag: str) -> Iterator["Element"]:
        """Yield the elements within of one tag."""
        return self.all(lambda element: element.tag == tag)

    def classed(self, name: str) -> "Element | None":
        """Return the first element within that has a class."""
        return next(self.all(lambda element: name in element.classes), None)

    def texts(self) -> Iterator[str]:
        """Yield the pieces of text within."""
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from part.texts()


@dataclass(frozen=True, slots=True)
class Form:
    """A form with what a browser would send if nobody touched it."""

    action: str
    fields: dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One workout of the history page; figures by label, None where the page says that there is none."""

    path: str
    title: str
    day: str
    who: str
    figures: dict[str, str | None]


class Page:
    """One page."""

    def __init__(self, root: Element) -> None:
        self.root = root

    def form(self, action: str) -> Form | None:
        """Return the form that goes to a path."""
        for form in self.root.tagged("form"):
            if urlsplit(form.attributes.get("action", "")).path == action:
                return Form(action, dict(_fields(form)))
        return None

    def rows(self) -> list[Row]:
        """Return the workouts of a history page, in its order."""
        return [_row(article) for article in self.root.all(lambda one: "workout" in one.classes)]

    def older(self) -> str:
        """Return the path of the next page of the history; empty on the last."""
        link = next(self.root.all(lambda one: "data-older" in one.attributes), None)
        return link.attributes["href"] if link is not None else ""

    def tiles(self) -> dict[str, str | None]:
        """Return the large figures of a workout's page by their labels."""
        listed = self.root.classed("tiles")
        return _definitions(listed) if listed is not None else {}

    def pairs(self) -> dict[str, str | None]:
        """Return the small figures of a workout's page by their labels."""
        listed = self.root.classed("pairs")
        return _definitions(listed) if listed is not None else {}

    def heading(self) -> str:
        """Return the first heading."""
        return next((one.text for one in self.root.tagged("h1")), "")

    def with_id(self, identifier: str) -> Element | None:
        """Return the element of an id."""
        return next(self.root.all(lambda one: one.attributes.get("id") == identifier), None)

    def words(self) -> str:
        """Return the text of the main part."""
        main = next(self.root.tagged("main"), self.root)
        return main.text


def read_page(text: str) -> Page:
    """Parse a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return Page(reader.root)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that closes itself."""
        self._open[-1].parts.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of that tag; tags that may be left out are closed with it."""
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Take text."""
        self._open[-1].parts.append(data)


def _fields(form: Element) -> Iterator[tuple[str, str | list[str]]]:
    for control in form.all(lambda one: one.tag in {"input", "select", "textarea"}):
        name, kind = control.attributes.get("name", ""), control.attributes.get("type", "text")
        if not name or kind in {"submit", "button"}:
            continue
        if control.tag == "textarea":
            yield name, "".join(part for part in control.parts if isinstance(part, str))
        elif control.tag == "select":
            options = list(control.tagged("option"))
            chosen = next((one for one in options if "selected" in one.attributes), options[0] if options else None)
            yield name, chosen.attributes.get("value", chosen.text) if chosen is not None else ""
        elif kind not in {"radio", "checkbox"} or "checked" in control.attributes:
            yield name, control.attributes.get("value", "")


def _row(article: Element) -> Row:
    link = next(article.tagged("a"))
    day, meta = article.classed("workout-day"), article.classed("meta")
    figures = article.classed("workout-figures")
    return Row(
        path=link.attributes["href"],
        title=link.text,
        day=next((one.text for one in day.tagged("b")), "") if day is not None else "",
        who=next((one.text for one in meta.tagged("span")), "") if meta is not None else "",
        figures=_definitions(figures) if figures is not None else {},
    )


def _definitions(listed: Element) -> dict[str, str | None]:
    """Return terms and what they mean; a dash is "there is none"."""
    found: dict[str, str | None] = {}
    for entry in listed.tagged("div"):
        term, meaning = next(entry.tagged("dt"), None), next(entry.tagged("dd"), None)
        if term is not None and meaning is not None:
            found[term.text] = None if meaning.text.startswith("–") else meaning.text
    return found
