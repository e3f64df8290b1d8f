"""What a rider did, as far as points are concerned."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class DoneKind(StrEnum):
    """Where something was done: in a workout, or in a guided session of the exercise library."""

    WORKOUT = "workout"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Done:
    """A workout or a guided session, whose discipline is its category; a figure that is not known is absent."""

    kind: DoneKind
    done_id: UUID
    start_time: datetime
    discipline: str
    title: str = ""
    class_id: str = ""
    class_type: str = ""
    practice: str = ""
    duration_seconds: int | None = None
    kilojoules: Decimal | None = None
    kilometres: Decimal | None = None
    training_stress_score: Decimal | None = None

    @property
    def place(self) -> tuple[datetime, str, UUID]:
        """Where it stands among others: by start, equals in an order that never changes."""
        return self.start_time, self.kind, self.done_id
