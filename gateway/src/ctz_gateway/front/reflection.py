"""Server reflection for tools, answered only to a valid token and only about what tools may call."""

from collections.abc import Iterator
from typing import Any

import grpc
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection import ReflectionServicer

from ctz_chassis.errors import RemoteError, Unauthenticated
from ctz_gateway.front.contract import ToolMethods
from ctz_gateway.front.door import TokenExchange, metadata_of, refuse

OWN_PACKAGES = "ctz."
PREFIXES = ("/grpc.reflection.v1alpha.ServerReflection/", "/grpc.reflection.v1.ServerReflection/")


def contract_pool(methods: ToolMethods, *others: Any) -> DescriptorPool:
    """The contracts without the methods that tools may not call; `others` stand in it whole."""
    pool, added = DescriptorPool(), set[str]()

    def add(file: FileDescriptor) -> None:
        if file.name in added:
            return
        added.add(file.name)
        for needed in file.dependencies:
            add(needed)
        told = FileDescriptorProto()
        file.CopyToProto(told)
        if file.package.startswith(OWN_PACKAGES):
            _keep_tool_methods(told, methods)
        pool.AddSerializedFile(told.SerializeToString())

    for contract in (*methods.contracts, *others):
        add(contract.file)
    return pool


def _keep_tool_methods(file: FileDescriptorProto, methods: ToolMethods) -> None:
    for service in file.service:
        name = f"/{file.package}.{service.name}/"
        kept = [method for method in service.method if methods.service_of(name + method.name)]
        del service.method[:]
        service.method.extend(kept)
    services = [service for service in file.service if service.method]
    del file.service[:]
    file.service.extend(services)


class ToolReflection(grpc.GenericRpcHandler):
    """Both names under which clients ask for reflection; the messages of v1 and v1alpha are alike on the wire."""

    def __init__(self, exchange: TokenExchange, methods: ToolMethods) -> None:
        self._exchange = exchange
        reflection = reflection_pb2.DESCRIPTOR.services_by_name["ServerReflection"]
        pool = contract_pool(methods, reflection)
        self._servicer = ReflectionServicer([*methods.contract_names, reflection.full_name], pool=pool)

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
