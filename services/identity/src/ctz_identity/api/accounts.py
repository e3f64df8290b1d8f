"""AccountService: making accounts, proving addresses, profiles, administration."""

from typing import Any
from uuid import UUID

import grpc
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc

from ctz_chassis import paging, resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_identity.api.translation import client_of, timestamp
from ctz_identity.app.administration import Administration
from ctz_identity.app.erasures import Erasures
from ctz_identity.app.passwords import Passwords
from ctz_identity.app.profiles import ProfileChanges, Profiles
from ctz_identity.app.sign_up import SignUps, SignUpWish
from ctz_identity.domain.erasure import SERVICES
from ctz_identity.domain.profile import Account, Profile, SignUpMode, Units

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_NAMES = 200
_UNITS = {
    Units.METRIC: accounts_pb2.UNIT_SYSTEM_METRIC,
    Units.IMPERIAL: accounts_pb2.UNIT_SYSTEM_IMPERIAL,
}
_MODES = {
    SignUpMode.OPEN: accounts_pb2.SIGN_UP_MODE_OPEN,
    SignUpMode.INVITATION: accounts_pb2.SIGN_UP_MODE_INVITATION,
    SignUpMode.CLOSED: accounts_pb2.SIGN_UP_MODE_CLOSED,
}


class AccountServicer(accounts_pb2_grpc.AccountServiceServicer):
    """Translates AccountService."""

    def __init__(
        self,
        *,
        sign_ups: SignUps,
        passwords: Passwords,
        profiles: Profiles,
        administration: Administration,
        erasures: Erasures,
    ) -> None:
        self._sign_ups = sign_ups
        self._passwords = passwords
        self._profiles = profiles
        self._administration = administration
        self._erasures = erasures

    def SignUp(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Ask for an account."""
        wish = SignUpWish(request.email, request.password, request.display_name, request.time_zone, request.invitation)
        key = request_key(request, without=("password", "client_address"))
        self._sign_ups.sign_up(wish, client=client_of(request.client_address), key=key)
        return accounts_pb2.SignUpResponse()

    def GetSignUpPolicy(self, _request: Any, _context: grpc.ServicerContext) -> Any:
        """Tell who may sign up."""
        return accounts_pb2.SignUpPolicy(mode=_MODES[self._sign_ups.mode])

    def RequestEmailVerification(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Mail the proof of an address again."""
        self._sign_ups.request_verification(request.email, client=client_of(request.client_address))
        return accounts_pb2.RequestEmailVerificationResponse()

    def VerifyEmail(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Prove an address."""
        self._sign_ups.verify(request.secret, client=client_of(request.client_address))
        return accounts_pb2.VerifyEmailResponse()

    def RequestPasswordReset(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Mail a secret to set a new password."""
        self._passwords.request_reset(request.email, client=client_of(request.client_address))
        return accounts_pb2.RequestPasswordResetResponse()

    def ResetPassword(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Set a new password by a mailed secret."""
        self._passwords.reset(request.secret, request.password, client=client_of(request.client_address))
        return accounts_pb2.ResetPasswordResponse()

    def ChangePassword(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Set a new password by knowing the present one."""
        person = person_of(context)
        secret = self._passwords.change(
            person.user_id,
            person.session_id,
            request.current_password,
            request.new_password,
            client=client_of(request.client_address),
        )
        return accounts_pb2.ChangePasswordResponse(session_secret=secret)

    def GetProfile(self, _request: Any, context: grpc.ServicerContext) -> Any:
        """Return the person behind the call."""
        return _profile(self._profiles.get(person_of(context).user_id))

    def UpdateProfile(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Change what the mask names."""
        given = request.profile
        units = next((known for known, number in _UNITS.items() if number == given.units), None)
        changes = ProfileChanges(
            named=frozenset(request.update_mask.paths),
            display_name=given.display_name,
            units=units,
            time_zone=given.time_zone,
            week_start=given.week_start,
            onboarding_done=tuple(given.onboarding_done),
            birth_year=given.birth_year if given.HasField("birth_year") else None,
        )
        return _profile(self._profiles.update(person_of(context).user_id, changes))

    def ListSecurityEvents(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the person's own security events."""
        size = paging.page_size(request.page_size, default=PAGE_SIZE, maximum=MAX_PAGE_SIZE)
        before = _position(request.page_token, "security-events")
        user_id = person_of(context).user_id
        events = self._profiles.security_events(user_id, before=before, limit=size + 1)
        response = accounts_pb2.ListSecurityEventsResponse()
        for event in events[:size]:
            response.events.add(
                type=event.event_type,
                create_time=timestamp(event.created_at),
                client_address=event.client_address,
                user_agent=event.user_agent,
            )
        if len(events) > size:
            response.next_page_token = _token(events[size - 1].event_id, "security-events")
        return response

    def ListAccounts(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return accounts to administrators."""
        size = paging.page_size(request.page_size, default=PAGE_SIZE, maximum=MAX_PAGE_SIZE)
        after = _position(request.page_token, "accounts")
        accounts = self._administration.list_accounts(person_of(context).user_id, after=after, limit=size + 1)
        response = accounts_pb2.ListAccountsResponse(accounts=[_account(each) for each in accounts[:size]])
        if len(accounts) > size:
            response.next_page_token = _token(accounts[size - 1].user_id, "accounts")
        return response

    def SetAccountActive(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Activate or deactivate an account."""
        account = self._administration.set_active(
            person_of(context).user_id,
            resource_name.parse("users", request.name),
            is_active=request.is_active,
            client=client_of(),
        )
        return _account(account)

    def ListDisplayNames(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Return the names of people, for boards and teams."""
        if len(request.user_ids) > MAX_NAMES:
            raise InvalidArgument("user_ids", f"at most {MAX_NAMES} at once")
        names = self._profiles.display_names([_user_id(each) for each in request.user_ids])
        response = accounts_pb2.ListDisplayNamesResponse()
        for user_id, display_name in names:
            response.names.add(user_id=str(user_id), display_name=display_name)
        return response

    def DeleteAccount(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Delete the person's own account."""
        person = person_of(context)
        secret = self._erasures.delete(
            person.user_id,
            person.session_id,
            request.current_password,
            client=client_of(request.client_address),
        )
        return accounts_pb2.DeleteAccountResponse(erasure_secret=secret)

    def GetErasure(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Tell how far the erasing of an account is."""
        erasure = self._erasures.progress(request.erasure_secret)
        response = accounts_pb2.Erasure(delete_time=timestamp(erasure.deleted_at))
        for service in SERVICES:
            at = erasure.erased_at.get(service)
            response.services.add(service=service, erase_time=None if at is None else timestamp(at))
        return response


def _user_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidArgument("user_ids", "give ids of people as UUIDs") from None


def _token(last: UUID, what: str) -> str:
    return paging.encode_token({"last": str(last)}, paging.filter_digest(list=what))


def _position(token: str, what: str) -> UUID | None:
    if not token:
        return None
    try:
        return UUID(str(paging.decode_token(token, paging.filter_digest(list=what)).get("last")))
    except ValueError:
        raise InvalidArgument("page_token", "is not from the page before") from None


def _profile(profile: Profile) -> Any:
    return accounts_pb2.Profile(
        name=resource_name.format("users", profile.user_id),
        user_id=str(profile.user_id),
        display_name=profile.display_name,
        email=profile.email,
        units=_UNITS[profile.units],
        time_zone=profile.time_zone,
        week_start=profile.week_start,
        is_administrator=profile.is_administrator,
        onboarding_done=profile.onboarding_done,
        create_time=timestamp(profile.created_at),
        birth_year=profile.birth_year,
    )


def _account(account: Account) -> Any:
    return accounts_pb2.Account(
        name=resource_name.format("users", account.user_id),
        display_name=account.display_name,
        email=account.email,
        is_active=account.is_active,
        is_verified=account.is_verified,
        is_administrator=account.is_administrator,
        create_time=timestamp(account.created_at),
        last_sign_in_time=None if account.last_sign_in_at is None else timestamp(account.last_sign_in_at),
    )
