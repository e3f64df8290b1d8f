"""Refusals of the fakes, by code and reason as the real services give them."""

from collections.abc import Mapping, Sequence


class Refused(Exception):
    """A described error: the chassis' server turns it into the status that callers read."""

    def __init__(
        self,
        code: str,
        reason: str,
        field_violations: Sequence[tuple[str, str]] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.field_violations = field_violations
        self.metadata = metadata or {}
