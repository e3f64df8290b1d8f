"""The class library: a fixed set of invented classes, the same in every simulator."""

import random
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from ctz_simulator.domain.kinds import TRAITS, Kind
from ctz_simulator.domain.models import Instructor, RideClass
from ctz_simulator.domain.people import instructors
from ctz_simulator.domain.plans import plan, power_zone_title
from ctz_simulator.seeds import hex_id, plain_random

LIBRARY_OPENS = 1_420_070_400  # 2015-01-01
LIBRARY_CLOSES = 1_788_220_800  # 2026-09-01

# Class type ids and names as the library names them (peloton-api.md 4.6); other kinds get an invented id.
_CLASS_TYPES: dict[Kind, tuple[str, str]] = {
    Kind.POWER_ZONE: ("665395ff3abf4081bf315686227d1a51", "Power Zone"),
    Kind.FTP_TEST: ("665395ff3abf4081bf315686227d1a51", "Power Zone"),
    Kind.FTP_WARM_UP: ("665395ff3abf4081bf315686227d1a51", "Power Zone"),
    Kind.RIDE: ("7579b9edbdf9464fa19eb58193897a73", "Intervals"),
    Kind.PLAIN_RIDE: ("59a49f882ea9475faa3110d50a8fb3f3", "Low Impact"),
    Kind.APP_RIDE: ("9f9be657134e4d868d76ae4988da01f1", "Beginner"),
    Kind.SCENIC: ("3e8b662199414382be3f4bed70634f6f", "Scenic Ride"),
}
_COUNTS: dict[Kind, int] = {
    Kind.POWER_ZONE: 120,
    Kind.RIDE: 140,
    Kind.FTP_TEST: 2,
    Kind.FTP_WARM_UP: 2,
    Kind.RUN: 60,
    Kind.WALK: 40,
    Kind.STRENGTH: 80,
}
_DEFAULT_COUNT = 24
_FIXED_DISTANCE_EVERY = 6
_WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.RIDE: ("Intervals Ride", "HIIT & Hills Ride", "Climb Ride", "Tabata Ride", "Groove Ride", "90s Rock Ride"),
    Kind.PLAIN_RIDE: ("Low Impact Ride", "Cool Down Ride", "Recovery Ride"),
    Kind.FTP_TEST: ("FTP Test Ride",),
    Kind.FTP_WARM_UP: ("FTP Warm Up Ride",),
    Kind.SCENIC: ("Fjord Coast Ride", "Alpine Pass Ride", "Desert Road Ride", "Harbour Front Ride"),
    Kind.APP_RIDE: ("Beginner Ride", "Advanced Beginner Ride"),
    Kind.RUN: ("Intervals Run", "Tempo Run", "Endurance Run", "Hills Run", "Fun Run"),
    Kind.SPEED_RUN: ("Classic Run", "Speed Run"),
    Kind.WALK: ("Power Walk", "Hike", "Walk + Talk", "Pop Walk"),
    Kind.OUTDOOR_RUN: ("Outdoor Fun Run", "Outdoor Intervals Run"),
    Kind.ROW: ("Intervals Row", "Form & Drills Row", "Endurance Row"),
    Kind.BIKE_BOOTCAMP: ("Bike Bootcamp: Full Body", "Bike Bootcamp: Core"),
    Kind.TREAD_BOOTCAMP: ("Tread Bootcamp: Legs", "Tread Bootcamp: Full Body"),
    Kind.ROW_BOOTCAMP: ("Row Bootcamp: Upper Body",),
    Kind.STRENGTH: ("Upper Body Strength", "Core Strength", "Glutes & Legs Strength", "Full Body Strength"),
    Kind.GYM: ("Gym: Push", "Gym: Pull", "Gym: Legs"),
    Kind.YOGA: ("Yoga Flow", "Slow Flow", "Power Yoga", "Restorative Yoga"),
    Kind.STRETCHING: ("Post-Ride Stretch", "Full Body Stretch", "Hips Mobility"),
    Kind.MEDITATION: ("Calming Meditation", "Sleep Meditation", "Breath Meditation"),
    Kind.CARDIO: ("HIIT Cardio", "Dance Cardio"),
    Kind.PILATES: ("Pilates", "Pilates Core"),
}
_PLACES = ("Norway", "Switzerland", "Namibia", "New Zealand")


class Catalogue:
    """All classes, found by id or by kind (in order of air date)."""

    def __init__(self) -> None:
        """The whole library; edits stay in this catalogue."""
        self.cast = instructors()
        self._by_kind = _library(self.cast)
        self._aired = {kind: [ride.aired for ride in rides] for kind, rides in self._by_kind.items()}
        self._by_id = {ride.id: ride for rides in self._by_kind.values() for ride in rides}
        self._taken_down: set[str] = set()

    def get(self, ride_id: str) -> RideClass | None:
        """The class with that id."""
        return self._by_id.get(ride_id)

    def replace(self, ride: RideClass) -> None:
        """Put an edited class in the place of the old one for look-ups by id."""
        self._by_id[ride.id] = ride

    def publish(self, ride: RideClass) -> None:
        """Add a class that has just been shown; generated histories do not know it."""
        self._by_id[ride.id] = ride

    def take_down(self, ride_id: str) -> None:
        """List a class no more; its own page stays."""
        self._taken_down.add(ride_id)

    def offer_again(self, ride_id: str) -> None:
        """List it once more."""
        self._taken_down.discard(ride_id)

    def all(self) -> list[RideClass]:
        """Every class that is offered, newest first."""
        offered = (ride for ride in self._by_id.values() if ride.id not in self._taken_down)
        return sorted(offered, key=lambda ride: -ride.aired)

    def pick(self, kind: Kind, when: int, share: float) -> RideClass:
        """A class of the kind that had aired by `when`; `share` in 0..1 chooses, and prefers the old favourites."""
        rides = self._by_kind[kind]
        aired = max(1, bisect_right(self._aired[kind], when))
        return rides[min(aired - 1, int(aired * share**1.5))]


@cache
def _library(cast: tuple[Instructor, ...]) -> dict[Kind, list[RideClass]]:
    """All classes by kind, in order of air date; made once a process and never changed."""
    return {
        kind: sorted(_classes(kind, cast), key=lambda ride: ride.aired)
        for kind, traits in TRAITS.items()
        if traits.is_class
    }


def _classes(kind: Kind, cast: tuple[Instructor, ...]) -> Iterator[RideClass]:
    """The classes of one kind."""
    traits = TRAITS[kind]
    staff = [person for person in cast if traits.discipline in person.disciplines] or list(cast)
    own_type = (hex_id("class_type", kind), traits.name.removesuffix(" Workout"))
    class_type_id, class_type = _CLASS_TYPES.get(kind, own_type)
    for index in range(_COUNTS.get(kind, _DEFAULT_COUNT)):
        rng = plain_random("class", kind, index)
        minutes = rng.choice(traits.minutes)
        title = f"{minutes} min {_words(kind, minutes, rng)}"
        offset = 5 if kind is Kind.SCENIC else 60
        # The first class of a kind is as old as the library, so that every workout finds one that had aired.
        aired = LIBRARY_OPENS if index == 0 else rng.randrange(LIBRARY_OPENS, LIBRARY_CLOSES) // 1800 * 1800
        yield RideClass(
            id=hex_id("class", kind, index),
            kind=kind,
            title=title,
            duration=minutes * 60,
            aired=aired,
            instructor=None if kind is Kind.SCENIC else rng.choice(staff),
            pedaling_start_offset=offset,
            class_type_id=class_type_id,
            class_type=class_type,
            difficulty=round(rng.uniform(4.5, 9.0), 4),
            blocks=plan(kind, title, minutes * 60, offset, rng),
            place=rng.choice(_PLACES) if kind is Kind.SCENIC else None,
            fixed_distance_km=minutes // 3 if kind is Kind.SCENIC and index % _FIXED_DISTANCE_EVERY == 1 else None,
        )


def _words(kind: Kind, minutes: int, rng: random.Random) -> str:
    """The title behind the minutes."""
    return power_zone_title(rng, minutes) if kind is Kind.POWER_ZONE else rng.choice(_WORDS[kind])
