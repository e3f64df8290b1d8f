"""What the web layer asks of an account, generated or replayed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.workout import Joins


class NotInHistory(LookupError):
    """The account has no such workout (or no longer)."""


class CannotChange(ValueError):
    """The account refuses the change; the text says why."""


_NOTHING_JOINED = Joins()


@dataclass(frozen=True, slots=True)
class ListQuery:
    """How a list is asked for; `begin` and `end` in epoch seconds, end exclusive."""

    limit: int = 20
    page: int = 0
    joins: Joins = _NOTHING_JOINED
    ride_id: str | None = None
    begin: float | None = None
    end: float | None = None


class Account(Protocol):
    """One member with a history; safe to use from several threads."""

    @property
    def user_id(self) -> str:
        """The member's id."""

    @property
    def username(self) -> str:
        """The name to sign in with."""

    @property
    def password(self) -> str:
        """The password to sign in with."""

    def me(self) -> JsonObject:
        """GET /api/me."""

    def public(self) -> JsonObject:
        """GET /api/user/{id} for somebody else."""

    def workouts(self, query: ListQuery) -> JsonObject:
        """GET /api/user/{id}/workouts."""

    def detail(self, workout_id: str, joins: Joins) -> JsonObject:
        """GET /api/workout/{id}; raises NotInHistory."""

    def graph(self, workout_id: str, every_n: int, *, with_location: bool) -> JsonObject:
        """GET /api/workout/{id}/performance_graph; raises NotInHistory."""

    def ride(self, ride_id: str) -> JsonObject | None:
        """GET /api/ride/{id} as this member sees it."""

    def ride_details(self, ride_id: str) -> JsonObject | None:
        """GET /api/ride/{id}/details as this member sees it."""

    def session(self, peloton_id: str) -> JsonObject | None:
        """GET /api/peloton/{id}."""

    def profile_page(self, name: str) -> JsonObject | None:
        """settings, calendar, overview or achievements."""

    def history_csv(self) -> str:
        """GET /api/user/{id}/workout_history_csv."""

    def truth(self) -> JsonObject:
        """What the account holds, in a form of the simulator's own."""

    def truth_of(self, workout_id: str) -> JsonObject:
        """One workout with its recording, second by second; raises NotInHistory."""

    def add(self, change: Mapping[str, object]) -> str:
        """A new workout, its id; raises CannotChange."""

    def edit(self, workout_id: str, change: JsonObject) -> None:
        """Change a workout; raises NotInHistory or CannotChange."""

    def finish(self, workout_id: str) -> None:
        """End a workout in progress; raises NotInHistory or CannotChange."""

    def delete(self, workout_id: str) -> None:
        """Delete a workout; raises NotInHistory."""

    def restore(self, workout_id: str) -> None:
        """Bring a deleted workout back; raises NotInHistory."""
