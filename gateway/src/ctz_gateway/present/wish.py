"""What an address asks of the history, and the filter of the contract that says the same; both ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from ctz.workouts.v1 import workouts_pb2 as pb

LENGTHS: Final = {
    "15": ("up to 15 min", None, 15 * 60 + 59),
    "30": ("20 to 30 min", 16 * 60, 32 * 60 + 59),
    "45": ("35 to 45 min", 33 * 60, 47 * 60 + 59),
    "60": ("50 to 60 min", 48 * 60, 62 * 60 + 59),
    "61": ("over an hour", 63 * 60, None),
}
ANY_POWER_ZONE: Final = "any_power_zone"
SORTS: Final = {
    "": ("Newest first", pb.WORKOUT_ORDER_NEWEST),
    "oldest": ("Oldest first", pb.WORKOUT_ORDER_OLDEST),
    "longest": ("Longest first", pb.WORKOUT_ORDER_LONGEST),
    "work": ("Most work first", pb.WORKOUT_ORDER_MOST_WORK),
    "load": ("Highest load first", pb.WORKOUT_ORDER_HIGHEST_LOAD),
    "target": ("Best in target first", pb.WORKOUT_ORDER_BEST_TARGET_SHARE),
    "effort": ("Most effort points first", pb.WORKOUT_ORDER_MOST_EFFORT),
}
SOURCES: Final = {
    "only_manual": ("Only by hand", pb.SOURCE_CHOICE_ONLY_MANUAL),
    "without_manual": ("Not by hand", pb.SOURCE_CHOICE_WITHOUT_MANUAL),
}
FILTERS: Final = (
    "q",
    "discipline",
    "class_type",
    "instructor",
    "length",
    "tag",
    "source",
    "chart",
    "record",
    "notes",
    "since",
    "until",
)
_MARKS: Final = {"chart": "has_series", "record": "is_record", "notes": "has_notes"}
_LISTS: Final = {"discipline": "disciplines", "class_type": "class_types", "instructor": "instructors", "tag": "tags"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the rider asks for: fields as in the form, empty where nothing is asked, and the order."""

    fields: Mapping[str, str]
    sort: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wish":
        """From what an address says; what means nothing is left out."""
        fields = {name: given.get(name, "") for name in FILTERS}
        for name, known in (("length", LENGTHS), ("source", SOURCES)):
            fields[name] = fields[name] if fields[name] in known else ""
        for name in _MARKS:
            fields[name] = "1" if fields[name] == "1" else ""
        for name in ("since", "until"):
            fields[name] = _day(fields[name])
        return cls(fields, given.get("sort", "") if given.get("sort", "") in SORTS else "")

    @classmethod
    def of_message(cls, kept: pb.WorkoutFilter, order: int) -> "Wish":
        """From a filter as the contract writes it, as far as the form can say it."""
        spans = {(low, high): key for key, (_, low, high) in LENGTHS.items()}
        low = kept.min_duration_seconds if kept.HasField("min_duration_seconds") else None
        high = kept.max_duration_seconds if kept.HasField("max_duration_seconds") else None
        fields = {
            "q": kept.query,
            "length": spans.get((low, high), ""),
            "source": next((key for key, (_, choice) in SOURCES.items() if choice == kept.source_choice), ""),
            "since": kept.from_date,
            "until": kept.to_date,
            **{name: "1" if getattr(kept, field) else "" for name, field in _MARKS.items()},
            **{name: next(iter(getattr(kept, field)), "") for name, field in _LISTS.items()},
        }
        if kept.is_power_zone:
            fields["class_type"] = ANY_POWER_ZONE
        return cls(fields, next((key for key, (_, value) in SORTS.items() if value == order), ""))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return not any(self.fields.values())

    @property
    def order(self) -> pb.WorkoutOrder.ValueType:
        """The order as the contract numbers it."""
        return SORTS[self.sort][1]

    def message(self) -> pb.WorkoutFilter:
        """The filter of the contract."""
        low, high = LENGTHS[self.fields["length"]][1:] if self.fields["length"] else (None, None)
        message = pb.WorkoutFilter(
            query=self.fields["q"],
            from_date=self.fields["since"],
            to_date=self.fields["until"],
            min_duration_seconds=low,
            max_duration_seconds=high,
            is_power_zone=self.fields["class_type"] == ANY_POWER_ZONE,
        )
        if self.fields["source"]:
            message.source_choice = SOURCES[self.fields["source"]][1]
        for name, field in _MARKS.items():
            setattr(message, field, self.fields[name] == "1")
        for name, field in _LISTS.items():
            if self.fields[name] and not (name == "class_type" and message.is_power_zone):
                getattr(message, field).append(self.fields[name])
        return message

    def query(self, **changed: str) -> str:
        """The part of an address behind the question mark; what is empty is left out."""
        said = {**self.fields, "sort": self.sort, **changed}
        return urlencode({name: value for name, value in said.items() if value})


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return ""
