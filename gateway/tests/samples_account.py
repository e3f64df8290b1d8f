"""Sample contexts of profile, sessions, tokens, users, Peloton and the wizard. Content is invented."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ctz.identity.v1 import accounts_pb2

from ctz_gateway import styleguide
from ctz_gateway.clients.times import stamp
from ctz_gateway.present.erasure import erasure_page
from ctz_gateway.viewmodels import account
from ctz_gateway.viewmodels.common import Figure, Form, Option, Tag, blank_form
from gateway.tests.samples_training import AWKWARD, WORKOUT

DELETED = datetime(2025, 6, 12, 16, 2, tzinfo=UTC)


def _metric(slug: str, name: str, unit: str, value: str, **changes: Any) -> account.Metric:
    entries = [
        account.MetricEntry(
            f"{slug}-2", "8 May 2025", "2025-05-08", f"{value} {unit}", value, "test", "test", is_current=True
        ),
        account.MetricEntry(
            f"{slug}-1",
            "12 January 2025",
            "2025-01-12",
            f"{value} {unit}",
            value,
            "peloton",
            "Peloton, estimated",
            is_current=False,
            note="replaced",
        ),
    ]
    metric = account.Metric(
        slug=slug,
        name=name,
        unit=unit,
        help="0.95 × the mean power of a 20-minute test.",
        current=Figure(name, value, unit, "test, 8 May, 35 days old"),
        tags=[],
        entries=entries,
        sources=[Option("test", "Test"), Option("manual", "My own value")] if slug == "ftp" else [],
        minimum="40",
        maximum="600",
    )
    return replace(metric, **changes)


def profile_page() -> account.ProfilePage:
    """All metrics; the form for a new FTP was sent with a wrong value."""
    metrics = [
        _metric("ftp", "FTP", "W", "238", tags=[Tag("11 weeks old, test again", "warn", "clock")]),
        _metric("weight", "Weight", "kg", "70.0", step="0.1", minimum="30", maximum="250"),
        _metric(
            "max_heart_rate",
            "Maximum heart rate",
            "bpm",
            "186",
            entries=[],
            current=Figure("Maximum heart rate", None, reason="Not set. 184 bpm is estimated from your age."),
        ),
        _metric("pace_level_run", "Pace level, running", "", "5", minimum="1", maximum="10"),
    ]
    return account.ProfilePage(
        form=Form({"name": "Mira Holm"}, {}),
        email="mira@example.org",
        units=[Option("metric", "Metric", selected=True), Option("imperial", "Imperial")],
        time_zones=[
            Option("Europe/Berlin", "Europe/Berlin", selected=True),
            Option("America/New_York", "America/New York"),
        ],
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
    rides = [
        account.RideChange(WORKOUT, "45 min Power Zone Ride", "10 June", "59 TSS", "55 TSS"),
        account.RideChange("b", AWKWARD, "9 June", "46 TSS", "43 TSS"),
    ]
    return account.MetricPreview(
        "ftp",
        "New FTP: 246 W from 9 June",
        "Rides from that day on use it, nothing older.",
        "add",
        "Use 246 W",
        "/profile/metrics",
        {"metric": "ftp", "value": "246"},
        zones,
        rides,
        12,
    )


def sessions() -> list[account.SessionRow]:
    """The browser in use and another."""
    return [
        account.SessionRow("s1", "Firefox on Linux", "192.0.2.10", "2 June", "now", is_current=True),
        account.SessionRow("s2", "Safari on iPhone", "198.51.100.7", "28 May", "yesterday, 21:04", is_current=False),
    ]


def tokens_page(secret: str = "") -> account.TokensPage:
    """Two tokens, one expired."""
    rows = [
        account.TokenRow(
            "t1", "Spreadsheet", "ctz_pat_3f9", ["workouts.read"], "1 June", "until 1 September", "used yesterday"
        ),
        account.TokenRow(
            "t2",
            "Old script",
            "ctz_pat_11a",
            ["workouts.read", "metrics.read"],
            "1 January",
            "ended 1 April",
            "never used",
            is_expired=True,
        ),
    ]
    scopes = [
        account.ScopeChoice("workouts.read", "Read workouts", "Lists, details and series", selected=True),
        account.ScopeChoice("metrics.read", "Read metrics", "FTP, weight, heart rate", selected=False),
    ]
    return account.TokensPage(
        rows,
        scopes,
        [Option("30", "30 days"), Option("90", "90 days", selected=True)],
        blank_form(),
        secret,
        "Spreadsheet" if secret else "",
    )


def security_events() -> list[account.SecurityEvent]:
    """A good and a bad one."""
    return [
        account.SecurityEvent("today, 06:31", "Signed in", "Firefox on Linux", "192.0.2.10", "lock", "good"),
        account.SecurityEvent(
            "9 June, 22:14", "Wrong password, three times", "unknown", "203.0.113.99", "alert", "warn"
        ),
    ]


def users_page() -> account.UsersPage:
    """One account in each state."""
    rows = [
        account.UserRow(
            "u1", "mira@example.org", "Mira Holm", "active", "active", "1 May", "now", is_admin=True, is_self=True
        ),
        account.UserRow(
            "u2",
            "a.very.long.address.of.somebody@subdomain.example.org",
            "Theo Marsh",
            "inactive",
            "inactive",
            "3 May",
            "2 June",
            is_admin=False,
            is_self=False,
        ),
        account.UserRow(
            "u3",
            "dana@example.org",
            "Dana Okafor",
            "active",
            "active",
            "3 May",
            "yesterday",
            is_admin=False,
            is_self=False,
        ),
        account.UserRow(
            "u4",
            "new@example.org",
            "New",
            "unverified",
            "address not confirmed",
            "today",
            "never",
            is_admin=False,
            is_self=False,
        ),
    ]
    return account.UsersPage(rows, "4 accounts", "/admin/users?cursor=x")


def erasure_context(*, is_done: bool = False) -> dict[str, Any]:
    """Two of five parts are erased, or all."""
    erasure = accounts_pb2.Erasure(delete_time=stamp(DELETED))
    for number, service in enumerate(("identity", "peloton-sync", "workouts", "plans", "challenges")):
        line = erasure.services.add(service=service)
        if is_done or number < 2:
            line.erase_time.CopyFrom(stamp(DELETED))
    return {"page": erasure_page(erasure, DELETED, "/erased/secret/progress")}


def deletion_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """The question, and the page that watches the rest leave."""
    wrong = Form({}, {"own_password": "That is not your password."})
    return {
        "account-delete": ("account_delete.html", {"form": wrong}),
        "erased": ("erased.html", erasure_context()),
        "erased-done": ("erased.html", erasure_context(is_done=True)),
    }
