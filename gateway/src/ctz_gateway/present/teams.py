"""Teams in words: what can be chosen, and who did what in a week."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_gateway.present.activities import asked_title
from ctz_gateway.present.boards import UNKNOWN
from ctz_gateway.present.challenges import Seen, head, id_of, points_text
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Figure, Form, Note
from ctz_gateway.viewmodels.teams import Mate, TeamChoice, TeamPage, TeamsPage
from ctz_gateway.words import day_month, listing, plural

NAMED = 4


def teams_page(seen: Seen, teams: Sequence[pb.Team], form: Form) -> TeamsPage:
    """Teams to choose from. Once it runs, who has a team keeps it."""
    own = seen.view.membership.team if seen.is_member else ""
    capacity = seen.challenge.team_capacity
    is_over = seen.challenge.state == pb.CHALLENGE_STATE_ENDED
    is_settled = bool(own) and seen.challenge.state != pb.CHALLENGE_STATE_OPEN
    return TeamsPage(
        head=head(seen),
        teams=[_choice(team, capacity, team.name == own) for team in teams],
        form=form,
        can_choose=seen.is_member and not is_over and not is_settled,
        can_create=not is_over and (seen.is_administrator or (seen.is_member and not is_settled)),
    )


def day_of_move(challenge: pb.Challenge, at: datetime) -> date:
    """The first day in another team unless one is said: today in the challenge's zone, within its days."""
    first, last = date.fromisoformat(challenge.start_date), date.fromisoformat(challenge.end_date)
    return min(max(at.astimezone(ZoneInfo(challenge.time_zone)).date(), first), last)


def _choice(team: pb.Team, capacity: int, is_own: bool) -> TeamChoice:
    members = plural(team.member_count, "rider")
    return TeamChoice(
        id=id_of(team.name),
        title=team.title,
        members_text=f"{team.member_count} of {capacity} riders" if capacity else members,
        is_own=is_own,
        is_full=bool(capacity) and team.member_count >= capacity,
    )


def team_page(
    answer: pb.TeamOverview,
    names: Mapping[str, str],
    *,
    challenge_id: str,
    user_id: str,
    is_administrator: bool,
    address: str,
    points_address: str,
    week: int,
) -> TeamPage:
    """Who did what in the week; fewest points first, as the service tells it."""
    mates = [_mate(each, answer.items, names, user_id, points_address) for each in answer.members]
    idle = [mate.name for mate in mates if mate.needs_nudge]
    done = sum(is_done for mate in mates for _, is_done in mate.ticks)
    points = sum(each.points for each in answer.members)
    return TeamPage(
        challenge_id=challenge_id,
        team_id=id_of(answer.team.name),
        title=answer.team.title,
        week=answer.week,
        week_text=f"Week {answer.week}",
        weeks=_weeks(answer.week, address, is_chosen=bool(week)),
        items=_heads(answer.items),
        mates=mates,
        summary=(
            Figure("Riders", str(len(mates))),
            Figure("Done", str(done), f"of {len(mates) * len(answer.items)}"),
            Figure("Points of the week", points_text(points)),
        ),
        nudge=_nudge(idle, answer.week),
        is_administrator=is_administrator,
    )


def _heads(items: Sequence[pb.ScheduleItem]) -> Sequence[tuple[str, str]]:
    """Short head and full title of each item: `1`, `2`, `B`."""
    found, number = [], 0
    for item in items:
        number += item.role != pb.ITEM_ROLE_BONUS
        found.append(("B" if item.role == pb.ITEM_ROLE_BONUS else str(number), asked_title(item.activity)))
    return found


def _mate(
    week: pb.MemberWeek,
    items: Sequence[pb.ScheduleItem],
    names: Mapping[str, str],
    user_id: str,
    points_address: str,
) -> Mate:
    member, done = week.membership, frozenset(week.done_items)
    return Mate(
        id=member.user_id,
        name=names.get(member.user_id, UNKNOWN),
        is_captain=member.is_captain,
        is_self=member.user_id == user_id,
        ticks=[(asked_title(item.activity), item.name in done) for item in items],
        last_text=day_month(date.fromisoformat(week.last_date)) if week.last_date else "nothing yet",
        points=points_text(week.points),
        total=points_text(week.total_points),
        needs_nudge=not done and week.points <= 0,
        points_url=f"{points_address}{member.user_id}",
    )


def _nudge(idle: Sequence[str], week: int) -> Note | None:
    if not idle:
        return None
    names = listing(idle) if len(idle) <= NAMED else f"{listing(idle[:NAMED])} and {len(idle) - NAMED} more"
    verb = "has" if len(idle) == 1 else "have"
    return Note(f"{names} {verb} nothing counted in week {week} yet.", "Who needs a nudge.", "warn", "group")


def _weeks(week: int, address: str, *, is_chosen: bool) -> Sequence[Tab]:
    """The week before, this one, and the way back to the one that runs."""
    before = [Tab(f"Week {week - 1}", f"{address}?week={week - 1}", is_current=False)] if week > 1 else []
    after = [Tab("Now", address, is_current=False)] if is_chosen else []
    return [*before, Tab(f"Week {week}", f"{address}?week={week}", is_current=True), *after]
