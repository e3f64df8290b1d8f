"""Who rides in the demo."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rider:
    """An account of the product."""

    email: str
    password: str
    name: str


DEMO_RIDER: Final = Rider("demo@example.org", "pedal-through-the-zones", "Demo Rider")
