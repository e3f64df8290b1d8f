"""Which methods other tools may call: those whose authorization rule says `tools`."""

from collections.abc import Mapping, Sequence

from ctz.challenges.v1 import challenges_pb2
from ctz.identity.v1 import accounts_pb2, metrics_pb2
from ctz.peloton_sync.v1 import sync_pb2
from ctz.plans.v1 import exercises_pb2, plans_pb2
from ctz.workouts.v1 import (
    analytics_pb2,
    classes_pb2,
    comparisons_pb2,
    saved_filters_pb2,
    transfers_pb2,
    workouts_pb2,
)
from google.protobuf.descriptor import FileDescriptor, ServiceDescriptor

from ctz_chassis.auth.rules import methods_of, rule_of

_FILES: Mapping[str, Sequence[FileDescriptor]] = {
    "identity": (accounts_pb2.DESCRIPTOR, metrics_pb2.DESCRIPTOR),
    "peloton-sync": (sync_pb2.DESCRIPTOR,),
    "workouts": (
        workouts_pb2.DESCRIPTOR,
        analytics_pb2.DESCRIPTOR,
        comparisons_pb2.DESCRIPTOR,
        saved_filters_pb2.DESCRIPTOR,
        classes_pb2.DESCRIPTOR,
        transfers_pb2.DESCRIPTOR,
    ),
    "plans": (exercises_pb2.DESCRIPTOR, plans_pb2.DESCRIPTOR),
    "challenges": (challenges_pb2.DESCRIPTOR,),
}
CONTRACTS: Mapping[str, Sequence[ServiceDescriptor]] = {
    service: [contract for file in files for contract in file.services_by_name.values()]
    for service, files in _FILES.items()
}


class ToolMethods:
    """The full names of the methods that tools may call, and the service behind each."""

    def __init__(self) -> None:
        self._service_of = {
            name: service
            for service, contracts in CONTRACTS.items()
            for name, method in methods_of(contracts)
            if (rule := rule_of(method)) is not None and rule.tools and "front" in rule.callers
        }

    def service_of(self, full_method: str) -> str | None:
        """The service behind a method, or None when tools may not call it."""
        return self._service_of.get(full_method)

    @property
    def names(self) -> Sequence[str]:
        """Full names, sorted."""
        return sorted(self._service_of)

    @property
    def contracts(self) -> Sequence[ServiceDescriptor]:
        """The gRPC services that have at least one such method."""
        names = set(self.contract_names)
        return [each for contracts in CONTRACTS.values() for each in contracts if each.full_name in names]

    @property
    def contract_names(self) -> Sequence[str]:
        """Full names of the gRPC services that have at least one such method, sorted."""
        return sorted({name.removeprefix("/").split("/")[0] for name in self._service_of})
