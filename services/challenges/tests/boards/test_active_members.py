"""Who a team's points are divided by: members on any day of a week who have not left."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_challenges.domain.board_teams import active_counts
from ctz_challenges.domain.scoring_lines import Member, Stay

from .making import BLUE, RED, START, challenge, member


@pytest.mark.parametrize(
    ("who", "counts"),
    [
        pytest.param(member(), {(RED, 1): 1, (RED, 2): 1, (RED, 3): 1}, id="from the start"),
        pytest.param(member(6), {(RED, 1): 1, (RED, 2): 1, (RED, 3): 1}, id="from the last day of a week"),
        pytest.param(member(7), {(RED, 2): 1, (RED, 3): 1}, id="from the first day of the next"),
        pytest.param(
            member(0, (0, RED), (9, BLUE)), {(RED, 1): 1, (RED, 2): 1, (BLUE, 2): 1, (BLUE, 3): 1}, id="in both teams"
        ),
        pytest.param(
            member(0, (0, RED), (7, BLUE)), {(RED, 1): 1, (BLUE, 2): 1, (BLUE, 3): 1}, id="moved between two weeks"
        ),
        pytest.param(member(7, (0, RED), (7, BLUE)), {(BLUE, 2): 1, (BLUE, 3): 1}, id="moved before counting began"),
        pytest.param(member(0, (16, RED)), {(RED, 3): 1}, id="without a team at first"),
        pytest.param(Member(START), {}, id="never in a team"),
        pytest.param(member(30), {}, id="joined after the end"),
        pytest.param(member(-5, (-5, RED)), {(RED, 1): 1, (RED, 2): 1, (RED, 3): 1}, id="joined before the start"),
    ],
)
def test_a_member_is_active_in_a_week_with_a_day_in_the_team(who: Member, counts: dict[tuple[UUID, int], int]) -> None:
    """Two weeks and three days."""
    assert counts == active_counts(challenge(days=17), [who])


@given(
    st.integers(0, 30),
    st.dictionaries(st.integers(0, 30), st.sampled_from((RED, BLUE)), max_size=4),
    st.integers(1, 28),
)
def test_activity_equals_a_count_by_days(join: int, stays: dict[int, UUID], days: int) -> None:
    """Day by day: the team of each day that counts."""
    asked = challenge(days=days)
    who = Member(
        START + timedelta(days=join), tuple(Stay(START + timedelta(days=day), team) for day, team in stays.items())
    )
    by_day = {
        (team, asked.week_of(day))
        for day in (START + timedelta(days=offset) for offset in range(days))
        if day >= who.join_date and (team := who.team_on(day)) is not None
    }

    assert by_day == {place for place, count in active_counts(asked, [who]).items() if count}
