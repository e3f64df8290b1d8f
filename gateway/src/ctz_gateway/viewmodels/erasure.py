"""The page on which somebody without an account watches it leave."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErasedService:
    """A part of the system, what it kept of the person, and whether that is gone."""

    name: str
    what: str
    text: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """How far it is; `progress_url` is empty at the end."""

    when_text: str
    services: Sequence[ErasedService]
    is_done: bool
    spoken: str
    progress_url: str
