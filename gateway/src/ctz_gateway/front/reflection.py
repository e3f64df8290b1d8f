"""Server reflection for tools, answered only to a valid token and only about what tools may call."""

from collections.abc import Iterator
from typing import Any

import grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection import ReflectionServicer

from ctz_chassis.errors import RemoteError, Unauthenticated
from ctz_gateway.front.contract import ToolMethods
from ctz_gateway.front.door import TokenExchange, metadata_of, refuse

PREFIXES = ("/grpc.reflection.v1alpha.ServerReflection/", "/grpc.reflection.v1.ServerReflection/")


class ToolReflection(grpc.GenericRpcHandler):
    """Both names under which clients ask for reflection; the messages of v1 and v1alpha are alike on the wire."""

    def __init__(self, exchange: TokenExchange, methods: ToolMethods) -> None:
        self._exchange = exchange
        self._servicer = ReflectionServicer(
            [*methods.contract_names, reflection_pb2.DESCRIPTOR.services_by_name["ServerReflection"].full_name]
        )

    def service(self, handler_call_details: Any) -> Any:
        """The handler of `ServerReflectionInfo`, or None for anything else."""
        if not handler_call_details.method.startswith(PREFIXES):
            return None
        return grpc.stream_stream_rpc_method_handler(
            self._answer,
            request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
            response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
        )

    def _answer(
        self, requests: Iterator[reflection_pb2.ServerReflectionRequest], context: grpc.ServicerContext
    ) -> Iterator[reflection_pb2.ServerReflectionResponse]:
        try:
            self._exchange.user_token(metadata_of(context))
        except (RemoteError, Unauthenticated) as error:
            refuse(context, error)
            raise
        yield from self._servicer.ServerReflectionInfo(requests, context)
