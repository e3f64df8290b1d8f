"""Practising a class: its targets led by a clock, for any FTP or level. Nothing of it is logged."""

from datetime import datetime

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import NotFound

from ctz_chassis.errors import Unreachable
from ctz_gateway.present.metrics import current_entry
from ctz_gateway.present.pace_tables import ACTIVITY_OF
from ctz_gateway.present.practice import Rider, practice_page
from ctz_gateway.web.classes import KEY, view_of
from ctz_gateway.web.reference import PaceTables, asked_ftp
from ctz_gateway.web.site import Site, now, signed_in, visitor

LEVEL_KINDS = {
    "running": training.METRIC_KIND_RUNNING_PACE_LEVEL,
    "walking": training.METRIC_KIND_WALKING_PACE_LEVEL,
}
# Where the rider has told no level: the middle of the table.
MIDDLE_LEVEL = 5


def blueprint(site: Site) -> Blueprint:
    """The player's page."""
    pages = Blueprint("practice", __name__)
    tables = PaceTables(site)

    @pages.get(f"/classes/{KEY}/practice")
    @signed_in
    def show(class_id: str) -> str:
        view = view_of(site, class_id)
        discipline = view.library_class.discipline
        is_paced = any(called.metric == "pace_intensity" for block in view.practice_targets for called in block.ranges)
        paces = tables.of(discipline) if is_paced else None
        watts, typed, error = asked_ftp()
        rider = Rider(
            ftp_watts=watts,
            ftp_typed=typed,
            ftp_error=error,
            level=_level(site, discipline) if paces else 0,
            paces=paces,
            is_metric=visitor().is_metric,
        )
        page = practice_page(view, rider, url_for("classes.one", class_id=class_id))
        if page is None:
            raise NotFound
        return render_template("practice.html", page=page)

    return pages


def _level(site: Site, discipline: str) -> int:
    """The level of the address, else the rider's own, else the middle one."""
    sent = request.args.get("level", "")
    if sent.isascii() and sent.isdecimal() and len(sent) <= len("10"):
        return int(sent)
    kind = LEVEL_KINDS[ACTIVITY_OF[discipline]]
    try:
        listed = site.services.metrics.ListMetrics(metrics_pb2.ListMetricsRequest(kinds=[kind]))
    except Unreachable:
        return MIDDLE_LEVEL
    return _current(listed, now()) or MIDDLE_LEVEL


def _current(listed: metrics_pb2.ListMetricsResponse, at: datetime) -> int:
    for timeline in listed.timelines:
        entry = current_entry(timeline.entries, at)
        if entry is not None:
            return round(entry.value)
    return 0
