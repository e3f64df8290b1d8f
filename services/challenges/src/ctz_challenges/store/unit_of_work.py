"""One transaction with everything that a use case reads and writes in it."""

import sqlalchemy as sa

from ctz_challenges.domain.errors import ChallengeBusy
from ctz_challenges.store import tables
from ctz_challenges.store.challenge_lists import ChallengeLists
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.members import Members
from ctz_challenges.store.recounts import Recounts
from ctz_challenges.store.teams import Teams
from ctz_chassis import outbox
from ctz_chassis.db import Database
from ctz_chassis.events import Event
from ctz_chassis.transactions import Transactions

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_LOCK_NOT_AVAILABLE = "55P03"


class Transaction:
    """The repositories on one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.challenges = Challenges(connection)
        self.lists = ChallengeLists(connection)
        self.members = Members(connection)
        self.teams = Teams(connection)
        self.recounts = Recounts(connection)

    def publish(self, *events: Event) -> None:
        """Store events that are published when this transaction commits."""
        outbox.add_all(self.connection, tables.outbox, events)


class Store(Transactions[Transaction]):
    """Opens transactions on the service's database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Transaction, {_LOCK_NOT_AVAILABLE: ChallengeBusy})
