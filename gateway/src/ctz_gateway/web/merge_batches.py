"""Merging every pair that is certain: what that would be, the act, how far it is, and the way back."""

from uuid import UUID

from ctz.workouts.v1 import transfers_pb2 as pb
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import duplicates as pair_words
from ctz_gateway.present import merge_batches as words_of
from ctz_gateway.viewmodels.duplicates import CertainPage
from ctz_gateway.web import problems
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor

PAGE_SIZE = 50


def blueprint(site: Site) -> Blueprint:
    """The pages of pairs that are certain, and of what was merged together."""
    pages = Blueprint("merge_batches", __name__, url_prefix="/duplicates")
    duplicates = site.services.duplicates

    @pages.get("/certain")
    @signed_in
    def certain() -> str:
        token = request.args.get("older", "")
        found = duplicates.ListCertainDuplicates(pb.ListCertainDuplicatesRequest(page_size=PAGE_SIZE, page_token=token))
        following = found.next_page_token
        page = CertainPage(
            rows=[pair_words.certain_row(pair) for pair in found.duplicates],
            count_text=words_of.certain_text(found.total_size),
            more_url=url_for("merge_batches.certain", older=following) if following else "",
            is_start=not token,
        )
        return render_template("transfers/certain.html", page=page)

    @pages.post("/certain")
    @signed_in
    def create() -> Response:
        key = request.form.get("idempotency_key", "") or new_key()
        batch = duplicates.CreateMergeBatch(pb.CreateMergeBatchRequest(request_id=key))
        return redirect(url_for("merge_batches.one", batch_id=_id(batch)), 303)

    @pages.get("/batches/<uuid:batch_id>")
    @signed_in
    def one(batch_id: UUID) -> str:
        page = words_of.batch_page(
            _found(site, batch_id),
            visitor().zone,
            now(),
            progress_url=url_for("merge_batches.progress", batch_id=batch_id),
            undo_url=url_for("merge_batches.undo", batch_id=batch_id),
        )
        return render_template("transfers/merge_batch.html", page=page)

    @pages.get("/batches/<uuid:batch_id>/progress")
    @signed_in
    def progress(batch_id: UUID) -> Response:
        batch = _found(site, batch_id)
        done = (batch.state, batch.is_undone, batch.finished_count)
        answer = jsonify(is_done=batch.state in words_of.ENDED, spoken=words_of.spoken(batch), done=done)
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    @pages.post("/batches/<uuid:batch_id>/undo")
    @signed_in
    def undo(batch_id: UUID) -> Response:
        try:
            duplicates.UndoMergeBatch(pb.UndoMergeBatchRequest(name=f"mergeBatches/{batch_id}"))
        except RemoteError as error:
            if error.reason != "MERGE_REFUSED":
                raise
            say(problems.sentence(error), tone="bad")
        return redirect(url_for("merge_batches.one", batch_id=batch_id), 303)

    return pages


def _found(site: Site, batch_id: UUID) -> pb.MergeBatch:
    return site.services.duplicates.GetMergeBatch(pb.GetMergeBatchRequest(name=f"mergeBatches/{batch_id}"))


def _id(batch: pb.MergeBatch) -> str:
    return batch.name.removeprefix("mergeBatches/")
