"""Passwords as argon2id hashes under a pepper, with a bound on how many are computed at once."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from ctz_chassis import metrics
from ctz_identity.domain.errors import SignInBusy
from ctz_identity.domain.passwords import normalise

MIN_MEMORY_KIB = 46 * 1024  # OWASP Password Storage Cheat Sheet: argon2id, m = 46 MiB, t = 1, p = 1
MIN_PEPPER_BYTES = 32
_MAX_LENGTH = 1024  # no accepted password is longer; more is cut, so that work is bounded


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs; `at_once` is how many are computed together, `wait_seconds` how long others wait."""

    memory_kib: int = MIN_MEMORY_KIB
    iterations: int = 1
    lanes: int = 1
    at_once: int = 2
    wait_seconds: float = 1.0


class PasswordHasher:
    """Hashes and checks passwords; an absent hash costs as much as a wrong password."""

    def __init__(self, pepper: bytes, cost: Cost) -> None:
        if len(pepper) < MIN_PEPPER_BYTES:
            raise ValueError(f"the pepper must have at least {MIN_PEPPER_BYTES} bytes")
        self._pepper = pepper
        self._cost = cost
        self._argon2 = argon2.PasswordHasher(
            time_cost=cost.iterations, memory_cost=cost.memory_kib, parallelism=cost.lanes, type=argon2.Type.ID
        )
        self._places = threading.BoundedSemaphore(cost.at_once)
        self._computed = metrics.counter(
            "ctz_identity_password_hashes_total", "Argon2 computations, by what for.", ("purpose",)
        )
        self._decoy = self._argon2.hash(self._peppered("nobody has this password"))

    def hash(self, password: str) -> str:
        """Return the hash to store for a password."""
        with self._place("hash"):
            return self._argon2.hash(self._peppered(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Say whether a password is right; without a stored hash it is not, at the same cost."""
        with self._place("verify"):
            try:
                matches = self._argon2.verify(stored or self._decoy, self._peppered(password))
            except VerifyMismatchError:
                return False
            except (VerificationError, InvalidHashError) as error:
                raise ValueError("a stored password hash cannot be read") from error
            return matches and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Say whether a hash was made at another cost than the present one."""
        return self._argon2.check_needs_rehash(stored)

    def _peppered(self, password: str) -> str:
        normal = normalise(password[:_MAX_LENGTH]).encode("utf-8", "surrogatepass")
        return base64.b64encode(hmac.new(self._pepper, normal, hashlib.sha256).digest()).decode("ascii")

    @contextmanager
    def _place(self, purpose: str) -> Iterator[None]:
        if not self._places.acquire(timeout=self._cost.wait_seconds):
            raise SignInBusy
        try:
            self._computed.labels(purpose).inc()
            yield
        finally:
            self._places.release()
