"""Which methods other tools may call: those whose authorization rule says `tools`."""

from collections.abc import Mapping, Sequence

from ctz.challenges.v1 import recorded_days_pb2 as challenges
from ctz.identity.v1 import accounts_pb2, metrics_pb2
from ctz.peloton_sync.v1 import sync_pb2
from ctz.plans.v1 import recorded_days_pb2 as plans
from ctz.workouts.v1 import workouts_pb2
from google.protobuf.descriptor import ServiceDescriptor

from ctz_chassis.auth.rules import methods_of, rule_of

CONTRACTS: Mapping[str, Sequence[ServiceDescriptor]] = {
    "identity": (
        accounts_pb2.DESCRIPTOR.services_by_name["AccountService"],
        metrics_pb2.DESCRIPTOR.services_by_name["MetricService"],
    ),
    "peloton-sync": (sync_pb2.DESCRIPTOR.services_by_name["SyncService"],),
    "workouts": (workouts_pb2.DESCRIPTOR.services_by_name["WorkoutService"],),
    "plans": (plans.DESCRIPTOR.services_by_name["RecordedDayService"],),
    "challenges": (challenges.DESCRIPTOR.services_by_name["RecordedDayService"],),
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
