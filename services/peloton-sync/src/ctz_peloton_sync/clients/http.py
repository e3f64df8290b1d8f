"""HTTP to Peloton: host allowlist, verified TLS, total deadline, size and depth caps, strict content."""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.clients.deadline import Deadline, DeadlineAdapter
from ctz_peloton_sync.domain.fields import Json
from ctz_peloton_sync.domain.limits import MAXIMUM_RETRY_AFTER

CONNECT_TIMEOUT_SECONDS = 5.0
CHUNK_BYTES = 65_536
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Cloudflare's "you are being rate limited", sent as plain text (peloton-api.md, section 7).
CLOUDFLARE_LIMITED = b"error code: 1015"
GONE_MARK = b"no longer accepting requests"
_GZIP = 31  # zlib's window bits for a gzip stream
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class HTTPLimits:
    """Caps on one call."""

    total_seconds: float = 20.0
    body_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Allowlist:
    """The origins that may be called. http counts only for neighbours, and only where loopback is allowed.

    A neighbour is this machine, or a name without a dot: such names exist in private networks of containers alone.
    """

    origins: frozenset[str]
    is_loopback_allowed: bool

    def check(self, url: str) -> None:
        """Raise for any address beyond the list, and for one that carries a user or sits on plain http."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise errors.OutsideAllowlist("no address") from None
        is_plain_allowed = parts.scheme == "http" and self.is_loopback_allowed and _is_neighbour(parts.hostname or "")
        if (parts.scheme != "https" and not is_plain_allowed) or parts.username is not None:
            raise errors.OutsideAllowlist(parts.hostname or "")
        if origin_of(url) not in self.origins:
            raise errors.OutsideAllowlist(parts.hostname or "")


def _is_neighbour(host: str) -> bool:
    return host in LOOPBACK or host.replace("-", "").isalpha()


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")


class HTTPClient:
    """One session with its own connections and cookies; for one thread."""

    def __init__(self, allowlist: Allowlist, limits: HTTPLimits, *, user_agent: str) -> None:
        self._allowlist = allowlist
        self._limits = limits
        self._deadline = Deadline()
        self.session = requests.Session()
        self.session.trust_env = False  # no proxies and no .netrc from the environment
        self.session.headers.clear()
        self.session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "gzip"})
        self.session.adapters.clear()
        adapter = DeadlineAdapter(self._deadline)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def refuse_cookies(self) -> None:
        """Keep no cookies: the API needs none, and riders share the session."""
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        """Close the connections."""
        self.session.close()

    def request(self, method: str, url: str, **arguments: Any) -> Reply:
        """Make one call without following redirects; raises only what `clients.errors` names."""
        self._allowlist.check(url)
        self._deadline.start(self._limits.total_seconds)
        timeout = (min(CONNECT_TIMEOUT_SECONDS, self._limits.total_seconds), self._limits.total_seconds)
        try:
            with self.session.request(
                method, url, timeout=timeout, allow_redirects=False, stream=True, **arguments
            ) as response:
                return Reply(response.status_code, response.headers, self._body(response))
        except (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError) as error:
            raise errors.TimedOut(type(error).__name__) from None
        except (urllib3.exceptions.IncompleteRead, urllib3.exceptions.DecodeError, zlib.error) as error:
            raise errors.Truncated(type(error).__name__) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _broken(error) from None

    def _body(self, response: requests.Response) -> bytes:
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        raw: Iterator[bytes] = response.raw.stream(CHUNK_BYTES, decode_content=False)
        if encoding == "gzip":
            raw = _inflated(raw, self._limits.body_bytes)
        elif encoding != "identity":
            raise errors.UnexpectedContent("encoding")
        body = bytearray()
        for chunk in raw:
            self._deadline.remaining()
            body += chunk
            if len(body) > self._limits.body_bytes:
                raise errors.TooLarge
        return bytes(body)


def _inflated(chunks: Iterator[bytes], cap: int) -> Iterator[bytes]:
    """Unpack gzip piece by piece, so that a bomb is found before it is in memory."""
    unpack = zlib.decompressobj(_GZIP)
    for chunk in chunks:
        data = chunk
        while data:
            yield unpack.decompress(data, min(cap + 1, 4 * CHUNK_BYTES))
            data = unpack.unconsumed_tail
    if not unpack.eof:
        raise errors.Truncated("gzip")


def _broken(error: BaseException) -> errors.UpstreamError:
    """Tell a body that ended early, and a read that was stopped by the deadline, from a link that is down."""
    chain: BaseException | None = error
    seen: list[BaseException] = []
    while chain is not None and chain not in seen:
        seen.append(chain)
        if isinstance(chain, urllib3.exceptions.NewConnectionError | ConnectionError):
            break
        if isinstance(chain, TimeoutError | urllib3.exceptions.TimeoutError):
            return errors.TimedOut(type(error).__name__)
        if isinstance(chain, urllib3.exceptions.IncompleteRead):
            return errors.Truncated(type(error).__name__)
        inner = next((part for part in chain.args if isinstance(part, BaseException)), None)
        chain = inner or chain.__cause__ or chain.__context__
    return errors.Unreachable(type(error).__name__)


def read_json(reply: Reply, now: datetime) -> Json:
    """The JSON of a good answer; raises for every other answer."""
    raise_for_status(reply, now)
    kind, _, parameters = reply.headers.get("Content-Type", "").lower().partition(";")
    if kind.strip() != "application/json" or not reply.body or reply.body.startswith(_BOM):
        raise errors.UnexpectedContent(kind.strip() or "no content type")
    if "charset" in parameters and "utf-8" not in parameters and "utf8" not in parameters:
        raise errors.UnexpectedContent("charset")
    return parse_json(reply.body, now)


def parse_json(body: bytes, now: datetime) -> Json:
    """Decode a body; NaN and Infinity become null, and an error that hides in a 200 is raised."""
    try:
        payload: Json = json.loads(body.decode("utf-8"), parse_constant=lambda _: None)
    except RecursionError:
        raise errors.TooDeep from None
    except ValueError as error:
        truncated = isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc) - 1
        raise (errors.Truncated("json") if truncated else errors.UnexpectedContent("json")) from None
    if not isinstance(payload, Mapping):
        raise errors.UnexpectedContent("shape")
    hidden = payload.get("status")
    if type(hidden) is int and hidden >= 400 and "error_code" in payload:  # noqa: PLR2004 HTTP's first error
        raise_for_status(Reply(hidden, {}, body[:CHUNK_BYTES]), now)
    return payload


def raise_for_status(reply: Reply, now: datetime) -> None:
    """Turn a status into its error; 2xx passes."""
    head = reply.body[:1024]
    if CLOUDFLARE_LIMITED in head or reply.status == requests.codes.too_many_requests:
        raise errors.RateLimited(retry_after(reply.headers.get("Retry-After"), now))
    if requests.codes.ok <= reply.status < requests.codes.multiple_choices:
        return
    if reply.status == requests.codes.forbidden and GONE_MARK in head:
        raise errors.EndpointGone
    simple: Mapping[int, type[errors.UpstreamError]] = {
        401: errors.Unauthorized,
        402: errors.PaymentRequired,
        403: errors.Forbidden,
        404: errors.NotFound,
    }
    if reply.status in simple:
        raise simple[reply.status]
    if reply.status >= requests.codes.internal_server_error:
        raise errors.ServerFault(reply.status)
    if reply.status < requests.codes.bad_request:
        raise errors.OutsideAllowlist("redirect")
    raise errors.Refused(reply.status)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Time to wait, from seconds or from a date (RFC 9110, 10.2.3); at most a day."""
    if value is None:
        return None
    seconds = value.strip()
    if seconds.isascii() and seconds.isdigit():
        return min(timedelta(seconds=int(seconds[:9])), MAXIMUM_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return min(max(timedelta(0), at - now), MAXIMUM_RETRY_AFTER)
