"""How a session runs: vectors by hand, and what holds for every pattern."""

from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctz_plans.domain.practice import CHANGE_SIDE_SECONDS, READY_SECONDS, Category, Exercise, Pattern, Routine, Step
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.timeline import Phase, PhaseKind, Side, Timeline, compile_timeline

READY, HOLD, RELEASE = PhaseKind.READY, PhaseKind.HOLD, PhaseKind.RELEASE
REST, CHANGE = PhaseKind.REST, PhaseKind.CHANGE_SIDE

PATTERNS = st.builds(
    Pattern,
    hold_seconds=st.integers(1, 60),
    release_seconds=st.integers(0, 30),
    repetitions=st.integers(1, 12),
    sets=st.integers(1, 4),
    rest_seconds=st.integers(0, 60),
    sides=st.integers(1, 2),
)


def exercise(pattern: Pattern, category: Category = Category.KEGEL, slug: str = "long-holds") -> Exercise:
    return Exercise(
        slug=slug,
        title="Long holds",
        category=category,
        purpose="Endurance.",
        position="Lie on your back.",
        cues=("Lift.", "Let go."),
        contraindications=("Pain.",),
        pattern=pattern,
        hold_word="Lift",
        release_word="Let go",
        hold_cue="Lift gently",
        release_cue="Soften",
    )


def outline(timeline: Timeline) -> list[tuple[PhaseKind, int]]:
    return [(phase.kind, phase.seconds) for phase in timeline.phases]


def test_sets_and_repetitions() -> None:
    timeline = compile_timeline(exercise(Pattern(6, 4, repetitions=2, sets=2, rest_seconds=30)))

    assert [
        (READY, 10),
        *[(HOLD, 6), (RELEASE, 4)] * 2,
        (REST, 30),
        *[(HOLD, 6), (RELEASE, 4)] * 2,
    ] == outline(timeline)
    assert 80 == timeline.duration_seconds


def test_sides_come_one_after_the_other_in_every_set() -> None:
    timeline = compile_timeline(exercise(Pattern(20, 5, repetitions=1, sets=2, rest_seconds=15, sides=2)))

    assert [
        (READY, Side.LEFT, 1),
        (HOLD, Side.LEFT, 1),
        (RELEASE, Side.LEFT, 1),
        (CHANGE, Side.RIGHT, 1),
        (HOLD, Side.RIGHT, 1),
        (RELEASE, Side.RIGHT, 1),
        (REST, Side.LEFT, 2),
        (HOLD, Side.LEFT, 2),
        (RELEASE, Side.LEFT, 2),
        (CHANGE, Side.RIGHT, 2),
        (HOLD, Side.RIGHT, 2),
        (RELEASE, Side.RIGHT, 2),
    ] == [(phase.kind, phase.side, phase.set_number) for phase in timeline.phases]


def test_without_a_rest_two_sides_still_get_time_to_turn_back() -> None:
    timeline = compile_timeline(exercise(Pattern(30, sets=2, sides=2)))

    assert [
        (READY, 10),
        (HOLD, 30),
        (CHANGE, 5),
        (HOLD, 30),
        (CHANGE, 5),
        (HOLD, 30),
        (CHANGE, 5),
        (HOLD, 30),
    ] == outline(timeline)


def test_without_a_rest_one_side_goes_on_at_once() -> None:
    assert [(READY, 10), (HOLD, 30), (HOLD, 30)] == outline(compile_timeline(exercise(Pattern(30, sets=2))))


def test_cues_say_what_to_do() -> None:
    timeline = compile_timeline(exercise(Pattern(6, 4, sets=2, rest_seconds=5, sides=2)))

    assert ["Lie on your back.", "Lift gently", "Soften", "Change to the right side", "Lift gently", "Soften"] == [
        phase.cue for phase in timeline.phases[:6]
    ]
    assert "Rest and breathe" == timeline.phases[6].cue


def test_a_routine_is_its_exercises_in_order_and_its_own_patterns_win() -> None:
    first = exercise(Pattern(6, 6, repetitions=8), slug="a")
    second = exercise(Pattern(60), Category.YOGA, slug="b")
    routine = Routine("r", "R", "", (Step(first), Step(second, Pattern(30, sides=2)), Step(first)), is_built_in=True)
    timeline = compile_timeline(routine)

    assert [(0, 106), (106, 75), (181, 106)] == [(step.start_seconds, step.duration_seconds) for step in timeline.steps]
    assert 287 == timeline.duration_seconds == routine.duration_seconds
    assert [0, 1, 2] == [step for step, _ in groupby(phase.step for phase in timeline.phases)]


def test_a_routine_has_the_category_of_most_of_its_time() -> None:
    kegel, yoga = exercise(Pattern(20), slug="a"), exercise(Pattern(60), Category.YOGA, slug="b")

    assert Category.YOGA is Routine("r", "R", "", (Step(kegel), Step(kegel), Step(yoga)), is_built_in=True).category
    assert Category.KEGEL is Routine("r", "R", "", (*[Step(kegel)] * 3, Step(yoga)), is_built_in=True).category
    even = (Step(yoga), Step(kegel, Pattern(60)))
    assert Category.YOGA is Routine("r", "R", "", even, is_built_in=True).category


def test_one_pelvic_floor_exercise_makes_a_routine_private() -> None:
    kegel, yoga = exercise(Pattern(1), slug="a"), exercise(Pattern(600), Category.YOGA, slug="b")

    assert Routine("r", "R", "", (Step(yoga), Step(kegel)), is_built_in=True).is_private
    assert not Routine("r", "R", "", (Step(yoga),), is_built_in=True).is_private


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hold_seconds", 0),
        ("hold_seconds", 901),
        ("release_seconds", -1),
        ("repetitions", 0),
        ("sets", 11),
        ("sides", 3),
    ],
)
def test_a_pattern_outside_its_bounds_is_refused(field: str, value: int) -> None:
    with pytest.raises(FieldRefused) as raised:
        Pattern(**{"hold_seconds": 5, field: value})

    assert field == raised.value.field


@given(PATTERNS)
def test_phases_have_no_gap_and_sum_to_the_closed_formula(pattern: Pattern) -> None:
    timeline = compile_timeline(exercise(pattern))
    holds = pattern.sets * pattern.sides * pattern.repetitions
    turns = pattern.sets * (pattern.sides - 1)
    pauses = pattern.sets - 1
    pause = pattern.rest_seconds or (CHANGE_SIDE_SECONDS if pattern.sides == 2 else 0)
    expected = READY_SECONDS + holds * (pattern.hold_seconds + pattern.release_seconds)
    expected += turns * CHANGE_SIDE_SECONDS + pauses * pause

    assert expected == timeline.duration_seconds == pattern.duration_seconds == sum(p.seconds for p in timeline.phases)
    assert all(phase.seconds >= 1 for phase in timeline.phases)


@given(PATTERNS)
def test_every_repetition_of_every_side_and_set_is_held_once(pattern: Pattern) -> None:
    timeline = compile_timeline(exercise(pattern))
    sides = [Side.BOTH] if pattern.sides == 1 else [Side.LEFT, Side.RIGHT]

    assert [
        (number, side, repetition)
        for number in range(1, pattern.sets + 1)
        for side in sides
        for repetition in range(1, pattern.repetitions + 1)
    ] == [(phase.set_number, phase.side, phase.repetition) for phase in timeline.phases if phase.kind is HOLD]


@given(PATTERNS)
def test_the_side_never_changes_without_time_to_turn(pattern: Pattern) -> None:
    held: Phase | None = None
    turned = True
    for phase in compile_timeline(exercise(pattern)).phases:
        turned = turned or phase.kind in {REST, CHANGE}
        if phase.kind is HOLD:
            assert held is None or turned or held.side is phase.side
            held, turned = phase, False


@settings(max_examples=40)
@given(st.lists(PATTERNS.filter(lambda pattern: pattern.duration_seconds < 900), min_size=1, max_size=8))
def test_a_routine_lasts_as_long_as_its_steps_alone(patterns: list[Pattern]) -> None:
    steps = tuple(Step(exercise(pattern)) for pattern in patterns)
    timeline = compile_timeline(Routine("r", "R", "", steps, is_built_in=True))
    alone = [compile_timeline(step.exercise).duration_seconds for step in steps]

    assert sum(alone) == timeline.duration_seconds
    assert alone == [step.duration_seconds for step in timeline.steps]
    for number, step in enumerate(timeline.steps):
        before = [phase.seconds for phase in timeline.phases if phase.step < number]
        assert step.start_seconds == sum(before)
