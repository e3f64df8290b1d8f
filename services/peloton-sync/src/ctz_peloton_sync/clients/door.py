"""Ways to Peloton, each with connections of its own: for a worker thread, for a renewal, for a rider who waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ctz_chassis.clock import Clock
from ctz_peloton_sync.clients import sign_in
from ctz_peloton_sync.clients.api import USER_AGENT, PelotonAPI
from ctz_peloton_sync.clients.http import Allowlist, HTTPClient, HTTPLimits, origin_of
from ctz_peloton_sync.clients.tokens import Grant, TokenEndpoint


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Sign-in, renewal and API for one rider who waits."""

    client: HTTPClient
    api: PelotonAPI
    auth_url: str
    clock: Clock

    def sign_in(self, username: str, password: str) -> Grant:
        """Walk the sign-in pages."""
        return sign_in.SignIn(self.client, self.auth_url).sign_in(username, password, self.clock())

    def refresh(self, refresh_token: str) -> Grant:
        """Renew a grant."""
        return TokenEndpoint(self.client, self.auth_url).refresh(refresh_token, self.clock())


@dataclass(frozen=True, slots=True)
class Doors:
    """Opens ways to Peloton at the configured addresses."""

    api_url: str
    auth_url: str
    limits: HTTPLimits
    is_loopback_allowed: bool
    clock: Clock

    def api(self) -> PelotonAPI:
        """An API client for one thread, which closes it."""
        return PelotonAPI(self._client(USER_AGENT), self.api_url, self.clock)

    @contextmanager
    def refresher(self) -> Iterator[TokenEndpoint]:
        """The token endpoint for one renewal."""
        with self._client(USER_AGENT) as client:
            yield TokenEndpoint(client, self.auth_url)

    @contextmanager
    def door(self) -> Iterator[OpenDoor]:
        """Everything that connecting needs."""
        with self._client(sign_in.USER_AGENT) as client, self._client(USER_AGENT) as api_client:
            yield OpenDoor(client, PelotonAPI(api_client, self.api_url, self.clock), self.auth_url, self.clock)

    def _client(self, user_agent: str) -> HTTPClient:
        origins = frozenset({origin_of(self.api_url), origin_of(self.auth_url)})
        return HTTPClient(Allowlist(origins, self.is_loopback_allowed), self.limits, user_agent=user_agent)
