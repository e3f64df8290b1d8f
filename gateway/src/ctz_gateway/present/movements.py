"""Movements of a strength class: sets, weights and the volume that was moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.viewmodels.training import SegmentTable
from ctz_gateway.words import duration, in_units, plural, thousands

HOW = "volume"
WEIGHT_UNITS = {"lb": "lb", "lbs": "lb", "pounds": "lb", "kg": "kg", "kgs": "kg"}


@dataclass(slots=True)
class _Movement:
    """All sets of one movement; weights and volume in the rider's unit."""

    sets: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    repetitions: int = 0
    volume: float = 0.0
    has_volume: bool = False


def table(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> SegmentTable | None:
    """A row for each movement with all its sets; none where nothing was told."""
    moved = _moved(view, is_metric=is_metric)
    if not moved:
        return None
    unit = _unit(is_metric=is_metric)
    rows = [
        (
            name,
            str(len(each.sets)),
            ", ".join(each.sets),
            _weights(each.weights, unit),
            f"{thousands(each.volume)} {unit}" if each.has_volume else "–",
        )
        for name, each in moved.items()
    ]
    return SegmentTable("Movements", ("Movement", "Sets", "Done", "Weight", "Volume"), rows, HOW)


def figures(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[Figure]:
    """Volume and repetitions of the whole workout; none where nothing was told."""
    moved = _moved(view, is_metric=is_metric)
    if not moved:
        return ()
    weighed = [each for each in moved.values() if each.has_volume]
    told = f"{len(weighed)} of {plural(len(moved), 'movement')} with a weight"
    unit = _unit(is_metric=is_metric)
    volume = Figure("Volume", None, unit, reason="no weights were told", how=HOW)
    if weighed:
        volume = Figure("Volume", thousands(sum(each.volume for each in weighed)), unit, told, how=HOW)
    repetitions = sum(each.repetitions for each in moved.values())
    sets = plural(sum(len(each.sets) for each in moved.values()), "set")
    counted = Figure("Repetitions", thousands(repetitions), "", sets) if repetitions else None
    return (volume, counted) if counted else (volume,)


def _moved(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Mapping[str, _Movement]:
    found: dict[str, _Movement] = {}
    for movement in view.detail.movements if view.HasField("detail") else ():
        _add(found.setdefault(movement.name or "Movement", _Movement()), movement, is_metric=is_metric)
    return found


def _add(into: _Movement, movement: events_pb2.Movement, *, is_metric: bool) -> None:
    done = "–"
    if movement.HasField("repetitions"):
        done = f"{movement.repetitions} ×"
        into.repetitions += movement.repetitions
    elif movement.HasField("duration_seconds"):
        done = duration(movement.duration_seconds)
    into.sets.append(done)
    if not movement.HasField("weight_value"):
        return
    unit = WEIGHT_UNITS.get(movement.weight_unit.strip().lower())
    if unit is None:
        return
    weight = in_units(movement.weight_value, unit, is_metric=is_metric)[0]
    into.weights.append(weight)
    if movement.HasField("repetitions"):
        into.volume += weight * movement.repetitions
        into.has_volume = True


def _unit(*, is_metric: bool) -> str:
    return "kg" if is_metric else "lb"


def _weights(weights: Sequence[float], unit: str) -> str:
    if not weights:
        return "–"
    low, high = (f"{round(weight, 1):g}" for weight in (min(weights), max(weights)))
    return f"{low} {unit}" if low == high else f"{low}–{high} {unit}"
