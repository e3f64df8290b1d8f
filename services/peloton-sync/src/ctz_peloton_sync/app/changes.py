"""Changes of a connection's state, with what they mean for its run, and the fact that is published."""

from datetime import timedelta
from uuid import UUID

from ctz_peloton_sync.app import events
from ctz_peloton_sync.store.connections import StoredConnection
from ctz_peloton_sync.store.unit_of_work import UnitOfWork


def publish_connection(tx: UnitOfWork, stored: StoredConnection) -> None:
    """Publish the state of a connection."""
    message = events.connection_changed(
        user_id=stored.user_id, revision=stored.revision, state=stored.state, reason=stored.state_reason
    )
    tx.publish([(events.CONNECTION_CHANGED, stored.user_id, message)])


def activate(tx: UnitOfWork, user_id: UUID) -> None:
    """Let a connection be tried again as it is."""
    changed = tx.connections.set_state(user_id, "active", "", tx.now)
    if changed is not None:
        publish_connection(tx, changed)


def need_reconnect(tx: UnitOfWork, user_id: UUID, reason: str) -> None:
    """Ask the rider to sign in again: once, and nothing is called until then. The workouts stay."""
    changed = tx.connections.set_state(user_id, "reconnect", reason, tx.now)
    tx.runs.park(user_id, reason)
    if changed is not None:
        publish_connection(tx, changed)


def break_off(tx: UnitOfWork, user_id: UUID) -> None:
    """Ask nothing more for this connection; a run that was under way begins anew with the next one."""
    tx.tasks.drop_open(user_id)
    if tx.runs.abandon(user_id, tx.now):
        tx.connections.schedule(user_id, tx.now)


def refuse_account(tx: UnitOfWork, user_id: UUID, reason: str, pause: timedelta) -> None:
    """Peloton refuses this account: park its run and leave it alone for a while. The connection is kept."""
    tx.connections.pause(user_id, tx.now + pause)
    tx.runs.park(user_id, reason)
