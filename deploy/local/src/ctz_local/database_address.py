"""Addresses of databases: one value, written in the two forms that programs want."""

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote, unquote, urlsplit

DEFAULT_PORT = 5432


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """One login to one database; `query` holds further libpq parameters such as `sslmode=require`."""

    host: str
    port: int
    user: str
    password: str
    database: str
    query: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `postgresql://` in libpq's or SQLAlchemy's form."""
        parts = urlsplit(url)
        if parts.scheme.partition("+")[0] not in ("postgresql", "postgres") or not parts.hostname:
            message = "a database URL looks like postgresql://user:password@host:5432/database"
            raise ValueError(message)
        user = unquote(parts.username or "postgres")
        database = unquote(parts.path.lstrip("/")) or user
        password = unquote(parts.password or "")
        return cls(parts.hostname, parts.port or DEFAULT_PORT, user, password, database, parts.query)

    def login(self, user: str, password: str) -> Self:
        """Return the same database for another role."""
        return replace(self, user=user, password=password)

    def named(self, database: str) -> Self:
        """Another database of the same server."""
        return replace(self, database=database)

    def dsn(self) -> str:
        """Return the form of libpq and psycopg."""
        return self._url("postgresql")

    def sqlalchemy_url(self) -> str:
        """Return the form of SQLAlchemy with psycopg 3, which the services take."""
        return self._url("postgresql+psycopg")

    def _url(self, scheme: str) -> str:
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        query = f"?{self.query}" if self.query else ""
        return (
            f"{scheme}://{quote(self.user, safe='')}{secret}@{host}:{self.port}/{quote(self.database, safe='')}{query}"
        )
