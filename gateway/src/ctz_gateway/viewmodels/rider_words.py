"""What the rider says of a workout: note, tags, effort, feel."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ctz_gateway.viewmodels.common import Form, Option, blank_form


@dataclass(frozen=True, slots=True)
class RiderWords:
    """The panel on the page of a workout: what is stored, and the revision that a change refers to."""

    save_url: str
    notes: str
    tags: str
    effort: Sequence[Option]
    feel: Sequence[Option]
    revision: int
    form: Form = field(default_factory=blank_form)


@dataclass(frozen=True, slots=True)
class Words:
    """One version of the words, as a reader sees them side by side; what is empty was not said."""

    notes: str
    tags: str
    effort: str
    feel: str


@dataclass(frozen=True, slots=True)
class WordsConflict:
    """The words were changed elsewhere: how they stand, how the rider wants them, and the form that saves these."""

    title: str
    stands: Words
    wanted: Words
    save_url: str
    fields: dict[str, str]
    back_url: str
