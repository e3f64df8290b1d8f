"""Zones at an FTP and pace tables by level; and the tables kept for the practice player."""

import threading
import time
from collections.abc import Callable

from ctz.workouts.v1 import classes_pb2
from flask import Blueprint, render_template, request

from ctz_gateway.present import pace_tables, zones
from ctz_gateway.viewmodels.class_targets import ReferencePage, ZoneRow
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.site import Site, signed_in, visitor

KEPT_SECONDS = 3600.0
LEAST_FTP, MOST_FTP = 30, 650
WRONG_FTP = f"An FTP is {LEAST_FTP} to {MOST_FTP} W."


class PaceTables:
    """The pace tables, asked for once an hour: they are the same for every rider."""

    def __init__(self, site: Site, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds of a clock that never goes back."""
        self._site = site
        self._now = now
        self._lock = threading.Lock()
        self._kept: tuple[float, classes_pb2.Reference] | None = None

    def of(self, discipline: str) -> classes_pb2.ReferencePaceTable | None:
        """The table of a discipline; None where there is none."""
        activity = pace_tables.ACTIVITY_OF.get(discipline, "")
        if not activity:
            return None
        return next((each for each in self._reference().pace_tables if each.activity == activity), None)

    def _reference(self) -> classes_pb2.Reference:
        with self._lock:
            kept = self._kept
        if kept is not None and self._now() - kept[0] < KEPT_SECONDS:
            return kept[1]
        found = reference_of(self._site)
        with self._lock:
            self._kept = (self._now(), found)
        return found


def reference_of(site: Site) -> classes_pb2.Reference:
    """Zones and pace tables."""
    return site.services.classes.GetReference(classes_pb2.GetReferenceRequest())


def asked_ftp() -> tuple[float | None, str, str]:
    """The FTP of the address, else the rider's own: watts, what the field shows, and what is wrong with it."""
    if "ftp" not in request.args:
        own = visitor().ftp_watts
        return own, f"{own:.0f}" if own else "", ""
    sent = one_line(request.args["ftp"])[:8]
    if not sent:
        return None, "", ""
    is_whole = sent.isascii() and sent.isdecimal() and LEAST_FTP <= int(sent) <= MOST_FTP
    return (float(sent), sent, "") if is_whole else (None, sent, WRONG_FTP)


def blueprint(site: Site) -> Blueprint:
    """The page to look things up."""
    pages = Blueprint("reference", __name__)

    @pages.get("/zones")
    @signed_in
    def show() -> str:
        found = reference_of(site)
        watts, typed, error = asked_ftp()
        page = ReferencePage(
            zones=[_zone(each, watts) for each in found.zones],
            ftp=typed,
            ftp_error=error,
            ftp_text=_ftp_text(watts),
            paces=[pace_tables.pace_table(each, is_metric=visitor().is_metric) for each in found.pace_tables],
        )
        return render_template("reference.html", page=page)

    return pages


def _ftp_text(watts: float | None) -> str:
    if watts is None:
        return "Give an FTP and the table has watts."
    return "At your FTP." if watts == visitor().ftp_watts else f"At {watts:.0f} W."


def _zone(found: classes_pb2.ReferenceZone, watts: float | None) -> ZoneRow:
    is_top = not found.HasField("upper_percent")
    share = f"over {found.lower_percent} %" if is_top else f"{found.lower_percent}–{found.upper_percent} %"
    target = zones.rounded(found.target_percent * watts / 100) if watts else None
    return ZoneRow(
        zone=found.zone,
        name=found.title,
        word=found.source_word,
        percent_text=share,
        watts_text=zones.range_text(found.zone, watts) if watts else "",
        target_text=f"{target} W" if target else f"{found.target_percent:g} %",
    )
