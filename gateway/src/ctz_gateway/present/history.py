"""The history's filters, chips and counts in words."""

from collections.abc import Sequence

from ctz.workouts.v1 import workouts_pb2 as pb
from flask import url_for

from ctz_gateway.present import rows
from ctz_gateway.present.activities import CLASS_TYPES
from ctz_gateway.present.wish import ANY_POWER_ZONE, LENGTHS, SORTS, SOURCES, Wish
from ctz_gateway.viewmodels.common import Option
from ctz_gateway.viewmodels.history import HistoryFilters
from ctz_gateway.viewmodels.training import ActiveFilter
from ctz_gateway.words import plural, thousands

_MARKS = {"chart": "Has chart", "record": "Record", "notes": "Has notes"}


def anew_text(count: int) -> str:
    """`Figures of 842 workouts are being made`; empty when none are."""
    return f"Figures of {plural(count, 'workout')} are being made" if count else ""


def filters(wish: Wish, archive: pb.Archive, *, view: str, month: str) -> HistoryFilters:
    """The form as it stands, with what this archive can be filtered by."""
    said = wish.fields
    types = [(facet.value, class_type_name(facet.value)) for facet in archive.class_types]
    any_power_zone = [(ANY_POWER_ZONE, "Any Power Zone")]
    sources = {facet.value for facet in archive.sources}
    by_hand = [(key, words) for key, (words, _) in SOURCES.items()] if "manual" in sources else []
    disciplines = [(facet.value, rows.discipline_name(facet.value)) for facet in archive.disciplines]
    instructors, tags = ([(each.value, each.value) for each in kind] for kind in (archive.instructors, archive.tags))
    lengths = [(key, words[0]) for key, words in LENGTHS.items()]
    return HistoryFilters(
        q=said["q"],
        discipline=_options("Every discipline", disciplines, said["discipline"]),
        class_type=_options("Every class type", any_power_zone + types, said["class_type"]),
        instructor=_options("Every instructor", instructors, said["instructor"]),
        length=_options("Any length", lengths, said["length"]),
        tag=_options("Every tag", tags, said["tag"]),
        source=_options("Every source", by_hand, said["source"]),
        sort=[Option(key, words, key == wish.sort) for key, (words, _) in SORTS.items()],
        chart=bool(said["chart"]),
        record=bool(said["record"]),
        notes=bool(said["notes"]),
        since=said["since"],
        until=said["until"],
        view=view,
        month=month,
        active=[
            ActiveFilter(label, address(wish.query(**{name: ""}, view=view, month=month)))
            for name, label in labels(wish).items()
        ],
    )


def address(query: str) -> str:
    """The history with a query."""
    return f"{url_for('history.show')}?{query}" if query else url_for("history.show")


def labels(wish: Wish) -> dict[str, str]:
    """Each field in force, in words."""
    said = wish.fields
    words = {
        "q": f"“{said['q']}”",
        "discipline": rows.discipline_name(said["discipline"]),
        "class_type": class_type_name(said["class_type"]),
        "instructor": said["instructor"],
        "length": LENGTHS[said["length"]][0] if said["length"] else "",
        "tag": f"#{said['tag']}",
        "source": SOURCES[said["source"]][0] if said["source"] else "",
        **_MARKS,
        "since": f"from {said['since']}",
        "until": f"until {said['until']}",
    }
    return {name: label for name, label in words.items() if said[name]}


def kept_text(wish: Wish) -> str:
    """What a filter keeps and how it is ordered, in one line."""
    said = ", ".join(labels(wish).values()) or "Everything"
    return f"{said} · {SORTS[wish.sort][0]}" if wish.sort else said


def class_type_name(slug: str) -> str:
    """A type of class in words."""
    return "Any Power Zone" if slug == ANY_POWER_ZONE else CLASS_TYPES.get(slug, slug.replace("_", " ").capitalize())


def matches(total: int, *, is_minimum: bool) -> str:
    """How many match."""
    if is_minimum:
        return f"{thousands(total)}+ match"
    return "1 matches" if total == 1 else f"{thousands(total)} match"


def corrections(answer: pb.ListWorkoutsResponse) -> Sequence[str]:
    """What was searched in the place of words that begin nothing."""
    return [_correction(each) for each in answer.corrections]


def _correction(each: pb.Correction) -> str:
    if not each.words:
        return f"No word of your history begins with “{each.typed}”, or is near it."
    instead = " or ".join(f"“{word}”" for word in each.words[:3])
    return f"Nothing begins with “{each.typed}”. Searched for {instead} instead."


def _options(nothing: str, choices: Sequence[tuple[str, str]], chosen: str) -> Sequence[Option]:
    """The choices; one that is chosen stays, even where no workout has it any more."""
    known = {value for value, _ in choices}
    gone = [(chosen, chosen)] if chosen and chosen not in known else []
    return (
        Option("", nothing, not chosen),
        *(Option(value, label, value == chosen) for value, label in [*choices, *gone]),
    )
