"""Scoring, case by case: what was done, and the lines that it gives."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from ctz_challenges.domain.challenge import Kind, Metric, Mode, Scoring
from ctz_challenges.domain.facts import Done
from ctz_challenges.domain.scoring import score
from ctz_challenges.domain.scoring_lines import Member

from .making import (
    BLUE,
    CLASS,
    RED,
    a_class,
    a_routine,
    a_type,
    any_of,
    bonus,
    challenge,
    core,
    lines,
    member,
    per,
    session,
    workout,
)

MINUTES = per(Metric.MINUTES, "1")
KILOJOULES = per(Metric.KILOJOULES, "0.1", without="1")
PZE = "power_zone_endurance"


@dataclass(frozen=True)
class Case:
    done: tuple[Done, ...]
    lines: list[str]
    items: tuple[Any, ...] = ()
    rules: dict[str, Any] | None = None
    of: Member | None = None


CASES = {
    "nothing done gives nothing": Case((), [], items=(core(a_class()),)),
    "the class that is asked for": Case((workout(class_id=CLASS),), ["0 ride: core 50"], items=(core(a_class()),)),
    "another class is on no list": Case(
        (workout(class_id="d" * 32),), ["0 ride: not_listed 0"], items=(core(a_class()),)
    ),
    "a workout without a class is no class": Case(
        (workout(class_id=""),), ["0 ride: not_listed 0"], items=(core(a_class("")),)
    ),
    "an exact class counts at any length": Case(
        (workout(class_id=CLASS, minutes=5),), ["0 ride: core 50"], items=(core(a_class()),)
    ),
    "a class of the type and length": Case(
        (workout(class_type=PZE, minutes=45),), ["0 ride: core 50"], items=(core(a_type(PZE, 45)),)
    ),
    "a longer class of the type": Case(
        (workout(class_type=PZE, minutes=60),), ["0 ride: core 50"], items=(core(a_type(PZE, 45)),)
    ),
    "ninety percent of the length is enough": Case(
        (workout(class_type=PZE, minutes=40.5),), ["0 ride: core 50"], items=(core(a_type(PZE, 45)),)
    ),
    "a second less than ninety percent is not": Case(
        (workout(class_type=PZE, duration_seconds=2429),),
        ["0 ride: not_listed 0"],
        items=(core(a_type(PZE, 45)),),
    ),
    "an unknown length is no length": Case(
        (workout(class_type=PZE, minutes=None),), ["0 ride: not_listed 0"], items=(core(a_type(PZE, 45)),)
    ),
    "an unknown length will do where none is asked for": Case(
        (workout(class_type=PZE, minutes=None),), ["0 ride: core 50"], items=(core(a_type(PZE)),)
    ),
    "a type of another discipline": Case(
        (workout(class_type="recovery", discipline="running"),),
        ["0 ride: not_listed 0"],
        items=(core(a_type("recovery", 20, "cycling")),),
    ),
    "a type of any discipline": Case(
        (workout(class_type="recovery", discipline="running"),),
        ["0 ride: core 50"],
        items=(core(a_type("recovery", 20)),),
    ),
    "a workout without a type is of no type": Case(
        (workout(class_type=""),), ["0 ride: not_listed 0"], items=(core(a_type("")),)
    ),
    "anything of the discipline": Case(
        (workout(discipline="running", minutes=30),), ["0 ride: core 50"], items=(core(any_of("running", 30)),)
    ),
    "another discipline": Case(
        (workout(discipline="walking", minutes=30),), ["0 ride: not_listed 0"], items=(core(any_of("running", 30)),)
    ),
    "a pilates class counts as pilates though it is filed under strength": Case(
        (workout(discipline="strength", class_type="pilates", minutes=20),),
        ["0 ride: core 50"],
        items=(core(any_of("pilates", 20)),),
    ),
    "the routine that is asked for": Case(
        (session("hips", "mobility", practice="routines/1"),),
        ["0 hips: core 50"],
        items=(core(a_routine("routines/1")),),
    ),
    "half of a routine is not the routine": Case(
        (session("hips", "mobility", practice="routines/1", minutes=5),),
        ["0 hips: not_listed 0"],
        items=(core(a_routine("routines/1", 10)),),
    ),
    "another routine": Case(
        (session("hips", "mobility", practice="routines/2"),),
        ["0 hips: not_listed 0"],
        items=(core(a_routine("routines/1")),),
    ),
    "a session of the category": Case(
        (session("hips", "mobility", minutes=10),), ["0 hips: core 50"], items=(core(any_of("mobility", 10)),)
    ),
    "an alternative counts as much and says so": Case(
        (workout(class_id="d" * 32),),
        ["0 ride: core_alternative 50"],
        items=(core(a_class(), a_class("d" * 32)),),
    ),
    "an alternative of another kind": Case(
        (workout(discipline="walking", minutes=30),),
        ["0 ride: core_alternative 50"],
        items=(core(a_class(), any_of("walking", 30)),),
    ),
    "an item is done once": Case(
        (workout("first", class_id=CLASS), workout("second", day=1, class_id=CLASS)),
        ["0 first: core 50", "1 second: already_done 0"],
        items=(core(a_class()),),
    ),
    "a later class does not undo an earlier alternative": Case(
        (workout("walk", discipline="walking"), workout("class", day=1, class_id=CLASS)),
        ["0 walk: core_alternative 50", "1 class: already_done 0"],
        items=(core(a_class(), any_of("walking")),),
    ),
    "a workout does one item, the one that asks for it by name": Case(
        (workout(class_id=CLASS),),
        ["0 ride: core 50"],
        items=(core(any_of("cycling"), position=0), core(a_class(), position=1)),
    ),
    "two items, two workouts, whoever comes first": Case(
        (workout("class", class_id=CLASS), workout("other", day=1)),
        ["0 class: core 50", "1 other: core 50"],
        items=(core(any_of("cycling"), position=0), core(a_class(), position=1)),
    ),
    "the whole assignment counts, not the first that fits": Case(
        (workout("long", minutes=60), workout("short", day=1, minutes=20)),
        ["0 long: core 50", "1 short: core 50"],
        items=(core(any_of("cycling", 20), position=0), core(any_of("cycling", 45), position=1)),
    ),
    "the item of another week": Case(
        (workout(class_id=CLASS, day=7),), ["7 ride: not_listed 0"], items=(core(a_class(), week=1),)
    ),
    "the first day of the second week": Case(
        (workout(class_id=CLASS, day=7),), ["7 ride: core 50"], items=(core(a_class(), week=2),)
    ),
    "the bonus once the core is done": Case(
        (workout("class", class_id=CLASS), workout("run", day=1, discipline="running")),
        ["0 class: core 50", "1 run: bonus 10"],
        items=(core(a_class()), bonus(any_of("running"))),
    ),
    "the bonus may come first in its week": Case(
        (workout("run", discipline="running"), workout("class", day=6, class_id=CLASS)),
        ["0 run: bonus 10", "6 class: core 50"],
        items=(core(a_class()), bonus(any_of("running"))),
    ),
    "the bonus waits for its core": Case(
        (workout("run", discipline="running"),),
        ["0 run: bonus_waits 0"],
        items=(core(a_class()), bonus(any_of("running"))),
    ),
    "the bonus waits for all of its core": Case(
        (workout("class", class_id=CLASS), workout("run", day=1, discipline="running")),
        ["0 class: core 50", "1 run: bonus_waits 0"],
        items=(core(a_class()), core(any_of("yoga"), position=1), bonus(any_of("running"))),
    ),
    "the core of another week is no core of this bonus": Case(
        (workout("class", class_id=CLASS), workout("run", day=7, discipline="running")),
        ["0 class: core 50", "7 run: bonus_waits 0"],
        items=(core(a_class()), core(any_of("yoga"), week=2), bonus(any_of("running"), week=2)),
    ),
    "a bonus without a core waits for nothing": Case(
        (workout("run", discipline="running"),), ["0 run: bonus 10"], items=(bonus(any_of("running")),)
    ),
    "core comes before bonus": Case(
        (workout("ride"),),
        ["0 ride: core 50"],
        items=(bonus(any_of("cycling"), position=0), core(any_of("cycling"), position=1)),
    ),
    "a workout of an item also gives points for its amount": Case(
        (workout(class_id=CLASS, minutes=45),),
        ["0 ride: core 50", "0 ride: minutes 45"],
        items=(core(a_class()),),
        rules={"rules": (MINUTES,)},
    ),
    "what only repeats an item still gives points for its amount": Case(
        (workout("first", class_id=CLASS), workout("second", day=1, class_id=CLASS)),
        ["0 first: core 50", "0 first: minutes 45", "1 second: already_done 0", "1 second: minutes 45"],
        items=(core(a_class()),),
        rules={"rules": (MINUTES,)},
    ),
    "minutes to the second": Case(
        (workout(duration_seconds=100),), ["0 ride: minutes 5"], rules={"rules": (per(Metric.MINUTES, "3"),)}
    ),
    "kilojoules": Case((workout(kilojoules="514.3"),), ["0 ride: kilojoules 51.43"], rules={"rules": (KILOJOULES,)}),
    "kilometres": Case(
        (workout(kilometres="14.2"),), ["0 ride: kilometres 28.4"], rules={"rules": (per(Metric.KILOMETRES, "2"),)}
    ),
    "training stress": Case(
        (workout(training_stress_score="64.0"),), ["0 ride: tss 32"], rules={"rules": (per(Metric.TSS, "0.5"),)}
    ),
    "each workout by each rule": Case(
        (workout(kilojoules="500"),),
        ["0 ride: kilojoules 50", "0 ride: minutes 45"],
        rules={"rules": (KILOJOULES, MINUTES)},
    ),
    "minutes where there is no power": Case(
        (workout(minutes=30),), ["0 ride: minutes_without_figure 30"], rules={"rules": (KILOJOULES,)}
    ),
    "no work is no figure": Case(
        (workout(minutes=30, kilojoules="0"),), ["0 ride: minutes_without_figure 30"], rules={"rules": (KILOJOULES,)}
    ),
    "less than no work is no figure": Case(
        (workout(minutes=30, kilojoules="-5"),), ["0 ride: minutes_without_figure 30"], rules={"rules": (KILOJOULES,)}
    ),
    "less than no time gives nothing": Case(
        (workout(minutes=-5, kilojoules="0"),), ["0 ride: not_listed 0"], rules={"rules": (KILOJOULES, MINUTES)}
    ),
    "nothing without a figure where the rule has no minutes": Case(
        (workout(minutes=30),), ["0 ride: not_listed 0"], rules={"rules": (per(Metric.KILOJOULES, "0.1"),)}
    ),
    "nothing where neither figure nor length is known": Case(
        (workout(minutes=None),), ["0 ride: not_listed 0"], rules={"rules": (KILOJOULES,)}
    ),
    "a session by its minutes": Case(
        (session("hips", "mobility", minutes=12),),
        ["0 hips: minutes_without_figure 12"],
        rules={"rules": (KILOJOULES,)},
    ),
    "a rule for one discipline": Case(
        (workout(), workout("run", day=1, discipline="running")),
        ["0 ride: not_listed 0", "1 run: minutes 45"],
        rules={"rules": (per(Metric.MINUTES, "1", of=("running",)),)},
    ),
    "a cycling challenge is not about runs, and does not speak of them": Case(
        (workout(), workout("run", day=1, discipline="running")),
        ["0 ride: minutes 45"],
        rules={"rules": (MINUTES,), "kind": Kind.CYCLING},
    ),
    "a cycling challenge takes bootcamps on the bike": Case(
        (workout(discipline="bike_bootcamp"),),
        ["0 ride: minutes 45"],
        rules={"rules": (MINUTES,), "kind": Kind.CYCLING},
    ),
    "a running challenge takes walks": Case(
        (workout(discipline="walking"),), ["0 ride: minutes 45"], rules={"rules": (MINUTES,), "kind": Kind.RUNNING}
    ),
    "a strength challenge takes strength alone": Case(
        (workout(discipline="strength"), session("hips", "mobility", day=1)),
        ["0 ride: minutes 45"],
        rules={"rules": (MINUTES,), "kind": Kind.STRENGTH},
    ),
    "a yoga challenge takes what is done on a mat": Case(
        (
            workout("yoga", discipline="yoga"),
            workout("stretch", day=1, discipline="stretching"),
            workout("calm", day=2, discipline="meditation"),
            workout("pilates", day=3, discipline="strength", class_type="pilates"),
            session("hips", "mobility", day=4),
            workout("run", day=5, discipline="running"),
        ),
        [
            "0 yoga: minutes 45",
            "1 stretch: minutes 45",
            "2 calm: minutes 45",
            "3 pilates: minutes 45",
            "4 hips: minutes 10",
        ],
        rules={"rules": (MINUTES,), "kind": Kind.YOGA},
    ),
    "an item may ask for more than the kind measures": Case(
        (workout(discipline="stretching"),),
        ["0 ride: core 50"],
        items=(core(any_of("stretching")),),
        rules={"rules": (MINUTES,), "kind": Kind.CYCLING},
    ),
    "the cap takes off what is over it": Case(
        (workout(minutes=60), workout("more", day=1, minutes=60)),
        ["0 ride: minutes 60", "1 more: minutes 60", "1 —: weekly_cap -20"],
        rules={"rules": (MINUTES,), "cap": "100"},
    ),
    "the cap takes off on each day that goes over it": Case(
        (workout(minutes=60), workout("more", day=1, minutes=60), workout("most", day=2, minutes=60)),
        [
            "0 ride: minutes 60",
            "1 more: minutes 60",
            "2 most: minutes 60",
            "1 —: weekly_cap -20",
            "2 —: weekly_cap -60",
        ],
        rules={"rules": (MINUTES,), "cap": "100"},
    ),
    "exactly the cap is not over it": Case(
        (workout(minutes=100),), ["0 ride: minutes 100"], rules={"rules": (MINUTES,), "cap": "100"}
    ),
    "each week has its own cap": Case(
        (workout(minutes=120), workout("next", day=7, minutes=90)),
        ["0 ride: minutes 120", "0 —: weekly_cap -20", "7 next: minutes 90"],
        rules={"rules": (MINUTES,), "cap": "100"},
    ),
    "a cap of nothing": Case(
        (workout(minutes=30),), ["0 ride: minutes 30", "0 —: weekly_cap -30"], rules={"rules": (MINUTES,), "cap": "0"}
    ),
    "who joins late counts from that day on": Case(
        (workout("before", day=1), workout("after", day=2)),
        ["2 after: minutes 45"],
        rules={"rules": (MINUTES,)},
        of=member(2),
    ),
    "the day before the start": Case((workout(day=-1),), [], rules={"rules": (MINUTES,)}),
    "the last day": Case((workout(day=13),), ["13 ride: minutes 45"], rules={"rules": (MINUTES,)}),
    "the day after the end": Case((workout(day=14),), [], rules={"rules": (MINUTES,)}),
    "a last week of three days": Case(
        (workout(class_id=CLASS, day=9),), ["9 ride: core 50"], items=(core(a_class(), week=2),), rules={"days": 10}
    ),
    "an administrator's own points": Case(
        (workout("class", class_id=CLASS), workout("run", day=1, discipline="running")),
        ["0 class: core 12.5", "1 run: bonus 0.25"],
        items=(core(a_class()), bonus(any_of("running"))),
        rules={"scoring": Scoring(core_points=Decimal("12.5"), bonus_points=Decimal("0.25"))},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_scoring(case: Case) -> None:
    """The lines are these, and the total is their sum."""
    result = score(challenge(*case.items, **case.rules or {}), case.of or member(), case.done)

    assert case.lines == lines(result)
    assert sum(line.points for line in result.lines) == result.total


def test_there_are_at_least_forty_cases() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize(
    ("mode", "stays", "teams"),
    [
        (Mode.TEAM, ((0, RED),), [RED, RED]),
        (Mode.TEAM, ((0, RED), (3, BLUE)), [RED, BLUE]),
        (Mode.TEAM, ((0, RED), (4, BLUE)), [RED, BLUE]),
        (Mode.TEAM, ((0, RED), (5, BLUE)), [RED, RED]),
        (Mode.TEAM, ((2, RED),), [None, RED]),
        (Mode.INDIVIDUAL, ((0, RED),), [None, None]),
    ],
)
def test_lines_carry_the_team_of_their_day(mode: Mode, stays: Any, teams: list[object]) -> None:
    """Who changes teams leaves behind what was earned for the old one."""
    done = (workout("one", day=1), workout("two", day=4))
    result = score(challenge(rules=(MINUTES,), mode=mode), member(0, *stays), done)

    assert teams == [line.team_id for line in result.lines]


def test_the_cap_is_taken_from_the_team_of_the_day_that_went_over() -> None:
    """What was reached under the cap stays with the team for which it was reached."""
    done = (workout("one", day=1, minutes=80), workout("two", day=4, minutes=80))
    result = score(challenge(rules=(MINUTES,), cap="100"), member(0, (0, RED), (3, BLUE)), done)
    by_team = {team: sum(line.points for line in result.lines if line.team_id == team) for team in (RED, BLUE)}

    assert {RED: 80, BLUE: 20} == by_team
