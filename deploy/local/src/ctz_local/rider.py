"""Who rides in the demo, and who looks after it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rider:
    """An account of the product."""

    email: str
    password: str
    name: str


@dataclass(frozen=True, slots=True)
class SimulatedRider:
    """A member of the simulated Peloton: sign-in, number of workouts, the seed of the history, its length in years."""

    username: str
    password: str
    workouts: int
    seed: int
    years: float | None = None

    def as_argument(self) -> str:
        """Write it as the simulator's command line wants it."""
        parts = [self.username, self.password, str(self.workouts), str(self.seed)]
        return ":".join([*parts, str(self.years)] if self.years else parts)


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody who rides in the demo's challenge from the start: an account, its history, its team."""

    rider: Rider
    account: SimulatedRider
    team: str


DEMO_RIDER: Final = Rider("demo@example.org", "pedal-through-the-zones", "Demo Rider")
DEMO_CHALLENGE_TITLE: Final = "Chase the Zones, four weeks"
DEMO_TEAM: Final = "Late Cadence"
DEMO_ADMINISTRATOR: Final = Rider("admin@example.org", "look-after-the-zones", "Demo Administrator")
_OTHER_TEAM: Final = "Sunday Watts"
_MATES_WORDS: Final = "ride-beside-the-zones"
# At the simulated Peloton: it opens nothing else.
_AT_PELOTON: Final = "demo-mate-at-peloton"
DEMO_MATES: Final = tuple(
    Mate(
        Rider(f"{first.lower()}@example.org", _MATES_WORDS, f"{first} {last}"),
        SimulatedRider(f"demo-{first.lower()}", _AT_PELOTON, workouts, seed, years=0.12),
        team,
    )
    for first, last, workouts, seed, team in (
        ("Mira", "Holm", 40, 21, DEMO_TEAM),
        ("Tomas", "Berg", 30, 22, _OTHER_TEAM),
        ("Clara", "Duarte", 24, 23, _OTHER_TEAM),
    )
)
