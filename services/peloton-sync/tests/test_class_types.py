"""The type of a class by its discipline and title."""

from uuid import UUID

import pytest

from ctz_peloton_sync.app.events import recorded, set_ride
from ctz_peloton_sync.domain.class_types import CLASS_TYPES, class_type_of
from ctz_peloton_sync.domain.classes import parse_ride
from ctz_peloton_sync.domain.workouts import parse_workout

CASES = [
    ("cycling", "45 min Power Zone Endurance Ride", "power_zone_endurance"),
    ("cycling", "60 min Power Zone Endurance 80s Ride", "power_zone_endurance"),
    ("cycling", "30 Min POWER ZONE ENDURANCE Ride", "power_zone_endurance"),
    ("cycling", "45 min PZE Ride", "power_zone_endurance"),
    ("cycling", "30 min Power Zone Max Ride", "power_zone_max"),
    ("cycling", "45 min Power Zone Max Metal Ride", "power_zone_max"),
    ("cycling", "45 min Power Zone Ride", "power_zone"),
    ("cycling", "45 min Power Zone Maximal Effort Ride", "power_zone"),
    ("cycling", "20 min Power Zone Beginner Ride", "power_zone"),
    ("cycling", "45 min Two for One: Power Zone Ride", "power_zone"),
    ("cycling", "45 min PZ Ride: Live from Home", "power_zone"),
    ("bike_bootcamp", "45 min Power Zone Bootcamp: Full Body", "power_zone"),
    ("cycling", "20 min FTP Test Ride", "ftp_test"),
    ("cycling", "10 min FTP Warm Up Ride", "warm_up"),
    ("cycling", "15 min Power Zone Warm-Up Ride", "warm_up"),
    ("cycling", "5 min Warmup Ride", "warm_up"),
    ("strength", "5 min Full Body Warm Up", "warm_up"),
    ("stretching", "5 min Pre-Run Warm Up", "warm_up"),
    ("cycling", "10 min Cool Down Ride", "cool_down"),
    ("caesar", "5 min Cooldown Row", "cool_down"),
    ("cycling", "20 min Recovery Ride", "recovery"),
    ("running", "20 min Recovery Run", "recovery"),
    ("stretching", "15 min Active Recovery: Shoulders", "recovery"),
    ("yoga", "30 min Recovery Yoga Flow", "recovery"),
    ("cycling", "20 min Low Impact Ride", "low_impact"),
    ("cycling", "20 min Low-Impact 90s Ride", "low_impact"),
    ("cardio", "20 min Low Impact Cardio", "low_impact"),
    ("cycling", "30 min Climb Ride: Live from Home", "climb"),
    ("cycling", "45 min HIIT & Hills Ride", "hiit"),
    ("cycling", "20 min Tabata Ride", "hiit"),
    ("cardio", "10 min HIIT Cardio", "hiit"),
    ("running", "20 min HIIT Run", "hiit"),
    ("cycling", "30 min Intervals & Arms Ride", "intervals"),
    ("running", "30 min Intervals Run", "intervals"),
    ("caesar", "20 min Interval Row", "intervals"),
    ("running", "30 min Hills Run", "hills"),
    ("walking", "30 min Hills Walk", "hills"),
    ("running", "30 min Tempo Run", "tempo"),
    ("running", "45 min Endurance Run", "endurance"),
    ("caesar", "30 min Endurance Row", "endurance"),
    ("cycling", "60 min Endurance Ride", "endurance"),
    ("strength", "20 min Upper Body Strength", "upper_body"),
    ("strength", "10 min Chest & Back Strength", "upper_body"),
    ("strength", "20 min Glutes & Legs Strength", "lower_body"),
    ("strength", "30 min Lower Body Strength", "lower_body"),
    ("circuit", "45 min Tread Bootcamp: Legs", "lower_body"),
    ("strength", "20 min Full Body Strength", "full_body"),
    ("strength", "30 min Total-Body Strength", "full_body"),
    ("bike_bootcamp", "45 min Bike Bootcamp: Full Body", "full_body"),
    ("strength", "10 min Core Strength", "core"),
    ("strength", "10 min Arms & Shoulders Strength", "arms"),
    ("strength", "10 min Arms & Light Weights", "arms"),
    ("yoga", "30 min Yoga Flow", "yoga_flow"),
    ("yoga", "30 min Slow Flow", "yoga_flow"),
    ("yoga", "45 min Power Flow", "power_yoga"),
    ("yoga", "30 min Power Yoga", "power_yoga"),
    ("yoga", "20 min Restorative Yoga", "restorative"),
    ("stretching", "10 min Hips Mobility", "mobility"),
    ("yoga", "10 min Morning Mobility", "mobility"),
    ("strength", "20 min Pilates", "pilates"),
    ("yoga", "30 min Pilates Core", "pilates"),
    ("strength", "20 min Barre", "barre"),
    ("meditation", "10 min Breathwork", "breathwork"),
    ("meditation", "5 min Breath Meditation", "breathwork"),
]
NONE = [
    ("cycling", "30 min Groove Ride"),
    ("cycling", "26 min Just Ride"),
    ("cycling", "30 min Lauryn Hill Ride"),
    ("cycling", "20 min Hardcore Punk Ride"),
    ("cycling", "30 min Power Hour Ride"),
    ("cycling", "30 min Maximum Pop Ride"),
    ("cycling", "20 min Alpine Pass Ride"),
    ("running", "30 min Fun Run"),
    ("running", "20 min Power Zone Run"),
    ("running", "30 min Lauryn Hill Run"),
    ("walking", "20 min Power Walk"),
    ("strength", "20 min Bodyweight Strength"),
    ("strength", "45 min Gym: Push"),
    ("yoga", "10 min Yoga Basics: Arms"),
    ("stretching", "10 min Post-Ride Stretch"),
    ("meditation", "10 min Sleep Meditation"),
    ("cardio", "20 min Dance Cardio"),
    ("", ""),
]


@pytest.mark.parametrize(("discipline", "title", "expected"), CASES)
def test_a_title_tells_the_type(discipline: str, title: str, expected: str) -> None:
    assert expected == class_type_of(discipline, title)


@pytest.mark.parametrize(("discipline", "title"), NONE)
def test_a_title_that_tells_no_type_gives_none(discipline: str, title: str) -> None:
    assert "" == class_type_of(discipline, title)


def test_every_type_has_a_title_here() -> None:
    assert set(CLASS_TYPES) == {expected for _, _, expected in CASES}


def test_a_class_that_only_the_detail_knew_gives_its_type() -> None:
    ids = {"workout_id": UUID(int=1), "user_id": UUID(int=2)}
    row = parse_workout({"id": "a" * 32, "created_at": 1_700_000_000, "fitness_discipline": "cycling", "title": "Ride"})
    assert row is not None
    message = recorded(row, **ids, ride=row.ride, performance_state="due", detail=None)
    before = message.class_type
    set_ride(message, parse_ride({"id": "b" * 32, "title": "45 min Power Zone Max Ride"}))

    assert ("", "power_zone_max") == (before, message.class_type)
