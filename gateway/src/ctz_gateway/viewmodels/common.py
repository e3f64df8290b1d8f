"""Parts that many pages share: the viewer, figures, notes, form fields."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "good", "warn", "bad", "accent"]
Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a page: `value` and `unit` as shown; without a value, `reason` says why it is missing."""

    label: str
    value: str | None
    unit: str = ""
    note: str = ""
    reason: str = ""
    # The part of the page "How is this computed?" that explains it; empty for what is shown as reported.
    how: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark or a message to the rider; `title` is the bold beginning."""

    text: str
    title: str = ""
    tone: Tone = "plain"
    icon: str = "info"
    link_url: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A short state with its icon: "targets missing", "best 20 min since March"."""

    text: str
    tone: Tone = "plain"
    icon: str = "info"


@dataclass(frozen=True, slots=True)
class SyncLine:
    """The line at the foot of the navigation, for instance "Synced 4 min ago"."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in, as the frame of every page shows it."""

    name: str
    initials: str
    figures_line: str = ""
    is_admin: bool = False
    sync: SyncLine | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, a segmented control or a group of chips."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows again: the values sent, an error for each wrong field, one for the whole.

    `asks_password`: the sign-in is too old for this; the form has a field `own_password` besides its own.
    """

    given: dict[str, str]
    errors: dict[str, str]
    problem: Note | None = None
    asks_password: bool = False

    def value(self, name: str) -> str:
        """The text of a field; empty when nothing was sent."""
        return self.given.get(name, "")

    def error(self, name: str) -> str:
        """The sentence under a wrong field; empty when it is right."""
        return self.errors.get(name, "")


def blank_form() -> Form:
    """A form that nobody has sent yet."""
    return Form({}, {})
