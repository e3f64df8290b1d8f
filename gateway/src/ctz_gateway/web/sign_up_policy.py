"""Who may sign up here. Identity decides; pages ask it now and then, so that they offer what will work."""

import threading
import time
from collections.abc import Callable
from enum import StrEnum

from ctz.identity.v1 import accounts_pb2

from ctz_chassis.errors import RemoteError
from ctz_gateway.clients.services import Services

REMEMBERED_SECONDS = 60.0
RETRY_SECONDS = 5.0
LONGEST_SECONDS = 1.0


class SignUp(StrEnum):
    """Who may make an account."""

    OPEN = "open"
    INVITATION = "invitation"
    CLOSED = "closed"


_MODES = {
    accounts_pb2.SIGN_UP_MODE_OPEN: SignUp.OPEN,
    accounts_pb2.SIGN_UP_MODE_INVITATION: SignUp.INVITATION,
    accounts_pb2.SIGN_UP_MODE_CLOSED: SignUp.CLOSED,
}


class SignUpPolicy:
    """The policy as identity told it last; a page never fails because identity does not answer this question."""

    def __init__(self, services: Services, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` gives seconds that only grow."""
        self._services = services
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._mode = SignUp.OPEN
        self._ask_at = 0.0

    def mode(self) -> SignUp:
        """Who may make an account, at most a minute old."""
        with self._lock:
            if self._monotonic() < self._ask_at:
                return self._mode
        try:
            answer = self._services.accounts.GetSignUpPolicy(
                accounts_pb2.GetSignUpPolicyRequest(), timeout=LONGEST_SECONDS
            )
        except RemoteError:
            return self._remember(self._mode, RETRY_SECONDS)
        return self._remember(_MODES.get(answer.mode, SignUp.OPEN), REMEMBERED_SECONDS)

    def _remember(self, mode: SignUp, seconds: float) -> SignUp:
        with self._lock:
            self._mode, self._ask_at = mode, self._monotonic() + seconds
        return mode
