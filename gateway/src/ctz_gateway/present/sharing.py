"""Which figures of a workout can stand on its picture, and how it is called as a file."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.tiles import other_tiles, power_tiles
from ctz_gateway.share_card import MOST_FIGURES, Card
from ctz_gateway.viewmodels.common import Figure, Option
from ctz_gateway.viewmodels.workout import SharePage
from ctz_gateway.words import day_month, day_month_year, duration, listing, measure

# What tells of the rider's body is on the picture only where the rider puts it.
NOT_AT_FIRST = frozenset({"heart-rate", "effort", "calories"})
_NOT_A_LETTER = re.compile("[^a-z0-9]+")


def choices(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Mapping[str, Figure]:
    """Every figure that the workout has a value for, by the key of its choice."""
    is_ride = bool(view.analysis.zone_seconds)
    tiles = power_tiles(view, is_metric=is_metric) if is_ride else other_tiles(view, is_metric=is_metric)
    figures = list(tiles)
    workout = view.workout
    if workout.HasField("duration_seconds"):
        figures.append(Figure("Time", duration(workout.duration_seconds)))
    if workout.HasField("distance"):
        figures.append(Figure("Distance", *measure(workout.distance.value, workout.distance.unit, is_metric=is_metric)))
    return {slug(figure.label): figure for figure in figures if figure.value is not None}


def chosen(offered: Mapping[str, Figure], wanted: Sequence[str]) -> Sequence[str]:
    """The keys that are asked for and offered, else the first that tell nothing of the body; one to six."""
    kept = [key for key in offered if key in wanted]
    return (kept or [key for key in offered if key not in NOT_AT_FIRST] or list(offered))[:MOST_FIGURES]


def card(view: workouts_pb2.WorkoutView, wanted: Sequence[str], *, is_metric: bool) -> Card:
    """What the picture says. Neither who rode nor when on that day nor any word of the rider is on it."""
    offered = choices(view, is_metric=is_metric)
    workout = view.workout
    day = day_month_year(date.fromisoformat(workout.local_date))
    return Card(
        workout.title,
        ", ".join(part for part in (day, workout.instructor) if part),
        [offered[key] for key in chosen(offered, wanted)],
        tuple(view.analysis.zone_seconds),
    )


def share_page(view: workouts_pb2.WorkoutView, wanted: Sequence[str], *, image_url: str, is_metric: bool) -> SharePage:
    """The page with the picture and what can be chosen."""
    workout, offered = view.workout, choices(view, is_metric=is_metric)
    kept = chosen(offered, wanted)
    told = [f"{offered[key].label} {offered[key].value} {offered[key].unit}".strip() for key in kept]
    zones = " A bar shows the time in each power zone." if sum(view.analysis.zone_seconds) else ""
    return SharePage(
        id=workout.name.removeprefix("workouts/"),
        title=workout.title,
        short_date=day_month(date.fromisoformat(workout.local_date)),
        image_url=image_url,
        download_name=f"{slug(workout.title) or 'workout'}-{workout.local_date}.png",
        text=f"{workout.title}: {listing(told)}.{zones}" if told else workout.title,
        choices=[Option(key, figure.label, key in kept) for key, figure in offered.items()],
        most=MOST_FIGURES,
    )


def slug(text: str) -> str:
    """Lower-case letters, digits and hyphens of a text."""
    return _NOT_A_LETTER.sub("-", text.lower()).strip("-")[:60]
