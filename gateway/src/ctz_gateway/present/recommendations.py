"""Why an instructor or a class is recommended, in words."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from ctz.workouts.v1 import classes_pb2

from ctz_gateway.present.activities import type_name
from ctz_gateway.present.classes import class_row
from ctz_gateway.present.rows import discipline_name
from ctz_gateway.viewmodels.classes import ClassRow, InstructorRow
from ctz_gateway.words import plural

SHOWN_REASONS = 3
Figures = Mapping[str, float]
Words = Mapping[str, str]


def _classes(figures: Figures) -> str:
    return plural(round(figures.get("rides", 0)), "class", "classes")


def _often(figures: Figures, words: Words) -> str:
    return f"{_classes(figures)} with {words.get('instructor', '')}"


def _recently(figures: Figures, words: Words) -> str:
    days = round(figures.get("days", 0))
    ago = "today" if days < 1 else f"{plural(days, 'day')} ago"
    return f"Last with {words.get('instructor', '')} {ago}"


def _rated(figures: Figures, words: Words) -> str:
    count = plural(round(figures.get("count", 0)), "rating")
    of = words.get("instructor") or type_name(words.get("class_type", ""))
    return f"You rate {of} {figures.get('rating', 0):.1f} of 5, {count}"


def _type_often(figures: Figures, words: Words) -> str:
    kind = type_name(words.get("class_type", ""))
    return f"{kind}: {_classes(figures)} taken"


def _length(figures: Figures, _words: Words) -> str:
    return f"{figures.get('minutes', 0):.0f} min: {_classes(figures)} taken"


def _load(figures: Figures, _words: Words) -> str:
    return f"{figures.get('load', 0):.0f} TSS, you usually take {figures.get('usual_load', 0):.0f}"


def _liked(figures: Figures, _words: Words) -> str:
    return f"Liked by {100 * figures.get('share', 0):.0f} % at Peloton"


def _new(figures: Figures, _words: Words) -> str:
    days = round(figures.get("days", 0))
    return "New today" if days < 1 else f"New, {plural(days, 'day')} old"


def _favourites(figures: Figures, _words: Words) -> str:
    count = round(figures.get("count", figures.get("favourites", 0)))
    return f"Like {plural(count, 'favourite')} of yours" if count else "Like favourites of yours"


SENTENCES: Mapping[str, Callable[[Figures, Words], str]] = {
    "instructor_often": _often,
    "instructor_recently": _recently,
    "instructor_rated": _rated,
    "type_often": _type_often,
    "type_rated": _rated,
    "length_usual": _length,
    "load_usual": _load,
    "well_liked": _liked,
    "is_new": _new,
    "favourites_like_it": _favourites,
}


def reasons(given: Sequence[classes_pb2.RecommendationReason]) -> Sequence[str]:
    """The most telling reasons; kinds that this page does not know are left out."""
    known = [each for each in given if each.kind in SENTENCES][:SHOWN_REASONS]
    return [SENTENCES[each.kind](each.figures, each.words) for each in known]


def recommended_row(found: classes_pb2.RecommendedClass) -> ClassRow:
    """A recommended class."""
    return class_row(found.library_class, reasons(found.reasons))


def instructor_row(found: classes_pb2.RecommendedInstructor, library_url: str) -> InstructorRow:
    """A recommended instructor."""
    query = urlencode({"instructor": found.instructor, "discipline": found.discipline, "taken": "no"})
    return InstructorRow(
        name=found.instructor,
        discipline=discipline_name(found.discipline),
        reasons=reasons(found.reasons),
        untaken_text=f"{plural(found.untaken_count, 'class', 'classes')} not taken",
        url=f"{library_url}?{query}",
    )
