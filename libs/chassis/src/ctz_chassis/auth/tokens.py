"""Signed facts that travel with a call: the calling service and the person (EdDSA JSON Web Tokens, RFC 7519, 8037).

A verifier pins algorithm, type, key, issuer, audience and lifetime, and refuses every header it does not know.
"""

import functools
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ctz_chassis.auth.keys import USER_KEY_ID
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.errors import Unauthenticated

ALGORITHM = "EdDSA"
SERVICE_TYPE = "ctz-service+jwt"
USER_TYPE = "ctz-user+jwt"
USER_ISSUER = "identity"
USER_AUDIENCE = "ctz"
SERVICE_LIFETIME = timedelta(seconds=60)
USER_LIFETIME = timedelta(seconds=300)
LEEWAY = timedelta(seconds=60)
"""How far the clocks of two machines may differ."""

_RENEW_AFTER = timedelta(seconds=30)
_REMEMBERED_TOKENS = 1024
_HEADER_NAMES = frozenset({"alg", "typ", "kid"})
# RecursionError: JSON nested deeper than the parser goes.
_UNREADABLE = (jwt.PyJWTError, ValueError, RecursionError)
_TIMES = ("iat", "nbf", "exp")


class TokenRefused(Unauthenticated):
    """A token is missing, forged, for somebody else, or out of its time; the caller is not told which."""

    reason: ClassVar[str] = "TOKEN_REFUSED"

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why
        """For the log only."""


@dataclass(frozen=True, slots=True)
class Person:
    """The person behind a call; `scopes` is None for a browser session, which has all of them."""

    user_id: UUID
    session_id: UUID
    is_administrator: bool
    scopes: frozenset[str] | None
    is_fresh: bool


class ServiceSigner:
    """Signs that this service is calling; a token lives 60 s and is reused for 30 s."""

    def __init__(self, service: str, private_key: Ed25519PrivateKey, *, clock: Clock = utc_now) -> None:
        self.service = service
        self._key = private_key
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[datetime, str]] = {}

    def token(self, audience: str) -> str:
        """Return a token for calls to the service `audience`."""
        now = self._clock()
        with self._lock:
            renew_at, token = self._tokens.get(audience, (now, ""))
            if now >= renew_at or renew_at - now > _RENEW_AFTER:
                token = self._signed(audience, now)
                self._tokens[audience] = (now + _RENEW_AFTER, token)
            return token

    def _signed(self, audience: str, now: datetime) -> str:
        claims = {"iss": self.service, "sub": self.service, "aud": audience, **_times(now, SERVICE_LIFETIME)}
        return jwt.encode(claims, self._key, ALGORITHM, {"typ": SERVICE_TYPE, "kid": self.service})


class UserTokenSigner:
    """Signs for identity who the person is; such a token never leaves the internal network."""

    def __init__(self, private_key: Ed25519PrivateKey, *, clock: Clock = utc_now) -> None:
        self._key = private_key
        self._clock = clock

    def issue(
        self,
        user_id: UUID,
        session_id: UUID,
        *,
        is_administrator: bool = False,
        scopes: tuple[str, ...] | None = None,
        fresh_until: datetime | None = None,
        ttl: timedelta = USER_LIFETIME,
    ) -> str:
        """Return a token for at most 300 s; `scopes` only for personal access tokens."""
        if ttl > USER_LIFETIME:
            raise ValueError("a user token lives at most 300 seconds")
        claims: dict[str, Any] = {
            "iss": USER_ISSUER,
            "aud": USER_AUDIENCE,
            "sub": str(user_id),
            "sid": str(session_id),
            "adm": is_administrator,
            **_times(self._clock(), ttl),
        }
        if scopes is not None:
            claims["scp"] = list(scopes)
        if fresh_until is not None:
            claims["fru"] = int(fresh_until.timestamp())
        return jwt.encode(claims, self._key, ALGORITHM, {"typ": USER_TYPE, "kid": USER_KEY_ID})


def _times(now: datetime, lifetime: timedelta) -> dict[str, int]:
    issued = int(now.timestamp())
    return {"iat": issued, "nbf": issued, "exp": issued + int(lifetime.total_seconds())}


class Verifier:
    """Checks tokens against the public keys of all services."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey], *, clock: Clock = utc_now) -> None:
        self._keys = dict(keys)
        self._clock = clock
        # A token comes with many calls, and its signature costs more than the rest of a call: what has been verified is
        # remembered. Times are checked at every call; refusals are not remembered.
        self._verified = functools.lru_cache(maxsize=_REMEMBERED_TOKENS)(self._verify)

    def service(self, token: str, audience: str) -> str:
        """Return the name of the service that signed a token for `audience`."""
        claims = self._verified(token, SERVICE_TYPE, audience)
        _check_times(claims, self._clock(), SERVICE_LIFETIME)
        service: str = claims["iss"]
        return service

    def user(self, token: str) -> Person:
        """Return the person that identity vouches for."""
        claims = self._verified(token, USER_TYPE, USER_AUDIENCE)
        now = self._clock()
        _check_times(claims, now, USER_LIFETIME)
        try:
            return _person(claims, now)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TokenRefused("claims of another form") from error

    def _verify(self, token: str, wanted_type: str, audience: str) -> Mapping[str, Any]:
        """Check all of a token but its times."""
        key_id = _key_id(token, wanted_type)
        is_for_people = key_id == USER_KEY_ID
        key = self._keys.get(key_id)
        if key is None or is_for_people != (wanted_type == USER_TYPE):
            raise TokenRefused("an unknown key, or one for another purpose")
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=USER_ISSUER if is_for_people else key_id,
                audience=audience,
                options={
                    "require": ["iss", "sub", "aud", *_TIMES],
                    "strict_aud": True,
                    # Times are checked apart, against the clock that was given and with the lifetime.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except _UNREADABLE as error:
            raise TokenRefused(str(error)) from error
        if not is_for_people and claims["sub"] != key_id:
            raise TokenRefused("subject is not the issuer")
        return claims


def _key_id(token: str, wanted_type: str) -> str:
    """Read the key id from a header that holds nothing but algorithm, type and key id."""
    try:
        header = jwt.get_unverified_header(token)
    except _UNREADABLE as error:
        raise TokenRefused(str(error)) from error
    key_id = header.get("kid")
    if header.keys() != _HEADER_NAMES or header["alg"] != ALGORITHM or header["typ"] != wanted_type:
        raise TokenRefused("a header of another form")
    if not isinstance(key_id, str):
        raise TokenRefused("no key id")
    return key_id


def _check_times(claims: Mapping[str, Any], now: datetime, lifetime: timedelta) -> None:
    times = [claims[name] for name in _TIMES]
    if not all(type(each) is int for each in times):
        raise TokenRefused("times that are not whole seconds")
    issued, not_before, expires = times
    current, leeway = now.timestamp(), LEEWAY.total_seconds()
    if max(issued, not_before) > current + leeway:
        raise TokenRefused("not valid yet")
    if expires + leeway <= current:
        raise TokenRefused("expired")
    if not 0 < expires - issued <= lifetime.total_seconds():
        raise TokenRefused("a lifetime out of bounds")


def _person(claims: Mapping[str, Any], now: datetime) -> Person:
    scopes = claims.get("scp")
    if scopes is not None and not (isinstance(scopes, list) and all(isinstance(each, str) for each in scopes)):
        raise TypeError("scopes")
    fresh_until = claims.get("fru")
    return Person(
        user_id=UUID(claims["sub"]),
        session_id=UUID(claims["sid"]),
        is_administrator=claims["adm"] is True,
        scopes=None if scopes is None else frozenset(scopes),
        is_fresh=type(fresh_until) is int and now.timestamp() < fresh_until,
    )
