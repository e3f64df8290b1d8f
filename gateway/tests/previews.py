"""A Flask app that renders each sample through the real templates, assets and headers, with no service behind it.

For looking: `python -m gateway.tests.previews` at the top of the repository, then open `/samples/ride`.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, url_for

import ctz_gateway
from ctz_gateway import presentation, styleguide
from ctz_gateway.assets import Assets
from ctz_gateway.present.sharing import card
from ctz_gateway.share_card import painter
from ctz_gateway.viewmodels.common import Note
from ctz_gateway.web import headers
from gateway.tests import samples_series
from gateway.tests.previews_plan import answer_plan
from gateway.tests.samples import SIGNED_OUT, VIEWER, pages
from gateway.tests.samples_account import metric_preview
from gateway.tests.samples_history import history_page
from gateway.tests.samples_peloton import sync_progress
from gateway.tests.samples_workouts import SERIES, whole_ride

PACKAGE = Path(ctz_gateway.__file__).parent
# Every endpoint that templates name, as CONTEXTS.md lists them.
ROUTES = """
public: landing=/ features=/features faq=/faq privacy=/privacy terms=/terms health=/health computed=/computed
auth: sign_up=/sign-up sign_in=/sign-in sign_out=/sign-out resend=/resend verify=/verify
auth: reset_request=/reset reset_confirm=/reset/confirm
wizard: start=/wizard connect=/wizard/connect ftp=/wizard/ftp done=/wizard/done
today: show=/today
rider_words: save=/workouts/<workout_id>/words
saved_filters: show=/history/filters create=/history/filters/new rename=/history/filters/<filter_id>/rename
saved_filters: move=/history/filters/<filter_id>/move delete=/history/filters/<filter_id>/delete
workouts: show=/workouts/<workout_id> delete=/workouts/<workout_id>/delete
profile: show=/profile save=/profile/save change=/profile/metrics
account: sessions=/sessions end_session=/sessions/<session_id> end_other_sessions=/sessions/others
account: tokens=/tokens create_token=/tokens/new revoke_token=/tokens/<token_id>
account: security=/security change_password=/password
peloton: show=/peloton sync_now=/peloton/sync retry=/peloton/retry disconnect=/peloton/disconnect
peloton: connect_password=/peloton/connect connect_token=/peloton/token
admin: users=/admin/users set_active=/admin/users/<user_id>
prefs: theme=/theme
plan: state=/plan/state.json copy_week=/plan/copy-week stop=/plan/programs/<program_id>/stop
plan_items: new=/plan/items/new create=/plan/items edit=/plan/items/<item_id>/edit update=/plan/items/<item_id>
plan_items: copy=/plan/items/<item_id>/copy delete=/plan/items/<item_id>/delete
plan_items: undelete=/plan/items/<item_id>/undelete decide=/plan/items/<item_id>/decide
templates: show=/plan/templates one=/plan/templates/<key> start=/plan/templates/<key>/start
templates: copy=/plan/templates/<key>/copy create=/plan/templates/new delete=/plan/templates/<key>/delete
template_editor: show=/plan/templates/<key>/edit save=/plan/templates/<key>/save weeks=/plan/templates/<key>/weeks
template_editor: new=/plan/templates/<key>/add add=/plan/templates/<key>/added cell=/plan/templates/<key>/cell
template_editor: change=/plan/templates/<key>/changed
feed: show=/plan/feed create=/plan/feed/new revoke=/plan/feed/revoke
exercises: show=/exercises one=/exercises/<key>
routines: one=/exercises/routines/<key> edit=/exercises/routines/<key>/edit save=/exercises/routines/<key>/save
routines: create=/exercises/routines copy=/exercises/routines/<key>/copy delete=/exercises/routines/<key>/delete
routines: change=/exercises/routines/<key>/steps step=/exercises/routines/<key>/steps/<number>
routines: save_step=/exercises/routines/<key>/steps/<number>/save
player: show=/player/<kind>/<key> delete_session=/exercises/sessions/<session_id>/delete
classes: show=/classes recommended=/classes/recommended one=/classes/<class_id>
classes: favourite=/classes/<class_id>/favourite rate=/classes/<class_id>/rating
practice: show=/classes/<class_id>/practice
reference: show=/zones
recorded_targets: show=/classes/<class_id>/targets new=/classes/<class_id>/targets/new
recorded_targets: choose=/classes/<class_id>/targets/choose edit=/classes/<class_id>/targets/<recorded_id>
recorded_targets: delete=/classes/<class_id>/targets/<recorded_id>/delete
recorded_targets: vote=/classes/<class_id>/targets/<recorded_id>/vote
pelvic_floor: show=/exercises/pelvic-floor save=/exercises/pelvic-floor/save
challenges: index=/challenges find=/challenges/join invitation=/challenges/join/<code>
challenges: join=/challenges/<challenge_id>/join
challenges: confirm_leave=/challenges/<challenge_id>/leave leave=/challenges/<challenge_id>/leave-it
challenge_admin: new=/challenges/new edit=/challenges/<challenge_id>/edit publish=/challenges/<challenge_id>/publish
challenge_admin: confirm_delete=/challenges/<challenge_id>/delete delete=/challenges/<challenge_id>/delete-it
teams: choose=/challenges/<challenge_id>/teams create=/challenges/<challenge_id>/teams/new
teams: join=/challenges/<challenge_id>/teams/choose show=/challenges/<challenge_id>/teams/<team_id>
teams: appoint=/challenges/<challenge_id>/members/<user_id>/captain
teams: ask_move=/challenges/<challenge_id>/members/<user_id>/ask-move
teams: move=/challenges/<challenge_id>/members/<user_id>/move
power: show=/power
fitness: show=/fitness
records: show=/records milestones=/records/milestones
years: latest=/year show=/year/<year> image=/year/<year>.png share=/year/<year>/share revoke=/year/<year>/revoke
compare: show=/workouts/<workout_id>/compare
sharing: show=/workouts/<workout_id>/share
manual: new=/workouts/new create=/workouts/new-one edit=/workouts/<workout_id>/edit remove=/workouts/<workout_id>/remove
imports: show=/import upload=/import/send
duplicates: show=/duplicates merge=/duplicates/merge separate=/duplicates/separate
duplicates: dismiss=/duplicates/dismiss dismiss_all=/duplicates/dismiss-all
merge_batches: certain=/duplicates/certain create=/duplicates/certain-merge one=/duplicates/batches/<batch_id>
exports: show=/export create=/export/new workout=/workouts/<workout_id>/file/<kind>
erasure: ask=/account/delete delete=/account/delete-it
"""


def create_preview_app(altered: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Flask:
    """The app: `/samples/<name>` for each sample with its values altered, and the few answers that scripts ask for."""
    app = Flask("preview", static_folder=str(PACKAGE / "static"), template_folder=str(PACKAGE / "templates"))
    assets = Assets.load(PACKAGE / "static")
    presentation.install(app, assets)
    headers.install(app, is_https=False)
    keys = count(1)
    app.jinja_env.globals.update(csrf_token=lambda: "csrf-sample", idempotency_key=lambda: f"key-{next(keys)}")

    @app.context_processor
    def _frame() -> dict[str, object]:
        name = (request.view_args or {}).get("name", "")
        return {
            "viewer": None if name in SIGNED_OUT else VIEWER,
            "theme": request.cookies.get("ctz_theme", "system"),
            "flashes": [Note("The note is saved.", tone="good", icon="check")] if name == "ride" else [],
            "sign_up_open": True,
        }

    @cache
    def listed() -> dict[str, tuple[str, dict[str, Any]]]:
        return pages(url_for("static", filename=assets.get("example-ride.json").file))

    @app.get("/samples/<name>")
    def sample(name: str) -> str:
        if name not in listed():
            abort(404)
        template, context = listed()[name]
        return render_template(template, **altered(context))

    _answer_scripts(app)
    _answer_challenge(app)
    for line in ROUTES.strip().splitlines():
        blueprint, _, routes = line.partition(": ")
        for route in routes.split():
            endpoint, _, path = route.partition("=")
            app.add_url_rule(path, f"{blueprint}.{endpoint}", _elsewhere, methods=["GET", "POST"])
    return app


def _elsewhere(**_: str) -> Response:
    return redirect("/samples/today", code=303)


def _answer_challenge(app: Flask) -> None:
    @app.get("/challenges/<challenge_id>", endpoint="boards.show")
    def challenge(challenge_id: str) -> str:
        """The riders, as the tab asks for them; the challenge's own id does not matter here."""
        template, context = pages("")["challenge-riders" if request.args.get("board") == "riders" else "challenge"]
        return render_template(template, **context)

    @app.get("/challenges/<challenge_id>/board.json", endpoint="boards.renewed")
    def board(challenge_id: str) -> Response:
        answer = jsonify(spoken="You have 250 points.")
        answer.set_etag("v2")
        return answer

    @app.get("/challenges/<challenge_id>/points/<user_id>", endpoint="boards.points")
    def points(challenge_id: str, user_id: str) -> str:
        template, context = pages("")["challenge-points"]
        return render_template(template, **context)


def _answer_scripts(app: Flask) -> None:
    answer_plan(app)

    @app.get("/history", endpoint="history.show")
    def history() -> str:
        """The second page: last week goes on, and an older week; then the end."""
        first, last = history_page().weeks
        rows = [dataclasses.replace(row, id=f"older-{row.id}") for row in last.workouts]
        older = dataclasses.replace(
            first, key="2025-W22", title="26 May to 1 June", dates="", workouts=[styleguide.ride_row(id="w22")]
        )
        page = dataclasses.replace(
            history_page(), weeks=[dataclasses.replace(last, workouts=rows), older], next_url="", next_text=""
        )
        return render_template("history.html", page=page)

    @app.get("/samples/series/<name>")
    def series(name: str) -> Response:
        invented = {"class-ride": samples_series.class_ride, "run": samples_series.run}
        return jsonify((invented | SERIES)[name]())

    @app.get("/samples/share.png")
    def picture() -> Response:
        paint = painter(PACKAGE / "static" / Assets.load(PACKAGE / "static").get("inter-latin.woff2").file)
        return Response(paint(card(whole_ride(), (), is_metric=True)), mimetype="image/png")

    @app.get("/peloton/progress")
    def progress() -> Response:
        return jsonify(dataclasses.asdict(dataclasses.replace(sync_progress(), done="813", percent=64)))

    @app.post("/profile/preview", endpoint="profile.preview")
    def preview() -> tuple[str, int] | str:
        if request.form["value"] == "2460":
            template, context = pages("")["profile"]
            return render_template(template, **context), 422
        return render_template("metric_preview.html", preview=metric_preview())


if __name__ == "__main__":
    create_preview_app().run(port=8090)
