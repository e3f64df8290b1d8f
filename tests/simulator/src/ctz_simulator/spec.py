"""What a caller says about a simulated rider."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Self

from ctz_simulator.jsontypes import JsonObject

# A fixed end of history, so that a rider is the same on every day and machine.
DEFAULT_END = date(2026, 11, 21)
_WORKOUTS_PER_YEAR = 650
_MOST_YEARS = 9


class BadRiderSpec(ValueError):
    """The text or object does not describe a rider."""


@dataclass(frozen=True, slots=True)
class RiderSpec:
    """A generated rider; the same spec always gives the same history, second by second.

    `ftp_source` is test, manual, estimated or none; `mix` replaces the weights of the kinds (see `Kind`).
    `in_progress` of the newest rows are classes still running; they are part of `workouts`.
    """

    username: str
    password: str = "simulated-password"
    workouts: int = 200
    seed: int = 1
    metric_units: bool = False
    years: float | None = None
    ends_on: date = DEFAULT_END
    time_zone: str = "America/New_York"
    ftp_source: str = "test"
    heart_rate: bool = True
    in_progress: int = 0
    mix: Mapping[str, float] = field(default_factory=dict)

    @property
    def span_years(self) -> float:
        """The years of history: as given, else at a busy rider's pace."""
        return self.years or min(_MOST_YEARS, max(0.25, self.workouts / _WORKOUTS_PER_YEAR))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `name:password:workouts:seed:years`; the later parts may be left out."""
        name, *rest = text.split(":")
        if not name or len(rest) > 4:
            raise BadRiderSpec(f"expected name:password:workouts:seed:years, got {text!r}")
        try:
            numbers = dict(zip(("workouts", "seed"), map(int, rest[1:3]), strict=False))
            years = {"years": float(rest[3])} if rest[3:] else {}
        except ValueError as error:
            raise BadRiderSpec(f"workouts, seed and years must be numbers in {text!r}") from error
        return cls(username=name, **({"password": rest[0]} if rest else {}), **numbers, **years)  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """From a JSON object with the field names of this class."""
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(body) - known)
        if unknown or "username" not in body:
            raise BadRiderSpec(f"unknown fields {unknown}" if unknown else "username is missing")
        values = dict(body)
        if "ends_on" in values:
            values["ends_on"] = date.fromisoformat(values["ends_on"])
        return cls(**values)
