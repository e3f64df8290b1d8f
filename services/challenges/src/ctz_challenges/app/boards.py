"""Boards, why they are as they are, and how a person stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from ctz_challenges.domain.board import Board, BoardChoice, BoardKind, BoardRow, Days, Place, chosen_board, days_at
from ctz_challenges.domain.board_explanation import Correction, Explanation, LinePlace
from ctz_challenges.domain.challenge import Challenge, Mode
from ctz_challenges.domain.errors import InvalidField, NotFound
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.domain.scoring import possible_points
from ctz_challenges.store.boards import MemberBoard
from ctz_challenges.store.explaining import MemberLedger
from ctz_challenges.store.standings import best_members, items_of_weeks, running_of
from ctz_challenges.store.team_boards import TeamBoard
from ctz_challenges.store.unit_of_work import Store, Transaction
from ctz_chassis.clock import Clock

MOST_ROWS = 5
"""Rows that a standing shows, the own one among them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in a challenge that runs: the best rows and the own one, and the week's points."""

    challenge: Challenge
    rows: Sequence[BoardRow]
    own_row: BoardRow | None
    total_size: int
    week_points: Decimal
    week_possible_points: Decimal


class BoardDesk:
    """Boards, read from projections."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def board(
        self,
        viewer: Viewer,
        challenge_id: UUID,
        *,
        kind: BoardKind | None,
        week: int,
        team_id: UUID | None,
        after: Place | None,
        size: int,
    ) -> Board:
        """One page of a board of a challenge that the person may know of."""
        now = self._clock()

        def work(tx: Transaction) -> Board:
            challenge = tx.challenges.find_visible(challenge_id, viewer)
            if challenge is None:
                raise NotFound
            choice = chosen_board(challenge, kind, week, team_id)
            days = days_at(challenge, now)
            if choice.kind is BoardKind.TEAMS:
                return _of_teams(tx, challenge, choice, days, viewer, after, size)
            return _of_members(tx, challenge, choice, days, viewer, after, size)

        return self._store.read(work)

    def explain(
        self, viewer: Viewer, challenge_id: UUID, user_id: UUID, *, week: int, after: LinePlace | None, size: int
    ) -> Explanation:
        """Lines of a member. What counted for nothing is told to the member and to administrators only."""
        if week < 0:
            raise InvalidField("week", "Choose a week, or 0 for all of them.")
        sees_all = viewer.is_administrator or viewer.user_id == user_id

        def work(tx: Transaction) -> Explanation:
            ledger = MemberLedger(tx.connection, challenge_id, user_id, week)
            if not ledger.is_open_to(viewer):
                raise NotFound
            lines = ledger.lines(after, size + 1, with_uncounted=sees_all)
            corrections = ledger.corrections() if after is None else ()
            end = lines[size - 1].place if len(lines) > size else None
            return Explanation(lines[:size], _told(corrections, viewer, user_id), ledger.points(), end)

        return self._store.read(work)

    def standings(self, viewer: Viewer) -> Sequence[Standing]:
        """How the person stands in each challenge that runs."""
        now = self._clock()
        return self._store.read(lambda tx: _standings(tx, viewer, now))


def _of_members(
    tx: Transaction,
    challenge: Challenge,
    choice: BoardChoice,
    days: Days,
    viewer: Viewer,
    after: Place | None,
    size: int,
) -> Board:
    if choice.team_id is not None:
        team = tx.teams.find(choice.team_id)
        if team is None or team.challenge_id != challenge.challenge_id:
            raise NotFound
    board = MemberBoard(tx.connection, challenge, choice, days)
    rows = board.page(after, size + 1)
    total, update_time = board.size()
    return _page(choice, rows, size, board.own(viewer.user_id), total, update_time)


def _of_teams(
    tx: Transaction,
    challenge: Challenge,
    choice: BoardChoice,
    days: Days,
    viewer: Viewer,
    after: Place | None,
    size: int,
) -> Board:
    board = TeamBoard(tx.connection, {challenge.challenge_id: days}, choice.week)
    rows, own = board.page(after, size + 1, viewer.user_id)
    filled = board.with_members([*rows[:size], *([] if own is None else [own])])
    if own is not None:
        own = filled.pop()
    total, update_time = board.size()
    return replace(_page(choice, rows, size, own, total, update_time), rows=filled)


def _page(
    choice: BoardChoice,
    rows: Sequence[BoardRow],
    size: int,
    own: BoardRow | None,
    total: int,
    update_time: datetime | None,
) -> Board:
    end = rows[size - 1].place if len(rows) > size else None
    return Board(choice.kind, rows[:size], own, total, end, update_time)


def _told(corrections: Sequence[Correction], viewer: Viewer, user_id: UUID) -> Sequence[Correction]:
    if viewer.user_id == user_id:
        return corrections
    return [replace(each, line=each.line.without_session()) for each in corrections]


def _standings(tx: Transaction, viewer: Viewer, now: datetime) -> list[Standing]:
    running = running_of(tx.connection, viewer.user_id, now)
    if not running:
        return []
    calendar = {each.challenge.challenge_id: days_at(each.challenge, now) for each in running}
    by_mode = {
        mode: {
            each.challenge.challenge_id: calendar[each.challenge.challenge_id]
            for each in running
            if each.challenge.mode is mode
        }
        for mode in Mode
    }
    rows: dict[UUID, list[tuple[BoardRow, bool, int]]] = {}
    if by_mode[Mode.INDIVIDUAL]:
        rows |= best_members(tx.connection, by_mode[Mode.INDIVIDUAL], viewer.user_id, MOST_ROWS)
    if by_mode[Mode.TEAM]:
        rows |= TeamBoard(tx.connection, by_mode[Mode.TEAM]).best_and_own(viewer.user_id, MOST_ROWS)
    items = items_of_weeks(tx.connection, {key: days.current_week for key, days in calendar.items()})
    standings = []
    for each in running:
        key = each.challenge.challenge_id
        week = replace(each.challenge, items=tuple(items.get(key, ())))
        possible = possible_points(week, calendar[key].current_week)
        standings.append(_standing(each.challenge, rows.get(key, []), each.week_points, possible))
    return standings


def _standing(
    challenge: Challenge, found: Sequence[tuple[BoardRow, bool, int]], week_points: Decimal, possible: Decimal
) -> Standing:
    """The best rows, of which the last gives way to the own one where that is further down."""
    own = next((row for row, is_own, _ in found if is_own), None)
    rows = [row for row, _, _ in found]
    if len(rows) > MOST_ROWS:
        rows = [*rows[: MOST_ROWS - 1], rows[-1]]
    total = found[0][2] if found else 0
    return Standing(challenge, rows, own, total, week_points, possible)
