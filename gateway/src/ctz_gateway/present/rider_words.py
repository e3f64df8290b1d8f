"""What the rider says of a workout, for its page and its form."""

import re
from collections.abc import Mapping, Sequence

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.viewmodels.common import Form, Option, blank_form
from ctz_gateway.viewmodels.rider_words import RiderWords, Words

LONGEST_NOTES = 4_000
EFFORTS = {
    1: "very light",
    2: "light",
    3: "light",
    4: "moderate",
    5: "moderate",
    6: "hard",
    7: "hard",
    8: "very hard",
    9: "very hard",
    10: "all out",
}

FEELS = {1: "very weak", 2: "weak", 3: "normal", 4: "strong", 5: "very strong"}


def panel(view: workouts_pb2.WorkoutView, save_url: str, form: Form | None = None) -> RiderWords:
    """The panel with what is stored, or with what was sent and refused."""
    given = form.given if form is not None else fields_of(view)
    return RiderWords(
        save_url=save_url,
        notes=given["note"],
        tags=given["tags"],
        effort=effort_options(given["effort"]),
        feel=feel_options(given["feel"]),
        revision=int(given["revision"]),
        form=form or blank_form(),
    )


def fields_of(view: workouts_pb2.WorkoutView) -> dict[str, str]:
    """What is stored, as the form's fields."""
    effort = str(view.perceived_exertion) if view.HasField("perceived_exertion") else ""
    return {
        "note": view.notes,
        "tags": ", ".join(view.workout.tags),
        "effort": effort,
        "feel": str(view.feel) if view.HasField("feel") else "",
        "revision": str(view.workout.revision),
    }


def tags_of(typed: str) -> Sequence[str]:
    """Tags as typed: with commas or lines between them."""
    return [tag for tag in (" ".join(part.split()) for part in re.split(r"[,;\n]", typed)) if tag]


def words(given: Mapping[str, str]) -> Words:
    """One version to be read."""
    return Words(
        given["note"], ", ".join(tags_of(given["tags"])), effort_text(given["effort"]), feel_text(given["feel"])
    )


def effort_text(number: str) -> str:
    """An effort of 1 to 10 in words; empty for none."""
    word = EFFORTS.get(int(number)) if number.isdecimal() else None
    return f"{number} of 10, {word}" if word else ""


def feel_text(number: str) -> str:
    """How it felt in words; empty where nothing was told."""
    word = FEELS.get(int(number)) if number.isdecimal() else None
    return f"Felt {word}" if word else ""


def feel_options(chosen: str) -> Sequence[Option]:
    """Every feeling as a choice, the best first."""
    told = [Option(str(number), word.capitalize(), str(number) == chosen) for number, word in FEELS.items()]
    return [Option("", "Not told", not chosen), *reversed(told)]


def effort_options(chosen: str) -> Sequence[Option]:
    """Every effort as a choice."""
    options = [Option(str(number), f"{number} – {word}", str(number) == chosen) for number, word in EFFORTS.items()]
    return [Option("", "Not told", not chosen), *options]
