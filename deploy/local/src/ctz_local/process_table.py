"""Which processes make up the product, how each is started, and when it counts as ready."""

import sys
from collections.abc import Mapping
from typing import Final

from ctz_local.children import ProcessSpec, http_ready, port_ready
from ctz_local.environment import System
from ctz_local.services import PELOTON_SYNC, SERVICES, Service

_SERVICE_STAGE: Final = 1
_EDGE_STAGE: Final = 2


def process_table(system: System, extra: Mapping[Service, Mapping[str, str]] | None = None) -> list[ProcessSpec]:
    """List every process; `extra` adds variables to a service's environment (the simulator's addresses)."""
    additions = extra or {}
    table = [_serve(system, service, additions.get(service, {})) for service in SERVICES]
    table.append(_sync_work(system, additions.get(PELOTON_SYNC, {})))
    gateway = system.gateway()
    table.append(
        ProcessSpec(
            "gateway",
            _module("ctz_gateway", "serve"),
            gateway,
            http_ready(system.gateway_port, "/healthz"),
            system.gateway_port,
            _EDGE_STAGE,
        )
    )
    table.append(
        ProcessSpec(
            "front",
            _module("ctz_gateway", "front"),
            gateway,
            port_ready(system.front_port),
            system.front_port,
            _EDGE_STAGE,
        )
    )
    return table


def _serve(system: System, service: Service, extra: Mapping[str, str]) -> ProcessSpec:
    port = system.ports.http(service)
    environment = {**system.service(service), **extra}
    return ProcessSpec(
        service.name, _module(service.module, "serve"), environment, http_ready(port), port, _SERVICE_STAGE
    )


def _sync_work(system: System, extra: Mapping[str, str]) -> ProcessSpec:
    """The sync workers are a process of their own; every other service does its background tasks inside `serve`."""
    port = system.ports.work(PELOTON_SYNC)
    environment = {**system.service(PELOTON_SYNC), **extra}
    command = _module(PELOTON_SYNC.module, "work")
    return ProcessSpec("sync-work", command, environment, http_ready(port), port, _EDGE_STAGE)


def _module(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)
