"""Every gRPC service of the contracts, found in the .proto files: a new one is in here without being named."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.descriptor import ServiceDescriptor


def service_descriptors(root: Path) -> Iterator[ServiceDescriptor]:
    """Yield the services of the contracts of a checkout, in the order of their files."""
    protos = root / "protos"
    for path in sorted(protos.glob("ctz/*/v1/*.proto")):
        module = importlib.import_module(".".join(path.relative_to(protos).with_suffix("").parts) + "_pb2")
        yield from module.DESCRIPTOR.services_by_name.values()


def service_of(contract: ServiceDescriptor) -> str:
    """Return the service that serves a contract, as tokens name it (`peloton-sync`)."""
    return str(contract.full_name.split(".")[1].replace("_", "-"))
