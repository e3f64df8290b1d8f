"""Personal access tokens: made, listed, revoked, and exchanged for user tokens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ctz_chassis import idempotency
from ctz_chassis.auth.tokens import UserTokenSigner
from ctz_chassis.clock import Clock
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7
from ctz_identity.app.minting import mint_token
from ctz_identity.app.post import Postman
from ctz_identity.domain.errors import NotFound, TokenInvalid, TooManyTokens
from ctz_identity.domain.secrets import digest, is_well_formed_token
from ctz_identity.domain.security_events import Client, EventType
from ctz_identity.domain.sessions import USER_TOKEN_LIFETIME
from ctz_identity.domain.tokens import MAX_TOKENS, Token, TokenWish
from ctz_identity.store.tables import request_ids
from ctz_identity.store.unit_of_work import Store, Transaction


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its secret, which is told once and empty on a repeated request."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True)
class ExchangedToken:
    """A user token that carries the scopes of a personal access token."""

    user_token: str
    expires_at: datetime


class TokenDesk:
    """Personal access tokens of people, for their tools."""

    def __init__(self, store: Store, *, clock: Clock, signer: UserTokenSigner, postman: Postman) -> None:
        self._store = store
        self._clock = clock
        self._signer = signer
        self._postman = postman

    def create(self, user_id: UUID, wish: TokenWish, *, client: Client, key: RequestKey) -> NewToken:
        """Make a token; a repeated request gets the same token without its secret."""
        now = self._clock()
        minted = mint_token()
        new = Token(uuid7(), wish.display_name, tuple(sorted(set(wish.scopes))), now, wish.expires_at(now), None)

        def work(tx: Transaction) -> NewToken:
            def add() -> bytes:
                if tx.tokens.count_for_update(user_id) >= MAX_TOKENS:
                    raise TooManyTokens
                tx.tokens.add(user_id, new, minted.digest)
                email = tx.accounts.credentials(user_id).email
                self._postman.post(tx, self._postman.mails.token_created(email, new.display_name), now=now)
                tx.security_events.add(EventType.TOKEN_CREATED, user_id=user_id, client=client, now=now)
                return new.token_id.bytes

            answer = idempotency.once(tx.connection, request_ids, user_id, key, add)
            if answer.is_repeated:
                return NewToken(_owned(tx, user_id, UUID(bytes=answer.body)), "")
            return NewToken(new, minted.secret)

        return self._store.run(work)

    def list_tokens(self, user_id: UUID) -> list[Token]:
        """Return a person's tokens, newest first."""
        return self._store.read(lambda tx: tx.tokens.list_owned(user_id))

    def revoke(self, user_id: UUID, token_id: UUID, *, client: Client) -> None:
        """End one of a person's tokens; it is refused by its next exchange."""
        now = self._clock()

        def work(tx: Transaction) -> None:
            if not tx.tokens.revoke_owned(user_id, token_id):
                raise NotFound
            tx.security_events.add(EventType.TOKEN_REVOKED, user_id=user_id, client=client, now=now)

        self._store.run(work)

    def exchange(self, secret: str) -> ExchangedToken:
        """Swap a token's secret for a user token, in one statement; a wrong checksum costs none."""
        now = self._clock()
        if not is_well_formed_token(secret):
            raise TokenInvalid
        valid = self._store.run(lambda tx: tx.tokens.exchange(digest(secret), now=now))
        if valid is None:
            raise TokenInvalid
        lifetime = min(USER_TOKEN_LIFETIME, valid.expires_at - now)
        user_token = self._signer.issue(valid.user_id, valid.token_id, scopes=valid.scopes, ttl=lifetime)
        return ExchangedToken(user_token, now + lifetime)


def _owned(tx: Transaction, user_id: UUID, token_id: UUID) -> Token:
    token = tx.tokens.find_owned(user_id, token_id)
    if token is None:
        raise NotFound
    return token
