"""A guided session: what the script plays and what is read without one."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ctz.plans.v1 import exercises_pb2

from ctz_gateway.present.exercises import key_of, length_text, pattern_text
from ctz_gateway.viewmodels.common import Form
from ctz_gateway.viewmodels.exercises import Guide, PhaseLine, PlayerPage, PlayerStep
from ctz_gateway.words import duration, plural

MINUTE = 60
KINDS = {
    exercises_pb2.PHASE_KIND_READY: "ready",
    exercises_pb2.PHASE_KIND_HOLD: "hold",
    exercises_pb2.PHASE_KIND_RELEASE: "release",
    exercises_pb2.PHASE_KIND_REST: "rest",
    exercises_pb2.PHASE_KIND_CHANGE_SIDE: "change",
}
WORDS = {"ready": "Get ready", "rest": "Rest", "change": "Change side"}
SIDES = {exercises_pb2.SIDE_LEFT: "left", exercises_pb2.SIDE_RIGHT: "right"}


def player_page(
    timeline: exercises_pb2.Timeline, *, streak_text: str, log_url: str, leave_url: str, form: Form
) -> PlayerPage:
    """The page of a session."""
    guides, place_of = _guides(timeline)
    return PlayerPage(
        title=timeline.title,
        length_text=length_text(timeline.duration_seconds),
        is_private=timeline.is_private,
        steps=[
            PlayerStep(
                step.exercise.title,
                pattern_text(step.pattern),
                duration(step.duration_seconds),
                place_of[step.exercise.name],
            )
            for step in timeline.steps
        ],
        guides=guides,
        lines=_lines(timeline),
        timeline_json=json.dumps(timeline_of(timeline), separators=(",", ":")),
        streak_text=streak_text,
        log_url=log_url,
        leave_url=leave_url,
        form=form,
        seconds=timeline.duration_seconds,
        minutes=max(-(-timeline.duration_seconds // MINUTE), 1),
    )


def timeline_of(timeline: exercises_pb2.Timeline) -> Mapping[str, Any]:
    """The phases as the script reads them: kind, word, seconds, step, set, repetition, side, cue."""
    steps = timeline.steps
    return {
        "name": timeline.name,
        "seconds": timeline.duration_seconds,
        "steps": [
            {
                "title": step.exercise.title,
                "sets": step.pattern.sets,
                "repetitions": step.pattern.repetitions,
                "start": step.start_seconds,
                "seconds": step.duration_seconds,
            }
            for step in steps
        ],
        "phases": [
            {
                "kind": KINDS.get(phase.kind, "hold"),
                "word": _word(phase, steps),
                "seconds": phase.seconds,
                "step": phase.step,
                "set": phase.set,
                "repetition": phase.repetition,
                "side": SIDES.get(phase.side, ""),
                "cue": phase.cue,
            }
            for phase in timeline.phases
        ],
    }


def _word(phase: exercises_pb2.Phase, steps: Sequence[exercises_pb2.TimelineStep]) -> str:
    kind = KINDS.get(phase.kind, "hold")
    if kind in WORDS or phase.step >= len(steps):
        return WORDS.get(kind, "Hold")
    exercise = steps[phase.step].exercise
    return (exercise.hold_word or "Hold") if kind == "hold" else (exercise.release_word or "Release")


def _guides(timeline: exercises_pb2.Timeline) -> tuple[list[Guide], dict[str, int]]:
    """How each exercise is done, once even where it comes twice."""
    guides: list[Guide] = []
    place_of: dict[str, int] = {}
    for step in timeline.steps:
        found = step.exercise
        if found.name not in place_of:
            place_of[found.name] = len(guides)
            guides.append(Guide(found.title, key_of(found.name), list(found.cues), list(found.contraindications)))
    return guides, place_of


def _lines(timeline: exercises_pb2.Timeline) -> Sequence[PhaseLine]:
    """The session to read: repetitions of a set drawn together."""
    lines: list[PhaseLine] = []
    for (step, number, _, is_work), group in groupby(timeline.phases, _line_key):
        phases = list(group)
        title = timeline.steps[step].exercise.title if step < len(timeline.steps) else ""
        if not is_work:
            word = _word(phases[0], timeline.steps)
            lines.append(PhaseLine(f"{word}: {title}" if word == "Get ready" else word, _seconds(phases)))
            continue
        sets = timeline.steps[step].pattern.sets
        parts = [title, f"set {number} of {sets}" if sets > 1 else "", SIDES.get(phases[0].side, "")]
        told = f"{plural(max(phase.repetition for phase in phases), 'time')}, {_seconds(phases)}"
        lines.append(PhaseLine(", ".join(filter(None, parts)), told))
    return lines


def _line_key(phase: exercises_pb2.Phase) -> tuple[int, int, int, bool]:
    is_work = phase.kind in {exercises_pb2.PHASE_KIND_HOLD, exercises_pb2.PHASE_KIND_RELEASE}
    return phase.step, phase.set, phase.side, is_work


def _seconds(phases: Sequence[exercises_pb2.Phase]) -> str:
    return duration(sum(phase.seconds for phase in phases))
