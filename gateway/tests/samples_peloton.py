"""Sample contexts of the Peloton page and the wizard. Content is invented."""

from dataclasses import replace

from ctz_gateway.viewmodels import peloton
from ctz_gateway.viewmodels.common import Figure, Form, Note, blank_form
from gateway.tests.samples_training import WORKOUT


def sync_progress() -> peloton.SyncProgress:
    """A first sync, two thirds done."""
    phases = [
        peloton.SyncPhase("list", "Workout list", "titles, dates and totals", "done", "1,284 of 1,284", "13"),
        peloton.SyncPhase("classes", "Classes and targets", "14 of 611 were already here", "done", "611 of 611", "597"),
        peloton.SyncPhase("graphs", "Charts", "output, heart rate, cadence, pace", "running", "812 of 1,284", "824"),
        peloton.SyncPhase("analysis", "Your numbers", "zones and load; no calls needed", "waiting", "waiting", "–"),
    ]
    message = Note(
        "Your whole history is on screen. You may close this page; the sync goes on after any interruption.",
        "You can use the site now.",
        "accent",
        "done",
    )
    figures = [Figure("Ready about", "14:52"), Figure("Left", "13", "min"), Figure("Calls spent", "1,437")]
    return peloton.SyncProgress(
        True,  # noqa: FBT003
        "First sync, charts newest first",
        "812",
        "of 1,284 workouts",
        63,
        figures,
        phases,
        message,
        "812 of 1,284 charts are here, about 13 minutes left.",
    )


def peloton_page(state: str = "running") -> peloton.PelotonPage:
    """The Peloton page: `running`, `none` (not connected) or `broken`."""
    failures = [
        peloton.SyncFailure(
            "f1",
            "20 min Low Impact Ride, 4 April 2024",
            "Peloton answers “not found” for its chart. Totals are kept; it is tried again tonight.",
            can_retry=True,
        ),
        peloton.SyncFailure(
            "f2",
            "45 min Power Zone Ride, 17 January 2024",
            "The chart has 31 minutes for a ride of 45. Zones and load use what is there.",
            can_retry=False,
            workout_url=f"/workouts/{WORKOUT}",
        ),
    ]
    page = peloton.PelotonPage(
        connection=peloton.Connection(
            "connected",
            "Connected as mira_h since 14:01",
            ["the connection renews itself", "your password was used once and is not stored"],
        ),
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
        return replace(
            page,
            connection=peloton.Connection("none", "Not connected", []),
            progress=None,
            failures=[],
            failure_count=0,
            runs=[],
            password_form=Form(
                {"username": "mira"},
                {},
                Note(
                    "Peloton does not accept this password. Check it at Peloton first.",
                    "Not connected.",
                    "bad",
                    "alert",
                ),
            ),
        )
    problem = Note(
        "It happens when the password changes. New workouts wait until you reconnect.",
        "Peloton signed you out on 9 June.",
        "bad",
        "alert",
    )
    return replace(
        page,
        connection=peloton.Connection("broken", "Was connected as mira_h", [], problem),
        progress=replace(sync_progress(), is_running=False),
    )


def ftp_question() -> peloton.FtpQuestion:
    """Peloton has a manual value, which may be read in two ways."""
    readings = [
        peloton.FtpReading(
            "best20",
            226,
            "It is my 20-minute best",
            "Peloton asks for a 20-minute best; 95 % of it is the FTP.",
            is_suggested=True,
        ),
        peloton.FtpReading("ftp", 238, "It is my FTP already", "Used as it is.", is_suggested=False),
    ]
    return peloton.FtpQuestion("Peloton has 238 W, typed in by you on 8 May.", readings, blank_form(), "2025-06-12")
