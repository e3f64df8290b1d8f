"""Pages of lists (AIP-158): opaque tokens that hold where the next page starts, bound to the filter of the list."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ctz_chassis.errors import InvalidArgument

_DIGEST_BYTES = 9
_TOKEN_LIMIT = 1_024


def filter_digest(**arguments: object) -> str:
    """Return what tells the arguments of two lists apart; page size and token are no part of them."""
    canonical = json.dumps(arguments, sort_keys=True, default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.blake2b(canonical.encode(), digest_size=_DIGEST_BYTES).digest()).decode()


def encode_token(payload: Mapping[str, Any], filter_digest: str) -> str:
    """Return the token of the next page; `payload` is JSON: the keys of the last row shown."""
    text = json.dumps([filter_digest, dict(payload)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_token(token: str, filter_digest: str) -> dict[str, Any]:
    """Return the payload of a token, empty for the first page; refuse one that is broken or of another list."""
    if not token:
        return {}
    if len(token) > _TOKEN_LIMIT:
        raise _unfit()
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        bound_to, payload = json.loads(text)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise _unfit() from None
    if bound_to != filter_digest or not isinstance(payload, dict):
        raise _unfit()
    return payload


def _unfit() -> InvalidArgument:
    return InvalidArgument("page_token", "does not belong to this list; start again without it")


def page_size(requested: int, default: int, maximum: int) -> int:
    """Return the page size to use: the default for 0, and never more than the maximum; a negative one is refused."""
    if requested < 0:
        raise InvalidArgument("page_size", "must not be negative")
    return min(requested or default, maximum)
