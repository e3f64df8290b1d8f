"""Identity in memory, second half: sessions, personal access tokens and dated metrics."""

# ruff: noqa: N802 - methods are named by the contract

import math
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2, sessions_pb2, tokens_pb2

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from ctz_gateway.clients.times import instant, stamp
from gateway.tests.fake_identity import (
    FRESH,
    RANGES,
    TOKEN_LIFETIME,
    UNITS,
    AccessToken,
    IdentityStore,
    OpenSession,
    now,
)
from gateway.tests.refusals import Refused


class SessionService:
    """SessionService over the store."""

    def __init__(self, store: IdentityStore) -> None:
        self.store = store

    def SignIn(self, request: Any, _context: Any) -> Any:
        account = self.store.by_email(request.email)
        if account is None or account.password != request.password:
            raise Refused("UNAUTHENTICATED", "INVALID_CREDENTIALS")
        if not account.is_active:
            raise Refused("FAILED_PRECONDITION", "ACCOUNT_INACTIVE")
        if not account.is_verified:
            raise Refused("FAILED_PRECONDITION", "EMAIL_NOT_VERIFIED")
        secret = secrets.token_urlsafe(32)
        self.store.sessions[secret] = OpenSession(account.user_id, request.client_address, request.user_agent)
        self.store.events[account.user_id].append("account:login:success")
        return sessions_pb2.SignInResponse(session_secret=secret, device_secret=secrets.token_urlsafe(32))

    def ExchangeSession(self, request: Any, _context: Any) -> Any:
        session = self.store.sessions.get(request.session_secret)
        account = None if session is None else self.store.accounts[session.owner]
        if session is None or account is None or not account.is_active:
            raise Refused("UNAUTHENTICATED", "SESSION_INVALID")
        token = self.store.signer.issue(
            account.user_id,
            session.session_id,
            is_administrator=account.is_administrator,
            fresh_until=session.authenticated + FRESH,
            ttl=TOKEN_LIFETIME,
        )
        return sessions_pb2.ExchangeSessionResponse(
            user_token=token,
            expire_time=stamp(now() + TOKEN_LIFETIME),
            session_id=str(session.session_id),
            user_id=str(account.user_id),
            display_name=account.name,
            is_administrator=account.is_administrator,
            time_zone=account.time_zone,
            units=UNITS[account.units],  # type: ignore[index]
            week_start=account.week_start,
            onboarding_done=account.onboarding,
            ftp_watts=self._in_force(account.user_id, training.METRIC_KIND_FTP),
            weight_kilograms=self._in_force(account.user_id, training.METRIC_KIND_WEIGHT),
        )

    def _in_force(self, owner: UUID, kind: int) -> float | None:
        known = self.store.metrics.get(owner, {}).get(kind, [])
        entries = [each for each in known if instant(each.effective_time) <= now()]
        return entries[-1].value if entries else None

    def Reauthenticate(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        if self.store.accounts[person.user_id].password != request.password:
            raise Refused("PERMISSION_DENIED", "WRONG_PASSWORD")
        return sessions_pb2.ReauthenticateResponse(session_secret=self.store.renew(person.session_id))

    def SignOut(self, _request: Any, context: Any) -> Any:
        self._end(person_of(context).user_id, person_of(context).session_id)
        return sessions_pb2.SignOutResponse()

    def ListSessions(self, _request: Any, context: Any) -> Any:
        person = person_of(context)
        owned = [each for each in self.store.sessions.values() if each.owner == person.user_id]
        return sessions_pb2.ListSessionsResponse(
            sessions=[
                sessions_pb2.Session(
                    name=f"sessions/{each.session_id}",
                    create_time=stamp(each.created),
                    last_used_time=stamp(now()),
                    client_address=each.address,
                    user_agent=each.agent,
                    is_current=each.session_id == person.session_id,
                )
                for each in owned
            ]
        )

    def EndSession(self, request: Any, context: Any) -> Any:
        if not self._end(person_of(context).user_id, parse("sessions", request.name)):
            raise NotFound
        return sessions_pb2.EndSessionResponse()

    def _end(self, owner: UUID, session_id: UUID) -> bool:
        for secret, session in list(self.store.sessions.items()):
            if session.owner == owner and session.session_id == session_id:
                del self.store.sessions[secret]
                return True
        return False


class TokenService:
    """TokenService over the store."""

    def __init__(self, store: IdentityStore) -> None:
        self.store = store

    def CreateToken(self, request: Any, context: Any) -> Any:
        if not request.display_name.strip():
            raise InvalidArgument("display_name", "Give the token a name of 1 to 80 characters.")
        if not request.scopes:
            raise InvalidArgument("scopes", "Choose at least one of: workouts:read.")
        if request.request_id and request.request_id in self.store.answered:
            return tokens_pb2.CreateTokenResponse(token=self.store.answered[request.request_id])
        made = AccessToken(
            person_of(context).user_id,
            request.display_name,
            list(request.scopes),
            now() + timedelta(days=request.lifetime_days),
        )
        secret = f"ctz_pat_{secrets.token_hex(16)}"
        self.store.tokens[secret] = made
        if request.request_id:
            self.store.answered[request.request_id] = _token(made)
        return tokens_pb2.CreateTokenResponse(token=_token(made), secret=secret)

    def ListTokens(self, _request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        owned = [_token(each) for each in self.store.tokens.values() if each.owner == owner]
        return tokens_pb2.ListTokensResponse(tokens=owned)

    def RevokeToken(self, request: Any, context: Any) -> Any:
        token_id = parse("tokens", request.name)
        for secret, token in list(self.store.tokens.items()):
            if token.owner == person_of(context).user_id and token.token_id == token_id:
                del self.store.tokens[secret]
                return tokens_pb2.RevokeTokenResponse()
        raise NotFound

    def ExchangeToken(self, request: Any, _context: Any) -> Any:
        token = self.store.tokens.get(request.secret)
        if token is None or token.expires <= now():
            raise Refused("UNAUTHENTICATED", "TOKEN_INVALID")
        user_token = self.store.signer.issue(
            token.owner, token.token_id, scopes=tuple(token.scopes), fresh_until=None, ttl=TOKEN_LIFETIME
        )
        return tokens_pb2.ExchangeTokenResponse(user_token=user_token, expire_time=stamp(now() + TOKEN_LIFETIME))


def _token(token: AccessToken) -> Any:
    return tokens_pb2.Token(
        name=f"tokens/{token.token_id}",
        display_name=token.name,
        scopes=token.scopes,
        create_time=stamp(token.created),
        expire_time=stamp(token.expires),
    )


class MetricService:
    """MetricService over the store."""

    def __init__(self, store: IdentityStore) -> None:
        self.store = store

    def ListMetrics(self, request: Any, context: Any) -> Any:
        timelines = self.store.metrics.get(person_of(context).user_id, {})
        wanted = [kind for kind in list(request.kinds) or sorted(timelines) if timelines.get(kind)]
        return metrics_pb2.ListMetricsResponse(
            timelines=[
                metrics_pb2.MetricTimeline(kind=kind, revision=1, entries=timelines[kind])  # type: ignore[arg-type]
                for kind in wanted
            ]
        )

    def AddMetrics(self, request: Any, context: Any) -> Any:
        if request.request_id and request.request_id in self.store.answered:
            return metrics_pb2.AddMetricsResponse(entries=self.store.answered[request.request_id])
        owner, added = person_of(context).user_id, []
        for new in request.metrics:
            _check(new.kind, new.value)
            entry = training.MetricEntry(
                entry_id=str(uuid4()), effective_time=new.effective_time, value=new.value, source=new.source
            )
            self._put(owner, new.kind, entry)
            added.append(entry)
        if request.request_id:
            self.store.answered[request.request_id] = added
        return metrics_pb2.AddMetricsResponse(entries=added)

    def UpdateMetric(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        kind, found = self._owned(owner, request.name)
        _check(kind, request.value)
        changed = training.MetricEntry(
            entry_id=found.entry_id,
            effective_time=request.effective_time,
            value=request.value,
            source=request.source,
        )
        self.store.metrics[owner][kind].remove(found)
        self._put(owner, kind, changed)
        return changed

    def DeleteMetric(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        kind, found = self._owned(owner, request.name)
        self.store.metrics[owner][kind].remove(found)
        return metrics_pb2.DeleteMetricResponse()

    def _owned(self, owner: UUID, name: str) -> tuple[int, training.MetricEntry]:
        entry_id = str(parse("metrics", name))
        for kind, entries in self.store.metrics[owner].items():
            for entry in entries:
                if entry.entry_id == entry_id:
                    return kind, entry
        raise NotFound

    def _put(self, owner: UUID, kind: int, entry: training.MetricEntry) -> None:
        entries = self.store.metrics[owner][kind]
        if any(each.effective_time == entry.effective_time for each in entries):
            raise Refused("ALREADY_EXISTS", "METRIC_EXISTS")
        entries.append(entry)
        entries.sort(key=lambda each: each.effective_time.seconds)


def _check(kind: int, value: float) -> None:
    low, high = RANGES.get(kind, (1, 240))
    if not math.isfinite(value) or not low <= value <= high:
        raise InvalidArgument("value", f"Enter a value from {low} to {high}.")
