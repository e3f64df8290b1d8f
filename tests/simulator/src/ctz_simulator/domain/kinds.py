"""Kinds of workout and what is common to all workouts of a kind."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Everything a generated rider may do."""

    POWER_ZONE = "power_zone"
    RIDE = "ride"
    PLAIN_RIDE = "plain_ride"
    FTP_TEST = "ftp_test"
    FTP_WARM_UP = "ftp_warm_up"
    SCENIC = "scenic"
    JUST_RIDE = "just_ride"
    GOAL_RIDE = "goal_ride"
    LANEBREAK = "lanebreak"
    ENTERTAINMENT = "entertainment"
    APP_RIDE = "app_ride"
    RUN = "run"
    SPEED_RUN = "speed_run"
    WALK = "walk"
    JUST_RUN = "just_run"
    OUTDOOR_RUN = "outdoor_run"
    OUTDOOR_WALK = "outdoor_walk"
    ROW = "row"
    JUST_ROW = "just_row"
    BIKE_BOOTCAMP = "bike_bootcamp"
    TREAD_BOOTCAMP = "tread_bootcamp"
    ROW_BOOTCAMP = "row_bootcamp"
    STRENGTH = "strength"
    GYM = "gym"
    YOGA = "yoga"
    STRETCHING = "stretching"
    MEDITATION = "meditation"
    CARDIO = "cardio"
    PILATES = "pilates"
    IMPORTED = "imported"


class Machine(StrEnum):
    """What produces the metrics."""

    BIKE = "bike"
    TREAD = "tread"
    ROW = "row"
    OUTDOOR = "outdoor"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Traits:
    """The constant facts of a kind; `weight` is its share in a mixed history, `effort` the mean heart-rate zone."""

    discipline: str
    metrics_type: str | None
    workout_type: str
    name: str
    machine: Machine
    weight: float
    minutes: tuple[int, ...]
    effort: float

    @property
    def is_class(self) -> bool:
        """Whether a class template (a "ride") stands behind the workout."""
        return self.workout_type in ("class", "scenic")


_BIKE = ("cycling", "cycling")
_RUN = ("running", "running")
_WALK = ("walking", "running")
_ROW = ("caesar", "caesar")

TRAITS: dict[Kind, Traits] = {
    Kind.POWER_ZONE: Traits(*_BIKE, "class", "Cycling Workout", Machine.BIKE, 24, (20, 30, 45, 45, 60, 75, 90), 3.1),
    Kind.RIDE: Traits(*_BIKE, "class", "Cycling Workout", Machine.BIKE, 16, (10, 15, 20, 30, 30, 45), 3.6),
    Kind.PLAIN_RIDE: Traits(*_BIKE, "class", "Cycling Workout", Machine.BIKE, 2, (20, 30, 45), 3.2),
    Kind.FTP_TEST: Traits(*_BIKE, "class", "Cycling Workout", Machine.BIKE, 0, (20,), 4.6),
    Kind.FTP_WARM_UP: Traits(*_BIKE, "class", "Cycling Workout", Machine.BIKE, 0, (10,), 2.6),
    Kind.SCENIC: Traits(*_BIKE, "scenic", "Scenic Ride", Machine.BIKE, 4, (15, 20, 30, 45), 3.0),
    Kind.JUST_RIDE: Traits(*_BIKE, "freestyle", "Cycling Workout", Machine.BIKE, 4, (10, 20, 30, 60), 2.8),
    Kind.GOAL_RIDE: Traits(*_BIKE, "freestyle", "Cycling Workout", Machine.BIKE, 1, (20, 30, 45), 2.9),
    Kind.LANEBREAK: Traits(*_BIKE, "freestyle", "Lanebreak Ride", Machine.BIKE, 1, (5, 10, 15), 3.4),
    Kind.ENTERTAINMENT: Traits(*_BIKE, "freestyle", "Entertainment Ride", Machine.BIKE, 1, (25, 50), 2.5),
    Kind.APP_RIDE: Traits("cycling", None, "class", "Cycling Workout", Machine.BIKE, 1, (20, 30), 3.0),
    Kind.RUN: Traits(*_RUN, "class", "Running Workout", Machine.TREAD, 6, (20, 30, 45, 60), 3.7),
    Kind.SPEED_RUN: Traits(*_RUN, "class", "Running Workout", Machine.TREAD, 2, (20, 30, 45), 3.6),
    Kind.WALK: Traits(*_WALK, "class", "Walking Workout", Machine.TREAD, 4, (15, 20, 30, 45), 2.0),
    Kind.JUST_RUN: Traits(*_RUN, "freestyle", "Running Workout", Machine.TREAD, 1, (20, 30), 3.4),
    Kind.OUTDOOR_RUN: Traits(*_RUN, "class", "Running Workout", Machine.OUTDOOR, 1, (20, 30, 45), 3.6),
    Kind.OUTDOOR_WALK: Traits(*_WALK, "freestyle", "Walking Workout", Machine.OUTDOOR, 2, (25, 40), 1.8),
    Kind.ROW: Traits(*_ROW, "class", "Rowing Workout", Machine.ROW, 3, (10, 15, 20, 30), 3.2),
    Kind.JUST_ROW: Traits(*_ROW, "freestyle", "Rowing Workout", Machine.ROW, 1, (10, 20), 2.9),
    Kind.BIKE_BOOTCAMP: Traits(
        "bike_bootcamp", "cycling", "class", "Bike Bootcamp", Machine.BIKE, 2, (30, 45, 60), 3.3
    ),
    Kind.TREAD_BOOTCAMP: Traits("circuit", "running", "class", "Tread Bootcamp", Machine.TREAD, 1, (30, 45), 3.3),
    Kind.ROW_BOOTCAMP: Traits("caesar_bootcamp", "caesar", "class", "Row Bootcamp", Machine.ROW, 1, (30, 45), 3.2),
    Kind.STRENGTH: Traits("strength", None, "class", "Strength Workout", Machine.FLOOR, 9, (5, 10, 20, 30), 1.9),
    Kind.GYM: Traits("strength", None, "class", "Strength Workout", Machine.FLOOR, 1, (30, 45), 1.8),
    Kind.YOGA: Traits("yoga", None, "class", "Yoga Workout", Machine.FLOOR, 5, (20, 30, 45), 1.3),
    Kind.STRETCHING: Traits("stretching", None, "class", "Stretching Workout", Machine.FLOOR, 7, (5, 10), 1.1),
    Kind.MEDITATION: Traits("meditation", None, "class", "Meditation Workout", Machine.FLOOR, 3, (5, 10, 20), 1.0),
    Kind.CARDIO: Traits("cardio", None, "class", "Cardio Workout", Machine.FLOOR, 1, (10, 20), 3.2),
    Kind.PILATES: Traits("strength", None, "class", "Strength Workout", Machine.FLOOR, 1, (10, 20), 1.6),
    Kind.IMPORTED: Traits("cycling", None, "freestyle", "Cycling Workout", Machine.FLOOR, 1, (40, 75), 2.8),
}
