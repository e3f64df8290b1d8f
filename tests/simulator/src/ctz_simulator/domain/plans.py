"""What a class calls, second by second: target blocks on the class clock (peloton-api.md section 5)."""

import random
from collections.abc import Iterator

from ctz_simulator.domain.kinds import Kind
from ctz_simulator.domain.models import Block, Target

# (zone, seconds) of the warm-up of every Power Zone class; None is a spin-up, for which nothing is called.
_POWER_ZONE_WARM_UP = ((1, 120), (None, 30), (1, 30), (None, 30), (1, 30), (2, 60), (3, 60), (1, 60))
_POWER_ZONE_SETS = {
    "Power Zone Endurance Ride": (((2, 180), (3, 240)), ((2, 300), (3, 180)), ((3, 420), (2, 120))),
    "Power Zone Ride": (((4, 180), (1, 60), (3, 120)), ((4, 120), (5, 60), (2, 120)), ((6, 30), (1, 60), (4, 90))),
    "Power Zone Max Ride": (((6, 45), (1, 75)), ((5, 90), (2, 90)), ((7, 20), (1, 70)), ((6, 30), (3, 60), (1, 60))),
}
POWER_ZONE_TITLES = tuple(_POWER_ZONE_SETS)
_TEST_WARM_UP = ((1, 180), (2, 120), (3, 60), (None, 30), (1, 60), (4, 60))
_COOL_DOWN_SECONDS = 60


def power_zone_title(rng: random.Random, minutes: int) -> str:
    """The family of a Power Zone class: the long ones are endurance."""
    if minutes >= 75:
        return POWER_ZONE_TITLES[0]
    return rng.choices(POWER_ZONE_TITLES, (4, 4, 2))[0]


def plan(kind: Kind, title: str, duration: int, offset: int, rng: random.Random) -> tuple[Block, ...]:
    """The target blocks of a class; none for kinds that call nothing."""
    match kind:
        case Kind.POWER_ZONE:
            family = next(name for name in POWER_ZONE_TITLES if title.endswith(name))
            return tuple(_power_zone(family, duration, offset, rng))
        case Kind.FTP_WARM_UP:
            return tuple(_zones((*_TEST_WARM_UP, (1, duration)), duration, offset))
        case Kind.RIDE | Kind.BIKE_BOOTCAMP:
            return tuple(_bike(kind, duration, offset, rng))
        case Kind.RUN | Kind.WALK | Kind.SPEED_RUN | Kind.TREAD_BOOTCAMP:
            return tuple(_tread(kind, duration, offset, rng))
        case Kind.ROW | Kind.ROW_BOOTCAMP:
            return tuple(_row(kind, duration, offset, rng))
        case _:
            return ()


def _zones(steps: tuple[tuple[int | None, int], ...], duration: int, offset: int) -> Iterator[Block]:
    """Zone steps as blocks, cut at the end of the class."""
    second = 0
    for zone, length in steps:
        end = min(second + length, duration)
        if zone is not None and end > second:
            target = Target("power_zone", zone, zone)
            yield Block(offset + second, offset + end - 1, "power_zone", (target,))
        second = end


def _power_zone(family: str, duration: int, offset: int, rng: random.Random) -> Iterator[Block]:
    """A warm-up with two spin-ups, sets of the family with a third spin-up half-way, a cool-down."""
    steps: list[tuple[int | None, int]] = list(_POWER_ZONE_WARM_UP)
    left = duration - sum(length for _, length in steps) - _COOL_DOWN_SECONDS
    half, had_spin_up = left / 2, duration < 1800
    while left > 0:
        if not had_spin_up and left < half:
            steps += [(1, 60), (None, 30)]
            left, had_spin_up = left - 90, True
        for zone, length in rng.choice(_POWER_ZONE_SETS[family]):
            piece = min(left, length)
            if piece > 0:
                steps.append((zone, piece))
            left -= piece
    steps.append((1, duration))
    yield from _zones(tuple(steps), duration, offset)


def _spans(duration: int, shortest: int, longest: int, rng: random.Random) -> Iterator[tuple[int, int]]:
    """The duration cut into spans (first, last), inclusive."""
    second = 0
    while second < duration:
        end = min(second + rng.randint(shortest, longest), duration)
        yield second, end - 1
        second = end


def _bike(kind: Kind, duration: int, offset: int, rng: random.Random) -> Iterator[Block]:
    """Resistance and cadence ranges; recorded classes end on the second after the last one pedalled."""
    spans = list(_spans(duration + 1, 10, 180, rng))
    for first, last in spans:
        if kind is Kind.BIKE_BOOTCAMP and rng.random() < 0.4:
            yield Block(offset + first, offset + last, "floor", ())
            continue
        edge = first < 150 or last > duration - 90
        resistance = rng.choice((25, 30)) if edge else rng.choice((30, 35, 40, 45, 50, 55))
        cadence = rng.choice((80, 90)) if resistance < 45 else rng.choice((60, 65, 70))
        targets = (
            Target("resistance", resistance, resistance + 10),
            Target("cadence", cadence, cadence + rng.choice((10, 20))),
        )
        yield Block(offset + first, offset + last, "cycling", targets)


def _tread(kind: Kind, duration: int, offset: int, rng: random.Random) -> Iterator[Block]:
    """Incline with pace intensities, or with speeds in the older classes; floor blocks in bootcamps."""
    top = 4 if kind is Kind.WALK else 6
    for first, last in _spans(duration, 20, 150, rng):
        if kind is Kind.TREAD_BOOTCAMP and rng.random() < 0.4:
            yield Block(offset + first, offset + last, "floor", ())
            continue
        edge = first < 180 or last > duration - 60
        incline = 0.0 if edge else rng.choice((0.0, 1.0, 1.0, 2.0, 3.0, 4.0))
        intensity = rng.randint(0, 1) if edge else rng.choices(range(top + 1), (1, 3, 4, 3, 2, 1, 1)[: top + 1])[0]
        if kind is Kind.SPEED_RUN:
            speed = round(3.0 + 0.9 * intensity, 1)
            pace = Target("speed", speed, round(speed + 0.5, 1))
        else:
            pace = Target("pace_intensity", intensity, intensity)
        yield Block(offset + first, offset + last, "running", (Target("incline", incline, incline + 1.0), pace))


def _row(kind: Kind, duration: int, offset: int, rng: random.Random) -> Iterator[Block]:
    """Stroke rates with pace intensities; floor blocks in bootcamps."""
    for first, last in _spans(duration, 30, 120, rng):
        if kind is Kind.ROW_BOOTCAMP and rng.random() < 0.4:
            yield Block(offset + first, offset + last, "floor", ())
            continue
        intensity = rng.choices((-1, 0, 1, 2, 3), (2, 3, 3, 2, 1))[0]
        rate = 18 + 2 * (intensity + 1)
        targets = (Target("stroke_rate", rate, rate + 2), Target("pace_intensity", intensity, intensity))
        yield Block(offset + first, offset + last, "caesar", targets)
