"""Who may do what on the broker: one user a service, each confined to its own queues and routing keys."""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

VIRTUAL_HOST: Final = "ctz"
EVENTS_EXCHANGE: Final = "ctz.events"
OPERATOR: Final = "ctz_operator"


def broker_user(service: str) -> str:
    """Return the broker login of a service; `service` as in routing keys (`peloton-sync`)."""
    return f"ctz_{service.replace('-', '_')}"


def definitions(passwords: Mapping[str, str], operator_password: str) -> dict[str, Any]:
    """RabbitMQ's definitions for these services (`service` to password) and an operator who may do everything.

    A service declares, reads and writes what is named after it (`workouts.…`: its queues and dead-letter exchange),
    declares and reads the exchange of events (a binding needs read), and publishes there under its own routing keys.
    """
    users = [_user(broker_user(service), password, tags="") for service, password in passwords.items()]
    users.append(_user(OPERATOR, operator_password, tags="administrator"))
    permissions = [_permission(service) for service in passwords]
    permissions.append({"user": OPERATOR, "vhost": VIRTUAL_HOST, "configure": ".*", "write": ".*", "read": ".*"})
    return {
        "users": users,
        "vhosts": [{"name": VIRTUAL_HOST}],
        "permissions": permissions,
        "topic_permissions": [_topic_permission(service) for service in passwords],
        "exchanges": [],
        "queues": [],
        "bindings": [],
        "parameters": [],
        "policies": [],
    }


def _permission(service: str) -> dict[str, str]:
    own = f"^({re.escape(EVENTS_EXCHANGE)}|{re.escape(service)}\\..+)$"
    return {"user": broker_user(service), "vhost": VIRTUAL_HOST, "configure": own, "write": own, "read": own}


def _topic_permission(service: str) -> dict[str, str]:
    return {
        "user": broker_user(service),
        "vhost": VIRTUAL_HOST,
        "exchange": EVENTS_EXCHANGE,
        "write": f"^{re.escape(service)}\\.",
        "read": ".*",
    }


def _user(name: str, password: str, *, tags: str) -> dict[str, str]:
    # RabbitMQ manual, "Computing password hash": base64(salt + sha256(salt + password)), four bytes of salt.
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    }
