"""Today: what is next, the week as planned and done, what was done lately, the FTP in force."""

from collections.abc import Sequence
from datetime import date, timedelta

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from ctz.plans.v1 import plans_pb2
from ctz.workouts.v1 import analytics_pb2, workouts_pb2
from flask import Blueprint, g, render_template, url_for

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.times import instant
from ctz_gateway.present import sync as sync_words
from ctz_gateway.present import today_plan, zones
from ctz_gateway.present.fitness import form_word
from ctz_gateway.present.metrics import SOURCE_WORDS, current_entry, is_stale
from ctz_gateway.present.rows import row, week_start_of
from ctz_gateway.present.week import day_totals, week_figures, zone_totals
from ctz_gateway.viewmodels.challenges import StandingPanel
from ctz_gateway.viewmodels.common import Figure, Note
from ctz_gateway.viewmodels.training import DayTotal, FormWord, FtpPanel, TodayPage
from ctz_gateway.web.onboarding import next_step
from ctz_gateway.web.peloton import connection_of, reconnect_banner
from ctz_gateway.web.plan import list_weeks
from ctz_gateway.web.player import ring_of
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
        plan = _plan(site, start, banners)
        recent = _recent(site, banners)
        week_days, figures, zone_seconds = _week(site, plan, start, today)
        is_ftp_known, ftp = _ftp(site, banners)
        is_connected = _peloton(site, banners)
        page = TodayPage(
            weekday=WEEKDAYS_LONG[today.weekday()],
            date_text=day_month(today),
            banners=banners,
            recent=[row(workout, is_metric=who.is_metric) for workout in recent or ()],
            is_training_known=recent is not None,
            week_days=week_days,
            week_figures=figures,
            week_zone_seconds=zone_seconds,
            next_up=today_plan.next_up(plan.weeks, today) if plan else None,
            is_plan_known=plan is not None,
            ring=ring_of(site) if plan else None,
            ftp=ftp,
            is_ftp_known=is_ftp_known,
            form=_form(site, today) if recent else None,
            notes=(),
            is_connected=is_connected,
            standings=_standings(site, banners),
        )
        return render_template("today.html", page=page)

    return pages


def _down(what: str) -> Note:
    return Note("It comes back by itself; reload in a moment.", f"{what} cannot be shown right now.", "warn", "alert")


def _plan(site: Site, start: date, banners: list[Note]) -> plans_pb2.ListWeeksResponse | None:
    """The present week and the next; None while plans does not answer."""
    try:
        return list_weeks(site, start, 2)
    except Unreachable:
        banners.append(_down("Your plan"))
        return None


def _recent(site: Site, banners: list[Note]) -> Sequence[workouts_pb2.Workout] | None:
    """What was done lately; None while workouts does not answer."""
    try:
        return site.services.workouts.ListWorkouts(workouts_pb2.ListWorkoutsRequest(page_size=RECENT)).workouts
    except Unreachable:
        banners.append(_down("Your workouts"))
        return None


def _week(
    site: Site, plan: plans_pb2.ListWeeksResponse | None, start: date, today: date
) -> tuple[Sequence[DayTotal], Sequence[Figure], Sequence[int]]:
    """Days, figures and seconds in zones of the week: as plans tells it, else what workouts knows was done."""
    if plan is not None and plan.weeks:
        totals = plan.weeks[0].totals
        zone_seconds = totals.zone_seconds if sum(totals.zone_seconds) else ()
        return today_plan.day_totals(plan.weeks[0], today), today_plan.week_figures(totals), zone_seconds
    try:
        done = site.services.workouts.SummarizePeriod(
            workouts_pb2.SummarizePeriodRequest(
                from_date=start.isoformat(),
                to_date=(start + timedelta(days=6)).isoformat(),
                size=workouts_pb2.PERIOD_SIZE_DAY,
            )
        ).periods
    except Unreachable:
        return (), (), ()
    return day_totals(done, start, today), week_figures(done), zone_totals(done)


def _form(site: Site, today: date) -> FormWord | None:
    """How the rider's form is today; none while workouts, which the page marks, does not answer."""
    day = today.isoformat()
    asked = analytics_pb2.GetFitnessRequest(from_date=day, to_date=day, week_start=visitor().week_start)
    try:
        return form_word(site.services.analytics.GetFitness(asked))
    except Unreachable:
        return None


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
