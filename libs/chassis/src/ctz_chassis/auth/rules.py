"""Rules at the methods of the contracts, and the decision whether a caller satisfies one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ctz.common.v1 import auth_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from ctz_chassis.auth.tokens import Person
from ctz_chassis.errors import PermissionDenied, Unauthenticated

AuthRule = auth_pb2.AuthRule


class MethodWithoutRule(PermissionDenied):
    """The contract does not say who may call the method, so nobody may."""

    reason: ClassVar[str] = "METHOD_WITHOUT_RULE"


class CallerNotAllowed(PermissionDenied):
    """The calling service is not among those that the method names."""

    reason: ClassVar[str] = "CALLER_NOT_ALLOWED"


class PersonRequired(Unauthenticated):
    """The method is for people and no valid user token came along."""

    reason: ClassVar[str] = "PERSON_REQUIRED"


class AdministratorRequired(PermissionDenied):
    """Only administrators may do this."""

    reason: ClassVar[str] = "ADMINISTRATOR_REQUIRED"


class FreshSignInRequired(PermissionDenied):
    """The password must have been entered within the last ten minutes."""

    reason: ClassVar[str] = "FRESH_SIGN_IN_REQUIRED"


class ScopeRequired(PermissionDenied):
    """The access token does not reach this method."""

    reason: ClassVar[str] = "SCOPE_REQUIRED"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.metadata: Mapping[str, str] = {"scope": scope} if scope else {}


@dataclass(frozen=True, slots=True)
class Caller:
    """The two facts of a call: the service that makes it and the person behind it."""

    service: str
    person: Person | None


def rule_of(method: MethodDescriptor) -> AuthRule | None:
    """Return the rule at a method, or None where the contract states none, which means refused."""
    options: Any = method.GetOptions()
    if not options.HasExtension(auth_pb2.auth):
        return None
    rule: AuthRule = options.Extensions[auth_pb2.auth]
    return None if rule.person == auth_pb2.PERSON_UNSPECIFIED else rule


def rules_of(services: Iterable[ServiceDescriptor]) -> dict[str, AuthRule]:
    """Return the rules of all methods that state one, by full method name (`/package.Service/Method`)."""
    return {name: rule for name, method in methods_of(services) if (rule := rule_of(method)) is not None}


def methods_of(services: Iterable[ServiceDescriptor]) -> Iterator[tuple[str, MethodDescriptor]]:
    """List all methods with their full names (`/package.Service/Method`)."""
    for service in services:
        for method in service.methods:
            yield f"/{service.full_name}/{method.name}", method


def authorize(rule: AuthRule | None, caller: Caller) -> None:
    """Raise unless the rule admits the caller; without a rule nobody is admitted."""
    if rule is None:
        raise MethodWithoutRule
    if caller.service not in rule.callers:
        raise CallerNotAllowed
    if rule.person == auth_pb2.PERSON_NONE:
        return
    if caller.person is None:
        raise PersonRequired
    _authorize_person(rule, caller.person)


def _authorize_person(rule: AuthRule, person: Person) -> None:
    if rule.administrator and not person.is_administrator:
        raise AdministratorRequired
    if person.scopes is not None and not (rule.tools and rule.scope in person.scopes):
        raise ScopeRequired(rule.scope)
    if rule.fresh and not person.is_fresh:
        raise FreshSignInRequired
