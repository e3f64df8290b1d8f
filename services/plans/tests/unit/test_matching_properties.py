"""What holds for every week: arrival does not matter, nothing counts twice, the rider's word wins."""

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from ctz_plans.domain.activity import Activity, Fact
from ctz_plans.domain.assignment import heaviest
from ctz_plans.domain.item import Decision, Item
from ctz_plans.domain.matching import State, WeekMatch, fit_of, match_week

from .planning import AFTER, NOTE, REST, WEEK, a_class, a_routine, a_type, any_of, item, ride, session

SHUFFLES = 1_000
TYPES = ("power_zone", "power_zone_endurance", "warm_up", "")
ASKED: Sequence[Activity] = (
    a_class("c1"),
    a_class("c2", 30, "power_zone_endurance"),
    a_type("power_zone"),
    a_type("power_zone", 30),
    a_type("power_zone_endurance", 60),
    a_type("recovery", 20, ""),
    any_of("cycling"),
    any_of("cycling", 45),
    any_of("mobility", 10),
    a_routine(),
    a_routine("shoulders"),
    NOTE,
    REST,
)
days = st.sampled_from(WEEK.days)


@st.composite
def weeks(draw: Any, *, most: int = 7, decided: bool = True) -> tuple[list[Item], list[Fact]]:
    """Items and facts of a week that compete for each other; each decision counts something of its own."""
    facts = [_fact(draw, number) for number in range(draw(st.integers(0, most)))]
    items = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        made = item(number, draw(days), draw(st.sampled_from(ASKED)), position=draw(st.integers(0, 2)))
        items.append(made)
    if decided:
        for number, one in enumerate(items):
            decision = draw(st.sampled_from([Decision.NONE] * 5 + [*Decision]))
            if decision is Decision.COUNTS and (number >= len(facts) or not one.activity.asks):
                continue
            ref = facts[number].ref if decision is Decision.COUNTS else ""
            items[number] = item(
                one.item_id.int, one.day, one.activity, position=one.position, decision=decision, decided_ref=ref
            )
            if ref:
                facts[number] = _taken(facts[number], one.item_id)
    return items, facts


def _fact(draw: Any, number: int) -> Fact:
    day = draw(days)
    if draw(st.integers(0, 3)) == 0:
        return session(f"{number}", day, f"routines/{draw(st.sampled_from(['hips', 'shoulders', 'neck']))}")
    return ride(
        f"{number}",
        day,
        draw(st.sampled_from(TYPES)),
        draw(st.sampled_from([20, 30, 45, 60, None])),
        class_id=draw(st.sampled_from(["", "c1", "c2"])),
        hour=draw(st.integers(5, 20)),
    )


def _taken(fact: Fact, item_id: UUID) -> Fact:
    fields = {name: getattr(fact, name) for name in Fact.__slots__} | {"taken_by": item_id}
    return Fact(**fields)


def satisfied(found: WeekMatch) -> set[UUID]:
    return {item_id for item_id, standing in found.standings.items() if standing.fact is not None}


def used(found: WeekMatch) -> list[str]:
    return [standing.fact.ref for standing in found.standings.values() if standing.fact is not None]


def test_t019_a_thousand_orders_of_arrival_give_one_answer() -> None:
    """The week of a busy rider, shuffled."""
    shuffler = random.Random(20260601)
    items = [
        item(number, shuffler.choice(WEEK.days), shuffler.choice(ASKED), position=number % 3) for number in range(1, 22)
    ]
    facts = [
        ride(str(number), shuffler.choice(WEEK.days), shuffler.choice(TYPES), shuffler.choice([20, 30, 45, 60]), hour=8)
        for number in range(16)
    ]
    expected = match_week(WEEK, items, facts, AFTER)
    for _ in range(SHUFFLES):
        shuffler.shuffle(items)
        shuffler.shuffle(facts)
        assert expected == match_week(WEEK, items, facts, AFTER)


@settings(max_examples=200)
@given(weeks(), st.randoms(use_true_random=False))
def test_t019_arrival_does_not_matter(week: tuple[list[Item], list[Fact]], shuffler: random.Random) -> None:
    items, facts = week
    expected = match_week(WEEK, items, facts, AFTER)
    shuffler.shuffle(items)
    shuffler.shuffle(facts)
    assert expected == match_week(WEEK, items, facts, AFTER)


@settings(max_examples=200)
@given(weeks())
def test_nothing_counts_twice_and_nothing_is_lost(week: tuple[list[Item], list[Fact]]) -> None:
    """Each deed is in exactly one place: with one item, or with what was unplanned."""
    items, facts = week
    found = match_week(WEEK, items, facts, AFTER)
    places = [*used(found), *(fact.ref for fact in found.unplanned)]
    assert sorted(places) == sorted({fact.ref for fact in facts})
    assert {one.item_id for one in items} == set(found.standings)


@settings(max_examples=200)
@given(weeks(), st.data())
def test_deleting_what_was_done_takes_back_what_it_gave(week: tuple[list[Item], list[Fact]], data: Any) -> None:
    """At most the one item is undone that the deed did, directly or by way of exchanges; no other item gains."""
    items, facts = week
    if not facts:
        return
    before = match_week(WEEK, items, facts, AFTER)
    gone = data.draw(st.sampled_from(facts))
    after = match_week(WEEK, items, [fact for fact in facts if fact.ref != gone.ref], AFTER)
    lost = satisfied(before) - satisfied(after)
    assert satisfied(after) <= satisfied(before)
    assert len(lost) <= 1
    assert gone.ref not in used(after)
    if gone.ref not in used(before):
        assert before.standings == after.standings
    assert before == match_week(WEEK, items, facts, AFTER)


@settings(max_examples=200)
@given(weeks())
def test_the_riders_word_wins(week: tuple[list[Item], list[Fact]]) -> None:
    items, facts = week
    found = match_week(WEEK, items, facts, AFTER)
    for one in items:
        standing = found.standings[one.item_id]
        if one.decision is Decision.NONE or not one.activity.asks:
            assert not standing.is_decided
            continue
        assert standing.is_decided
        ref = standing.fact.ref if standing.fact else ""
        assert one.decided_ref == ref
        if one.decision in {Decision.DONE, Decision.SKIPPED}:
            assert one.decision.value == standing.state.value
        if one.decision is Decision.NOTHING_COUNTS:
            assert standing.state is State.MISSED


def every_assignment(rows: int, columns: int) -> Iterator[tuple[int | None, ...]]:
    choices = itertools.product([*range(columns), None], repeat=rows)
    return (
        choice for choice in choices if len({c for c in choice if c is not None}) == sum(c is not None for c in choice)
    )


@settings(max_examples=150)
@given(weeks(most=4, decided=False))
def test_the_best_whole_assignment_is_found(week: tuple[list[Item], list[Fact]]) -> None:
    """Against trying every assignment: more of the better fits, then fewer days between."""
    items, facts = week
    items = [one for one in items if one.activity.asks]

    def worth(choice: Sequence[int | None]) -> tuple[int, ...] | None:
        counts, distance = [0] * 5, 0
        for one, column in zip(items, choice, strict=True):
            if column is None:
                continue
            fit = fit_of(one, facts[column])
            if fit is None:
                return None
            counts[fit] += 1
            distance += abs((one.day - facts[column].day).days)
        return (*counts, -distance)

    best = max(found for choice in every_assignment(len(items), len(facts)) if (found := worth(choice)) is not None)
    place = {fact.ref: number for number, fact in enumerate(facts)}
    standings = match_week(WEEK, items, facts, AFTER).standings
    chosen = [place[fact.ref] if (fact := standings[one.item_id].fact) else None for one in items]
    assert best == worth(chosen)


@settings(max_examples=200)
@given(st.integers(0, 5), st.integers(0, 5), st.data())
def test_the_heaviest_assignment_is_the_heaviest(rows: int, columns: int, data: Any) -> None:
    pairs = [(row, column) for row in range(rows) for column in range(columns)]
    weights = {pair: data.draw(st.integers(-3, 20)) for pair in pairs if data.draw(st.booleans())}

    def total(choice: Sequence[int | None]) -> int:
        made = [(row, column) for row, column in enumerate(choice) if column is not None]
        return sum(weights.get(pair, -100) for pair in made)

    found = heaviest(rows, columns, weights)
    assert len(set(found.values())) == len(found)
    best = max(total(choice) for choice in every_assignment(rows, columns))
    assert best == sum(weights[row, column] for row, column in found.items())


def test_a_week_of_the_most_items_is_matched_at_once() -> None:
    """Twelve items on every day and as many rides: all of them find each other."""
    items = [
        item(number + 1, WEEK.days[number % 7], a_type("power_zone"), position=number // 7) for number in range(84)
    ]
    facts = [ride(f"{number:02}", WEEK.days[number % 7], "power_zone", hour=number // 7) for number in range(84)]
    found = match_week(WEEK, items, facts, AFTER)
    assert 84 == len(satisfied(found))
    assert all(standing.state is State.DONE for standing in found.standings.values())
