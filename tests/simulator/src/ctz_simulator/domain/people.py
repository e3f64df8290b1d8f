"""Invented instructors."""

from ctz_simulator.domain.models import Instructor
from ctz_simulator.seeds import hex_id

_CAST: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Marit", "Halvorsen", ("cycling", "bike_bootcamp")),
    ("Dev", "Okonkwo", ("cycling", "strength")),
    ("Priya", "Lindqvist", ("cycling",)),
    ("Tomas", "Brandt", ("cycling", "running", "circuit")),
    ("Noor", "Castellano", ("running", "walking", "circuit")),
    ("Eli", "Vandermeer", ("running", "walking")),
    ("Saoirse", "Adeyemi", ("caesar", "caesar_bootcamp", "cardio")),
    ("Kenji", "Moreau", ("yoga", "meditation")),
    ("Luz", "Petrov", ("strength", "bike_bootcamp", "stretching")),
    ("Amara", "Whitfield", ("stretching", "yoga", "strength")),
)


def instructors() -> tuple[Instructor, ...]:
    """The whole cast, in a fixed order."""
    return tuple(Instructor(hex_id("instructor", a, b), a, b, disciplines) for a, b, disciplines in _CAST)
