"""Network policies let through exactly who calls whom by the contracts, and who needs which server."""

from collections.abc import Callable, Iterator

import pytest

from ctz_chassis.auth.rules import rules_of
from ctz_local.testing.contracts import service_descriptors, service_of

from .manifests import (
    OVERLAYS,
    WORKLOADS,
    Object,
    Rendered,
    container_of,
    labels_of,
    name_of,
    port_of,
    selects,
)
from .processes import PROCESSES, ROOT

Render = Callable[[str], Rendered]
Edge = tuple[str, str, int]
# Callers that are no process of the cluster: the supervisor's own tools.
NOT_DEPLOYED = {"local"}
each_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


def rules(everything: Rendered, workload: Object, direction: str) -> list[Object] | None:
    """The rules for a workload in a direction (`ingress`, `egress`); None when nothing restricts it."""
    applying = [
        each["spec"]
        for each in everything.of("NetworkPolicy")
        if direction.capitalize() in each["spec"]["policyTypes"]
        and selects(each["spec"]["podSelector"], labels_of(workload))
    ]
    return [rule for spec in applying for rule in spec.get(direction, ())] if applying else None


def admits(everything: Rendered, workload: Object, direction: str, peer: Object, at: Object, port: int) -> bool:
    """Whether the workload's side of a connection to `port` of the pods of `at` is open."""
    own = rules(everything, workload, direction)
    if own is None:
        return True
    side = "from" if direction == "ingress" else "to"
    return any(
        any(
            "podSelector" in each and "namespaceSelector" not in each and selects(each["podSelector"], labels_of(peer))
            for each in rule[side]
        )
        and any(named(at, each["port"]) == port for each in rule["ports"])
        for rule in own
    )


def named(workload: Object, port: int | str) -> int:
    """A port's number; 0 for a name that the workload's pods do not have."""
    names = {each["name"] for each in container_of(workload).get("ports", ())}
    return port_of(workload, port) if isinstance(port, int) or port in names else 0


def open_edges(everything: Rendered) -> Iterator[Edge]:
    """Every connection between pods that is let out there and let in here."""
    workloads = everything.of(*WORKLOADS)
    for caller in workloads:
        for callee in workloads:
            for port in (each["containerPort"] for each in container_of(callee).get("ports", ())):
                if admits(everything, caller, "egress", callee, callee, port) and admits(
                    everything, callee, "ingress", caller, callee, port
                ):
                    yield name_of(caller), name_of(callee), port


# The calls that are no gRPC: calendars read through the gateway what plans tells, and files of workouts go in and out.
STREAMS: frozenset[Edge] = frozenset({("gateway", "plans", 8080), ("gateway", "workouts", 8080)})


def calls_of_the_contracts() -> set[Edge]:
    """Who may call whom: the `callers` of every method of every contract."""
    return {
        (caller, service_of(contract), 50051)
        for contract in service_descriptors(ROOT)
        for rule in rules_of([contract]).values()
        for caller in rule.callers
        if caller not in NOT_DEPLOYED
    }


@each_overlay
def test_s23_who_reaches_whom_is_the_table_of_the_contracts(rendered: Render, overlay: str) -> None:
    """S23, by the network too: any other connection between two pods is refused."""
    everything = rendered(overlay)
    has_servers = bool(everything.of("StatefulSet"))
    expected = calls_of_the_contracts() | STREAMS
    if has_servers:
        expected |= {(each.in_kubernetes, "postgres", 5432) for each in PROCESSES if each.service != "gateway"}
        expected |= {(each.in_kubernetes, "rabbitmq", 5672) for each in PROCESSES if each.role == "consume"}
        expected |= {("database", "postgres", 5432)}

    assert expected == set(open_edges(everything))


@each_overlay
def test_nothing_is_open_that_no_policy_names(rendered: Render, overlay: str) -> None:
    """Every pod is under a policy in both directions, so that what is not allowed is refused."""
    everything = rendered(overlay)
    for workload in everything.of(*WORKLOADS):
        assert rules(everything, workload, "ingress") is not None
        assert rules(everything, workload, "egress") is not None


def world(everything: Rendered, direction: str) -> set[tuple[str, str, int]]:
    """Which workloads meet whom beyond the namespace's pods: an address block or a namespace, and the port."""
    side = "from" if direction == "ingress" else "to"
    found = set()
    for workload in everything.of(*WORKLOADS):
        for rule in rules(everything, workload, direction) or ():
            for peer in rule[side]:
                block = peer.get("ipBlock", {}).get("cidr", "")
                place = block or peer.get("namespaceSelector", {}).get("matchLabels", {}).get(
                    "kubernetes.io/metadata.name"
                )
                ports = {named(workload, each["port"]) for each in rule["ports"]} - {0}
                found |= {(name_of(workload), place, port) for port in ports if place}
    return found


@each_overlay
def test_only_those_reach_the_world_who_must(rendered: Render, overlay: str) -> None:
    """Peloton for peloton-sync, a mail server for identity's worker, in production the given servers; names for all."""
    everything = rendered(overlay)
    expected = {(name, "0.0.0.0/0", 443) for name in ("peloton-sync", "peloton-sync-work")}
    expected |= {("identity-work", "0.0.0.0/0", port) for port in (465, 587)}
    expected |= {(name_of(each), "kube-system", 53) for each in everything.of(*WORKLOADS)}
    if overlay == "prod":
        expected |= {(each.in_kubernetes, "10.0.0.0/8", 5432) for each in PROCESSES if each.service != "gateway"}
        expected |= {(each.in_kubernetes, "10.0.0.0/8", 5671) for each in PROCESSES if each.role == "consume"}

    assert expected == world(everything, "egress")


@each_overlay
def test_only_the_two_doors_are_reached_from_the_world(rendered: Render, overlay: str) -> None:
    """S9: pages and tools, through the ingress controller; KEDA may look at servers of the cluster."""
    everything = rendered(overlay)
    expected = {("gateway", "ingress-nginx", 8080), ("front", "ingress-nginx", 50051)}
    if everything.of("StatefulSet"):
        expected |= {("postgres", "keda", 5432), ("rabbitmq", "keda", 5672)}

    assert expected == world(everything, "ingress")
