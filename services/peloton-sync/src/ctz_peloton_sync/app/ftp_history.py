"""The FTP history: the account, the chain of tests, the search where there is no chain, the proposals."""

import json
from dataclasses import asdict
from uuid import UUID

from ctz_peloton_sync.app import events
from ctz_peloton_sync.app.new_tasks import ftp_task
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.domain.details import Account, FTPInfo, WorkoutDetail, parse_account
from ctz_peloton_sync.domain.fields import Json
from ctz_peloton_sync.domain.ftp import (
    Candidate,
    FTPChange,
    FTPKind,
    FTPReadingChoice,
    account_value,
    before_chain,
    chain_next,
    changes,
    probes,
)
from ctz_peloton_sync.domain.runs import Lease, TaskKind
from ctz_peloton_sync.store.ftp import Answer
from ctz_peloton_sync.store.unit_of_work import UnitOfWork


def apply_account(tx: UnitOfWork, lease: Lease, payload: Json) -> list[TaskKind]:
    """Keep what /me says that we need, and begin the chain of tests."""
    account = parse_account(payload)
    if account is None:
        raise errors.UnexpectedContent("account")
    note_account(tx, lease.user_id, account)
    return advance(tx, lease.user_id, lease.run_id)


def note_account(tx: UnitOfWork, user_id: UUID, account: Account) -> None:
    """Store name, total and FTP fields of the account."""
    tx.connections.note_account(
        user_id, username=account.username, total=account.total_workouts, ftp_account=_packed(account)
    )


def apply_answer(tx: UnitOfWork, lease: Lease, detail: WorkoutDetail | None) -> list[TaskKind]:
    """Keep what one workout said (None: Peloton does not have it), and go on."""
    ride = None if detail is None else _ride(detail)
    info = None if detail is None else detail.ftp
    tx.ftp.put_answer(lease.user_id, Answer(lease.target, info, ride))
    return advance(tx, lease.user_id, lease.run_id)


def advance(tx: UnitOfWork, user_id: UUID, run_id: UUID | None) -> list[TaskKind]:
    """Ask next what is still open; when nothing is, put the history before the rider.

    The run's row is held meanwhile, so that of several answers at once the last one goes on.
    """
    run = None if run_id is None else tx.runs.get(run_id, lock=True)
    connection = tx.connections.get(user_id)
    if run is None or connection is None or connection.ftp_account in {"", connection.ftp_searched}:
        return []
    account = Account(**json.loads(connection.ftp_account))
    if tx.tasks.open_of_kind(user_id, TaskKind.FTP):
        return []
    known = tx.ftp.answers(user_id)
    answers = {answer.source_id: answer.info for answer in known}
    due = [chain_next(account.ftp_workout_id, answers)]
    if not due[0]:
        if not run.is_listed:
            return []
        due = _search(tx, user_id, account, known)
    if not due:
        _conclude(tx, user_id, account, known)
        tx.connections.set_ftp_search(user_id, is_searching=False, searched=connection.ftp_account)
        return []
    tx.connections.set_ftp_search(user_id, is_searching=True, searched=connection.ftp_searched)
    return tx.tasks.add(user_id, run.id, [ftp_task(user_id, source_id, tx.now) for source_id in due], tx.now)


def _search(tx: UnitOfWork, user_id: UUID, account: Account, known: list[Answer]) -> list[str]:
    """Rides to ask where no chain answers; an account that never had an FTP has no history."""
    if account_value(account) is None and not account.estimated_ftp_watts and not account.ftp_workout_id:
        return []
    answers = {answer.source_id: answer.info for answer in known}
    rides = [answer.ride for answer in known if answer.ride is not None]
    candidates = before_chain(tx.workouts.ftp_candidates(user_id), account.ftp_workout_id, answers, rides)
    return list(probes(candidates, answers))


def _conclude(tx: UnitOfWork, user_id: UUID, account: Account, known: list[Answer]) -> None:
    """Propose the timeline, and today's value where the rides do not show it yet."""
    answers = {answer.source_id: answer.info for answer in known}
    rides = [answer.ride for answer in known if answer.ride is not None]
    timeline = list(changes(rides, answers))
    today = account_value(account)
    if today is not None and (not timeline or (timeline[-1].watts, timeline[-1].kind) != (today.watts, today.kind)):
        test = next((ride for ride in rides if ride.source_id == today.workout_id), None)
        if test is not None and today.kind == FTPKind.WORKOUT:
            timeline.append(FTPChange(test.end_time, today.watts, today.kind, test.title))
        elif tx.ftp.newest(user_id) != (today.watts, today.kind):
            timeline.append(FTPChange(tx.now, today.watts, today.kind, ""))
    tx.ftp.propose(user_id, timeline)
    publish_accepted(tx, user_id)


def publish_accepted(tx: UnitOfWork, user_id: UUID) -> None:
    """Hand over what is proposed to a rider who said yes to the whole history; nothing is left to answer then."""
    connection = tx.connections.get(user_id)
    if connection is None or not connection.ftp_reading:
        return
    accepted = tx.ftp.open_proposals(user_id)
    if not accepted:
        return
    message = events.ftp_accepted(user_id, accepted, FTPReadingChoice(connection.ftp_reading))
    tx.publish([(events.FTP_ACCEPTED, user_id, message)])
    tx.ftp.resolve(user_id, [proposal.id for proposal in accepted], tx.now)


def account_info(packed: str) -> FTPInfo | None:
    """Today's value of the account; none where Peloton knows none."""
    return account_value(Account(**json.loads(packed))) if packed else None


def _ride(detail: WorkoutDetail) -> Candidate:
    row = detail.row
    return Candidate(row.source_id, row.start_time, row.end_time or row.start_time, row.title)


def _packed(account: Account) -> str:
    """The FTP side of the account as text that changes exactly when something of it does."""
    kept = {**asdict(account), "username": "", "total_workouts": None}
    return json.dumps(kept, sort_keys=True)
