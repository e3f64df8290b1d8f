"""The sync console: what runs, what waits, breaker and kill switch. For administrators, over the gateway."""

from flask import Blueprint, Response, jsonify, render_template_string, request

from ctz_chassis.clock import Clock
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.http import current_person, require_service_and_person
from ctz_peloton_sync.app.console import ConsoleView, set_kill_switch, view
from ctz_peloton_sync.store.unit_of_work import Store

CALLERS = ("gateway", "local")
LONGEST_REASON = 200

# The page is for operators on the internal network; it loads nothing and runs no script.
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sync console</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>Sync console</h1>
<h2>Gate</h2>
<dl>
  <dt>Kill switch</dt><dd>{{ "on: " ~ view.gate.kill_reason if view.gate.is_killed else "off" }}</dd>
  <dt>Breaker</dt><dd>{{ view.gate.breaker.state }} {{ view.gate.breaker.reason }}</dd>
  <dt>Next probe</dt><dd>{{ view.gate.breaker.next_probe_time or "none" }}</dd>
  <dt>Events waiting</dt><dd>{{ view.outbox_pending }}</dd>
  {% for state, count in view.tasks_by_state.items() %}<dt>Tasks {{ state }}</dt><dd>{{ count }}</dd>{% endfor %}
</dl>
<form method="post" action="/console/kill-switch">
  <input type="hidden" name="is_killed" value="{{ 'false' if view.gate.is_killed else 'true' }}">
  <label>Reason <input name="reason" maxlength="200"></label>
  <button>{{ "Allow calls again" if view.gate.is_killed else "Stop all calls" }}</button>
</form>
<h2>Runs</h2>
<table><thead><tr><th>Started</th><th>Rider</th><th>State</th><th>Trigger</th><th>Calls</th><th>Open</th></tr></thead>
<tbody>{% for run in view.runs %}<tr><td>{{ run.started_at }}</td><td>{{ run.user_id }}</td>
<td>{{ run.state }} {{ run.state_reason }}</td><td>{{ run.trigger }}</td><td>{{ run.calls }}</td>
<td>{{ run.open }}</td></tr>{% endfor %}</tbody></table>
<h2>Due tasks</h2>
<table><thead><tr><th>Kind</th><th>Target</th><th>State</th><th>Attempts</th><th>Not before</th></tr></thead>
<tbody>{% for task in view.due %}<tr><td>{{ task.kind }}</td><td>{{ task.target }}</td><td>{{ task.state }}</td>
<td>{{ task.attempts }}</td><td>{{ task.not_before }}</td></tr>{% endfor %}</tbody></table>
</body></html>
"""


def console(store: Store, clock: Clock) -> Blueprint:
    """The console's routes; each checks service and person like gRPC does, and wants an administrator."""
    pages = Blueprint("console", __name__)

    @pages.get("/console")
    @require_service_and_person(callers=CALLERS, administrator=True)
    def show() -> str:
        return render_template_string(PAGE, view=view(store, clock))

    @pages.get("/console.json")
    @require_service_and_person(callers=CALLERS, administrator=True)
    def show_json() -> Response:
        return jsonify(_as_json(view(store, clock)))

    @pages.post("/console/kill-switch")
    @require_service_and_person(callers=CALLERS, administrator=True)
    def kill_switch() -> Response:
        wanted, reason = request.form.get("is_killed", ""), request.form.get("reason", "")[:LONGEST_REASON]
        if wanted not in {"true", "false"}:
            raise InvalidArgument("is_killed", "must be true or false")
        changed = set_kill_switch(
            store, is_killed=wanted == "true", reason=reason or "by_operator", by=str(current_person().user_id)
        )
        return jsonify(changed=changed)

    return pages


def _as_json(shown: ConsoleView) -> dict[str, object]:
    breaker = shown.gate.breaker
    return {
        "is_killed": shown.gate.is_killed,
        "kill_reason": shown.gate.kill_reason,
        "breaker": {"state": breaker.state, "reason": breaker.reason, "next_probe_time": breaker.next_probe_time},
        "outbox_pending": shown.outbox_pending,
        "tasks_by_state": shown.tasks_by_state,
        "runs": [
            {
                "id": str(run.id),
                "user_id": str(run.user_id),
                "state": run.state.value,
                "state_reason": run.state_reason,
                "started_at": run.started_at,
                "calls": run.calls,
                "open": run.open,
            }
            for run in shown.runs
        ],
        "due": [
            {"id": str(task.id), "kind": task.kind, "target": task.target, "state": task.state} for task in shown.due
        ],
    }
