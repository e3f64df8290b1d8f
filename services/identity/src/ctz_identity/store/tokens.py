"""Queries on personal access tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_identity.domain.sessions import TOUCH_INTERVAL
from ctz_identity.domain.tokens import MAX_TOKENS, Token
from ctz_identity.store.tables import account, token


@dataclass(frozen=True, slots=True)
class ValidToken:
    """A valid token: whose it is and what it may do."""

    token_id: UUID
    user_id: UUID
    scopes: tuple[str, ...]
    expires_at: datetime


class Tokens:
    """Personal access tokens inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, user_id: UUID, new: Token, secret_hash: bytes) -> None:
        """Store a token by the hash of its secret."""
        self._connection.execute(
            sa.insert(token).values(
                id=new.token_id,
                user_id=user_id,
                secret_hash=secret_hash,
                display_name=new.display_name,
                scopes=list(new.scopes),
                created_at=new.created_at,
                expires_at=new.expires_at,
            )
        )

    def count_for_update(self, user_id: UUID) -> int:
        """Return how many tokens a person has; parallel makers of tokens wait for each other."""
        self._connection.execute(sa.select(account.c.id).where(account.c.id == user_id).with_for_update())
        return self._connection.execute(
            sa.select(sa.func.count()).select_from(token).where(token.c.user_id == user_id)
        ).scalar_one()

    def list_owned(self, user_id: UUID) -> list[Token]:
        """Return a person's tokens, newest first, expired ones among them."""
        rows = self._connection.execute(
            sa.select(token).where(token.c.user_id == user_id).order_by(token.c.id.desc()).limit(MAX_TOKENS)
        )
        return [_token(row) for row in rows]

    def find_owned(self, user_id: UUID, token_id: UUID) -> Token | None:
        """Return one of a person's tokens."""
        row = self._connection.execute(
            sa.select(token).where(token.c.id == token_id, token.c.user_id == user_id)
        ).one_or_none()
        return None if row is None else _token(row)

    def revoke_owned(self, user_id: UUID, token_id: UUID) -> bool:
        """Delete one of a person's tokens; say whether there was one."""
        revoked = self._connection.execute(sa.delete(token).where(token.c.id == token_id, token.c.user_id == user_id))
        return revoked.rowcount == 1

    def exchange(self, secret_hash: bytes, *, now: datetime) -> ValidToken | None:
        """Return the valid token behind a secret, in one statement that writes at most once a minute."""
        is_valid = sa.and_(token.c.secret_hash == secret_hash, token.c.expires_at > now)
        is_stale = sa.or_(token.c.last_used_at.is_(None), token.c.last_used_at < now - TOUCH_INTERVAL)
        touched = (
            sa.update(token).where(is_valid, is_stale).values(last_used_at=now).returning(token.c.id).cte("touched")
        )
        row = self._connection.execute(
            sa.select(token.c.id, token.c.user_id, token.c.scopes, token.c.expires_at)
            .join_from(token, account, sa.and_(account.c.id == token.c.user_id, account.c.is_active))
            .where(is_valid)
            .add_cte(touched)
        ).one_or_none()
        return None if row is None else ValidToken(row.id, row.user_id, tuple(row.scopes), row.expires_at)


def _token(row: Any) -> Token:
    return Token(row.id, row.display_name, tuple(row.scopes), row.created_at, row.expires_at, row.last_used_at)
