"""Profile and dated metrics, with a preview of the rides that a changed FTP touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import accounts_pb2, metrics_pb2
from ctz.peloton_sync.v1 import connections_pb2
from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.times import stamp
from ctz_gateway.present.metrics import (
    BY_SLUG,
    KINDS,
    SOURCE_VALUES,
    KindWords,
    from_shown,
    is_pounds,
    metric,
    to_shown,
)
from ctz_gateway.present.preview import metric_preview
from ctz_gateway.viewmodels.account import ProfilePage
from ctz_gateway.viewmodels.common import Form, Note, Option, blank_form
from ctz_gateway.web import problems
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import WEEKDAYS_LONG, plural

ACTIONS = frozenset({"add", "correct", "delete"})
FIELDS = ("metric", "action", "entry_id", "from_date", "value", "source", "idempotency_key")
PREVIEWED_RIDES = 12


class WrongInput(Exception):
    """A metric form that cannot be carried out; holds a sentence for each wrong field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Draft:
    """A change of one metric, as read from the form."""

    words: KindWords
    action: str
    entry_id: str
    effective: datetime | None
    value: float | None
    source: training.MetricSource.ValueType
    given: dict[str, str]


def blueprint(site: Site) -> Blueprint:
    """The profile and its forms."""
    pages = Blueprint("profile", __name__, url_prefix="/profile")
    services = site.services

    @pages.get("/")
    @signed_in
    def show() -> str:
        return _page(site, blank_form(), blank_form(), request.args.get("entry", ""))

    @pages.post("/")
    @signed_in
    def save() -> Response | tuple[str, int]:
        given = {name: request.form.get(name, "").strip() for name in ("name", "units", "time_zone", "week_start")}
        units = {
            "imperial": accounts_pb2.UNIT_SYSTEM_IMPERIAL,
            "metric": accounts_pb2.UNIT_SYSTEM_METRIC,
        }.get(given["units"], accounts_pb2.UNIT_SYSTEM_UNSPECIFIED)
        change = accounts_pb2.UpdateProfileRequest(
            profile=accounts_pb2.Profile(
                display_name=given["name"],
                units=units,
                time_zone=given["time_zone"],
                week_start=int(given["week_start"]) if given["week_start"].isdecimal() else -1,
            )
        )
        change.update_mask.paths.extend(["display_name", "units", "time_zone", "week_start"])
        try:
            services.accounts.UpdateProfile(change)
        except RemoteError as error:
            form = problems.form_of(error, given, {"display_name": "name"})
            return _page(site, form, blank_form(), ""), 422
        say("Saved.")
        return redirect(url_for("profile.show"), 303)

    @pages.post("/metrics/preview")
    @signed_in
    def preview() -> Response | str | tuple[str, int]:
        given = {name: request.form.get(name, "").strip() for name in FIELDS}
        try:
            draft = _read(given, visitor().zone, is_metric=visitor().is_metric)
        except WrongInput as error:
            return _wrong(site, given, Form(given, error.errors))
        if draft.words.slug != "ftp":
            return _carry_out(site, draft)
        entries = _entries(services.metrics.ListMetrics(metrics_pb2.ListMetricsRequest(kinds=[draft.words.kind])))
        if draft.action != "add" and all(entry.entry_id != draft.entry_id for entry in entries):
            abort(404)
        changed = _changed(entries, draft)
        answer = services.workouts.PreviewFTP(
            workouts_pb2.PreviewFTPRequest(entries=changed, page_size=PREVIEWED_RIDES)
        )
        shown = metric_preview(
            action=draft.action,
            old_entries=entries,
            new_entries=changed,
            answer=answer,
            confirm_url=url_for("profile.change"),
            fields=draft.given,
            at=now(),
        )
        return render_template("metric_preview.html", preview=shown)

    @pages.post("/metrics")
    @signed_in
    def change() -> Response | tuple[str, int]:
        given = {name: request.form.get(name, "").strip() for name in FIELDS}
        try:
            draft = _read(given, visitor().zone, is_metric=visitor().is_metric)
        except WrongInput as error:
            return _wrong(site, given, Form(given, error.errors))
        return _carry_out(site, draft)

    return pages


def _read(given: dict[str, str], zone: ZoneInfo, *, is_metric: bool) -> Draft:
    words = BY_SLUG.get(given["metric"])
    if words is None or given["action"] not in ACTIONS:
        abort(400)
    errors: dict[str, str] = {}
    effective, value = None, None
    if given["action"] != "delete":
        try:
            effective = datetime.combine(date.fromisoformat(given["from_date"]), time(), zone)
        except ValueError:
            errors["from_date"] = "Give a day, such as 2026-05-08."
        try:
            value = from_shown(words, given["value"], is_metric=is_metric)
        except ValueError:
            errors["value"] = "Give a number."
        if value is not None and not words.minimum <= value <= words.maximum:
            low, high = (to_shown(words, bound, is_metric=is_metric) for bound in (words.minimum, words.maximum))
            unit = "lb" if is_pounds(words, is_metric=is_metric) else words.unit
            errors["value"] = f"Between {low} and {high} {unit}.".replace(" .", ".")
    if errors:
        raise WrongInput(errors)
    source = SOURCE_VALUES.get(given["source"], training.METRIC_SOURCE_MANUAL)
    return Draft(words, given["action"], given["entry_id"], effective, value, source, given)


def _carry_out(site: Site, draft: Draft) -> Response | tuple[str, int]:
    try:
        _send(site, draft)
    except RemoteError as error:
        names = {"effective_time": "from_date", "metrics[0].effective_time": "from_date", "metrics[0].value": "value"}
        return _wrong(site, draft.given, problems.form_of(error, draft.given, names))
    say("Saved. Rides it touches are being computed anew." if draft.words.slug == "ftp" else "Saved.")
    return redirect(url_for("profile.show"), 303)


def _send(site: Site, draft: Draft) -> None:
    metrics = site.services.metrics
    name = f"metrics/{draft.entry_id}"
    if draft.action == "delete":
        metrics.DeleteMetric(metrics_pb2.DeleteMetricRequest(name=name))
        return
    if draft.effective is None or draft.value is None:
        raise WrongInput({"value": "Give a number."})
    effective = stamp(draft.effective)
    if draft.action == "correct":
        metrics.UpdateMetric(
            metrics_pb2.UpdateMetricRequest(name=name, effective_time=effective, value=draft.value, source=draft.source)
        )
        return
    new = metrics_pb2.NewMetric(kind=draft.words.kind, effective_time=effective, value=draft.value, source=draft.source)
    metrics.AddMetrics(metrics_pb2.AddMetricsRequest(metrics=[new], request_id=draft.given["idempotency_key"]))


def _changed(entries: Sequence[training.MetricEntry], draft: Draft) -> list[training.MetricEntry]:
    """The timeline as it would be."""
    kept = [entry for entry in entries if entry.entry_id != draft.entry_id]
    if draft.effective is not None and draft.value is not None:
        kept.append(
            training.MetricEntry(
                entry_id=draft.entry_id,
                effective_time=stamp(draft.effective),
                value=draft.value,
                source=draft.source,
            )
        )
    return sorted(kept, key=lambda entry: (entry.effective_time.seconds, entry.effective_time.nanos))


def _entries(answer: metrics_pb2.ListMetricsResponse) -> Sequence[training.MetricEntry]:
    return tuple(answer.timelines[0].entries) if answer.timelines else ()


def _wrong(site: Site, given: Mapping[str, str], form: Form) -> tuple[str, int]:
    opened = given["metric"] if given["action"] == "add" else f"{given['metric']}:{given['entry_id']}"
    return _page(site, blank_form(), form, opened), 422


def _proposals(site: Site) -> Sequence[Note]:
    """The remark that Peloton knows of FTPs which the rider has not answered yet."""
    try:
        answer = site.services.connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())
    except Unreachable:
        return ()
    if not answer.proposals:
        return ()
    found = plural(len(answer.proposals), "FTP")
    link = url_for("wizard.ftp")
    return (Note("Say how they are meant.", f"Peloton knows {found} of yours.", "accent", "info", link, "Answer"),)


def _page(site: Site, form: Form, metric_form: Form, opened: str) -> str:
    services, who, at = site.services, visitor(), now()
    profile = services.accounts.GetProfile(accounts_pb2.GetProfileRequest())
    answer = services.metrics.ListMetrics(metrics_pb2.ListMetricsRequest())
    timelines = {timeline.kind: timeline for timeline in answer.timelines}
    units = "metric" if who.is_metric else "imperial"
    filled = form if form.given else Form({"name": profile.display_name}, {}, form.problem)
    page = ProfilePage(
        form=filled,
        email=profile.email,
        units=(
            Option("metric", "Kilometres, kilograms", units == "metric"),
            Option("imperial", "Miles, pounds", units == "imperial"),
        ),
        time_zones=[
            Option(name, name.replace("_", " "), name == profile.time_zone) for name in sorted(available_timezones())
        ],
        week_starts=[Option(str(day), WEEKDAYS_LONG[day], day == profile.week_start) for day in (0, 5, 6)],
        metrics=[metric(words, timelines, zone=who.zone, is_metric=who.is_metric, at=at) for words in KINDS],
        metric_form=metric_form,
        open_metric=opened,
        today=at.astimezone(who.zone).date().isoformat(),
        notes=_proposals(site),
    )
    return render_template("profile.html", page=page)
