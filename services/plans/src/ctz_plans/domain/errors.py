"""Errors about weeks and templates. Each is mapped to a status once, at the edge.

PlanError
├── RevisionStale          the thing was changed since it was read
├── DayFull                a day has as many items as one may have
├── TemplateLimitReached   the rider has as many templates as one may have
├── TemplateBuiltIn        a template that came with the product cannot be changed
├── NothingToStart         no activity of a template lies on or after the day it should start
└── ItemAsksNothing        a note or a day of rest is neither done nor left out

A field that does not fit is a `practice_errors.FieldRefused`, as everywhere in this service.
"""

from typing import ClassVar


class PlanError(Exception):
    """Anything that the rules of weeks and templates refuse."""

    reason: ClassVar[str] = "PLAN"
    code: ClassVar[str] = "INTERNAL"


class RevisionStale(PlanError):
    """The revision that was read is no longer the stored one; the metadata tells the stored one."""

    reason: ClassVar[str] = "REVISION_STALE"
    code: ClassVar[str] = "ABORTED"

    def __init__(self, stored: int) -> None:
        super().__init__("It was changed elsewhere. Read it again, then change it.")
        self.metadata = {"revision": str(stored)}


class DayFull(PlanError):
    """One item more than a day may have."""

    reason: ClassVar[str] = "DAY_FULL"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self, day: str, limit: int) -> None:
        super().__init__(f"{day} would have more than {limit} items. Delete one first.")
        self.metadata = {"date": day, "limit": str(limit)}


class TemplateLimitReached(PlanError):
    """One template more than a rider may have."""

    reason: ClassVar[str] = "TEMPLATE_LIMIT_REACHED"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self, limit: int) -> None:
        super().__init__(f"You have {limit} templates, which is as many as there can be. Delete one first.")
        self.metadata = {"limit": str(limit)}


class TemplateBuiltIn(PlanError):
    """A built-in template was to be changed or deleted."""

    reason: ClassVar[str] = "TEMPLATE_BUILT_IN"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self) -> None:
        super().__init__("This template came with the product. Make one of your own from it.")


class NothingToStart(PlanError):
    """A start would make no item."""

    reason: ClassVar[str] = "NOTHING_TO_START"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self) -> None:
        super().__init__("Nothing of this template lies on or after that day. Start earlier in the week, or repeat it.")


class ItemAsksNothing(PlanError):
    """The rider's word on an item that asks for nothing."""

    reason: ClassVar[str] = "ITEM_ASKS_NOTHING"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self) -> None:
        super().__init__("A note or a day of rest is neither done nor left out.")
