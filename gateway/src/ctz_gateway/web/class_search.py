"""What the address of the class library asks for: filters read, told to the service, shown again with their choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ctz.workouts.v1 import classes_pb2
from flask import url_for
from werkzeug.datastructures import MultiDict

from ctz_gateway.present.activities import type_name
from ctz_gateway.present.rows import discipline_name
from ctz_gateway.viewmodels.classes import ClassFilters
from ctz_gateway.viewmodels.common import Option
from ctz_gateway.viewmodels.training import ActiveFilter
from ctz_gateway.web.forms import one_line
from ctz_gateway.words import listing, thousands

SINGLE = ("q", "discipline", "class_type", "instructor", "length", "taken", "order", "from_year", "to_year")
FLAGS = {"favourites": "Favourites", "targets": "Has targets", "offered": "Still offered"}
ZONES = tuple(str(zone) for zone in range(1, 8))
# Bounds that are typed: the field of the filter, how it is called, the largest sensible figure.
BOUNDS = {
    "min_load": ("min_training_stress_score", "load from {} TSS", 1000.0),
    "max_load": ("max_training_stress_score", "load to {} TSS", 1000.0),
    "min_if": ("min_intensity_factor", "intensity from {}", 2.0),
    "max_if": ("max_intensity_factor", "intensity to {}", 2.0),
    "min_difficulty": ("min_difficulty", "difficulty from {}", 10.0),
    "max_difficulty": ("max_difficulty", "difficulty to {}", 10.0),
}
TAKEN = {"yes": (classes_pb2.TAKEN_YES, "Taken"), "no": (classes_pb2.TAKEN_NO, "Not taken")}
ORDERS = {
    "": (classes_pb2.CLASS_ORDER_NEWEST, "Newest first"),
    "load": (classes_pb2.CLASS_ORDER_EXPECTED_LOAD, "Highest load first"),
    "short": (classes_pb2.CLASS_ORDER_SHORTEST, "Shortest first"),
    "taken": (classes_pb2.CLASS_ORDER_MOST_TAKEN, "Most taken first"),
    "liked": (classes_pb2.CLASS_ORDER_BEST_LIKED, "Best liked first"),
}
MINUTE, HALF_MINUTE = 60, 30
LONGEST_MINUTES = 600
FIRST_YEAR, LAST_YEAR = 2000, 2999


@dataclass(frozen=True, slots=True)
class Search:
    """A wish as its address tells it: single values, and zones that are and are not called."""

    values: Mapping[str, str]
    zones: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out; an order leaves out nothing."""
        return bool(self.zones or self.without or any(value for name, value in self.values.items() if name != "order"))

    def pairs(self, **changed: str | tuple[str, ...]) -> list[tuple[str, str]]:
        """Names and values of the address, with some of them changed."""
        given = {**self.values, "zone": self.zones, "without": self.without, **changed}
        found: list[tuple[str, str]] = []
        for name, value in given.items():
            found.extend((name, each) for each in ((value,) if isinstance(value, str) else value) if each)
        return found

    def url(self, **changed: str | tuple[str, ...]) -> str:
        """The address of the list with some of the wish changed."""
        query = urlencode(self.pairs(**changed))
        return url_for("classes.show") + (f"?{query}" if query else "")

    def order(self) -> classes_pb2.ClassOrder.ValueType:
        """The order asked for."""
        return ORDERS[self.values["order"]][0]

    def filter(self) -> classes_pb2.ClassFilter:
        """The wish as the service takes it."""
        given = self.values
        found = classes_pb2.ClassFilter(
            query=given["q"],
            disciplines=_listed(given["discipline"]),
            class_types=_listed(given["class_type"]),
            instructors=_listed(given["instructor"]),
            from_year=int(given["from_year"] or 0),
            to_year=int(given["to_year"] or 0),
            zones=[int(zone) for zone in self.zones],
            without_zones=[int(zone) for zone in self.without],
            taken=TAKEN[given["taken"]][0] if given["taken"] else classes_pb2.TAKEN_UNSPECIFIED,
            is_favourite=bool(given["favourites"]),
            has_targets=bool(given["targets"]),
            is_offered=bool(given["offered"]),
        )
        if given["length"]:
            middle = int(given["length"]) * MINUTE
            found.min_duration_seconds = middle - HALF_MINUTE
            found.max_duration_seconds = middle + HALF_MINUTE - 1
        for name, (field, _, _) in BOUNDS.items():
            if given[name]:
                setattr(found, field, float(given[name]))
        return found


def search_of(sent: MultiDict[str, str]) -> Search:
    """The wish of an address; what makes no sense in it is left out."""
    values = {name: one_line(sent.get(name, "")) for name in SINGLE}
    values.update({name: "1" if sent.get(name) == "1" else "" for name in FLAGS})
    values.update({name: _figure(sent.get(name, ""), most) for name, (_, _, most) in BOUNDS.items()})
    values["length"] = _whole(values["length"], 1, LONGEST_MINUTES)
    for name in ("from_year", "to_year"):
        values[name] = _whole(values[name], FIRST_YEAR, LAST_YEAR)
    values["taken"] = values["taken"] if values["taken"] in TAKEN else ""
    values["order"] = values["order"] if values["order"] in ORDERS else ""
    return Search(values, _zones(sent, "zone"), _zones(sent, "without"))


def filters_of(search: Search, facets: classes_pb2.ClassFacets | None) -> ClassFilters:
    """The form again. Later pages come without facets: they show the wish, and lead back to the first page."""
    found, given = facets or classes_pb2.ClassFacets(), search.values
    years = [(each.value, each.value) for each in found.years]
    disciplines = [(each.value, _counted(discipline_name(each.value), each.count)) for each in found.disciplines]
    types = [(each.value, _counted(type_name(each.value), each.count)) for each in found.class_types]
    instructors = [(each.value, _counted(each.value, each.count)) for each in found.instructors]
    lengths = [(each.value, _counted(f"{each.value} min", each.count)) for each in found.minutes]
    return ClassFilters(
        q=given["q"],
        choices=facets is not None,
        discipline=_options("Every discipline", disciplines, given["discipline"]),
        class_type=_options("Every class type", types, given["class_type"]),
        instructor=_options("Every instructor", instructors, given["instructor"]),
        length=_options("Any length", lengths, given["length"]),
        taken=_options("Taken or not", [(key, words) for key, (_, words) in TAKEN.items()], given["taken"]),
        order=[Option(key, words, key == given["order"]) for key, (_, words) in ORDERS.items()],
        from_year=_options("Any", years, given["from_year"]),
        to_year=_options("Any", years, given["to_year"]),
        favourites=bool(given["favourites"]),
        targets=bool(given["targets"]),
        offered=bool(given["offered"]),
        zones=[Option(zone, zone, zone in search.zones) for zone in ZONES],
        without_zones=[Option(zone, zone, zone in search.without) for zone in ZONES],
        bounds={name: given[name] for name in BOUNDS},
        is_more_open=bool(search.zones or search.without or given["from_year"] or given["to_year"]
                          or any(given[name] for name in BOUNDS)),
        active=_active(search),
    )  # fmt: skip


def _listed(value: str) -> list[str]:
    return [value] if value else []


def _zones(sent: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(zone for zone in ZONES if zone in sent.getlist(name))


def _whole(typed: str, least: int, most: int) -> str:
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most))
    return str(int(typed)) if is_number and least <= int(typed) <= most else ""


def _figure(typed: str, most: float) -> str:
    """A typed bound in the shortest spelling; empty for what is none."""
    try:
        value = float(one_line(typed).replace(",", "."))
    except ValueError:
        return ""
    return f"{value:g}" if 0 <= value <= most else ""


def _counted(name: str, count: int) -> str:
    return f"{name} ({thousands(count)})"


def _options(nothing: str, choices: Sequence[tuple[str, str]], chosen: str) -> Sequence[Option]:
    """The choices; one that is chosen and not among them stays to be seen."""
    known = {value for value, _ in choices}
    kept = [(chosen, chosen)] if chosen and chosen not in known else []
    listed = (Option(value, label, value == chosen) for value, label in (*choices, *kept))
    return (Option("", nothing, not chosen), *listed)


def _active(search: Search) -> Sequence[ActiveFilter]:
    """Every filter in force with the list that does without it."""
    given = search.values
    shown = [
        (f"“{given['q']}”", "q"),
        (discipline_name(given["discipline"]), "discipline"),
        (type_name(given["class_type"]), "class_type"),
        (given["instructor"], "instructor"),
        (f"{given['length']} min", "length"),
        (f"from {given['from_year']}", "from_year"),
        (f"to {given['to_year']}", "to_year"),
        (TAKEN[given["taken"]][1] if given["taken"] else "", "taken"),
        *((words, name) for name, words in FLAGS.items()),
        *((words.format(given[name]), name) for name, (_, words, _) in BOUNDS.items()),
    ]
    active = [ActiveFilter(label, search.url(**{name: ""})) for label, name in shown if given[name]]
    for name, zones, words in (("zone", search.zones, "calls"), ("without", search.without, "without")):
        if zones:
            label = f"{words} zone{'s' if len(zones) > 1 else ''} {listing(zones)}"
            active.append(ActiveFilter(label, search.url(**{name: ()})))
    return active
