"""Exercises, routines and sessions in words."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from ctz.plans.v1 import exercises_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.present.activities import CATEGORIES, MINUTE, SLUG_OF_CATEGORY, minutes
from ctz_gateway.viewmodels.exercises import ExerciseCard, ExercisePage, Ring, RoutineCard, SessionPage, StepRow
from ctz_gateway.words import clock, duration, full_day, plural, thousands


def key_of(name: str) -> str:
    """The id in a resource name."""
    return name.partition("/")[2]


def category_name(category: exercises_pb2.ExerciseCategory.ValueType) -> str:
    """A category in words."""
    return CATEGORIES.get(category, "Exercise")


def length_text(seconds: int) -> str:
    """`4 min`, or seconds where it is shorter than one."""
    return f"{seconds} s" if seconds < MINUTE else f"{minutes(seconds)} min"


def card(found: exercises_pb2.Exercise) -> ExerciseCard:
    """An exercise in the library."""
    return ExerciseCard(
        key_of(found.name),
        found.title,
        category_name(found.category),
        found.purpose,
        length_text(found.duration_seconds),
        found.is_private,
    )


def routine_card(found: exercises_pb2.Routine) -> RoutineCard:
    """A routine in a list."""
    return RoutineCard(
        key=key_of(found.name),
        title=found.title,
        category=category_name(found.category),
        description=found.description,
        facts=routine_facts(found),
        is_own=not found.is_built_in,
        is_private=found.is_private,
    )


def routine_facts(found: exercises_pb2.Routine) -> Sequence[str]:
    """Category, number of exercises, length."""
    return (
        category_name(found.category),
        plural(len(found.steps), "exercise"),
        length_text(found.duration_seconds),
    )


def exercise_page(found: exercises_pb2.Exercise, category_url: str, plan_url: str) -> ExercisePage:
    """One exercise, whole."""
    return ExercisePage(
        key=key_of(found.name),
        title=found.title,
        category=category_name(found.category),
        category_url=category_url,
        purpose=found.purpose,
        position=found.position,
        cues=list(found.cues),
        contraindications=list(found.contraindications),
        pattern=pattern_rows(found.pattern),
        length_text=length_text(found.duration_seconds),
        video_url=found.video_url if found.video_url.startswith("https://") else "",
        is_private=found.is_private,
        play_url=f"/player/{found.name}",
        plan_url=plan_url,
    )


def pattern_rows(pattern: exercises_pb2.Pattern) -> Sequence[tuple[str, str]]:
    """The pattern as pairs of a label and a figure; what plays no part is left out."""
    rows = [
        ("Hold", f"{pattern.hold_seconds} s"),
        ("Release", f"{pattern.release_seconds} s" if pattern.release_seconds else ""),
        ("Repetitions", str(pattern.repetitions)),
        ("Sets", str(pattern.sets) if pattern.sets > 1 else ""),
        ("Rest between sets", f"{pattern.rest_seconds} s" if pattern.sets > 1 and pattern.rest_seconds else ""),
        ("Sides", "left, then right" if pattern.sides > 1 else ""),
    ]
    return [(label, text) for label, text in rows if text]


def pattern_text(pattern: exercises_pb2.Pattern) -> str:
    """`8 × 6 s, release 6 s, 2 sets, each side`."""
    parts = [f"{pattern.repetitions} × {pattern.hold_seconds} s" if pattern.repetitions > 1
             else f"{pattern.hold_seconds} s"]  # fmt: skip
    if pattern.release_seconds:
        parts.append(f"release {pattern.release_seconds} s")
    if pattern.sets > 1:
        parts.append(plural(pattern.sets, "set"))
    if pattern.sides > 1:
        parts.append("each side")
    return ", ".join(parts)


def step_rows(timeline: exercises_pb2.Timeline) -> Sequence[StepRow]:
    """The steps of a routine, as the session will run."""
    return [
        StepRow(
            number,
            key_of(step.exercise.name),
            step.exercise.title,
            pattern_text(step.pattern),
            duration(step.duration_seconds),
        )
        for number, step in enumerate(timeline.steps)
    ]


def session_page(found: exercises_pb2.Session, zone: ZoneInfo, back_url: str) -> SessionPage:
    """A logged session."""
    done = duration(found.done_seconds)
    whole = found.done_seconds >= found.duration_seconds
    facts = [
        f"{full_day(date.fromisoformat(found.local_date))}, {clock(instant(found.start_time), zone)}",
        category_name(found.category),
        done if whole else f"{done} of {duration(found.duration_seconds)}",
    ]
    if found.HasField("perceived_exertion"):
        facts.append(f"effort {found.perceived_exertion} of 10")
    if found.HasField("load"):
        facts.append(f"load {thousands(found.load)}")
    return SessionPage(key_of(found.name), found.title, facts, found.is_private, back_url, f"/player/{found.practice}")


def ring(found: exercises_pb2.PelvicFloorDay) -> Ring:
    """The ring of the day."""
    goal = max(found.settings.daily_goal, 1)
    left = goal - found.done_count
    if left <= 0:
        text = "Done for today"
    elif found.done_count:
        text = f"{'One' if left == 1 else left} more today"
    else:
        text = f"{plural(goal, 'session')} today" if goal > 1 else "One session today"
    streak = f"{plural(found.streak_days, 'day')} in a row." if found.streak_days else "A streak begins with one."
    return Ring(found.done_count, goal, text, streak, found.settings.is_shared)


def slug_of(category: exercises_pb2.ExerciseCategory.ValueType) -> str:
    """The word of a category in addresses."""
    return SLUG_OF_CATEGORY.get(category, "")
