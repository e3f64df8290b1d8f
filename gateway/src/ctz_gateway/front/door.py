"""Passes calls of tools on: swaps the personal access token for a user token, and the bytes stay bytes."""

from collections.abc import Mapping
from typing import Any

import grpc
from ctz.identity.v1 import tokens_pb2
from ctz.identity.v1.tokens_pb2_grpc import TokenServiceStub
from grpc_status import rpc_status

from ctz_chassis.errors import RemoteError, Unauthenticated, passed_on, to_status
from ctz_chassis.grpc_client import Channel, raw_unary
from ctz_gateway.front.contract import ToolMethods

BUDGET_SECONDS = 10.0
SCHEME = "Bearer "


class TokenExchange:
    """Swaps personal access tokens at identity, at every call: a revoked token is refused by the next one."""

    def __init__(self, tokens: TokenServiceStub) -> None:
        self._tokens = tokens

    def user_token(self, metadata: Mapping[str, str]) -> str:
        """The user token behind a call's `authorization`; raises Unauthenticated without a valid one."""
        given = metadata.get("authorization", "")
        if not given.startswith(SCHEME):
            raise Unauthenticated("Send a personal access token: `authorization: Bearer ctz_pat_…`.")
        request = tokens_pb2.ExchangeTokenRequest(secret=given.removeprefix(SCHEME))
        return str(self._tokens.ExchangeToken(request, timeout=BUDGET_SECONDS).user_token)


class Door(grpc.GenericRpcHandler):
    """Serves every method that tools may call, and no other."""

    def __init__(self, exchange: TokenExchange, methods: ToolMethods, channels: Mapping[str, Channel]) -> None:
        self._exchange = exchange
        self._methods = methods
        self._channels = channels

    def service(self, handler_call_details: Any) -> Any:
        """The handler of a method, or None (unimplemented) for what tools may not call."""
        service = self._methods.service_of(handler_call_details.method)
        if service is None:
            return None
        method, channel = handler_call_details.method, self._channels[service]

        def pass_on(request: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                user_token = self._exchange.user_token(metadata_of(context))
                return raw_unary(channel, method, request, user_token=user_token, timeout=budget(context))
            except (RemoteError, Unauthenticated) as error:
                refuse(context, error)
                raise

        return grpc.unary_unary_rpc_method_handler(pass_on)


def metadata_of(context: grpc.ServicerContext) -> dict[str, str]:
    """The text metadata of a call."""
    return {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}


def budget(context: grpc.ServicerContext) -> float:
    """Time for the call behind: what the tool gave, within our own bound."""
    remaining = context.time_remaining()
    return BUDGET_SECONDS if remaining is None else min(remaining, BUDGET_SECONDS)


def refuse(context: grpc.ServicerContext, error: Exception) -> None:
    """End a call with the error as the service behind gave it, details included."""
    status = passed_on(error) if isinstance(error, RemoteError) else to_status(error, "front")
    context.abort_with_status(rpc_status.to_status(status))
