"""Who is asking: the session cookie, swapped for a user token at identity on every request."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import grpc
from ctz.identity.v1 import sessions_pb2
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.services import Services

SESSION_COOKIE = "__Host-ctz_session"
DEVICE_COOKIE = "__Host-ctz_device"
SESSION_SECONDS = 30 * 86400
MAX_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person for the length of one request. `user_token` never leaves the internal network."""

    user_id: str
    session_id: str
    user_token: str
    expire_time: datetime
    name: str
    is_administrator: bool
    zone: ZoneInfo
    is_metric: bool
    week_start: int
    onboarding_done: frozenset[str]
    ftp_watts: float | None
    weight_kilograms: float | None


class Visitors:
    """Swaps session secrets for visitors; while identity is away, the last unexpired token goes on serving reads."""

    def __init__(self, services: Services, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds since the epoch."""
        self._services = services
        self._now = now
        self._lock = threading.Lock()
        self._last: OrderedDict[bytes, Visitor] = OrderedDict()

    def of_secret(self, secret: str, *, may_be_remembered: bool = False) -> Visitor | None:
        """The visitor behind a cookie; None when the session is over.

        `may_be_remembered`: for reading, the last token will do while identity does not answer.

        Raises:
            Unreachable: identity does not answer, and no unexpired token is remembered or none will do.

        """
        key = hashlib.sha256(secret.encode()).digest()
        try:
            answer = self._services.sessions.ExchangeSession(sessions_pb2.ExchangeSessionRequest(session_secret=secret))
        except Unreachable:
            with self._lock:
                known = self._last.get(key)
            if may_be_remembered and known is not None and known.expire_time.timestamp() > self._now():
                return known
            raise
        except RemoteError as error:
            if error.code is not grpc.StatusCode.UNAUTHENTICATED:
                raise
            self.forget(secret)
            return None
        visitor = _visitor(answer)
        with self._lock:
            self._last[key] = visitor
            self._last.move_to_end(key)
            while len(self._last) > MAX_REMEMBERED:
                self._last.popitem(last=False)
        return visitor

    def forget(self, secret: str) -> None:
        """Drop what is remembered of a session that was just ended here."""
        with self._lock:
            self._last.pop(hashlib.sha256(secret.encode()).digest(), None)


def session_cookie(response: Response, secret: str) -> None:
    """Set the cookie of a session."""
    keep_cookie(response, SESSION_COOKIE, secret, SESSION_SECONDS)


def keep_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """Set a secret cookie with every protection that browsers know."""
    response.set_cookie(name, value, max_age=seconds, secure=True, httponly=True, samesite="Lax", path="/")


def _visitor(answer: sessions_pb2.ExchangeSessionResponse) -> Visitor:
    return Visitor(
        user_id=answer.user_id,
        session_id=answer.session_id,
        user_token=answer.user_token,
        expire_time=answer.expire_time.ToDatetime(tzinfo=ZoneInfo("UTC")),
        name=answer.display_name,
        is_administrator=answer.is_administrator,
        zone=ZoneInfo(answer.time_zone or "UTC"),
        is_metric=answer.units != "imperial",
        week_start=answer.week_start,
        onboarding_done=frozenset(answer.onboarding_done),
        ftp_watts=answer.ftp_watts if answer.HasField("ftp_watts") else None,
        weight_kilograms=answer.weight_kilograms if answer.HasField("weight_kilograms") else None,
    )
