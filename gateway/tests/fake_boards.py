"""Challenges in memory, second half: teams, boards, explanations, standings."""

# ruff: noqa: N802 - methods are named by the contract

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_gateway.clients.times import stamp
from gateway.tests.fake_challenges import ChallengeStore, Kept, Member, membership_of, view_of
from gateway.tests.refusals import Refused

UPDATED = datetime(2026, 6, 12, 16, 2, tzinfo=UTC)


def _member_named(store: ChallengeStore, name: str) -> tuple[Kept, Member]:
    challenge, _, user = name.rpartition("/members/")
    try:
        user_id = UUID(user)
    except ValueError:
        raise InvalidArgument("member", "must look like challenges/{id}/members/{id}") from None
    kept = store.kept.get(challenge)
    member = kept.member(user_id) if kept is not None else None
    if kept is None or member is None:
        raise NotFound
    return kept, member


def _team(kept: Kept, name: str) -> pb.Team:
    members = [each for each in kept.active() if each.team == name]
    return pb.Team(
        name=name,
        challenge=kept.challenge.name,
        title=kept.teams[name],
        member_count=len(members),
        captain_ids=[str(each.user_id) for each in members if each.is_captain],
    )


class TeamService:
    """TeamService over the store."""

    def __init__(self, store: ChallengeStore) -> None:
        self.store = store

    def ListTeams(self, request: Any, context: Any) -> Any:
        kept = self.store.seen_by(request.challenge, person_of(context))
        return pb.ListTeamsResponse(
            teams=[_team(kept, name) for name in sorted(kept.teams, key=kept.teams.__getitem__)]
        )

    def CreateTeam(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        kept = self.store.seen_by(request.challenge, person)
        if not request.title.strip():
            raise InvalidArgument("title", "Give the team a name.")
        if request.title in kept.teams.values():
            raise Refused("ALREADY_EXISTS", "TEAM_TITLE_TAKEN", [("title", "Another team has this title.")])
        member = kept.member(person.user_id)
        if member is None and not person.is_administrator:
            raise Refused("PERMISSION_DENIED", "MEMBERSHIP_REQUIRED")
        name = self.store.answered.setdefault(request.request_id, f"teams/{uuid4()}")
        kept.teams[name] = request.title
        if member is not None:
            member.team, member.is_captain = name, True
        return _team(kept, name)

    def ChooseTeam(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        kept = self.store.seen_by(request.challenge, person)
        member = kept.member(person.user_id)
        if member is None:
            raise Refused("PERMISSION_DENIED", "MEMBERSHIP_REQUIRED")
        if not kept.teams:
            raise Refused("FAILED_PRECONDITION", "NO_TEAM_WITH_ROOM")
        wanted = request.team or min(kept.teams, key=lambda name: _team(kept, name).member_count)
        if wanted not in kept.teams:
            raise NotFound
        member.team = wanted
        return membership_of(kept, member)

    def MoveMember(self, request: Any, _context: Any) -> Any:
        kept, member = _member_named(self.store, request.member)
        if request.team not in kept.teams:
            raise NotFound
        if request.from_date > kept.challenge.end_date:
            raise InvalidArgument("from_date", "Give a day of the challenge.")
        member.team, member.is_captain = request.team, False
        return membership_of(kept, member)

    def SetCaptain(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        kept, member = _member_named(self.store, request.member)
        self._captains_only(kept, member.team, person)
        member.is_captain = request.is_captain
        return membership_of(kept, member)

    def GetTeamOverview(self, request: Any, context: Any) -> Any:
        _, kept = self.store.of_team(request.team)
        self._captains_only(kept, request.team, person_of(context))
        week = request.week or kept.shown().current_week or 1
        members = [
            pb.MemberWeek(
                membership=membership_of(kept, each),
                points=kept.points(each.user_id, week),
                total_points=kept.points(each.user_id),
                done_items=[line.item for line in kept.lines_of(each.user_id) if line.week == week],
                last_date=max((line.date for line in kept.lines_of(each.user_id)), default=""),
            )
            for each in kept.active()
            if each.team == request.team
        ]
        members.sort(key=lambda each: each.points)
        items = [item for item in kept.items if item.week == week]
        return pb.TeamOverview(team=_team(kept, request.team), week=week, items=items, members=members)

    def _captains_only(self, kept: Kept, team: str, person: Any) -> None:
        member = kept.member(person.user_id)
        if person.is_administrator or (member is not None and member.is_captain and member.team == team):
            return
        if member is None and not kept.challenge.is_public:
            raise NotFound
        raise Refused("PERMISSION_DENIED", "CAPTAIN_REQUIRED")


class BoardService:
    """BoardService over the store."""

    def __init__(self, store: ChallengeStore) -> None:
        self.store = store

    def GetBoard(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        kept = self.store.seen_by(request.challenge, person)
        view, mine = view_of(kept, person), kept.member(person.user_id)
        team = mine.team if request.is_own_team and mine is not None else request.team
        is_teams = request.kind == pb.BOARD_KIND_TEAMS
        if not request.kind:
            is_teams = kept.challenge.mode == pb.CHALLENGE_MODE_TEAM and not team
        week = _latest_week(view.challenge) if request.is_latest_week else request.week
        rows = _team_rows(kept, week) if is_teams else _member_rows(kept, week, team)
        first = int(request.page_token) if request.page_token.isdecimal() else 0
        size = request.page_size or 50
        answer = pb.Board(
            kind=pb.BOARD_KIND_TEAMS if is_teams else pb.BOARD_KIND_MEMBERS,
            rows=rows[first : first + size],
            total_size=len(rows),
            next_page_token=str(first + size) if first + size < len(rows) else "",
            week=week,
            team=team,
            challenge=view if request.with_challenge else None,
        )
        own = _own(kept, rows, person.user_id)
        if own is not None:
            answer.own_row.CopyFrom(own)
        if any(kept.lines.values()):
            answer.update_time.CopyFrom(stamp(UPDATED))
        return answer

    def ExplainPoints(self, request: Any, context: Any) -> Any:
        kept, member = _member_named(self.store, request.member)
        if kept.member(person_of(context).user_id) is None and not person_of(context).is_administrator:
            raise NotFound
        lines = [line for line in kept.lines_of(member.user_id) if not request.week or line.week == request.week]
        answer = pb.PointsExplanation(
            lines=lines,
            corrections=kept.corrections.get(member.user_id, []),
            points=kept.points(member.user_id, request.week),
        )
        if member.team and member.user_id == person_of(context).user_id:
            answer.team_row.CopyFrom(next(row for row in _team_rows(kept, request.week) if row.team == member.team))
        return answer

    def ListStandings(self, _request: Any, context: Any) -> Any:
        person, answer = person_of(context), pb.ListStandingsResponse()
        for name, kept in self.store.kept.items():
            week = kept.shown().current_week
            if not week or not kept.is_published or kept.member(person.user_id) is None:
                continue
            is_team = kept.challenge.mode == pb.CHALLENGE_MODE_TEAM
            rows = _team_rows(kept, 0) if is_team else _member_rows(kept, 0, "")
            standing = answer.standings.add(
                challenge=name,
                title=kept.challenge.title,
                mode=kept.challenge.mode,
                rows=rows[:5],
                total_size=len(rows),
                week_points=kept.points(person.user_id, week),
                week_possible_points=210,
            )
            own = _own(kept, rows, person.user_id)
            if own is not None:
                standing.own_row.CopyFrom(own)
        return answer


def _latest_week(challenge: pb.Challenge) -> int:
    if challenge.state == pb.CHALLENGE_STATE_ENDED:
        return challenge.week_count
    return challenge.current_week


def _own(kept: Kept, rows: Sequence[pb.BoardRow], user_id: UUID) -> pb.BoardRow | None:
    member = kept.member(user_id)
    if member is None:
        return None
    return next(
        (row for row in rows if row.user_id == str(user_id) or (not row.user_id and row.team == member.team)), None
    )


def _ranked(rows: list[pb.BoardRow], key: Callable[[pb.BoardRow], str]) -> list[pb.BoardRow]:
    rows.sort(key=lambda row: (-row.points, key(row)))
    for row in rows:
        row.rank = 1 + sum(other.points > row.points for other in rows)
        row.yesterday_rank = row.rank + (1 if row.rank % 2 == 0 else 0)
    return rows


def _member_rows(kept: Kept, week: int, team: str) -> list[pb.BoardRow]:
    members = [each for each in kept.active() if not team or each.team == team]
    return _ranked(
        [
            pb.BoardRow(
                user_id=str(each.user_id),
                team=each.team,
                team_title=kept.teams.get(each.team, ""),
                points=kept.points(each.user_id, week),
            )
            for each in members
        ],
        lambda row: row.user_id,
    )


def _team_rows(kept: Kept, week: int) -> list[pb.BoardRow]:
    weeks = [week] if week else range(1, kept.shown().week_count + 1)
    rows = []
    for name, title in kept.teams.items():
        members = [each for each in kept.active() if each.team == name]
        points = [sum(kept.points(each.user_id, number) for number in weeks) for each in members]
        rows.append(
            pb.BoardRow(
                team=name,
                team_title=title,
                points=sum(points) / len(points) if points else 0.0,
                active_count=len(members),
                member_count=len(members),
                member_points=sorted(points, reverse=True)[:20],
                member_sum=sum(points),
            )
        )
    return _ranked(rows, lambda row: row.team)
