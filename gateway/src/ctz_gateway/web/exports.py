"""Files out: one workout at once, everything as a zip in the background. Both are passed through in pieces."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from ctz.workouts.v1 import transfers_pb2 as pb
from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.clients.workout_files import Download
from ctz_gateway.present import exports as words_of
from ctz_gateway.viewmodels.common import Form, blank_form
from ctz_gateway.viewmodels.exports import ExportsPage
from ctz_gateway.web import problems
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor

NOTHING_CHOSEN = "Choose at least one format."
LONGEST_SECRET = 200
BUSY = ("Other files are on their way", "Wait until they are there, then fetch this one.")
LINK_OVER = "The link is used up or too old. Press Download again."


def blueprint(site: Site) -> Blueprint:
    """The views of exports and of single files."""
    pages = Blueprint("exports", __name__)
    exports = site.services.exports

    @pages.get("/export")
    @signed_in
    def show() -> str:
        return _page(site, blank_form())

    @pages.post("/export")
    @signed_in
    def create() -> Response | tuple[str, int]:
        chosen = [slug for slug in words_of.FORMATS if request.form.get(slug)]
        if not chosen:
            return _page(site, Form({}, {"formats": NOTHING_CHOSEN})), 422
        key = request.form.get("idempotency_key", "") or new_key()
        exports.CreateExport(
            pb.CreateExportRequest(formats=[words_of.FORMATS[slug] for slug in chosen], request_id=key)
        )
        return redirect(url_for("exports.show"), 303)

    @pages.get("/export/progress")
    @signed_in
    def progress() -> Response:
        found = exports.ListExports(pb.ListExportsRequest()).exports
        done = [(each.name, each.state, each.finished_count) for each in found]
        answer = jsonify(is_done=not _is_made(found), spoken=words_of.spoken(found), done=done)
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    @pages.post("/export/<uuid:export_id>/delete")
    @signed_in
    def delete(export_id: UUID) -> Response:
        exports.DeleteExport(pb.DeleteExportRequest(name=f"exports/{export_id}"))
        say("The export is deleted.")
        return redirect(url_for("exports.show"), 303)

    _fetching(pages, site)
    return pages


def _fetching(pages: Blueprint, site: Site) -> None:
    @pages.post("/export/<uuid:export_id>/link")
    @signed_in
    def link(export_id: UUID) -> Response:
        """A link that opens the zip for a short time, to this rider only."""
        made = site.services.exports.CreateExportLink(pb.CreateExportLinkRequest(name=f"exports/{export_id}"))
        return redirect(url_for("exports.fetch", export_id=export_id, secret=made.secret), 303)

    @pages.get("/export/<uuid:export_id>/file")
    @signed_in
    def fetch(export_id: UUID) -> Response:
        secret = request.args.get("secret", "")[:LONGEST_SECRET]
        give_back = site.transfers.take(visitor().user_id)
        if give_back is None:
            return problems.page(429, title=BUSY[0], text=BUSY[1])
        try:
            return _streamed(site.services.files.export(export_id, secret), give_back)
        except RemoteError as error:
            give_back()
            if error.code.name != "NOT_FOUND":
                raise
            return problems.page(404, text=LINK_OVER)

    @pages.get("/workouts/<uuid:workout_id>/file/<kind>")
    @signed_in
    def workout(workout_id: UUID, kind: str) -> Response:
        if kind not in words_of.FORMATS:
            abort(404)
        return _streamed(site.services.files.workout(workout_id, kind))


class _Body:
    """The pieces of a download; closed with the answer, whether anybody read it or not."""

    def __init__(self, download: Download, give_back: Callable[[], None]) -> None:
        self._download, self._give_back = download, give_back

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._download)

    def close(self) -> None:
        """Let go of the connection and of the place."""
        with suppress(OSError):
            self._download.close()
        self._give_back()


def _streamed(download: Download, give_back: Callable[[], None] = lambda: None) -> Response:
    answer = FlaskResponse(_Body(download, give_back), content_type=download.content_type, direct_passthrough=True)
    answer.headers["Content-Disposition"] = f'attachment; filename="{download.file_name}"'
    if download.length is not None:
        answer.content_length = download.length
    return answer


def _is_made(found: Sequence[pb.Export]) -> bool:
    return any(each.state in words_of.BEING_MADE for each in found)


def _page(site: Site, form: Form) -> str:
    found = site.services.exports.ListExports(pb.ListExportsRequest()).exports
    zone, at = visitor().zone, now()
    rows = []
    for each in found:
        export_id = each.name.removeprefix("exports/")
        to_link, to_delete = (url_for(f"exports.{act}", export_id=export_id) for act in ("link", "delete"))
        rows.append(words_of.export_row(each, zone, at, link_url=to_link, delete_url=to_delete))
    page = ExportsPage(
        form=form,
        formats=[
            (slug, f"{words_of.NAMES[slug]}, {words_of.MEANINGS[slug]}", slug == "fit") for slug in words_of.FORMATS
        ],
        rows=rows,
        spoken=words_of.spoken(found),
        progress_url=url_for("exports.progress") if _is_made(found) else "",
    )
    return render_template("transfers/exports.html", page=page)
