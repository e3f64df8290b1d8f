"""What asks for a fresh sign-in: the rider's own password comes with the form once the last one is too old."""

from collections.abc import Callable
from typing import TypeVar

from ctz.identity.v1 import sessions_pb2

from ctz_chassis.errors import RemoteError
from ctz_gateway.web.site import Site, client_address, renew_session

T = TypeVar("T")
TOO_OLD = "FRESH_SIGN_IN_REQUIRED"


def with_fresh_password(site: Site, act: Callable[[], T], own_password: str) -> T:
    """Do it; where only a fresh sign-in is missing and the own password was typed, enter that and do it again.

    Raises:
        RemoteError: the refusal, FRESH_SIGN_IN_REQUIRED when the form has to ask for the own password.

    """
    try:
        return act()
    except RemoteError as error:
        if error.reason != TOO_OLD or not own_password:
            raise
    answer = site.services.sessions.Reauthenticate(
        sessions_pb2.ReauthenticateRequest(password=own_password, client_address=client_address())
    )
    renew_session(site, answer.session_secret)
    return act()
