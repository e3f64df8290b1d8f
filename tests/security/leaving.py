"""Deleting an account, and looking for what is left of it."""

from uuid import UUID

from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc

from ctz_chassis.testing import rows_naming
from ctz_local.services import service_named

from .system import NAMES, PASSWORD, Member, System

SERVICES = ["identity", "peloton-sync", "workouts", "plans", "challenges"]
TOMBSTONES = {name: {"tombstone": 1} for name in SERVICES}


def naming(system: System, user_id: UUID) -> dict[str, dict[str, int]]:
    """In how many rows of which tables the id of a user stands, by service."""
    found = {}
    for name in NAMES:
        with system.databases[name].read() as connection:
            found[name] = rows_naming(connection, service_named(name).schema, user_id)
    return found


def delete(system: System, member: Member) -> str:
    """Delete somebody's account as its owner; return the secret to watch with."""
    stub = system.servers["identity"].client(accounts_pb2_grpc.AccountServiceStub, user=member.user)
    return str(stub.DeleteAccount(accounts_pb2.DeleteAccountRequest(current_password=PASSWORD)).erasure_secret)


def ticks(system: System, secret: str) -> dict[str, bool]:
    """Which services have erased the account, as the holder of the secret sees it."""
    stub = system.servers["identity"].client(accounts_pb2_grpc.AccountServiceStub)
    answer = stub.GetErasure(accounts_pb2.GetErasureRequest(erasure_secret=secret))
    return {each.service: each.HasField("erase_time") for each in answer.services}
