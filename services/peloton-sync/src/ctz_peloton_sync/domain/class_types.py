"""The type of a class: one key from the discipline and the title, the only things that every workout tells of it.

Keys and what they mean stand in docs/glossary.md. Peloton's own class types are no use for this: they are known only
of classes whose detail was fetched, and its one type "Power Zone" covers all three families.
"""

import re
from dataclasses import dataclass

_BIKE = frozenset({"cycling", "bike_bootcamp"})
_FOOT = frozenset({"running", "walking", "circuit"})
_ROW = frozenset({"caesar", "rowing", "caesar_bootcamp", "rowing_bootcamp"})
_ENDURANCE = _BIKE | _FOOT | _ROW
_CARDIO = _ENDURANCE | {"cardio"}
_STRENGTH = frozenset({"strength", "bike_bootcamp", "circuit", "caesar_bootcamp", "rowing_bootcamp"})
_YOGA = frozenset({"yoga"})
_BREATH = frozenset({"meditation", "yoga", "breathwork"})


@dataclass(frozen=True, slots=True)
class _Rule:
    """A type, the words that tell it, and the disciplines in which they do; none means in all."""

    class_type: str
    words: re.Pattern[str]
    disciplines: frozenset[str] | None = None

    def fits(self, discipline: str, title: str) -> bool:
        return (self.disciplines is None or discipline in self.disciplines) and self.words.search(title) is not None


def _rule(class_type: str, words: str, disciplines: frozenset[str] | None = None) -> _Rule:
    return _Rule(class_type, re.compile(rf"\b(?:{words})\b", re.IGNORECASE), disciplines)


# The first that fits counts: what a class is for (to warm up, to recover) before what it is made of, the special before
# the general. A word counts only where it names a type, so that a ride with the music of Lauryn Hill has no hills.
_RULES = (
    _rule("recovery", r"recovery"),
    _rule("warm_up", r"warm[- ]?up"),
    _rule("cool_down", r"cool[- ]?down"),
    _rule("ftp_test", r"ftp test", _BIKE),
    _rule("power_zone_endurance", r"power zone endurance|pze", _BIKE),
    _rule("power_zone_max", r"power zone max|pzm", _BIKE),
    _rule("power_zone", r"power zones?|pz", _BIKE),
    _rule("pilates", r"pilates"),
    _rule("barre", r"barre"),
    _rule("mobility", r"mobility"),
    _rule("low_impact", r"low[- ]impact", _CARDIO),
    _rule("full_body", r"(?:full|total)[- ]body", _STRENGTH),
    _rule("upper_body", r"upper[- ]body|chest|back", _STRENGTH),
    _rule("lower_body", r"lower[- ]body|glutes|legs", _STRENGTH),
    _rule("core", r"core|abs", _STRENGTH),
    _rule("arms", r"arms?", frozenset({"strength"})),
    _rule("hiit", r"hiit|tabata", _CARDIO),
    _rule("intervals", r"intervals?", _CARDIO),
    _rule("climb", r"climb|climbs|climbing", _BIKE),
    _rule("hills", r"hills", _FOOT),
    _rule("tempo", r"tempo", _ENDURANCE),
    _rule("endurance", r"endurance", _ENDURANCE),
    _rule("power_yoga", r"power", _YOGA),
    _rule("restorative", r"restorative", _YOGA),
    _rule("yoga_flow", r"flow", _YOGA),
    _rule("breathwork", r"breath|breathe|breathing|breathwork", _BREATH),
)
CLASS_TYPES = tuple(rule.class_type for rule in _RULES)


def class_type_of(discipline: str, title: str) -> str:
    """The type of a class of this discipline (Peloton's word) with this title; empty when it is none that is known."""
    return next((rule.class_type for rule in _RULES if rule.fits(discipline.lower(), title)), "")
