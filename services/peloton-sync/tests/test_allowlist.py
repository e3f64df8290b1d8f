"""Which addresses may be called at all."""

import pytest

from ctz_peloton_sync.clients.errors import OutsideAllowlist
from ctz_peloton_sync.clients.http import Allowlist, origin_of


def check(url: str, *, is_loopback_allowed: bool) -> None:
    """Check an address whose origin is the configured one."""
    Allowlist(frozenset({origin_of(url)}), is_loopback_allowed).check(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/api", "http://localhost/api", "http://simulator:8080/api"])
def test_plain_http_reaches_neighbours_outside_production_alone(url: str) -> None:
    """A simulator on this machine or in the next container."""
    check(url, is_loopback_allowed=True)
    with pytest.raises(OutsideAllowlist):
        check(url, is_loopback_allowed=False)


@pytest.mark.parametrize(
    "url",
    ["http://api.onepeloton.com/api", "http://169.254.169.254/latest", "http://2852039166/latest", "http://[fe80::1]/"],
)
def test_plain_http_never_reaches_others(url: str) -> None:
    """Not even when somebody configures it: passwords would travel in the clear."""
    with pytest.raises(OutsideAllowlist):
        check(url, is_loopback_allowed=True)
