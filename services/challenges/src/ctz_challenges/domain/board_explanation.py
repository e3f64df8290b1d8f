"""Why a member has these points, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ctz_challenges.domain.board import BoardRow
from ctz_challenges.domain.facts import DoneKind
from ctz_challenges.domain.scoring_lines import Reason


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line of the ledger as it is told."""

    line_id: UUID
    week: int
    day: date
    done_kind: DoneKind | None
    done_id: UUID | None
    title: str
    item_id: UUID | None
    reason: Reason
    amount: float | None
    points_per_unit: float | None
    points: Decimal
    team_id: UUID | None

    @property
    def place(self) -> "LinePlace":
        """Where the line stands."""
        return LinePlace(self.day, self.line_id)

    def without_session(self) -> "ToldLine":
        """The line without what session it was, or what item it did: one that counts no more may be private by now."""
        if self.done_kind is not DoneKind.SESSION:
            return self
        return replace(self, done_kind=None, done_id=None, title="", item_id=None)


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a line stands: latest day first."""

    day: date
    line_id: UUID


@dataclass(frozen=True, slots=True)
class Correction:
    """A line that counted once, and why it does no more."""

    line: ToldLine
    withdrawn_at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page of lines. `end` is where the next page starts; None on the last.

    `team_row` is where the member's team stands, without what each member gave; told to the member only.
    """

    lines: Sequence[ToldLine]
    corrections: Sequence[Correction]
    points: Decimal
    end: LinePlace | None
    team_row: BoardRow | None
