"""TokenService: personal access tokens."""

from typing import Any

import grpc
from ctz.identity.v1 import tokens_pb2, tokens_pb2_grpc

from ctz_chassis import resource_name
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_identity.api.translation import client_of, timestamp
from ctz_identity.app.tokens import TokenDesk
from ctz_identity.domain.tokens import Token, TokenWish


class TokenServicer(tokens_pb2_grpc.TokenServiceServicer):
    """Translates TokenService."""

    def __init__(self, tokens: TokenDesk) -> None:
        self._tokens = tokens

    def CreateToken(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Make a token; its secret is told once."""
        wish = TokenWish(request.display_name, tuple(request.scopes), request.lifetime_days)
        new = self._tokens.create(person_of(context).user_id, wish, client=client_of(), key=request_key(request))
        return tokens_pb2.CreateTokenResponse(token=_token(new.token), secret=new.secret)

    def ListTokens(self, _request: Any, context: grpc.ServicerContext) -> Any:
        """Return the person's tokens."""
        tokens = self._tokens.list_tokens(person_of(context).user_id)
        return tokens_pb2.ListTokensResponse(tokens=[_token(each) for each in tokens])

    def RevokeToken(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End a token."""
        token_id = resource_name.parse("tokens", request.name)
        self._tokens.revoke(person_of(context).user_id, token_id, client=client_of())
        return tokens_pb2.RevokeTokenResponse()

    def ExchangeToken(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Swap a token for a user token with its scopes."""
        exchanged = self._tokens.exchange(request.secret)
        return tokens_pb2.ExchangeTokenResponse(
            user_token=exchanged.user_token, expire_time=timestamp(exchanged.expires_at)
        )


def _token(token: Token) -> Any:
    return tokens_pb2.Token(
        name=resource_name.format("tokens", token.token_id),
        display_name=token.display_name,
        scopes=token.scopes,
        create_time=timestamp(token.created_at),
        expire_time=timestamp(token.expires_at),
        last_used_time=None if token.last_used_at is None else timestamp(token.last_used_at),
    )
