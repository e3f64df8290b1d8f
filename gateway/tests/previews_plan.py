"""What the scripts of the plan and of the player ask for, answered without a service behind it."""

import dataclasses
from collections import Counter

from flask import Flask, Response, jsonify, render_template, request

from gateway.tests.samples_plans import activity_form, item_page, plan_page


def answer_plan(app: Flask) -> None:
    """The week page as it stands, an item, a move that works or is stale, a log that works the second time."""
    logs: Counter[str] = Counter()

    @app.get("/plan", endpoint="plan.show")
    def week() -> str:
        return render_template("plan/week.html", page=plan_page())

    @app.get("/plan/items/<item_id>", endpoint="plan_items.show")
    def item(item_id: str) -> str:
        return render_template("plan/item.html", page=dataclasses.replace(item_page(), id=item_id))

    @app.get("/sheets/<kind>")
    def form(kind: str) -> str:
        return render_template("plan/activity.html", page=activity_form(kind))

    @app.post("/plan/items/<item_id>/move", endpoint="plan_items.move")
    def move(item_id: str) -> Response | tuple[Response, int]:
        if request.form["date"] == "2025-06-15":
            told = {
                "title": "Upper Body 20", "now_text": "Upper Body 20, Saturday 14 June 2025",
                "yours_text": "Sunday 15 June 2025", "again_url": "", "fields": {"revision": "4"}, "back_url": "",
            }  # fmt: skip
            return jsonify(told), 409
        return jsonify(revision=4, date=request.form["date"], position=0, item=item_id)

    @app.post("/player/<kind>/<key>", endpoint="player.log")
    def log(kind: str, key: str) -> Response | tuple[Response, int]:
        logs[request.form["idempotency_key"]] += 1
        if logs[request.form["idempotency_key"]] == 1:
            return jsonify(error="away", detail=f"{kind} {key}"), 503
        return jsonify(next="/samples/today", title="Long holds")
