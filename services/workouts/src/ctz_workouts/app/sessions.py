"""Taking in guided sessions: the newest word on each, and the sums that it belongs to."""

import sqlalchemy as sa

from ctz_chassis.events import Poison
from ctz_workouts.store import aggregates
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.sessions import StoredSession, save_session, stored_session


def keep(connection: sa.Connection, session: StoredSession) -> None:
    """Keep a session, or that it is gone, unless something newer is known."""
    RiderStore(connection).take_turn(session.user_id)
    before = stored_session(connection, session.session_id)
    if before is not None and before.user_id != session.user_id:
        raise Poison("owner_mismatch", "the session is somebody else's")
    if before is not None and before.revision >= session.revision:
        return
    save_session(connection, session)
    changes = ((before.contribution if before is not None else None, -1), (session.contribution, 1))
    told = [(one, sign) for one, sign in changes if one is not None]
    aggregates.change_sessions(connection, session.user_id, told)
