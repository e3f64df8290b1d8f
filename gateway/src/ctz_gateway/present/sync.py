"""How syncing stands, in words: phases, figures, failures, schedule (ui.md, pattern 10)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.common import Figure, Note, SyncLine
from ctz_gateway.viewmodels.peloton import Connection, SyncFailure, SyncPhase, SyncProgress, SyncRun
from ctz_gateway.words import ago, clock, duration, moment, plural, thousands

UNDER_WAY = frozenset({sync_pb2.RUN_STATE_RUNNING, sync_pb2.RUN_STATE_WAITING})
PHASES = {
    sync_pb2.PHASE_KIND_LIST: ("list", "Workout list", "titles, dates and totals"),
    sync_pb2.PHASE_KIND_PERFORMANCE: ("performance", "Charts", "output, heart rate, cadence, pace"),
    sync_pb2.PHASE_KIND_CLASS: ("class", "Classes and targets", "once for everybody on this server"),
    sync_pb2.PHASE_KIND_DETAIL: ("detail", "FTP history", "which FTP Peloton used, and when"),
}
FAILURE_WORDS = {
    "not_found": "Peloton answers “not found”. What the list told is kept.",
    "unexpected_content": "Peloton’s answer could not be read. It is tried again with the next sync.",
    "too_large": "Peloton’s answer is larger than a workout can be. It was not stored.",
    "too_deep": "Peloton’s answer could not be read. It was not stored.",
    "payment_required": "Peloton asks for a membership.",
    "timeout": "Peloton did not answer in time, several times over.",
    "upstream_error": "Peloton had errors, several times over.",
    "attempts_exhausted": "It failed too often to go on by itself.",
}
WAIT_WORDS = {
    "rate_limited": "Peloton asked us to slow down.",
    "peloton_down": "Peloton does not answer at the moment.",
    "kill_switch": "The operator of this server has stopped all calls to Peloton.",
    "back_pressure": "This server is still busy with what has arrived.",
}
STATE_WORDS = {
    "refresh_rejected": "Peloton no longer accepts the sign-in that was kept.",
    "access_expired": "The token that you pasted has run out.",
    "unauthorized": "Peloton no longer accepts the sign-in that was kept.",
    "payment_required": "Peloton says that the membership needs attention.",
    "forbidden": "Peloton refuses this account.",
    "endpoint_gone": "Peloton has closed the way that this server used.",
    "undecryptable": "The stored sign-in could not be read.",
}
RUN_WORDS = {
    sync_pb2.RUN_STATE_RUNNING: "running",
    sync_pb2.RUN_STATE_WAITING: "waiting",
    sync_pb2.RUN_STATE_DONE: "everything is here",
    sync_pb2.RUN_STATE_DONE_WITH_FAILURES: "done, some items failed",
    sync_pb2.RUN_STATE_PARKED: "stopped until you sign in at Peloton again",
}
TRIGGER_WORDS = {
    "first": "First sync",
    "manual": "Asked for by you",
    "scheduled": "By schedule",
    "reconcile": "Monthly comparison",
}


def sync_line(status: sync_pb2.SyncStatus, now: datetime) -> SyncLine | None:
    """The line at the foot of the navigation."""
    if not status.HasField("run"):
        return None
    run = status.run
    if run.state in UNDER_WAY:
        return SyncLine(f"Syncing, {percent(run)} %")
    if run.state == sync_pb2.RUN_STATE_PARKED:
        return SyncLine("Reconnect Peloton", "warn")
    if not status.HasField("last_good_time"):
        return None
    return SyncLine(f"Synced {ago(instant(status.last_good_time), now)}")


def percent(run: sync_pb2.SyncRun) -> int:
    """Share of the calls known to be due that are done, 0 to 100."""
    total = sum(phase.total for phase in run.phases)
    done = sum(phase.done + phase.failed for phase in run.phases)
    return min(100, round(100 * done / total)) if total else 0


def connection_view(connection: connections_pb2.Connection | None, zone: ZoneInfo, now: datetime) -> Connection:
    """The link to Peloton in words."""
    if connection is None or connection.state == connections_pb2.CONNECTION_STATE_DISCONNECTED:
        return Connection("none", "Not connected", ())
    name = connection.peloton_username or "your account"
    if connection.state == connections_pb2.CONNECTION_STATE_RECONNECT:
        since = moment(instant(connection.state_time), zone, now)
        why = STATE_WORDS.get(connection.state_reason, "Peloton no longer accepts the sign-in that was kept.")
        problem = Note(
            f"{why} Connect again; your workouts stay.", f"Reconnect Peloton, since {since}.", "warn", "alert"
        )
        return Connection("broken", f"Connected as {name}, but it no longer works", (), problem)
    facts = [f"since {moment(instant(connection.connect_time), zone, now)}"]
    if connection.is_renewable:
        facts.append("the connection renews itself")
        facts.append("your password was used once and is not stored")
    elif connection.HasField("access_expire_time"):
        facts.append(f"the pasted token ends {moment(instant(connection.access_expire_time), zone, now)}")
    return Connection("connected", f"Connected as {name}", facts)


def progress(
    status: sync_pb2.SyncStatus, archive: workouts_pb2.Archive | None, zone: ZoneInfo, now: datetime
) -> SyncProgress | None:
    """The run under way or the last one; None before the first."""
    if not status.HasField("run"):
        return None
    run = status.run
    is_running = run.state in UNDER_WAY
    share = 100 if run.state == sync_pb2.RUN_STATE_DONE else percent(run)
    total = (
        f"of {plural(run.workouts_total, 'workout')} listed" if run.HasField("workouts_total") else "workouts listed"
    )
    phases = [_phase(run, phase, is_running=is_running) for phase in run.phases]
    if archive is not None:
        phases.append(_analysis(run, archive))
    headline = TRIGGER_WORDS.get(run.trigger, "Sync") + (", charts newest first" if is_running else "")
    return SyncProgress(
        is_running=is_running,
        headline=headline,
        done=thousands(run.workouts_listed),
        total_text=total,
        percent=share,
        figures=_figures(run, zone, is_running=is_running),
        phases=phases,
        message=_message(run, zone, now),
        spoken=f"{share} percent. {thousands(run.workouts_listed)} {total}.",
    )


def _phase(run: sync_pb2.SyncRun, phase: sync_pb2.Phase, *, is_running: bool) -> SyncPhase:
    slug, name, note = PHASES.get(phase.kind, ("other", "Other", ""))
    is_complete = phase.done + phase.failed >= phase.total
    list_done = any(p.kind == sync_pb2.PHASE_KIND_LIST and p.total and p.done >= p.total for p in run.phases)
    if is_running and not is_complete:
        state = "running" if phase.done or phase.calls else "waiting"
    elif is_running and not phase.total and not list_done:
        state = "waiting"
    else:
        state = "failed" if phase.failed else "done"
    count = f"{thousands(phase.done)} of {thousands(phase.total)}" if phase.total else "none due"
    if phase.failed:
        note = f"{note}; {phase.failed} failed"
    return SyncPhase(
        slug=slug,
        name=name,
        note=note,
        state=state,  # type: ignore[arg-type]
        done_text="waiting" if state == "waiting" and not phase.total else count,
        calls_text=thousands(phase.calls),
    )


def _analysis(run: sync_pb2.SyncRun, archive: workouts_pb2.Archive) -> SyncPhase:
    """Workouts with numbers among those whose chart is here or on its way; a chart that failed brings none."""
    failed = sum(phase.failed for phase in run.phases if phase.kind == sync_pb2.PHASE_KIND_PERFORMANCE)
    due = max(archive.charted_count, archive.chartable_count - failed)
    is_done = archive.analyzed_count >= due and not archive.recomputing_count
    return SyncPhase(
        slug="analysis",
        name="Your numbers",
        note="zones, load, power curve; no calls needed",
        state="done" if is_done else "running",
        done_text=f"{thousands(archive.analyzed_count)} of {thousands(due)}",
        calls_text="–",
    )


def _figures(run: sync_pb2.SyncRun, zone: ZoneInfo, *, is_running: bool) -> Sequence[Figure]:
    calls = Figure("Calls spent", thousands(run.calls))
    if not is_running:
        if not run.HasField("end_time"):
            return (calls,)
        took = (instant(run.end_time) - instant(run.start_time)).total_seconds()
        return (Figure("Took", duration(took)), calls)
    if not run.HasField("expected_end_time"):
        return (Figure("Ready about", None, reason="not known yet"), calls)
    return (Figure("Ready about", clock(instant(run.expected_end_time), zone)), calls)


def _message(run: sync_pb2.SyncRun, zone: ZoneInfo, now: datetime) -> Note | None:
    if run.state == sync_pb2.RUN_STATE_WAITING:
        again = (
            f" It goes on by itself {moment(instant(run.resume_time), zone, now)}."
            if run.HasField("resume_time")
            else ""
        )
        return Note(WAIT_WORDS.get(run.state_reason, "Waiting for Peloton.") + again, "Waiting.", "warn", "clock")
    if run.state == sync_pb2.RUN_STATE_RUNNING and run.workouts_listed:
        text = "Your history is filling up; charts follow, newest first. You may close this page; the sync goes on."
        return Note(text, "You can use the site now.", "accent", "check")
    return None


def failures(status: sync_pb2.SyncStatus) -> Sequence[SyncFailure]:
    """What failed for good, and why."""
    return [
        SyncFailure(
            id=failure.name.removeprefix("syncTasks/"),
            title=failure.title,
            why=FAILURE_WORDS.get(failure.reason, "It failed too often to go on by itself."),
            can_retry=True,
            workout_url=f"/workouts/{failure.workout.removeprefix('workouts/')}" if failure.workout else "",
        )
        for failure in status.failures
    ]


def runs(status: sync_pb2.SyncStatus, zone: ZoneInfo, now: datetime) -> Sequence[SyncRun]:
    """Earlier runs, newest first."""
    bad = frozenset({sync_pb2.RUN_STATE_DONE_WITH_FAILURES, sync_pb2.RUN_STATE_PARKED})
    return [
        SyncRun(
            moment(instant(run.start_time), zone, now),
            f"{TRIGGER_WORDS.get(run.trigger, 'Sync')}: {RUN_WORDS.get(run.state, '')}",
            run.state in bad,
        )
        for run in status.earlier_runs
    ]
