"""The person for whom this thread makes calls to other services."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

USER_METADATA = "ctz-user"

_user_token: ContextVar[str] = ContextVar("ctz_user_token", default="")


@contextmanager
def acting_for(user_token: str) -> Iterator[None]:
    """Make the calls inside the block for the person of this token; a server does so for the calls it handles."""
    token = _user_token.set(user_token)
    try:
        yield
    finally:
        _user_token.reset(token)


def acting_user_token() -> str:
    """Return the token of the person calls are made for, or nothing."""
    return _user_token.get()
