"""Unsafe requests: synchroniser token bound to the session, and where the request came from (requirement S10)."""

import hashlib
import hmac
import secrets
import uuid
from urllib.parse import urlsplit

from flask import Request

ANONYMOUS_COOKIE = "__Host-ctz_visit"
LONGEST_LINE = 200
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class FormTokens:
    """Makes and checks form tokens: an HMAC of what the token is bound to, salted anew in each answer."""

    def __init__(self, key: bytes) -> None:
        """`key` is a secret of the gateway alone."""
        self._key = key

    def make(self, bound_to: str) -> str:
        """A token for forms of one session, or of one visit while signed out."""
        salt = secrets.token_urlsafe(12)
        return f"{salt}.{self._mac(salt, bound_to)}"

    def is_good(self, token: str, bound_to: str) -> bool:
        """Whether the token was made for the same session or visit."""
        salt, _, mac = token.partition(".")
        return bool(mac) and hmac.compare_digest(mac, self._mac(salt, bound_to))

    def _mac(self, salt: str, bound_to: str) -> str:
        return hmac.new(self._key, f"{salt}\n{bound_to}".encode(), hashlib.sha256).hexdigest()


def comes_from_here(request: Request, public_origin: str) -> bool:
    """Whether the browser says that the request was made by a page of ours.

    `Sec-Fetch-Site` decides where the browser sends it; else the Origin must be ours. Without both it is refused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin is not None and origin != public_origin:
        return False
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is not None


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def new_key() -> str:
    """A key that makes a repeated create form harmless (UUID)."""
    return str(uuid.uuid4())


def one_line(typed: str) -> str:
    """What was typed, without what no keyboard makes, at most 200 characters."""
    return "".join(mark for mark in typed if mark.isprintable()).strip()[:LONGEST_LINE]


def local_path(candidate: str, fallback: str) -> str:
    """The candidate when it is a plain path of this site, else the fallback (requirement S13)."""
    is_plain = candidate.startswith("/") and not candidate.startswith(("//", "/\\"))
    has_odd = "\\" in candidate or any(mark.isspace() or not mark.isprintable() for mark in candidate)
    parts = urlsplit(candidate) if is_plain and not has_odd else None
    if parts is None or parts.scheme or parts.netloc:
        return fallback
    return candidate
