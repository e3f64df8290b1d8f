"""Transactions as use cases see them: each gets the repositories of its service, on one connection."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ctz_chassis.db import Database, sqlstate_of

T = TypeVar("T")
Repositories = TypeVar("Repositories")


class Transactions(Generic[Repositories]):
    """Opens transactions on a service's database."""

    def __init__(
        self,
        database: Database,
        repositories: Callable[[sa.Connection], Repositories],
        refusals: Mapping[str, type[Exception]],
    ) -> None:
        """`refusals` are what the service says, by SQLSTATE, when Postgres refuses a transaction for good."""
        self.database = database
        self._repositories = repositories
        self._refusals = dict(refusals)

    def run(self, work: Callable[[Repositories], T]) -> T:
        """Run `work` in one transaction, a second time when it loses against another transaction."""
        try:
            return self.database.run(lambda connection: work(self._repositories(connection)))
        except DBAPIError as error:
            refusal = self._refusals.get(sqlstate_of(error) or "")
            if refusal is None:
                raise
            raise refusal from error

    def read(self, work: Callable[[Repositories], T]) -> T:
        """Run `work` in one transaction in which Postgres refuses to write."""
        with self.database.read() as connection:
            return work(self._repositories(connection))
