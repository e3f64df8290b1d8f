"""Today: the week so far, what was done lately, the FTP in force."""

from collections.abc import Sequence
from datetime import date, timedelta

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, g, render_template, url_for

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.times import instant
from ctz_gateway.present import sync as sync_words
from ctz_gateway.present import zones
from ctz_gateway.present.metrics import SOURCE_WORDS, current_entry, is_stale
from ctz_gateway.present.rows import row, week_start_of
from ctz_gateway.present.week import day_totals, week_figures, zone_totals
from ctz_gateway.viewmodels.challenges import StandingPanel
from ctz_gateway.viewmodels.common import Note
from ctz_gateway.viewmodels.training import FtpPanel, TodayPage
from ctz_gateway.web.onboarding import next_step
from ctz_gateway.web.peloton import connection_of, reconnect_banner
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.web.standings import standing_panels
from ctz_gateway.words import WEEKDAYS_LONG, age, day_month

RECENT = 6


def blueprint(site: Site) -> Blueprint:
    """The dashboard. Each panel comes from one service; a panel whose service is down says so and the rest stands."""
    pages = Blueprint("today", __name__)

    @pages.get("/today")
    @signed_in
    def show() -> str:
        who, at = visitor(), now()
        today = at.astimezone(who.zone).date()
        start = week_start_of(today, who.week_start)
        banners: list[Note] = []
        recent, week = _training(site, start, banners)
        is_ftp_known, ftp = _ftp(site, banners)
        is_connected = _peloton(site, banners)
        page = TodayPage(
            weekday=WEEKDAYS_LONG[today.weekday()],
            date_text=day_month(today),
            banners=banners,
            recent=[row(workout, is_metric=who.is_metric) for workout in recent],
            is_training_known=week is not None,
            week_days=day_totals(week, start, today) if week is not None else (),
            week_figures=week_figures(week or ()),
            week_zone_seconds=zone_totals(week or ()),
            ftp=ftp,
            is_ftp_known=is_ftp_known,
            form=None,
            notes=(),
            is_connected=is_connected,
            standings=_standings(site, banners),
        )
        return render_template("today.html", page=page)

    return pages


def _down(what: str) -> Note:
    return Note("It comes back by itself; reload in a moment.", f"{what} cannot be shown right now.", "warn", "alert")


def _training(
    site: Site, start: date, banners: list[Note]
) -> tuple[list[workouts_pb2.Workout], list[workouts_pb2.PeriodTotal] | None]:
    """What was done lately and the days of the week; without days while the service is away."""
    workouts = site.services.workouts
    try:
        recent = workouts.ListWorkouts(workouts_pb2.ListWorkoutsRequest(page_size=RECENT))
        week = workouts.SummarizePeriod(
            workouts_pb2.SummarizePeriodRequest(
                from_date=start.isoformat(),
                to_date=(start + timedelta(days=6)).isoformat(),
                size=workouts_pb2.PERIOD_SIZE_DAY,
            )
        )
    except Unreachable:
        banners.append(_down("Your workouts"))
        return [], None
    return list(recent.workouts), list(week.periods)


def _standings(site: Site, banners: list[Note]) -> Sequence[StandingPanel] | None:
    """The challenges that run; None, which the page marks, while they cannot be asked for."""
    panels = standing_panels(site)
    if panels is None:
        banners.append(_down("Your challenges"))
    return panels


def _ftp(site: Site, banners: list[Note]) -> tuple[bool, FtpPanel | None]:
    """Whether the FTP could be asked for, and its panel; none without an FTP."""
    at = now()
    try:
        answer = site.services.metrics.ListMetrics(metrics_pb2.ListMetricsRequest(kinds=[training.METRIC_KIND_FTP]))
    except Unreachable:
        banners.append(_down("Your FTP"))
        return False, None
    entry = current_entry(answer.timelines[0].entries, at) if answer.timelines else None
    if entry is None:
        return True, None
    effective = instant(entry.effective_time)
    since = day_month(effective.astimezone(visitor().zone).date())
    panel = FtpPanel(
        watts=round(entry.value),
        source_text=f"{SOURCE_WORDS.get(entry.source, '')}, {since}",
        age_text=age(effective, at),
        is_stale=is_stale(entry, at),
        zones=zones.bands(entry.value),
    )
    return True, panel


def _peloton(site: Site, banners: list[Note]) -> bool:
    """Whether the rider has a connection; its troubles become banners, its state the line in the navigation."""
    try:
        connection = connection_of(site)
        if connection is not None:
            status = site.services.sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest())
            g.sync_line = sync_words.sync_line(status, now())
    except RemoteError:
        banners.append(_down("The state of your Peloton sync"))
        return True
    problem = reconnect_banner(connection)
    if problem is not None:
        banners.insert(0, problem)
    step = next_step(visitor().onboarding_done)
    if step is not None:
        link = url_for("wizard.start")
        banners.append(
            Note("Connect Peloton and say which FTP is right.", "Finish setting up.", "accent", "info", link, "Go on")
        )
    return connection is not None and connection.state != connections_pb2.CONNECTION_STATE_DISCONNECTED
