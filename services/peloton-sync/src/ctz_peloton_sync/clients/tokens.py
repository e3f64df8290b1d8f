"""Access and refresh tokens: what they hold, exchanging, refreshing, and reading what a rider pasted."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.clients.http import HTTPClient, Reply, parse_json, raise_for_status
from ctz_peloton_sync.domain.errors import PastedTokenRejected
from ctz_peloton_sync.domain.fields import Json, integer, mapping

# Public constants of Peloton's own web app (peloton-api.md, section 2.2).
CLIENT_ID = "WVoJxVDdPoFx4RNewvvg6ch2mZ7bwnsM"
AUDIENCE = "https://api.onepeloton.com/"
SCOPE = "offline_access openid peloton-api.members:default"
REDIRECT_URI = "https://members.onepeloton.com/callback"

MAXIMUM_TOKEN = 16_384
DEFAULT_LIFETIME = timedelta(hours=48)
_JWT_PARTS = 3


class GrantRejected(errors.UpstreamError):
    """The refresh token is spent, revoked or never was one."""

    key = "refresh_rejected"


@dataclass(frozen=True, slots=True)
class Grant:
    """What gives access to one rider's account; never logged, never shown."""

    access_token: str
    refresh_token: str
    expires: datetime

    def __repr__(self) -> str:
        return f"Grant(expires={self.expires.isoformat()})"


class TokenEndpoint:
    """Peloton's /oauth/token."""

    def __init__(self, client: HTTPClient, auth_url: str) -> None:
        self._client = client
        self._url = auth_url.rstrip("/") + "/oauth/token"

    def exchange(self, code: str, verifier: str, now: datetime) -> Grant:
        """Swap an authorization code; raises GrantRejected when it is not accepted."""
        return self._ask(
            {
                "grant_type": "authorization_code",
                "client_id": CLIENT_ID,
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": REDIRECT_URI,
            },
            "",
            now,
        )

    def refresh(self, refresh_token: str, now: datetime) -> Grant:
        """A new access token, and the new refresh token where the reply has one, else the same."""
        return self._ask(
            {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": refresh_token}, refresh_token, now
        )

    def _ask(self, body: dict[str, str], refresh_token: str, now: datetime) -> Grant:
        reply = self._client.request("POST", self._url, json=body, headers={"Accept": "application/json"})
        if _is_rejected(reply):
            raise GrantRejected
        raise_for_status(reply, now)
        answer = mapping(parse_json(reply.body, now))
        access_token, renewed = answer.get("access_token"), answer.get("refresh_token")
        if not _is_token(access_token):
            raise errors.UnexpectedContent("token reply")
        lifetime = integer(answer.get("expires_in"), low=1, high=366 * 86_400)
        return Grant(
            access_token=str(access_token),
            refresh_token=str(renewed) if _is_token(renewed) else refresh_token,
            expires=now + (timedelta(seconds=lifetime) if lifetime is not None else DEFAULT_LIFETIME),
        )


def _is_rejected(reply: Reply) -> bool:
    """Auth0's 400, 401 or 403 with an `error`; 429 and 5xx say nothing about the grant."""
    if reply.status not in {400, 401, 403}:
        return False
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and isinstance(body.get("error"), str) and body["error"] != "too_many_attempts"


def read_pasted(pasted: str, now: datetime) -> Grant:
    """A bearer token, a refresh token or the web app's stored JSON; raises PastedTokenRejected for anything else.

    A grant without access token has `expires` in the past, so that it is refreshed before the first call.
    """
    text = pasted.strip()
    if not text or len(text) > 4 * MAXIMUM_TOKEN:
        raise PastedTokenRejected
    if text.startswith("{"):
        return _from_stored_json(text, now)
    token = text.removeprefix("Bearer ").removeprefix("bearer ").strip().strip('"')
    if not _is_token(token):
        raise PastedTokenRejected
    if token.count(".") == _JWT_PARTS - 1 and not token.startswith("v1."):
        return Grant(token, "", _expiry_of(token) or now + DEFAULT_LIFETIME)
    return Grant("", token, now)


def _from_stored_json(text: str, now: datetime) -> Grant:
    try:
        stored: Json = json.loads(text)
    except (ValueError, RecursionError):
        raise PastedTokenRejected from None
    outer = mapping(stored)
    body = mapping(outer.get("body")) or outer
    access_token, refresh_token = body.get("access_token"), body.get("refresh_token")
    if not _is_token(access_token) and not _is_token(refresh_token):
        raise PastedTokenRejected
    access = str(access_token) if _is_token(access_token) else ""
    expires = (_expiry_of(access) or now + DEFAULT_LIFETIME) if access else now
    return Grant(access, str(refresh_token) if _is_token(refresh_token) else "", expires)


def _is_token(value: object) -> bool:
    """Printable ASCII without spaces, so that it can stand in a header."""
    return (
        isinstance(value, str)
        and 16 <= len(value) <= MAXIMUM_TOKEN  # noqa: PLR2004 shorter than any token
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _expiry_of(token: str) -> datetime | None:
    """The `exp` of a JWT, unverified: it only tells when to ask again."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error, RecursionError):
        return None
    exp = integer(claims.get("exp"), high=4_102_444_800) if isinstance(claims, Mapping) else None
    return None if exp is None else datetime.fromtimestamp(exp, UTC)
