"""The inventory of the gateway's doors: every route and who may pass it. One that is not here fails a test (T095)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO

from flask import Flask

from gateway.tests.fake_peloton_sync import RIGHT_PASSWORD, RIGHT_TOKEN
from gateway.tests.made_classes import MAX_RIDE, OPEN_RIDE, SHARED
from gateway.tests.neighbours import PASSWORD, Ids


class Access(StrEnum):
    """Who may pass a door."""

    EVERYBODY = "everybody"
    RIDER = "rider"  # shows or changes only the rider's own things, and names none
    OWNER = "owner"  # names a thing, which must be the rider's
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Door:
    """A route and method: who may pass, and what its form sends."""

    path: Callable[[Ids], str]
    access: Access
    fields: Callable[[Ids], dict[str, object]] = field(default=lambda _ids: {})


def _at(path: str) -> Callable[[Ids], str]:
    return lambda ids: path.format(ids=ids)


def _door(path: str, access: Access, **fields: object) -> Door:
    def filled(ids: Ids) -> dict[str, object]:
        return {name: value.format(ids=ids) if isinstance(value, str) else value for name, value in fields.items()}

    return Door(_at(path), access, filled)


ALL, RIDER, OWNER, ADMIN = Access.EVERYBODY, Access.RIDER, Access.OWNER, Access.ADMINISTRATOR
FTP = {"metric": "ftp", "from_date": "2026-04-01", "value": "251", "source": "test"}
CHALLENGE = {
    "title": "June Build",
    "kind": "cycling",
    "mode": "team",
    "start": "2026-06-01",
    "end": "2026-06-28",
    "zone": "UTC",
    "audience": "all",
    "core_points": "50",
    "bonus_points": "10",
    "i0.w": "1",
    "i0.r": "core",
    "i0.d": "0",
    "i0.what": "t:power_zone",
    "i0.min": "45",
}
RIDE = {"kind": "class_type", "class_type": "power_zone", "minutes": "45"}
ENTRY = {"discipline": "running", "date": "2026-05-01", "time": "06:30", "minutes": "20"}
PATTERN = {"hold_seconds": "4", "release_seconds": "2", "repetitions": "3", "sets": "1", "rest_seconds": "0"}
YEAR = datetime.now(UTC).year
RECORDED = {"title": "Mine", "start": "0:00", "end": "5:00", "called": "3"}
STARTED = datetime.now(UTC).isoformat()
DOORS = {
    "GET static": _door("/static/manifest.json", ALL),
    "GET public.landing": _door("/", ALL),
    **{f"GET public.{name}": _door(f"/{name}", ALL)
       for name in ("features", "faq", "privacy", "terms", "health", "computed", "healthz")},
    "POST public.csp_report": _door("/csp-report", ALL),
    "GET auth.sign_up": _door("/sign-up", ALL),
    "POST auth.sign_up": _door("/sign-up", ALL, email="new@example.org", password=PASSWORD, name="New"),
    "GET auth.verify": _door("/verify", ALL),
    "POST auth.verify": _door("/verify", ALL, token="nothing"),
    "POST auth.resend": _door("/verify/again", ALL, email="new@example.org"),
    "GET auth.sign_in": _door("/sign-in", ALL),
    "POST auth.sign_in": _door("/sign-in", ALL, email="nobody@example.org", password=PASSWORD),
    "POST auth.sign_out": _door("/sign-out", ALL),
    "GET auth.reset_request": _door("/reset", ALL),
    "POST auth.reset_request": _door("/reset", ALL, email="nobody@example.org"),
    "GET auth.reset_confirm": _door("/reset/confirm", ALL),
    "POST auth.reset_confirm": _door("/reset/confirm", ALL, token="nothing", password=PASSWORD),
    "POST prefs.theme": _door("/theme", ALL, theme="dark", next="/"),
    "GET wizard.start": _door("/welcome/", RIDER),
    "GET wizard.connect": _door("/welcome/connect", RIDER),
    "GET wizard.ftp": _door("/welcome/ftp", RIDER),
    "POST wizard.choose_ftp": _door("/welcome/ftp", RIDER, reading="own", watts="240", from_date="2026-04-02"),
    "POST wizard.skip": _door("/welcome/skip/connect", RIDER),
    "GET wizard.done": _door("/welcome/done", RIDER),
    "GET today.show": _door("/today", RIDER),
    "GET history.show": _door("/history", RIDER),
    "GET saved_filters.show": _door("/history/filters", RIDER),
    "POST saved_filters.create": _door("/history/filters", RIDER, title="mine", query="record=1"),
    "POST saved_filters.rename": _door("/history/filters/{ids.saved_filter}/rename", OWNER, title="mine"),
    "POST saved_filters.move": _door("/history/filters/{ids.saved_filter}/move", OWNER, way="up"),
    "POST saved_filters.delete": _door("/history/filters/{ids.saved_filter}/delete", OWNER),
    "GET workouts.show": _door("/workouts/{ids.workout}", OWNER),
    "GET workouts.series": _door("/workouts/{ids.workout}/series.json", OWNER),
    "POST rider_words.save": _door(
        "/workouts/{ids.workout}/words", OWNER, note="mine", tags="mine", effort="7", feel="4", revision="0"
    ),
    "GET compare.show": _door("/workouts/{ids.workout}/compare", OWNER),
    "GET compare.series": _door("/workouts/{ids.workout}/compare.json", OWNER),
    "GET sharing.show": _door("/workouts/{ids.workout}/share", OWNER),
    "GET sharing.picture": _door("/workouts/{ids.workout}/share.png", OWNER),
    "GET ftp_test.show": _door("/workouts/{ids.workout}/ftp-test", OWNER),
    "POST ftp_test.accept": _door("/workouts/{ids.workout}/ftp-test", OWNER),
    "GET workouts.confirm_delete": _door("/workouts/{ids.workout}/delete", OWNER),
    "POST workouts.delete": _door("/workouts/{ids.workout}/delete", OWNER),
    "GET power.show": _door("/power", RIDER),
    "GET fitness.show": _door("/fitness", RIDER),
    "GET fitness.marks": _door("/fitness/marks.json?since=2020-01-01", RIDER),
    "GET records.show": _door("/records", RIDER),
    "GET records.milestones": _door("/records/milestones", RIDER),
    "GET manual.new": _door("/workouts/new", RIDER),
    "POST manual.create": _door(
        "/workouts/new", RIDER, discipline="yoga", date="2026-05-01", time="06:30", minutes="20",
        idempotency_key="0197a0b0-0000-7000-8000-0000000000f1"),
    "GET manual.edit": _door("/workouts/{ids.entry}/edit", OWNER),
    "POST manual.save": _door("/workouts/{ids.entry}/edit", OWNER, revision="3", **ENTRY),
    "POST manual.remove": _door("/workouts/{ids.entry}/remove", OWNER, revision="3"),
    "GET imports.show": _door("/import", RIDER),
    "POST imports.upload": Door(_at("/import"), RIDER, lambda _ids: {"files": (BytesIO(b"ride"), "ride.fit")}),
    "GET imports.one": _door("/import/{ids.import_id}", OWNER),
    "GET imports.progress": _door("/import/{ids.import_id}/progress", OWNER),
    "POST imports.delete": _door("/import/{ids.import_id}/delete", OWNER),
    "GET years.latest": _door("/year", RIDER),
    "GET years.show": _door(f"/year/{YEAR}", RIDER),
    "GET years.image": _door(f"/year/{YEAR}.png", RIDER),
    "POST years.share": _door(f"/year/{YEAR}/share", RIDER, shown_name="Me"),
    "POST years.revoke": _door(f"/year/{YEAR}/share/revoke", RIDER),
    "GET years.shared": _door("/shared/year/{ids.year_share}", ALL),
    "GET years.shared_image": _door("/shared/year/{ids.year_share}.png", ALL),
    "GET duplicates.show": _door("/duplicates", RIDER),
    "POST duplicates.merge": _door("/duplicates/merge", OWNER, primary="{ids.pair}", other="{ids.other}"),
    "POST duplicates.separate": _door("/duplicates/separate", OWNER, workout="{ids.absorbed}"),
    "POST duplicates.dismiss": _door("/duplicates/dismiss", OWNER, primary="{ids.pair}", other="{ids.other}"),
    "POST duplicates.dismiss_all": _door("/duplicates/dismiss-all", OWNER, pair="{ids.pair} {ids.other}"),
    "GET merge_batches.certain": _door("/duplicates/certain", RIDER),
    "POST merge_batches.create": _door("/duplicates/certain", RIDER),
    "GET merge_batches.one": _door("/duplicates/batches/{ids.batch}", OWNER),
    "GET merge_batches.progress": _door("/duplicates/batches/{ids.batch}/progress", OWNER),
    "POST merge_batches.undo": _door("/duplicates/batches/{ids.batch}/undo", OWNER),
    "GET exports.show": _door("/export", RIDER),
    "POST exports.create": _door("/export", RIDER, fit="1"),
    "GET exports.progress": _door("/export/progress", RIDER),
    "POST exports.delete": _door("/export/{ids.export}/delete", OWNER),
    "POST exports.link": _door("/export/{ids.export}/link", OWNER),
    "GET exports.fetch": _door("/export/{ids.export}/file?secret={ids.export_secret}", OWNER),
    "GET exports.workout": _door("/workouts/{ids.entry}/file/fit", OWNER),
    "GET classes.show": _door("/classes?q=ride&zone=4", RIDER),
    "GET classes.recommended": _door("/classes/recommended", RIDER),
    "GET classes.one": _door(f"/classes/{MAX_RIDE}", RIDER),
    "POST classes.favourite": _door(f"/classes/{MAX_RIDE}/favourite", RIDER, on="1"),
    "POST classes.rate": _door(f"/classes/{MAX_RIDE}/rating", RIDER, rating="4"),
    "GET practice.show": _door(f"/classes/{MAX_RIDE}/practice", RIDER),
    "GET reference.show": _door("/zones", RIDER),
    "GET recorded_targets.show": _door(f"/classes/{OPEN_RIDE}/targets", RIDER),
    "GET recorded_targets.new": _door(f"/classes/{OPEN_RIDE}/targets/new", RIDER),
    "POST recorded_targets.create": _door(f"/classes/{OPEN_RIDE}/targets/new", RIDER, **RECORDED),
    "POST recorded_targets.choose": _door(f"/classes/{OPEN_RIDE}/targets/choose", RIDER, recorded_targets=SHARED),
    "POST recorded_targets.vote": _door(f"/classes/{OPEN_RIDE}/targets/{SHARED}/vote", RIDER, vote="1"),
    "GET recorded_targets.edit": _door(f"/classes/{OPEN_RIDE}/targets/{{ids.recorded}}", OWNER),
    "POST recorded_targets.update": _door(
        f"/classes/{OPEN_RIDE}/targets/{{ids.recorded}}", OWNER, revision="1", **RECORDED),
    "POST recorded_targets.delete": _door(f"/classes/{OPEN_RIDE}/targets/{{ids.recorded}}/delete", OWNER),
    "GET profile.show": _door("/profile/", RIDER),
    "POST profile.save": _door("/profile/", RIDER, name="New", units="metric", time_zone="UTC", week_start="0"),
    "POST profile.preview": _door("/profile/metrics/preview", OWNER, action="correct", entry_id="{ids.metric}", **FTP),
    "POST profile.change": _door("/profile/metrics", OWNER, action="correct", entry_id="{ids.metric}", **FTP),
    "GET account.sessions": _door("/account/sessions", RIDER),
    "POST account.end_session": _door("/account/sessions/{ids.session}/end", OWNER),
    "POST account.end_other_sessions": _door("/account/sessions/end-others", RIDER),
    "GET account.tokens": _door("/account/tokens", RIDER),
    "POST account.create_token": _door("/account/tokens", RIDER, name="x", scopes="workouts:read", lifetime="30"),
    "POST account.revoke_token": _door("/account/tokens/{ids.token}/revoke", OWNER),
    "GET account.security": _door("/account/security", RIDER),
    "POST account.change_password": _door(
        "/account/password", RIDER, current_password=PASSWORD, new_password="a brand new phrase"),
    "GET peloton.show": _door("/peloton/", RIDER),
    "GET peloton.progress": _door("/peloton/progress", RIDER),
    "POST peloton.sync_now": _door("/peloton/sync", RIDER),
    "POST peloton.retry": _door("/peloton/retry", OWNER, task_id="{ids.task}"),
    "POST peloton.disconnect": _door("/peloton/disconnect", RIDER),
    "POST peloton.connect_password": _door("/peloton/connect", RIDER, username="x", password=RIGHT_PASSWORD),
    "POST peloton.connect_token": _door("/peloton/connect-token", RIDER, token=RIGHT_TOKEN),
    "GET plan.show": _door("/plan", RIDER),
    "GET plan.state": _door("/plan/state.json", RIDER),
    "POST plan.copy_week": _door("/plan/copy-week", RIDER, from_date="2026-05-04", to_date="2026-05-11"),
    "POST plan.stop": _door("/plan/programs/{ids.program}/stop", OWNER),
    "GET plan_items.new": _door("/plan/items/new", RIDER),
    "POST plan_items.create": _door("/plan/items", RIDER, date="2026-05-04", **RIDE),
    "GET plan_items.show": _door("/plan/items/{ids.item}", OWNER),
    "GET plan_items.edit": _door("/plan/items/{ids.item}/edit", OWNER),
    "POST plan_items.update": _door("/plan/items/{ids.item}", OWNER, revision="1", **RIDE),
    "POST plan_items.move": _door("/plan/items/{ids.item}/move", OWNER, revision="1", date="2026-05-05"),
    "POST plan_items.copy": _door("/plan/items/{ids.item}/copy", OWNER, date="2026-05-05"),
    "POST plan_items.delete": _door("/plan/items/{ids.item}/delete", OWNER),
    "POST plan_items.undelete": _door("/plan/items/{ids.gone_item}/undelete", OWNER),
    "POST plan_items.decide": _door("/plan/items/{ids.item}/decide", OWNER, decision="done"),
    "GET templates.show": _door("/plan/templates", RIDER),
    "GET templates.one": _door("/plan/templates/{ids.template}", OWNER),
    "POST templates.start": _door(
        "/plan/templates/{ids.template}/start", OWNER, start_date="2026-05-04", repetitions="2"),
    "POST templates.copy": _door("/plan/templates/{ids.template}/copy", OWNER),
    "POST templates.create": _door("/plan/templates", RIDER, title="Mine"),
    "POST templates.delete": _door("/plan/templates/{ids.template}/delete", OWNER),
    "GET template_editor.show": _door("/plan/templates/{ids.template}/edit", OWNER),
    "POST template_editor.save": _door("/plan/templates/{ids.template}", OWNER, title="New", revision="1"),
    "POST template_editor.weeks": _door("/plan/templates/{ids.template}/weeks", OWNER, act="copy", revision="1"),
    "GET template_editor.new": _door("/plan/templates/{ids.template}/add", OWNER),
    "POST template_editor.add": _door("/plan/templates/{ids.template}/add", OWNER, revision="1", **RIDE),
    "GET template_editor.cell": _door("/plan/templates/{ids.template}/cell?day=1", OWNER),
    "POST template_editor.change": _door("/plan/templates/{ids.template}/cell", OWNER, day="1", revision="1"),
    "GET feed.show": _door("/plan/feed", RIDER),
    "POST feed.create": _door("/plan/feed", RIDER),
    "POST feed.revoke": _door("/plan/feed/revoke", RIDER),
    "GET feed.calendar": _door("/calendar/{ids.feed}.ics", ALL),
    "GET exercises.show": _door("/exercises", RIDER),
    "GET exercises.one": _door("/exercises/long-holds", RIDER),
    "GET routines.one": _door("/exercises/routines/{ids.routine}", OWNER),
    "GET routines.edit": _door("/exercises/routines/{ids.routine}/edit", OWNER),
    "POST routines.create": _door("/exercises/routines", RIDER, title="Mine", exercise="exercises/long-holds"),
    "POST routines.copy": _door("/exercises/routines/{ids.routine}/copy", OWNER),
    "POST routines.save": _door("/exercises/routines/{ids.routine}", OWNER, title="New", revision="1"),
    "POST routines.delete": _door("/exercises/routines/{ids.routine}/delete", OWNER),
    "POST routines.change": _door("/exercises/routines/{ids.routine}/steps", OWNER, act="down", step="0", revision="1"),
    "GET routines.step": _door("/exercises/routines/{ids.routine}/steps/0", OWNER),
    "POST routines.save_step": _door("/exercises/routines/{ids.routine}/steps/0", OWNER, revision="1", **PATTERN),
    "GET player.show": _door("/player/routines/{ids.routine}", OWNER),
    "POST player.log": _door("/player/routines/{ids.routine}", OWNER, started_at=STARTED, done_seconds="9", effort="5"),
    "GET player.session": _door("/exercises/sessions/{ids.guided}", OWNER),
    "POST player.delete_session": _door("/exercises/sessions/{ids.guided}/delete", OWNER),
    "GET pelvic_floor.show": _door("/exercises/pelvic-floor", RIDER),
    "POST pelvic_floor.save": _door("/exercises/pelvic-floor", RIDER, daily_goal="2"),
    "GET challenges.index": _door("/challenges", RIDER),
    "GET challenges.find": _door("/challenges/join?code=TOWN-CODE", RIDER),
    "GET challenges.invitation": _door("/challenges/join/TOWN-CODE", RIDER),
    "POST challenges.join": _door("/challenges/{ids.challenge}/join", OWNER),
    "GET challenges.confirm_leave": _door("/challenges/{ids.challenge}/leave", OWNER),
    "POST challenges.leave": _door("/challenges/{ids.challenge}/leave", OWNER),
    "GET boards.show": _door("/challenges/{ids.challenge}", OWNER),
    "GET boards.renewed": _door("/challenges/{ids.challenge}/board.json", OWNER),
    "GET boards.points": _door("/challenges/{ids.challenge}/points/{ids.user}", OWNER),
    "GET teams.choose": _door("/challenges/{ids.challenge}/teams", OWNER),
    "POST teams.create": _door("/challenges/{ids.challenge}/teams", OWNER, title="Another team"),
    "POST teams.join": _door("/challenges/{ids.challenge}/teams/choose", OWNER, team="{ids.team}"),
    "GET teams.show": _door("/challenges/{ids.challenge}/teams/{ids.team}", OWNER),
    "POST teams.appoint": _door("/challenges/{ids.challenge}/members/{ids.user}/captain", OWNER, captain="1"),
    "GET teams.ask_move": _door("/challenges/{ids.challenge}/members/{ids.user}/move", ADMIN),
    "POST teams.move": _door(
        "/challenges/{ids.challenge}/members/{ids.user}/move", ADMIN, team="{ids.team}", from_date="2026-05-02"),
    "GET challenge_admin.new": _door("/challenges/new", ADMIN),
    "POST challenge_admin.create": _door("/challenges/new", ADMIN, **CHALLENGE),
    "GET challenge_admin.edit": _door("/challenges/{ids.challenge}/edit", ADMIN),
    "POST challenge_admin.save": _door("/challenges/{ids.challenge}/edit", ADMIN, revision="1", **CHALLENGE),
    "POST challenge_admin.publish": _door("/challenges/{ids.challenge}/publish", ADMIN),
    "GET challenge_admin.confirm_delete": _door("/challenges/{ids.challenge}/delete", ADMIN),
    "POST challenge_admin.delete": _door("/challenges/{ids.challenge}/delete", ADMIN),
    "GET erasure.ask": _door("/account/delete", RIDER),
    "POST erasure.delete": _door("/account/delete", RIDER, own_password=PASSWORD, sure="1"),
    "GET erasure.show": _door("/erased/{ids.erasure}", ALL),
    "GET erasure.progress": _door("/erased/{ids.erasure}/progress", ALL),
    "GET admin.users": _door("/admin/users", ADMIN),
    "POST admin.set_active": _door("/admin/users/{ids.user}/active", ADMIN, active="0"),
}  # fmt: skip


def of(access: Access) -> list[str]:
    """The doors of one kind."""
    return sorted(name for name, door in DOORS.items() if door.access is access)


def routes_of(app: Flask) -> set[str]:
    """Every method and endpoint that the app answers."""
    return {
        f"{method} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }
