"""The authorisation server: login transactions, single-use codes, access tokens and refresh families."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.knobs import Knobs

CLIENT_ID = "WVoJxVDdPoFx4RNewvvg6ch2mZ7bwnsM"
REDIRECT_URI = "https://members.onepeloton.com/callback"
AUDIENCE = "https://api.onepeloton.com/"
SCOPE = "offline_access openid peloton-api.members:default"
CONNECTION, TENANT = "pelo-user-password", "peloton-prod"


class Refused(Exception):
    """An OAuth error: its code, its description and the HTTP status."""

    def __init__(self, error: str, description: str, status: int = 403) -> None:
        """As Auth0 words it."""
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(slots=True)
class Login:
    """One sign-in under way."""

    client_state: str
    code_challenge: str
    csrf: str
    user_id: str | None = None


@dataclass(slots=True)
class Access:
    """An access token."""

    user_id: str
    expires_at: float
    calls_left: int | None


@dataclass(slots=True)
class Family:
    """All refresh tokens that descend from one sign-in; only the newest is good when they rotate."""

    user_id: str
    current: str
    spent: set[str] = field(default_factory=set)
    revoked: bool = False


class SignIn:
    """All state of the authorisation server; safe from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives epoch seconds."""
        self._clock = clock
        self._lock = Lock()
        self._logins: dict[str, Login] = {}
        self._codes: dict[str, Login] = {}
        self._access: dict[str, Access] = {}
        self._families: dict[str, Family] = {}

    def begin(self, client_state: str, code_challenge: str) -> tuple[str, Login]:
        """A login transaction under the server's own state, which replaces the client's."""
        state = secrets.token_urlsafe(48)
        with self._lock:
            login = self._logins[state] = Login(client_state, code_challenge, secrets.token_urlsafe(24))
        return state, login

    def login(self, state: str) -> Login | None:
        """The transaction of a server state."""
        return self._logins.get(state)

    def issue_code(self, state: str) -> tuple[str, str]:
        """A single-use code for an authenticated transaction, with the client's own state; ends the transaction."""
        with self._lock:
            login = self._logins.pop(state, None)
            if login is None or login.user_id is None:
                raise Refused("invalid_request", "Unable to issue a code for this transaction.", 400)
            code = secrets.token_urlsafe(32)
            self._codes[code] = login
        return code, login.client_state

    def exchange(self, code: str, verifier: str, knobs: Knobs) -> JsonObject:
        """Tokens for a code; the code is spent whatever comes of it."""
        with self._lock:
            login = self._codes.pop(code, None)
            if login is None or login.user_id is None:
                raise Refused("invalid_grant", "Invalid authorization code")
            if challenge_of(verifier) != login.code_challenge:
                raise Refused("invalid_grant", "Failed to verify code verifier")
            refresh = _refresh_token()
            self._families[refresh] = Family(login.user_id, refresh)
            return self._answer(login.user_id, knobs, refresh)

    def refresh(self, token: str, knobs: Knobs) -> JsonObject:
        """New tokens for a refresh token; a spent one revokes its whole family."""
        with self._lock:
            family = self._families.get(token)
            if family is None or family.revoked:
                raise Refused("invalid_grant", "Unknown or invalid refresh token.")
            if token in family.spent:
                family.revoked = True
                raise Refused("invalid_grant", "Unknown or invalid refresh token.")
            if not knobs.rotate_refresh:
                return self._answer(family.user_id, knobs, None)
            fresh = _refresh_token()
            family.spent.add(token)
            family.current = fresh
            self._families[fresh] = family
            return self._answer(family.user_id, knobs, fresh)

    def whose(self, token: str, *, counted: bool = False) -> str | None:
        """The member of a valid access token; `counted` calls use up a limited one."""
        with self._lock:
            access = self._access.get(token)
            if access is None or access.expires_at <= self._clock():
                return None
            if access.calls_left is not None and counted:
                if access.calls_left <= 0:
                    return None
                access.calls_left -= 1
            return access.user_id

    def expire_access(self, user_id: str | None = None) -> int:
        """End all access tokens (of one member); refresh tokens stay good. The number ended."""
        with self._lock:
            ended = [token for token, access in self._access.items() if user_id in (None, access.user_id)]
            for token in ended:
                del self._access[token]
            return len(ended)

    def revoke(self, user_id: str | None = None) -> int:
        """Revoke all refresh families (of one member) and their access tokens. The number of families revoked."""
        self.expire_access(user_id)
        with self._lock:
            families = {id(family): family for family in self._families.values() if user_id in (None, family.user_id)}
            for family in families.values():
                family.revoked = True
            return len(families)

    def grant(self, user_id: str, knobs: Knobs) -> JsonObject:
        """Tokens without a sign-in, for tests that start behind it and for the paste of a token."""
        with self._lock:
            refresh = _refresh_token()
            self._families[refresh] = Family(user_id, refresh)
            return self._answer(user_id, knobs, refresh)

    def families(self) -> list[JsonObject]:
        """The state of each family: how many tokens are spent and whether it is revoked."""
        with self._lock:
            found = {id(family): family for family in self._families.values()}
            return [{"user_id": f.user_id, "spent": len(f.spent), "revoked": f.revoked} for f in found.values()]

    def _answer(self, user_id: str, knobs: Knobs, refresh: str | None) -> JsonObject:
        now = self._clock()
        access = _jwt(user_id, now, now + knobs.token_lifetime_seconds)
        self._access[access] = Access(user_id, now + knobs.token_lifetime_seconds, knobs.token_max_calls)
        answer: JsonObject = {
            "access_token": access,
            "id_token": _jwt(user_id, now, now + 36_000),
            "scope": SCOPE,
            "expires_in": knobs.token_lifetime_seconds,
            "token_type": "Bearer",
        }
        return answer | ({"refresh_token": refresh} if refresh else {})


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refresh_token() -> str:
    return f"v1.{secrets.token_urlsafe(48)}"


def _jwt(user_id: str, issued: float, expires: float) -> str:
    """A token of the right shape; its signature is noise, for only this server reads it."""
    head = {"alg": "RS256", "typ": "JWT", "kid": "simulator"}
    body = {"sub": f"auth0|{user_id}", "aud": [AUDIENCE], "iat": int(issued), "exp": int(expires), "scope": SCOPE}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, body)]
    return ".".join([*parts, secrets.token_urlsafe(64)])
