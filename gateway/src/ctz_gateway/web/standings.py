"""How the rider stands in the challenges that run: the panel on Today."""

from collections.abc import Sequence

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_chassis.errors import Unreachable
from ctz_gateway.present.boards import standing_panel
from ctz_gateway.viewmodels.challenges import StandingPanel
from ctz_gateway.web.site import Site

SHOWN = 3


def standing_panels(site: Site) -> Sequence[StandingPanel] | None:
    """The challenges that end first; None while challenges cannot be asked."""
    try:
        listed = site.services.boards.ListStandings(pb.ListStandingsRequest()).standings[:SHOWN]
    except Unreachable:
        return None
    alone = [standing for standing in listed if standing.mode != pb.CHALLENGE_MODE_TEAM]
    names = site.names.of(row.user_id for standing in alone for row in standing.rows)
    return [standing_panel(standing, names) for standing in listed]
