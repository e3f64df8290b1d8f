"""Ports of the loopback interface."""

import random
import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"
# Below the range from which Linux takes the ports of outgoing connections (32768 on): nothing can slip into a port
# between its choice and its use, or while its server is restarted.
_RANGE: Final = range(20_000, 32_000)
_TRIES: Final = 1_000


def free_ports(count: int) -> list[int]:
    """Choose distinct ports that nobody listens on at this moment."""
    chosen: list[int] = []
    for candidate in random.SystemRandom().sample(_RANGE, _TRIES):
        if len(chosen) == count:
            break
        if is_free(candidate):
            chosen.append(candidate)
    return chosen


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen on this port now."""
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT after a restart counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def accepts(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether something listens on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
