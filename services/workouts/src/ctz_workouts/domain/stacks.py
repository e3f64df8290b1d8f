"""Stacks: workouts that follow each other so closely that they are one session, such as a ride and its cool-down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LONGEST_BREAK = timedelta(minutes=10)
LONGEST_OVERLAP = timedelta(minutes=2)
"""Ends are not exact to the second; what overlaps more was recorded at the same time, and does not follow."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a workout was done."""

    workout_id: UUID
    start: datetime
    end: datetime


def stacks_of(spans: Iterable[Span]) -> list[Sequence[Span]]:
    """Every stack of two or more, oldest first."""
    found: list[list[Span]] = []
    for span in sorted(spans, key=lambda each: (each.start, each.workout_id)):
        if found and _follows(found[-1][-1], span):
            found[-1].append(span)
        else:
            found.append([span])
    return [stack for stack in found if len(stack) > 1]


def _follows(before: Span, span: Span) -> bool:
    return -LONGEST_OVERLAP <= span.start - before.end <= LONGEST_BREAK and span.start > before.start
