"""Sample contexts for every page template: full, empty and awkward ones. Content is invented."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ctz_gateway import styleguide
from ctz_gateway.viewmodels import account, peloton, training
from ctz_gateway.viewmodels.common import Figure, Form, Note, Option, SyncLine, Tag, Viewer, blank_form

VIEWER = Viewer("Mira Holm", "MH", "mira@example.org", "238 W, 3.40 W/kg", is_admin=True, sync=SyncLine("Synced 4 min ago"))
WORKOUT = "0197a0b0-0000-7000-8000-000000000001"
AWKWARD = "Überlänge: 45 min Power Zone Max Ride with a Title that Goes On & On <b>and</b> {{ 7 * 7 }}"


def _filters(**changes: Any) -> training.HistoryFilters:
    filters = training.HistoryFilters(
        q="power zone",
        discipline=[Option("", "Discipline"), Option("cycling", "Cycling", selected=True), Option("running", "Running")],
        class_type=[Option("", "Class type", selected=True), Option("power_zone", "Power Zone")],
        instructor=[Option("", "Instructor", selected=True), Option("hanna-beck", "Hanna Beck"), Option("luis-ferrer", "Luis Ferrer")],
        length=[Option("", "Length", selected=True), Option("1800-3600", "30 to 60 min")],
        chart=True,
        since="",
        until="",
        sort=[Option("newest", "Newest first", selected=True), Option("oldest", "Oldest first")],
        active=[training.ActiveFilter("“power zone”", "/history?discipline=cycling"), training.ActiveFilter("Cycling", "/history?q=power+zone")],
    )
    return replace(filters, **changes)


def history_page() -> training.HistoryPage:
    """Three weeks: rides, other disciplines, a chart to come, an awkward title."""
    rows = styleguide.plain_rows()
    ride = styleguide.ride_row()
    this_week = training.Week("2025-W24", "This week", "9 to 15 June", [ride, styleguide.ride_row(id="b", day="9", weekday="Mon", title=AWKWARD, tags=[])], 2, "1:30 h", "105 TSS", styleguide.ZONE_SECONDS)
    last_week = training.Week("2025-W23", "Last week", "2 to 8 June", rows, 3, "1:45 h", "247 TSS")
    return training.HistoryPage([this_week, last_week], _filters(), "1,284 workouts since October 2021", "38 match", has_any=True, is_connected=True, next_url="/history?cursor=abc", next_text="Show 25 older")


def today_page() -> training.TodayPage:
    """A Thursday in the middle of a week of training."""
    names = (("Mon", "9", "46", 0.6), ("Tue", "10", "59", 0.76), ("Wed", "11", "12", 0.15), ("Thu", "12", "78", 1.0), ("Fri", "13", "", 0), ("Sat", "14", "", 0), ("Sun", "15", "", 0))
    days = [training.DayTotal(name, day, name == "Thu", load == "", load, share, ["PZ Endurance, 45 min"] if load else []) for name, day, load, share in names]
    return training.TodayPage(
        weekday="Thursday",
        date_text="12 June",
        banners=[Note("Charts for 472 older workouts are on their way.", icon="sync", link_url="/peloton", link_text="See the progress")],
        recent=[styleguide.ride_row(), *styleguide.plain_rows()],
        week_days=days,
        week_figures=[Figure("Load", "195", "TSS"), Figure("Time", "3:10", "h"), Figure("Workouts", "4")],
        week_zone_seconds=styleguide.ZONE_SECONDS,
        ftp=styleguide.ftp_panel(),
        form=training.FormWord("Steady", "Ready for a hard ride", [Figure("Fitness", "39", "CTL"), Figure("Fatigue", "44", "ATL"), Figure("Form", "−5", "TSB")]),
        notes=[Note("225 W on Tuesday.", "Best 20 minutes since March.", "accent", "fitness")],
        is_connected=True,
    )


def empty_today() -> training.TodayPage:
    """The first visit: nothing connected, no FTP."""
    return replace(today_page(), banners=[], recent=[], week_days=[], week_figures=[], week_zone_seconds=[], ftp=None, form=None, notes=[], is_connected=False)


def _blocks() -> list[training.Block]:
    shares = ((8, 24), (5, 12), (10, 2), (9, 12), (6, 4), (2, 16), (6, 4), (8, 0), (7, 1), (1, 8), (51, 0), (4, 24), (13, 0))
    called = [block for block in styleguide.CLASS_BLOCKS if block[2]]
    texts = ("0–131 W", "131–179 W", "179–214 W", "214–250 W", "250–286 W", "286–357 W", "over 357 W")
    return [
        training.Block(start, end - start, zone, styleguide.ZONE_NAMES[zone - 1], texts[zone - 1], 90 + 35 * zone, None if zone == 1 else 130 + 6 * zone, below, end - start - below - above, above)
        for (start, end, zone), (below, above) in zip(called, shares, strict=True)
    ]


def power_zone_ride(series_url: str) -> training.WorkoutPage:
    """The ride of ui.md, pattern 2, with everything."""
    return training.WorkoutPage(
        id=WORKOUT,
        title="45 min Power Zone Ride",
        kind="bike",
        discipline="Cycling",
        is_power_zone=True,
        date_text="Tuesday 10 June 2025, 06:41",
        short_date="10 June",
        instructor="Hanna Beck",
        facts=["third time"],
        ftp_text="FTP then 238 W (test, 8 May)",
        tiles=[
            Figure("In target", "88", "%", "26:50 of 30:30 called"),
            Figure("Normalized power", "211", "W", "average 190 W"),
            Figure("Load", "59", "TSS", "class expects 57"),
            Figure("Intensity", "0.89", "of FTP", "variability 1.11"),
            Figure("Heart rate", "146", "bpm", "highest 178"),
            Figure("Work", "514", "kJ", "23.1 km, 84 rpm"),
        ],
        banners=[],
        chart=training.ChartRef(series_url, "Output over 45 minutes against the called zones: 190 W on average, 88 % of the called time in zone.", has_power=True, has_targets=True),
        chart_reason="",
        zone_seconds=styleguide.ZONE_SECONDS,
        zone_note="45:00 recorded, no pauses",
        zone_reason="",
        blocks=_blocks(),
        blocks_reason="",
        segments=[training.Segment("0:00", "12:00", "Warm up"), training.Segment("12:00", "30:30", "Cycling"), training.Segment("42:30", "2:30", "Cool down")],
        tables=[],
        insights=styleguide.notes()[1:3],
        pairs=[training.Pair("Decoupling", "not a steady ride", is_absent=True), training.Pair("Peak 1 min", "304 W"), training.Pair("Ranked", "1,204 of 9,866")],
        note_text="Legs came alive after the second threshold block.",
        version="7",
    )


def coarse_ride(series_url: str) -> training.WorkoutPage:
    """A ride at a step of five seconds: totals, a chart without zones, and the reasons."""
    why = "recorded every 5 s only"
    return replace(
        power_zone_ride(series_url),
        title=AWKWARD,
        tiles=[Figure("Work", "514", "kJ"), Figure("Average power", "190", "W"), Figure("Normalized power", None, reason=why), Figure("Load", None, reason=why)],
        banners=[Note("Peloton sent a value every 5 seconds, each the highest of its window. Figures computed from them would be too high.", "A coarse recording.", "warn", "alert")],
        zone_seconds=[],
        zone_note="",
        zone_reason="Time in zone needs one value a second; this ride has one every 5 s.",
        blocks=[],
        blocks_reason="Blocks need one value a second.",
        insights=[],
    )


def strength_class() -> training.WorkoutPage:
    """A workout without any series."""
    return training.WorkoutPage(
        id="lift",
        title="30 min Full Body Strength",
        kind="strength",
        discipline="Strength",
        is_power_zone=False,
        date_text="Wednesday 4 June 2025, 18:40",
        short_date="4 June",
        instructor="Theo Marsh",
        facts=["30 min"],
        ftp_text="",
        tiles=[Figure("Time", "30:00"), Figure("Heart rate", "121", "bpm", "highest 149"), Figure("Calories", "212", "kcal"), Figure("Load", None, reason="no power in this discipline")],
        banners=[],
        chart=None,
        chart_reason="Peloton records no series for strength classes without a heart-rate monitor.",
        zone_seconds=[],
        zone_note="",
        zone_reason="",
        blocks=[],
        blocks_reason="",
        segments=[training.Segment("0:00", "5:00", "Warm up"), training.Segment("5:00", "25:00", "Strength", "14 movements")],
        tables=[training.SegmentTable("Movements", ("Movement", "Repetitions", "Weight"), [("Goblet squat", "12", "16 kg"), ("Plank", "", "")])],
        insights=[],
        pairs=[],
        note_text="",
    )


def _metric(slug: str, name: str, unit: str, value: str, **changes: Any) -> account.Metric:
    entries = [
        account.MetricEntry(f"{slug}-2", "8 May 2025", "2025-05-08", f"{value} {unit}", value, "test", "test", is_current=True),
        account.MetricEntry(f"{slug}-1", "12 January 2025", "2025-01-12", f"{value} {unit}", value, "peloton", "Peloton, estimated", is_current=False, note="replaced"),
    ]
    metric = account.Metric(
        slug, name, unit, "0.95 × the mean power of a 20-minute test.", Figure(name, value, unit, "test, 8 May, 35 days old"), [], entries,
        [Option("test", "Test"), Option("manual", "My own value")] if slug == "ftp" else [], "40", "600",
    )  # fmt: skip
    return replace(metric, **changes)


def profile_page() -> account.ProfilePage:
    """All metrics; the form for a new FTP was sent with a wrong value."""
    metrics = [
        _metric("ftp", "FTP", "W", "238", tags=[Tag("11 weeks old, test again", "warn", "clock")]),
        _metric("weight", "Weight", "kg", "70.0", step="0.1", minimum="30", maximum="250"),
        _metric("max_heart_rate", "Maximum heart rate", "bpm", "186", entries=[], current=Figure("Maximum heart rate", None, reason="Not set. 184 bpm is estimated from your age.")),
        _metric("pace_level_run", "Pace level, running", "", "5", minimum="1", maximum="10"),
    ]
    return account.ProfilePage(
        form=Form({"name": "Mira Holm"}, {}),
        email="mira@example.org",
        units=[Option("metric", "Metric", selected=True), Option("imperial", "Imperial")],
        time_zones=[Option("Europe/Berlin", "Europe/Berlin", selected=True), Option("America/New_York", "America/New York")],
        week_starts=[Option("1", "Monday", selected=True), Option("7", "Sunday")],
        metrics=metrics,
        metric_form=Form({"from_date": "2025-06-12", "value": "2460"}, {"value": "Between 40 and 600 watts."}),
        open_metric="ftp",
        today="2025-06-12",
    )


def metric_preview() -> account.MetricPreview:
    """A new FTP that changes two rides."""
    old = ("0–131 W", "131–179 W", "179–214 W", "214–250 W", "250–286 W", "286–357 W", "over 357 W")
    new = ("0–135 W", "135–185 W", "185–221 W", "221–258 W", "258–295 W", "295–369 W", "over 369 W")
    zones = [account.ZoneChange(n, styleguide.ZONE_NAMES[n - 1], old[n - 1], new[n - 1]) for n in range(7, 0, -1)]
    rides = [account.RideChange(WORKOUT, "45 min Power Zone Ride", "10 June", "59 TSS", "55 TSS"), account.RideChange("b", AWKWARD, "9 June", "46 TSS", "43 TSS")]
    return account.MetricPreview("ftp", "New FTP: 246 W from 9 June", "Rides from that day on use it, nothing older.", "add", "Use 246 W", "/profile/metrics", {"metric": "ftp", "value": "246"}, zones, rides, 12)


def sessions() -> list[account.SessionRow]:
    """This browser and another."""
    return [
        account.SessionRow("s1", "Firefox on Linux", "192.0.2.10", "2 June", "now", is_current=True),
        account.SessionRow("s2", "Safari on iPhone", "198.51.100.7", "28 May", "yesterday, 21:04", is_current=False),
    ]


def tokens_page(secret: str = "") -> account.TokensPage:
    """Two tokens, one expired."""
    rows = [
        account.TokenRow("t1", "Spreadsheet", "ctz_pat_3f9", ["workouts.read"], "1 June", "until 1 September", "used yesterday"),
        account.TokenRow("t2", "Old script", "ctz_pat_11a", ["workouts.read", "metrics.read"], "1 January", "ended 1 April", "never used", is_expired=True),
    ]
    scopes = [account.ScopeChoice("workouts.read", "Read workouts", "Lists, details and series", selected=True), account.ScopeChoice("metrics.read", "Read metrics", "FTP, weight, heart rate", selected=False)]
    return account.TokensPage(rows, scopes, [Option("30", "30 days"), Option("90", "90 days", selected=True)], blank_form(), secret, "Spreadsheet" if secret else "")


def security_events() -> list[account.SecurityEvent]:
    """A good and a bad one."""
    return [
        account.SecurityEvent("today, 06:31", "Signed in", "Firefox on Linux", "192.0.2.10", "lock", "good"),
        account.SecurityEvent("9 June, 22:14", "Wrong password, three times", "unknown", "203.0.113.99", "alert", "warn"),
    ]


def users_page() -> account.UsersPage:
    """One account in each state."""
    rows = [
        account.UserRow("u1", "mira@example.org", "Mira Holm", "active", "active", "1 May", "now", is_admin=True, is_self=True),
        account.UserRow("u2", "a.very.long.address.of.somebody@subdomain.example.org", "Theo Marsh", "inactive", "inactive", "3 May", "2 June", is_admin=False, is_self=False),
        account.UserRow("u3", "dana@example.org", "Dana Okafor", "active", "active", "3 May", "yesterday", is_admin=False, is_self=False),
        account.UserRow("u4", "new@example.org", "New", "unverified", "address not confirmed", "today", "never", is_admin=False, is_self=False),
    ]
    return account.UsersPage(rows, "", "4 accounts", "/admin/users?cursor=x")


def sync_progress() -> peloton.SyncProgress:
    """A first sync, two thirds done."""
    phases = [
        peloton.SyncPhase("list", "Workout list", "titles, dates and totals", "done", "1,284 of 1,284", "13", "0:31"),
        peloton.SyncPhase("classes", "Classes and targets", "14 of 611 were already here", "done", "611 of 611", "597", "10:58"),
        peloton.SyncPhase("graphs", "Charts", "output, heart rate, cadence, pace", "running", "812 of 1,284", "824", "26:40"),
        peloton.SyncPhase("analysis", "Your numbers", "zones and load; no calls needed", "waiting", "waiting", "–", "–"),
    ]
    message = Note("Your whole history is on screen. You may close this page; the sync goes on and picks up after any interruption.", "You can use the site now.", "accent", "done")
    figures = [Figure("Ready about", "14:52"), Figure("Left", "13", "min"), Figure("Calls spent", "1,437")]
    return peloton.SyncProgress(True, "First sync, charts newest first", "812", "of 1,284 workouts", 63, figures, phases, message, "812 of 1,284 charts are here, about 13 minutes left.")


def peloton_page(state: str = "running") -> peloton.PelotonPage:
    """The Peloton page: `running`, `none` (not connected) or `broken`."""
    failures = [
        peloton.SyncFailure("f1", "20 min Low Impact Ride, 4 April 2024", "Peloton answers “not found” for its chart. Totals are kept; it is tried again tonight.", can_retry=True),
        peloton.SyncFailure("f2", "45 min Power Zone Ride, 17 January 2024", "The chart has 31 minutes for a ride of 45. Zones and load use what is there.", can_retry=False, workout_url=f"/workouts/{WORKOUT}"),
    ]
    page = peloton.PelotonPage(
        connection=peloton.Connection("connected", "Connected as mira_h since 14:01", ["the connection renews itself", "your password was used once and is not stored"]),
        progress=sync_progress(),
        progress_url="/peloton/progress",
        failures=failures,
        failure_count=5,
        runs=[peloton.SyncRun("14:01", "First sync, running"), peloton.SyncRun("13:58", "Wrong password", is_bad=True)],
        schedule=[("New workouts", "every 15 min"), ("Edited and deleted", "every night")],
        limit_text="This server asks Peloton at most twice a second for all of its riders.",
        password_form=blank_form(),
        token_form=blank_form(),
    )
    if state == "running":
        return page
    if state == "none":
        return replace(page, connection=peloton.Connection("none", "Not connected", []), progress=None, failures=[], failure_count=0, runs=[], password_form=Form({"username": "mira"}, {}, Note("Peloton does not accept this password. Check it at Peloton first.", "Not connected.", "bad", "alert")))
    problem = Note("It happens when the password changes. New workouts wait until you reconnect.", "Peloton signed you out on 9 June.", "bad", "alert")
    return replace(page, connection=peloton.Connection("broken", "Was connected as mira_h", [], problem), progress=replace(sync_progress(), is_running=False))


def ftp_question() -> peloton.FtpQuestion:
    """Peloton has a manual value, which may be read in two ways."""
    readings = [
        peloton.FtpReading("best20", 226, "It is my 20-minute best", "Peloton asks for a 20-minute best; 95 % of it is the FTP.", is_suggested=True),
        peloton.FtpReading("ftp", 238, "It is my FTP already", "Used as it is.", is_suggested=False),
    ]
    return peloton.FtpQuestion("Peloton has 238 W, typed in by you on 8 May.", "peloton_manual", readings, blank_form(), "2025-06-12")


def _with_chart(make: Callable[[str], training.WorkoutPage]) -> Callable[[str], dict[str, Any]]:
    return lambda series_url: {"page": make(series_url)}


def pages(series_url: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context. Every page template is in it."""
    wrong = Form({"email": "mira@"}, {"email": "This is not an address.", "password": "At least 12 characters."}, Note("Look at the marked fields.", tone="bad", icon="alert"))
    empty_history = replace(history_page(), weeks=[], next_url="", match_text="none match", filters=_filters(q="nothing"))
    return {
        "landing": ("public/landing.html", {}),
        "features": ("public/features.html", {}),
        "faq": ("public/faq.html", {}),
        "privacy": ("public/privacy.html", {}),
        "terms": ("public/terms.html", {}),
        "health": ("public/health.html", {}),
        "computed": ("public/computed.html", {}),
        "sign-up": ("auth/sign_up.html", {"form": wrong, "needs_invitation": True}),
        "sign-in": ("auth/sign_in.html", {"form": blank_form(), "next": "/today"}),
        "verify-sent": ("auth/verify_sent.html", {"email": "mira@example.org", "mail_folder_url": "http://127.0.0.1:8001/mail"}),
        "verify": ("auth/verify.html", {"token": "t", "problem": None}),
        "verified": ("auth/verified.html", {}),
        "reset-request": ("auth/reset_request.html", {"form": blank_form(), "sent": False}),
        "reset-confirm": ("auth/reset_confirm.html", {"form": blank_form(), "token": "t", "problem": Note("The link was used or is older than an hour.", "This link no longer works.", "warn", "clock")}),
        "inactive": ("auth/inactive.html", {"reason": "An administrator deactivated it on 2 June.", "contact": "admin@example.org"}),
        "wizard-connect": ("wizard/connect.html", {"password_form": blank_form(), "token_form": blank_form(), "skip_url": "/wizard/ftp"}),
        "wizard-ftp": ("wizard/ftp.html", {"question": ftp_question(), "skip_url": "/wizard/done"}),
        "wizard-done": ("wizard/done.html", {"summary": styleguide.notes()[:3]}),
        "today": ("today.html", {"page": today_page()}),
        "today-empty": ("today.html", {"page": empty_today()}),
        "history": ("history.html", {"page": history_page()}),
        "history-empty": ("history.html", {"page": empty_history}),
        "ride": ("workout.html", _with_chart(power_zone_ride)(series_url)),
        "ride-coarse": ("workout.html", _with_chart(coarse_ride)(series_url)),
        "strength": ("workout.html", {"page": strength_class()}),
        "workout-delete": ("workout_delete.html", {"page": strength_class()}),
        "profile": ("profile.html", {"page": profile_page()}),
        "metric-preview": ("metric_preview.html", {"preview": metric_preview()}),
        "sessions": ("sessions.html", {"rows": sessions()}),
        "tokens": ("tokens.html", {"page": tokens_page("ctz_pat_3f9a0f7c2e8b4d16a5c3e1f09b7d2468")}),
        "security": ("security.html", {"events": security_events(), "next_url": "", "form": blank_form()}),
        "peloton": ("peloton.html", {"page": peloton_page()}),
        "peloton-none": ("peloton.html", {"page": peloton_page("none")}),
        "peloton-broken": ("peloton.html", {"page": peloton_page("broken")}),
        "users": ("admin/users.html", {"page": users_page()}),
        "error": ("error.html", {"status": 503, "title": "Workouts are not available", "text": "The part that keeps them does not answer. Try again in a minute.", "request_id": "0197a0b0c1d2", "retry_url": "/history"}),
        "styleguide": ("styleguide.html", {"s": styleguide.specimens()}),
    }


SIGNED_OUT = frozenset({"landing", "features", "faq", "privacy", "terms", "health", "sign-up", "sign-in", "verify-sent", "verify", "verified", "reset-request", "reset-confirm", "inactive"})
