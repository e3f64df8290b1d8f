"""Saved filters of the history: keeping one, renaming, moving and deleting."""

from urllib.parse import parse_qsl
from uuid import UUID

from ctz.workouts.v1 import saved_filters_pb2 as pb
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import history as words_of
from ctz_gateway.present.wish import Wish
from ctz_gateway.viewmodels.common import Form, blank_form
from ctz_gateway.viewmodels.history import SavedFilterRow, SavedFiltersPage, SaveFilterPage
from ctz_gateway.web import problems
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, signed_in

LONGEST_QUERY = 2_000
STEPS = {"up": -1, "down": 1}


def blueprint(site: Site) -> Blueprint:
    """The page of saved filters and its forms."""
    pages = Blueprint("saved_filters", __name__, url_prefix="/history/filters")
    saved_filters = site.services.saved_filters

    @pages.get("")
    @signed_in
    def show() -> str:
        return _page(site)

    @pages.post("")
    @signed_in
    def create() -> Response | tuple[str, int]:
        given = {
            "title": one_line(request.form.get("title", "")),
            "query": request.form.get("query", "")[:LONGEST_QUERY],
        }
        wish = Wish.of({name: one_line(value) for name, value in parse_qsl(given["query"])})
        wanted = pb.CreateSavedFilterRequest(title=given["title"], filter=wish.message(), order=wish.order)
        try:
            made = saved_filters.CreateSavedFilter(wanted)
        except RemoteError as error:
            page = SaveFilterPage(
                query=wish.query(),
                kept_text=words_of.kept_text(wish),
                back_url=words_of.address(wish.query()),
                form=problems.form_of(error, given),
            )
            return render_template("saved_filter.html", page=page), 422
        say(f"“{made.title}” is kept.")
        return redirect(words_of.address(f"saved={made.name.split('/')[1]}"), 303)

    @pages.post("/<uuid:filter_id>/rename")
    @signed_in
    def rename(filter_id: UUID) -> Response | tuple[str, int]:
        given = {"title": one_line(request.form.get("title", ""))}
        wanted = pb.UpdateSavedFilterRequest(saved_filter=pb.SavedFilter(name=_name(filter_id), title=given["title"]))
        wanted.update_mask.paths.append("title")
        try:
            saved_filters.UpdateSavedFilter(wanted)
        except RemoteError as error:
            return _page(site, str(filter_id), problems.form_of(error, given)), 422
        say("Renamed.")
        return redirect(url_for("saved_filters.show"), 303)

    @pages.post("/<uuid:filter_id>/move")
    @signed_in
    def move(filter_id: UUID) -> Response:
        step = STEPS.get(request.form.get("way", ""), 0)
        place = next((each.place for each in _all(site) if each.name == _name(filter_id)), 1)
        wanted = pb.UpdateSavedFilterRequest(saved_filter=pb.SavedFilter(name=_name(filter_id), place=place + step))
        wanted.update_mask.paths.append("place")
        saved_filters.UpdateSavedFilter(wanted)
        return redirect(url_for("saved_filters.show"), 303)

    @pages.post("/<uuid:filter_id>/delete")
    @signed_in
    def delete(filter_id: UUID) -> Response:
        saved_filters.DeleteSavedFilter(pb.DeleteSavedFilterRequest(name=_name(filter_id)))
        say("Deleted.")
        return redirect(url_for("saved_filters.show"), 303)

    return pages


def _name(filter_id: UUID) -> str:
    return f"savedFilters/{filter_id}"


def _all(site: Site) -> list[pb.SavedFilter]:
    return [*site.services.saved_filters.ListSavedFilters(pb.ListSavedFiltersRequest()).saved_filters]


def _page(site: Site, refused_id: str = "", form: Form | None = None) -> str:
    saved = _all(site)
    shown = [_row(each, is_last=each is saved[-1]) for each in saved]
    page = SavedFiltersPage(rows=shown, refused_id=refused_id, form=form or blank_form())
    return render_template("saved_filters.html", page=page)


def _row(saved: pb.SavedFilter, *, is_last: bool) -> SavedFilterRow:
    filter_id = saved.name.split("/")[1]
    return SavedFilterRow(
        id=filter_id,
        title=saved.title,
        url=words_of.address(f"saved={filter_id}"),
        kept_text=words_of.kept_text(Wish.of_message(saved.filter, saved.order)),
        is_first=saved.place == 1,
        is_last=is_last,
    )
