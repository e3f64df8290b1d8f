"""Power zones as pages show them: Coggan's seven, in % of FTP; the upper edge belongs to the lower zone."""

import math
from collections.abc import Sequence

from ctz_gateway.viewmodels.training import ZoneBand

EDGE_SHARES = (0.55, 0.75, 0.90, 1.05, 1.20, 1.50)
NAMES = (
    "Active recovery",
    "Endurance",
    "Tempo",
    "Lactate threshold",
    "VO2 max",
    "Anaerobic capacity",
    "Neuromuscular",
)
LINE_SHARES = (0.45, 0.65, 0.825, 0.975, 1.125, 1.35, 1.60)


def edges(ftp_watts: float) -> tuple[float, ...]:
    """The six edges between the zones, in watts, not rounded."""
    return tuple(share * ftp_watts for share in EDGE_SHARES)


def rounded(watts: float) -> int:
    """Whole watts, half up: the one rounding of shown edges."""
    return math.floor(watts + 0.5)


def range_text(zone: int, ftp_watts: float) -> str:
    """`131–179 W`, `over 357 W`."""
    shown = [rounded(edge) for edge in edges(ftp_watts)]
    if zone == len(NAMES):
        return f"over {shown[-1]} W"
    return f"{shown[zone - 2] if zone > 1 else 0}–{shown[zone - 1]} W"


def bands(ftp_watts: float) -> Sequence[ZoneBand]:
    """The zones of an FTP, hottest first."""
    return tuple(ZoneBand(zone, NAMES[zone - 1], range_text(zone, ftp_watts)) for zone in range(len(NAMES), 0, -1))
