"""Queues are declared with arguments that RabbitMQ 3.10 and 4.x both take, under names that their owner may use.

The machine of the tests has one of the two; both are held against the tables below, written down from the manuals
("Quorum Queues", "Queue Length Limit", "At-least-once Dead Lettering", "Definitions").
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import pytest

import ctz_challenges.cli
import ctz_identity.cli.composition
import ctz_peloton_sync.cli
import ctz_plans.cli
import ctz_workouts.cli
from ctz_chassis.broker.ports import QueueSpec
from ctz_chassis.broker.topology import dead_queue, direct_exchange, events_exchange, main_queue
from ctz_local.rabbitmq_definitions import EVENTS_EXCHANGE, OPERATOR, broker_user, definitions

from .processes import MODULES

# Optional arguments of a quorum queue that each takes; any other may be refused when the queue is declared.
COMMON: Final = {
    "x-queue-type",
    "x-expires",
    "x-message-ttl",
    "x-max-length",
    "x-max-length-bytes",
    "x-overflow",
    "x-delivery-limit",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-dead-letter-strategy",
    "x-single-active-consumer",
    "x-quorum-initial-group-size",
    "x-queue-leader-locator",
}
ARGUMENTS: Final[Mapping[str, set[str]]] = {
    "3.10": COMMON | {"x-max-in-memory-length", "x-max-in-memory-bytes"},
    "4.x": COMMON | {"x-quorum-target-group-size", "x-consumer-timeout"},
}
# Where they differ when nothing is said: a classic queue or one by the virtual host's default; 20 deliveries in 4.x and
# no limit in 3.10; and what a full queue drops.
MUST_BE_SAID: Final = {"x-queue-type", "x-delivery-limit", "x-overflow"}
# Parts of definitions that both import without the management plug-in.
PARTS: Final = {"users", "vhosts", "permissions", "topic_permissions", "exchanges", "queues", "bindings"}
PARTS_FOR_PLUGINS: Final = {"parameters", "policies"}
SPECS: Final[Mapping[str, QueueSpec]] = {
    "identity": ctz_identity.cli.composition.QUEUE,
    "peloton-sync": ctz_peloton_sync.cli.QUEUE,
    "workouts": ctz_workouts.cli.QUEUE,
    "plans": ctz_plans.cli.QUEUE,
    "challenges": ctz_challenges.cli.QUEUE,
}
each_service = pytest.mark.parametrize("service", sorted(SPECS))


def declared(spec: QueueSpec) -> list[Mapping[str, Any]]:
    """The arguments of both queues of a consumer."""
    return [queue.queue_arguments for queue in (main_queue(spec), dead_queue(spec))]


def test_every_service_has_a_queue() -> None:
    assert set(MODULES) == set(SPECS)


@pytest.mark.parametrize("version", sorted(ARGUMENTS))
@each_service
def test_queues_have_only_arguments_that_the_broker_knows(service: str, version: str) -> None:
    for arguments in declared(SPECS[service]):
        assert set(arguments) - ARGUMENTS[version] == set()


@each_service
def test_nothing_is_left_to_a_default_that_differs(service: str) -> None:
    """S27: a quorum queue; a limit of deliveries that is far above our own counter; full means refused, not dropped."""
    for arguments in declared(SPECS[service]):
        assert set(arguments) >= MUST_BE_SAID
        assert "quorum" == arguments["x-queue-type"]
        assert "reject-publish" == arguments["x-overflow"]
        assert arguments["x-delivery-limit"] >= 20


@each_service
def test_dead_letters_are_kept_at_least_once(service: str) -> None:
    """What both versions demand for that: an exchange to go to, and a queue that refuses when it is full."""
    arguments = main_queue(SPECS[service]).queue_arguments

    assert "at-least-once" == arguments["x-dead-letter-strategy"]
    assert f"{service}.events.direct" == arguments["x-dead-letter-exchange"]
    assert f"{service}.events.dead" == arguments["x-dead-letter-routing-key"]


@each_service
def test_exchanges_are_of_kinds_that_both_have(service: str) -> None:
    """Durable, since 4.x deprecates what is not."""
    kinds = {
        (each.type, each.durable, each.auto_delete) for each in (events_exchange(), direct_exchange(SPECS[service]))
    }

    assert {("topic", True, False), ("direct", True, False)} == kinds


@each_service
def test_s27_a_service_may_use_its_own_names_and_nobody_elses(service: str) -> None:
    """Queues and exchanges of a consumer are within its own user's patterns and beyond every other's."""
    grants = definitions(dict.fromkeys(SPECS, "password"), "operator")
    spec = SPECS[service]
    own_names = [spec.name, spec.dead_name, direct_exchange(spec).name]
    for grant in grants["permissions"]:
        if grant["user"] == OPERATOR:
            continue
        is_own = grant["user"] == broker_user(service)
        for act in ("configure", "write", "read"):
            assert [is_own] * 3 == [bool(re.search(grant[act], name)) for name in own_names]
            assert re.search(grant[act], EVENTS_EXCHANGE)


@each_service
def test_s27_a_service_publishes_under_its_own_name_alone(service: str) -> None:
    grants = definitions(dict.fromkeys(SPECS, "password"), "operator")
    (write,) = [each["write"] for each in grants["topic_permissions"] if each["user"] == broker_user(service)]

    assert {service} == {other for other in SPECS if re.search(write, f"{other}.thing.done.v1")}


def test_definitions_have_only_parts_that_both_import() -> None:
    """Parts for plug-ins are there and empty."""
    found = definitions({"plans": "password"}, "operator")

    assert PARTS | PARTS_FOR_PLUGINS == set(found)
    assert not any(found[part] for part in PARTS_FOR_PLUGINS)
    assert {"rabbit_password_hashing_sha256"} == {user["hashing_algorithm"] for user in found["users"]}
