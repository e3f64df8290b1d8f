"""Boards, why they are as they are, and how a person stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from ctz_challenges.app.challenge_pages import seen
from ctz_challenges.domain.board import (
    Board,
    BoardChoice,
    BoardKind,
    BoardRow,
    BoardWish,
    Bookmark,
    Days,
    Place,
    checked_week,
    chosen_board,
    days_at,
)
from ctz_challenges.domain.board_explanation import Correction, Explanation, LinePlace
from ctz_challenges.domain.challenge import Challenge, Mode
from ctz_challenges.domain.challenge_view import Head
from ctz_challenges.domain.errors import NotFound
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.domain.scoring import possible_points
from ctz_challenges.store.boards import MemberBoard
from ctz_challenges.store.explaining import MemberLedger, ToldMember
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
        wish: BoardWish,
        *,
        after: Bookmark | None,
        size: int,
        with_challenge: bool = False,
    ) -> Board:
        """One page of a board of a challenge that the person may know of, in at most four statements."""
        now = self._clock()

        def work(tx: Transaction) -> Board:
            head = tx.lists.find(challenge_id, viewer, team_id=wish.team_id)
            if head is None:
                raise NotFound
            choice = chosen_board(head, wish, now)
            pages = _of_teams if choice.kind is BoardKind.TEAMS else _of_members
            place = None if after is None else after.place_on(choice)
            page = pages(tx, head, choice, days_at(head.listed.challenge, now), viewer, place, size)
            return replace(page, challenge=seen(tx, viewer, head, now)) if with_challenge else page

        return self._store.read(work)

    def explain(
        self, viewer: Viewer, challenge_id: UUID, user_id: UUID, *, week: int, after: LinePlace | None, size: int
    ) -> Explanation:
        """Lines of a member. What counted for nothing is told to the member and to administrators only."""
        now, is_own = self._clock(), viewer.user_id == user_id

        def work(tx: Transaction) -> Explanation:
            ledger = MemberLedger(tx.connection, challenge_id, user_id, week)
            member = ledger.told_to(viewer)
            if member is None:
                raise NotFound
            checked_week(member.challenge, week)
            lines = ledger.lines(after, size + 1, with_uncounted=is_own or viewer.is_administrator)
            corrections = ledger.corrections() if after is None else ()
            end = lines[size - 1].place if len(lines) > size else None
            team_row = _team_row(tx, member, user_id, week, now) if is_own else None
            return Explanation(lines[:size], _told(corrections, viewer, user_id), member.points, end, team_row)

        return self._store.read(work)

    def standings(self, viewer: Viewer) -> Sequence[Standing]:
        """How the person stands in each challenge that runs."""
        now = self._clock()
        return self._store.read(lambda tx: _standings(tx, viewer, now))


def _of_members(
    tx: Transaction,
    head: Head,
    choice: BoardChoice,
    days: Days,
    viewer: Viewer,
    after: Place | None,
    size: int,
) -> Board:
    board = MemberBoard(tx.connection, head.listed.challenge, choice, days)
    rows = board.page(after, size + 1)
    own, total = board.own_and_size(viewer.user_id)
    return _page(head, choice, rows, size, own, total)


def _of_teams(
    tx: Transaction,
    head: Head,
    choice: BoardChoice,
    days: Days,
    viewer: Viewer,
    after: Place | None,
    size: int,
) -> Board:
    board = TeamBoard(tx.connection, {head.listed.challenge.challenge_id: days}, choice.week)
    rows, own = board.page(after, size + 1, viewer.user_id)
    filled = board.with_members([*rows[:size], *([] if own is None else [own])])
    if own is not None:
        own = filled.pop()
    return replace(_page(head, choice, rows, size, own, head.listed.team_count), rows=filled)


def _page(
    head: Head, choice: BoardChoice, rows: Sequence[BoardRow], size: int, own: BoardRow | None, total: int
) -> Board:
    end = Bookmark(choice, rows[size - 1].place) if len(rows) > size else None
    return Board(choice, rows[:size], own, total, end, head.changed_at, challenge=None)


def _team_row(tx: Transaction, member: ToldMember, user_id: UUID, week: int, now: datetime) -> BoardRow | None:
    """The row of a member's team on the board of a week; None in a challenge or for a member without."""
    challenge = member.challenge
    if member.team_id is None or challenge.mode is not Mode.TEAM:
        return None
    board = TeamBoard(tx.connection, {challenge.challenge_id: days_at(challenge, now)}, week)
    _, own = board.page(None, 0, user_id)
    return own


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
