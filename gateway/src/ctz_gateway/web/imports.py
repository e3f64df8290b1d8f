"""Files in: sent through to workouts as they come, read there in the background, followed here."""

from uuid import UUID

from ctz.workouts.v1 import transfers_pb2 as pb
from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.present import imports as words_of
from ctz_gateway.viewmodels.common import Form, blank_form
from ctz_gateway.viewmodels.imports import ImportsPage
from ctz_gateway.web import problems
from ctz_gateway.web.frame import say
from ctz_gateway.web.receiving import MULTIPART, Receiving
from ctz_gateway.web.site import Site, now, signed_in, visitor, wants_json

PAGE_SIZE = 10
FILES_PAGE = 100
NOTHING_CHOSEN = "Choose a file first."
BUSY = ("Other files are on their way", "Wait until those that are being sent are here, then send yours.")


def blueprint(site: Site) -> Blueprint:
    """The views of imports."""
    pages = Blueprint("imports", __name__, url_prefix="/import")

    @pages.get("")
    @signed_in
    def show() -> str:
        return _form(site, blank_form())

    @pages.post("")
    @signed_in
    def upload() -> Response | tuple[str, int]:
        if request.mimetype != MULTIPART:
            return _again(site, NOTHING_CHOSEN)
        give_back = site.transfers.take(visitor().user_id)
        if give_back is None:
            return problems.page(429, title=BUSY[0], text=BUSY[1])
        try:
            received = Receiving(site).receive()
        finally:
            give_back()
        if received.import_id is None:
            return _again(site, " ".join(received.refusals) or NOTHING_CHOSEN)
        for refused in received.refusals:
            say(refused, tone="bad")
        following = url_for("imports.one", import_id=received.import_id)
        return jsonify(next=following) if wants_json() else redirect(following, 303)

    _following(pages, site)
    return pages


def _following(pages: Blueprint, site: Site) -> None:
    imports = site.services.imports

    @pages.get("/<uuid:import_id>")
    @signed_in
    def one(import_id: UUID) -> str:
        name = f"imports/{import_id}"
        told = imports.GetImport(pb.GetImportRequest(name=name))
        wanted = pb.ListImportFilesRequest(page_size=FILES_PAGE, page_token=request.args.get("files", ""))
        setattr(wanted, "import", name)
        found = imports.ListImportFiles(wanted)
        more = url_for("imports.one", import_id=import_id, files=found.next_page_token)
        page = words_of.import_page(
            told,
            found.files,
            visitor().zone,
            now(),
            progress_url=url_for("imports.progress", import_id=import_id),
            delete_url=url_for("imports.delete", import_id=import_id),
            more_url=more if found.next_page_token else "",
        )
        return render_template("transfers/import.html", page=page)

    @pages.get("/<uuid:import_id>/progress")
    @signed_in
    def progress(import_id: UUID) -> Response:
        told = imports.GetImport(pb.GetImportRequest(name=f"imports/{import_id}"))
        done = (told.file_count, told.finished_file_count, told.item_count, told.finished_item_count)
        answer = jsonify(is_done=told.state in words_of.ENDED, spoken=words_of.spoken(told), done=done)
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    @pages.post("/<uuid:import_id>/delete")
    @signed_in
    def delete(import_id: UUID) -> Response:
        imports.DeleteImport(pb.DeleteImportRequest(name=f"imports/{import_id}"))
        say("The import is forgotten. Workouts that came of it stay.")
        return redirect(url_for("imports.show"), 303)


def _again(site: Site, text: str) -> Response | tuple[str, int]:
    """The form with what is wrong; a script gets the sentence."""
    if wants_json():
        return make_response(jsonify(detail=text), 422)
    return _form(site, Form({}, {"files": text})), 422


def _form(site: Site, form: Form) -> str:
    token = request.args.get("older", "")
    found = site.services.imports.ListImports(pb.ListImportsRequest(page_size=PAGE_SIZE, page_token=token))
    rows = [
        words_of.import_row(each, url_for("imports.one", import_id=each.name.split("/")[1]), visitor().zone, now())
        for each in found.imports
    ]
    most = site.settings.upload_bytes
    page = ImportsPage(
        form=form,
        rows=rows,
        largest_bytes=most,
        limit_text=f"At once up to {words_of.size_text(most)}.",
        older_url=url_for("imports.show", older=found.next_page_token) if found.next_page_token else "",
    )
    return render_template("transfers/imports.html", page=page)
