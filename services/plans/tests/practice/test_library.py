"""The library that comes with the product, and the rules that hold its authors."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from ctz_plans.domain.library import Library, read_library
from ctz_plans.domain.practice import Category
from ctz_plans.domain.practice_errors import LibraryMalformed
from ctz_plans.domain.timeline import compile_timeline

# Own routines, sessions, templates and pictures name exercises and routines by slug: slugs are added, never taken away.
EXERCISES = {
    "ankle-rock belly-breathing box-breathing bridge-lift cat-and-cow childs-pose cobra deep-squat double-inhale",
    "downward-dog elevator even-breathing figure-four forearm-plank hip-switch long-exhale long-holds low-lunge",
    "lying-hamstring lying-twist mountain open-book quick-pulses seated-side-reach shoulder-bridge side-leg-lift",
    "single-leg-stretch standing-quad swimming the-hundred triangle wall-calf warrior-two wave wide-release",
}
ROUTINE_MINUTES = {
    "after-the-ride": 8,
    "breathwork-reset": 10,
    "desk-break": 6,
    "full-body-stretch": 15,
    "hip-mobility": 20,
    "pelvic-floor-control": 12,
    "pelvic-floor-daily": 8,
    "pelvic-floor-release": 5,
    "pilates-core": 20,
    "restorative-yoga": 12,
    "yoga-flow": 20,
}


def document(**given: Any) -> dict[str, Any]:
    """An exercise as an author writes it."""
    return {
        "slug": "long-holds",
        "title": "Long holds",
        "purpose": "Endurance.",
        "position": "Lie on your back.",
        "cues": ["Lift.", "Let go."],
        "contraindications": ["Pain."],
        "hold_word": "Lift",
        "release_word": "Let go",
        "hold_cue": "Lift gently",
        "release_cue": "Let go",
        "pattern": {"hold_seconds": 6, "release_seconds": 6, "repetitions": 8},
    } | given


def read(*exercises: Mapping[str, Any], routines: tuple[Mapping[str, Any], ...] = ()) -> Library:
    return read_library({Category.KEGEL: list(exercises)}, list(routines))


def test_slugs_that_were_published_stay(library: Library) -> None:
    assert {slug for line in EXERCISES for slug in line.split()} == set(library.exercises)
    assert set(ROUTINE_MINUTES) == set(library.routines)


def test_every_category_has_enough_to_choose_from(library: Library) -> None:
    counts = Counter(exercise.category for exercise in library.exercises.values())

    assert len(library.exercises) >= 26
    assert counts[Category.KEGEL] >= 5
    assert all(counts[category] >= 4 for category in Category)
    assert set(Category) == {routine.category for routine in library.routines.values()}


@pytest.mark.parametrize(("slug", "minutes"), ROUTINE_MINUTES.items())
def test_a_built_in_routine_lasts_the_minutes_it_is_planned_for(library: Library, slug: str, minutes: int) -> None:
    assert abs(library.routines[slug].duration_seconds - minutes * 60) <= 10


def test_only_pelvic_floor_work_is_private(library: Library) -> None:
    private = {routine.key for routine in library.routines.values() if routine.is_private}

    assert {"pelvic-floor-daily", "pelvic-floor-control", "pelvic-floor-release"} == private
    assert {Category.KEGEL} == {each.category for each in library.exercises.values() if each.is_private}


def test_every_practice_has_a_timeline_as_long_as_it_says(library: Library) -> None:
    for practice in (*library.exercises.values(), *library.routines.values()):
        timeline = compile_timeline(practice)

        assert practice.duration_seconds == timeline.duration_seconds == sum(each.seconds for each in timeline.phases)


def test_every_hold_and_release_says_what_to_do(library: Library) -> None:
    for practice in library.routines.values():
        assert all(phase.cue for phase in compile_timeline(practice).phases), practice.key


def test_every_exercise_says_when_not_to_do_it_and_promises_no_cure(library: Library) -> None:
    for exercise in library.exercises.values():
        text = " ".join((exercise.purpose, *exercise.cues)).casefold()

        assert exercise.contraindications, exercise.slug
        assert not [word for word in ("cure", "heal", "treat", "guarantee", "prevent") if word in text], exercise.slug


@pytest.mark.parametrize(
    ("query", "category", "found"),
    [
        ("", Category.BREATHWORK, 5),
        ("elevator", None, 1),
        ("ELEVATOR floors", None, 1),
        ("elevator", Category.YOGA, 0),
        ("nothing-like-it", None, 0),
        ("   ", Category.KEGEL, 6),
    ],
)
def test_a_search_needs_every_word(library: Library, query: str, category: Category | None, found: int) -> None:
    assert found == len(library.matching(query, category))


def test_exercises_come_by_category_then_title(library: Library) -> None:
    order = [(list(Category).index(each.category), each.title) for each in library.exercises.values()]

    assert sorted(order) == order


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"title": ""}, "title: must have 1 to 80 characters"),
        ({"title": " Long holds"}, "title: must not begin or end with a space"),
        ({"title": "Long\nholds"}, "title: must be one line of printable characters"),
        ({"title": 7}, "title: must be text"),
        ({"cues": ["One."]}, "cues: must be 2 to 8 sentences"),
        ({"cues": ["One.", ""]}, "cues[1]: must have 1 to 240 characters"),
        ({"contraindications": []}, "contraindications: must be 1 to 8 sentences"),
        ({"pattern": {"repetitions": 2}}, "pattern: must at least say hold_seconds"),
        ({"pattern": {"hold_seconds": 0}}, "hold_seconds: must be 1 to 900"),
        ({"pattern": {"hold_seconds": 5, "sides": 3}}, "sides: must be 1 to 2"),
        ({"pattern": {"hold_seconds": 5.5}}, "hold_seconds: must be a whole number"),
        ({"pattern": {"hold_seconds": True}}, "hold_seconds: must be a whole number"),
        ({"pattern": {"hold_seconds": 5, "reps": 3}}, "reps: is no field of it"),
        ({"release_cue": ""}, "release_cue: must have 1 to 48 characters"),
        ({"hold_word": "A word that is far too long"}, "hold_word: must have 1 to 16 characters"),
        ({"video_url": "http://example.org/video"}, "video_url: must be an https address, or be left out"),
        ({"colour": "red"}, "colour: is no field of it"),
    ],
)
def test_an_exercise_that_breaks_a_rule_is_named(broken: dict[str, Any], problem: str) -> None:
    with pytest.raises(LibraryMalformed) as raised:
        read(document(**broken))

    assert ("exercises/long-holds", problem) == (raised.value.entry, raised.value.problem)


def test_a_slug_is_used_once_and_fits_an_address() -> None:
    with pytest.raises(LibraryMalformed, match="exercises/long-holds: the slug is used more than once"):
        read(document(), document())
    with pytest.raises(LibraryMalformed, match="exercises/Long Holds: the slug must be words in lower case"):
        read(document(slug="Long Holds"))
    with pytest.raises(LibraryMalformed, match="exercises/None"):
        read({key: value for key, value in document().items() if key != "slug"})


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], "steps: must be 1 to 40 exercises"),
        ([{"exercise": "long-hold"}], "steps[0].exercise: there is no exercise 'long-hold'"),
        ([{"exercise": "long-holds", "sets": 2}], "steps[0].pattern: must at least say hold_seconds"),
        ([{"exercise": "long-holds", "hold_seconds": 901}], "steps[0].hold_seconds: must be 1 to 900"),
        ([{"exercise": "long-holds", "hold_seconds": 900, "repetitions": 9}], "steps: last longer than 120 minutes"),
    ],
)
def test_a_routine_that_breaks_a_rule_is_named(steps: list[dict[str, Any]], problem: str) -> None:
    with pytest.raises(LibraryMalformed) as raised:
        read(document(), routines=({"slug": "daily", "title": "Daily", "description": "D.", "steps": steps},))

    assert ("routines/daily", problem) == (raised.value.entry, raised.value.problem)


def test_an_exercise_without_release_needs_no_word_for_it() -> None:
    quiet = document(release_word="", release_cue="", pattern={"hold_seconds": 60})

    assert "" == read(quiet).exercise("long-holds").release_cue
