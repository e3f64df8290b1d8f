"""One transaction with everything that a use case reads and writes in it."""

import sqlalchemy as sa

from ctz_chassis import outbox
from ctz_chassis.db import Database
from ctz_chassis.events import Event
from ctz_chassis.transactions import Transactions
from ctz_identity.domain.errors import NotFound
from ctz_identity.store import tables
from ctz_identity.store.accounts import Accounts
from ctz_identity.store.connections import PelotonConnections
from ctz_identity.store.limits import Counters
from ctz_identity.store.mails import OutgoingMails
from ctz_identity.store.metrics import Metrics
from ctz_identity.store.secrets import Secrets
from ctz_identity.store.security_events import SecurityEvents
from ctz_identity.store.sessions import Sessions
from ctz_identity.store.tokens import Tokens
from ctz_identity.store.tombstones import Tombstones

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_FOREIGN_KEY_VIOLATION = "23503"


class Transaction:
    """The repositories on one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.accounts = Accounts(connection)
        self.sessions = Sessions(connection)
        self.secrets = Secrets(connection)
        self.tokens = Tokens(connection)
        self.metrics = Metrics(connection)
        self.connections = PelotonConnections(connection)
        self.counters = Counters(connection)
        self.security_events = SecurityEvents(connection)
        self.mails = OutgoingMails(connection)
        self.tombstones = Tombstones(connection)

    def publish(self, *events: Event) -> None:
        """Store events that are published when this transaction commits."""
        outbox.add_all(self.connection, tables.outbox, events)


class Store(Transactions[Transaction]):
    """Opens transactions on the service's database."""

    def __init__(self, database: Database) -> None:
        # Every reference ends at an account: this one was deleted while its owner's last call was under way.
        super().__init__(database, Transaction, {_FOREIGN_KEY_VIOLATION: NotFound})
