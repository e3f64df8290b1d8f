"""The part of identity's accounts that is about names to show and deleted accounts."""

# ruff: noqa: N802 - methods are named by the contract

import secrets
from typing import Any
from uuid import UUID

from ctz.identity.v1 import accounts_pb2

from ctz_chassis.errors import NotFound
from ctz_chassis.grpc_server import person_of
from ctz_gateway.clients.times import stamp
from gateway.tests.refusals import Refused

ERASING_SERVICES = ("identity", "peloton-sync", "workouts", "plans", "challenges")


class ErasureMethods:
    """Methods of AccountService over the store."""

    store: Any

    def ListDisplayNames(self, request: Any, _context: Any) -> Any:
        known = [self.store.accounts.get(UUID(user_id)) for user_id in request.user_ids]
        names = [accounts_pb2.DisplayName(user_id=str(each.user_id), display_name=each.name) for each in known if each]
        return accounts_pb2.ListDisplayNamesResponse(names=names)

    def DeleteAccount(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        if self.store.accounts[person.user_id].password != request.current_password:
            raise Refused("PERMISSION_DENIED", "WRONG_PASSWORD")
        secret = secrets.token_urlsafe(24)
        self.store.erasures[secret] = {"identity"}
        del self.store.accounts[person.user_id]
        for key in [key for key, session in self.store.sessions.items() if session.owner == person.user_id]:
            del self.store.sessions[key]
        return accounts_pb2.DeleteAccountResponse(erasure_secret=secret)

    def GetErasure(self, request: Any, _context: Any) -> Any:
        erased = self.store.erasures.get(request.erasure_secret)
        if erased is None:
            raise NotFound
        answer = accounts_pb2.Erasure(delete_time=stamp(self.store.deleted_at))
        for service in ERASING_SERVICES:
            done = answer.services.add(service=service)
            if service in erased:
                done.erase_time.CopyFrom(stamp(self.store.deleted_at))
        return answer
