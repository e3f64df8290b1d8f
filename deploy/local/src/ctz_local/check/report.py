"""What a check is asked to do, and what it found."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_SHOWN_DIFFERENCES: Final = 60


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to drive: a generated history of so many workouts, or a folder of recordings."""

    workouts: int
    replay: Path | None = None
    latency_ms: int = 0


@dataclass(slots=True)
class CheckReport:
    """Figures are only printed; any missing, doubled or differing datum fails the check."""

    figures: dict[str, Any] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    missing: int = 0
    doubled: int = 0
    differing: int = 0

    @property
    def passed(self) -> bool:
        """Tell whether nothing was wrong."""
        return not self.differences

    def say_missing(self, what: str) -> None:
        """Note that something which the simulator holds did not arrive."""
        self.missing += 1
        self.differences.append(f"missing: {what}")

    def say_doubled(self, what: str) -> None:
        """Note that something arrived twice, or from nowhere."""
        self.doubled += 1
        self.differences.append(f"doubled: {what}")

    def say_differing(self, what: str) -> None:
        """Note that a figure is another one than it must be."""
        self.differing += 1
        self.differences.append(f"differs: {what}")

    def as_json(self) -> dict[str, Any]:
        """Return the report as one object, with the first differences in words."""
        return {
            "passed": self.passed,
            "missing": self.missing,
            "doubled": self.doubled,
            "differing": self.differing,
            "differences": self.differences[:_SHOWN_DIFFERENCES],
            "figures": self.figures,
        }
