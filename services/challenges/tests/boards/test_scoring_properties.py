"""What holds for every rider and every week, not only for the cases that somebody thought of."""

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ctz_challenges.domain.challenge import Challenge, Item, Metric, Role
from ctz_challenges.domain.facts import Done
from ctz_challenges.domain.scoring import score
from ctz_challenges.domain.scoring_assignment import heaviest_assignment
from ctz_challenges.domain.scoring_lines import UNCOUNTED, Reason, Score
from ctz_challenges.domain.scoring_matching import match_of

from .making import CLASS, a_class, a_type, any_of, bonus, challenge, core, member, per, workout

SHUFFLES = 1_000
DISCIPLINES = ("cycling", "running", "yoga")

activities = st.one_of(
    st.sampled_from(DISCIPLINES).flatmap(lambda name: st.sampled_from((0, 20, 45)).map(lambda m: any_of(name, m))),
    st.sampled_from((a_class(), a_class("d" * 32), a_type("tempo"), a_type("tempo", 30))),
)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Item, ...]:
    """One or two weeks of up to four core items and two of bonus."""
    items = []
    for week in (1, 2):
        for position in range(draw(st.integers(0, 4))):
            asked = draw(st.lists(activities, min_size=1, max_size=3))
            items.append(core(asked[0], *asked[1:], week=week, position=position))
        items += [bonus(draw(activities), week=week, position=50 + each) for each in range(draw(st.integers(0, 2)))]
    return tuple(items)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Done, ...]:
    """Up to eight workouts within two weeks, some on the same instant."""
    made = []
    for number in range(draw(st.integers(0, 8))):
        one = workout(
            f"w{number}",
            day=draw(st.integers(-1, 14)),
            minutes=draw(st.sampled_from((10, 20, 40, 60, None))),
            discipline=draw(st.sampled_from(DISCIPLINES)),
            class_id=draw(st.sampled_from(("", CLASS, "d" * 32))),
            class_type=draw(st.sampled_from(("", "tempo"))),
            kilojoules=draw(st.sampled_from(("0", "333.333333", "512.1"))),
        )
        made.append(replace(one, done_id=UUID(int=number + 1)))
    return tuple(made)


def ruled(items: tuple[Item, ...], cap: str | None = None) -> Challenge:
    rules = (per(Metric.KILOJOULES, "0.1", without="0.7"), per(Metric.MINUTES, "0.333333", of=("yoga",)))
    return challenge(*items, rules=rules, cap=cap)


def most_points(items: Sequence[Item], done: Sequence[Done]) -> Decimal:
    """Points of a week by trying every way to give each item a workout or none."""
    best = Decimal(0)
    for chosen in itertools.product((None, *done), repeat=len(items)):
        used = [one.done_id for one in chosen if one is not None]
        fits = all(one is None or match_of(item, one) for item, one in zip(items, chosen, strict=True))
        if not fits or len(set(used)) < len(used):
            continue
        is_whole = all(one is not None or item.role is Role.BONUS for item, one in zip(items, chosen, strict=True))
        worth = {Role.CORE: Decimal(50), Role.BONUS: Decimal(10 if is_whole else 0)}
        best = max(best, sum((worth[item.role] for item, one in zip(items, chosen, strict=True) if one), Decimal(0)))
    return best


def without(result: Score, gone: Done) -> list[object]:
    return [line for line in result.lines if line.done != gone]


@given(schedules(), histories())
def test_no_other_assignment_gives_more_points(items: tuple[Item, ...], done: tuple[Done, ...]) -> None:
    """What items give is what the best of all assignments gives, found by trying them all."""
    few = done[:5]
    asked = challenge(*items)
    result = score(asked, member(), few)
    for week in result.weeks:
        of_week = [one for one in few if asked.week_of(asked.day_at(one.start_time)) == week.week]

        assert most_points([item for item in items if item.week == week.week], of_week) == week.points


@given(schedules(), histories(), st.sampled_from((None, "60", "100.5")), st.randoms(use_true_random=False))
def test_t019_the_order_of_facts_and_items_does_not_matter(
    items: tuple[Item, ...], done: tuple[Done, ...], cap: str | None, shuffler: random.Random
) -> None:
    """The same facts give the same lines, decisions and sums."""
    shuffled, moved = list(done), list(items)
    shuffler.shuffle(shuffled)
    shuffler.shuffle(moved)

    assert score(ruled(items, cap), member(), done) == score(ruled(tuple(moved), cap), member(), shuffled)


def test_t019_a_thousand_shuffles_give_the_same_score() -> None:
    """One full month of a rider with every kind of item, shuffled a thousand times."""
    items = tuple(
        itertools.chain.from_iterable(
            (
                core(a_class(), any_of("cycling", 45), week=week, position=0),
                core(a_type("tempo", 30), week=week, position=1),
                core(any_of("running", 20), any_of("walking", 20), week=week, position=2),
                bonus(any_of("yoga", 10), week=week),
            )
            for week in range(1, 5)
        )
    )
    done = [
        workout(f"{day}", day=day, discipline=("cycling", "running", "yoga", "walking")[day % 4], kilojoules="400.25")
        for day in range(28)
    ] + [workout(f"class {week}", day=7 * week + 1, class_id=CLASS, class_type="tempo") for week in range(4)]
    asked = challenge(*items, rules=(per(Metric.KILOJOULES, "0.1", without="1"),), cap="300", days=28)
    ordered = score(asked, member(), done)
    shuffler = random.Random(20260506)
    for _ in range(SHUFFLES):
        shuffler.shuffle(done)

        assert ordered == score(asked, member(), done)


@given(schedules(), histories())
def test_no_workout_counts_twice_in_one_place(items: tuple[Item, ...], done: tuple[Done, ...]) -> None:
    """A workout does one item at most, an item is done by one workout at most, and each rule measures it once."""
    result = score(ruled(items), member(), done)
    of_items = [line for line in result.lines if line.item_id and line.reason not in UNCOUNTED]

    assert Counter(set(of_items)) == Counter(of_items)
    assert len({line.item_id for line in of_items}) == len(of_items)
    assert len({line.done for line in of_items}) == len(of_items)
    by_rule = Counter((line.done, line.reason) for line in result.lines if line.amount is not None)
    assert not by_rule or max(by_rule.values()) <= 2


@given(schedules(), histories())
def test_deleting_a_workout_and_bringing_it_back_changes_nothing(
    items: tuple[Item, ...], done: tuple[Done, ...]
) -> None:
    """Without a workout the score is as if it had never been, and with it again as it was."""
    if not done:
        return
    asked = ruled(items)
    fewer = score(asked, member(), done[1:])

    assert done[0] not in [line.done for line in fewer.lines]
    assert score(asked, member(), done) == score(asked, member(), (*done[1:], done[0]))
    assert fewer.total <= score(asked, member(), done).total


@given(schedules(), histories(), st.sampled_from((None, "60", "100.5")))
def test_displayed_and_stored_points_agree(items: tuple[Item, ...], done: tuple[Done, ...], cap: str | None) -> None:
    """A fault of the app that this one replaces: lines, weeks, decisions and the total are one and the same sum."""
    result = score(ruled(items, cap), member(), done)
    of_items = sum(line.points for line in result.lines if line.item_id)

    assert result.total == sum(line.points for line in result.lines) == sum(week.points for week in result.weeks)
    assert of_items == sum(decision.points for decision in result.decisions)
    assert all(line.points == line.points.quantize(Decimal("0.000001")) for line in result.lines)
    assert cap is None or all(week.points <= Decimal(cap) for week in result.weeks)


@given(schedules(), histories())
def test_every_workout_of_a_mixed_challenge_is_accounted_for(items: tuple[Item, ...], done: tuple[Done, ...]) -> None:
    """A rider finds each workout of the challenge's days in the explanation, counted or with the reason why not."""
    asked = ruled(items)
    inside = {one for one in done if asked.week_of(asked.day_at(one.start_time)) is not None}

    assert inside == {line.done for line in score(asked, member(), done).lines if line.reason is not Reason.WEEKLY_CAP}


@given(schedules(), histories())
def test_what_counted_once_goes_on_to_count(items: tuple[Item, ...], done: tuple[Done, ...]) -> None:
    """Later workouts never take an item's points away, and who did nothing earlier is told of an earlier workout."""
    ordered = sorted(done, key=lambda one: one.place)
    totals = [score(challenge(*items), member(), ordered[:count]).total for count in range(len(ordered) + 1)]

    assert sorted(totals) == totals
    result = score(challenge(*items), member(), done)
    doing = {decision.item_id: decision.done for decision in result.decisions}
    for line in result.lines:
        if line.reason is Reason.ALREADY_DONE and line.done and line.item_id and (by := doing[line.item_id]):
            assert by.place < line.done.place


@given(
    st.integers(1, 5).flatmap(
        lambda rows: st.lists(st.lists(st.integers(-9, 9), min_size=5, max_size=5), min_size=rows, max_size=rows)
    )
)
def test_the_assignment_is_the_heaviest(weights: list[list[int]]) -> None:
    """The method agrees with trying every permutation."""
    chosen = heaviest_assignment(weights)
    every = itertools.permutations(range(5), len(weights))

    assert len(set(chosen)) == len(weights)
    assert max(sum(weights[row][column] for row, column in enumerate(each)) for each in every) == sum(
        weights[row][column] for row, column in enumerate(chosen)
    )
