"""Scoring members anew: the ledger, the boards and what is told of items follow from facts, never from each other.

Everything happens in the caller's transaction. Locks are taken in one order, members before teams and both by id, so
that events of many riders and a change of the rules get along.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.app.item_events import item_decided
from ctz_challenges.domain.board_teams import active_counts
from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.facts import Done
from ctz_challenges.domain.scoring import score
from ctz_challenges.domain.scoring_lines import ZERO, Decision, Line, Score
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.ledger import (
    Entrant,
    Ledger,
    Told,
    challenges_of_days,
    entrants_of_teams,
    entry_of,
    told_of,
)
from ctz_challenges.store.projections import Projections, Reached, TeamWeek, Total
from ctz_challenges.store.recorded import RecordedStore
from ctz_challenges.store.tables import outbox as outbox_table
from ctz_chassis import outbox
from ctz_chassis.clock import Clock


class Cause(StrEnum):
    """Why lines of the ledger are withdrawn."""

    DELETED = "deleted"
    CHANGED = "changed"
    RULES = "rules"
    LEFT = "left"
    TEAM = "team"


def rescore_member(connection: sa.Connection, challenge_id: UUID, user_id: UUID, cause: Cause, clock: Clock) -> None:
    """Score one member anew: on joining, leaving (after `left_at` is set), moving and rejoining."""
    rescore_members(connection, challenge_id, [user_id], cause, clock)


def rescore_members(
    connection: sa.Connection, challenge_id: UUID, user_ids: Collection[UUID], cause: Cause, clock: Clock
) -> None:
    """Score some members anew; all of them are held before the first is scored."""
    entrants = Ledger(connection, challenge_id).lock_entrants(user_ids)
    challenge = Challenges(connection).find(challenge_id) if entrants else None
    if challenge is None:
        return
    rescoring = _Rescoring(connection, challenge, cause, clock)
    for entrant in entrants:
        rescoring.rescore(entrant)


def rescore_days(
    connection: sa.Connection, user_id: UUID, instants: Collection[datetime], cause: Cause, clock: Clock
) -> None:
    """Score a rider anew in every challenge that has one of these instants in its days."""
    for challenge_id in challenges_of_days(connection, user_id, instants):
        rescore_members(connection, challenge_id, [user_id], cause, clock)


def recount_team_weeks(connection: sa.Connection, challenge_id: UUID, *, teams: Collection[UUID] | None = None) -> None:
    """Count active members in every week again, of these teams or of all: when somebody came, went or moved."""
    challenge = Challenges(connection).find(challenge_id)
    projections = Projections(connection, challenge_id)
    counted = sorted(projections.teams() if teams is None else teams)
    if challenge is None or not counted:
        return
    projections.lock_teams(counted)
    active = active_counts(challenge, entrants_of_teams(connection, challenge, counted))
    weeks = range(1, challenge.week_count + 1)
    counts = {(team_id, week): active.get((team_id, week), 0) for team_id in counted for week in weeks}
    projections.save_active_counts(counts, _start_of(challenge))
    projections.remove_team_weeks(counted, behind=challenge.week_count)


@dataclass(frozen=True, slots=True)
class _Rescoring:
    """Members of one challenge scored anew for one cause."""

    connection: sa.Connection
    challenge: Challenge
    cause: Cause
    clock: Clock

    def rescore(self, entrant: Entrant) -> None:
        """Let everything that is stored of a member follow from what the member did."""
        result = Score((), tuple(Decision(item.item_id) for item in self.challenge.items), ())
        if not entrant.has_left:
            result = score(self.challenge, entrant.member, self._facts(entrant))
        self._write_lines(entrant.user_id, result.lines)
        self._write_boards(entrant, result)
        self._tell_decisions(entrant.user_id, result.decisions)

    def _facts(self, entrant: Entrant) -> Sequence[Done]:
        zone = self.challenge.time_zone
        first = max(self.challenge.start_date, entrant.member.join_date)
        end = self.challenge.end_date + timedelta(days=1)
        instants = [datetime.combine(day, time(), zone) for day in (first, end)]
        return RecordedStore(self.connection).facts(entrant.user_id, *instants)

    def _write_lines(self, user_id: UUID, lines: Sequence[Line]) -> None:
        """Withdraw lines that hold no more, and write those that do from now on; all others stay."""
        ledger, now = Ledger(self.connection, self.challenge.challenge_id), self.clock()
        wanted = Counter(entry_of(line) for line in lines)
        withdrawn: list[UUID] = []
        for line_id, entry in ledger.in_force(user_id):
            if wanted[entry] > 0:
                wanted[entry] -= 1
            else:
                withdrawn.append(line_id)
        ledger.withdraw(withdrawn, self.cause, now)
        ledger.write(user_id, list(wanted.elements()), now)

    def _write_boards(self, entrant: Entrant, result: Score) -> None:
        user_id, start = entrant.user_id, _start_of(self.challenge)
        projections = Projections(self.connection, self.challenge.challenge_id)
        projections.save_weeks(
            user_id, {week.week: Reached(week.points, week.reached_at or start) for week in result.weeks}
        )
        projections.save_total(user_id, None if entrant.has_left else _total(result, start), self.clock())
        stored, brought = projections.contributions(user_id), _contributions(result)
        if stored != brought:
            projections.lock_teams({team_id for team_id, _ in stored.keys() | brought.keys()})
            projections.save_contributions(user_id, stored, brought, start)

    def _tell_decisions(self, user_id: UUID, decisions: Sequence[Decision]) -> None:
        """Keep and publish how items stand, of those that stand differently from what was last told."""
        ledger = Ledger(self.connection, self.challenge.challenge_id)
        before = ledger.told(user_id)
        changed = _changed(before, decisions)
        ledger.keep_told(user_id, changed)
        events = [
            item_decided(self.challenge.challenge_id, item_id, user_id, told, clock=self.clock)
            for item_id, told in changed.items()
        ]
        outbox.add_all(self.connection, outbox_table, events)


def _changed(before: Mapping[UUID, Told], decisions: Sequence[Decision]) -> dict[UUID, Told]:
    """Decisions that differ from what was told; an item of which nothing was ever told is not done."""
    changed = {}
    for decision in decisions:
        last = before.get(decision.item_id)
        revision = last.revision if last else 0
        now = told_of(decision, revision)
        if now != last and (last is not None or now.is_done):
            changed[decision.item_id] = replace(now, revision=revision + 1)
    return changed


def _total(result: Score, start: datetime) -> Total:
    latest_date, latest_points = result.latest or (None, ZERO)
    return Total(Reached(result.total, result.reached_at or start), latest_date, latest_points)


def _contributions(result: Score) -> dict[TeamWeek, Reached]:
    """What a member brought to teams: lines by their team and week, reached when the last of them added something."""
    reached_at = {week.week: week.reached_at for week in result.weeks}
    brought: dict[TeamWeek, Reached] = {}
    for line in result.lines:
        last = reached_at[line.week]
        if line.team_id is None or last is None or not line.points:
            continue
        place = line.team_id, line.week
        before = brought.get(place)
        at = line.done.start_time if line.done and line.done.start_time <= last else None
        points = line.points + (before.points if before else ZERO)
        brought[place] = Reached(points, max(filter(None, (at, before.reached_at if before else None)), default=last))
    return brought


def _start_of(challenge: Challenge) -> datetime:
    """When a challenge begins: since then there are no points where there are none."""
    return datetime.combine(challenge.start_date, time(), challenge.time_zone)
