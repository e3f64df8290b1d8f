"""Who is active in a team in a week: the number that the team's points are divided by."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.scoring_lines import Member

_DAY = timedelta(days=1)


def active_counts(challenge: Challenge, members: Collection[Member]) -> Mapping[tuple[UUID, int], int]:
    """Members in a team on any day of a week, by team and week; who left the challenge must not be among `members`."""
    return Counter(place for member in members for place in _places(challenge, member))


def _places(challenge: Challenge, member: Member) -> set[tuple[UUID, int]]:
    stays = sorted(member.stays, key=lambda stay: stay.from_date)
    ends = [*(stay.from_date - _DAY for stay in stays[1:]), challenge.end_date][: len(stays)]
    places: set[tuple[UUID, int]] = set()
    for stay, end in zip(stays, ends, strict=True):
        first = max(stay.from_date, member.join_date, challenge.start_date)
        places |= {(stay.team_id, week) for week in _weeks(challenge, first, min(end, challenge.end_date))}
    return places


def _weeks(challenge: Challenge, first: date, last: date) -> range:
    """Weeks with a day from the first to the last; none when the last lies before."""
    begin, end = challenge.week_of(first), challenge.week_of(last)
    return range(0) if begin is None or end is None or first > last else range(begin, end + 1)
