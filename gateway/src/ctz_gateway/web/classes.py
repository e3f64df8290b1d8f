"""The class library, recommendations, one class, and the rider's marks on it."""

import re

from ctz.peloton_sync.v1 import sync_pb2
from ctz.workouts.v1 import classes_pb2
from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present.class_page import Around, class_page
from ctz_gateway.present.classes import class_row
from ctz_gateway.present.recommendations import instructor_row, recommended_row
from ctz_gateway.present.rows import DISCIPLINES, discipline_name
from ctz_gateway.viewmodels.classes import ClassesPage, RecommendedPage
from ctz_gateway.viewmodels.common import Note, Option
from ctz_gateway.web.class_search import Search, filters_of, search_of
from ctz_gateway.web.forms import local_path
from ctz_gateway.web.frame import say
from ctz_gateway.web.plan import today
from ctz_gateway.web.site import Site, signed_in, visitor, wants_json
from ctz_gateway.words import plural, thousands

PAGE_SIZE = 24
COUNTED_TO = 1000
RECOMMENDED = 12
CLASS_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
KEY = "<string(maxlength=64):class_id>"
ON_ITS_WAY = Note("Reload the page in a moment.", "Peloton is asked what is called in this class.", "plain", "sync")


def blueprint(site: Site) -> Blueprint:
    """The views of the library and of one class."""
    pages = Blueprint("classes", __name__, url_prefix="/classes")
    _reading(pages, site)
    _marking(pages, site)
    return pages


def _reading(pages: Blueprint, site: Site) -> None:
    classes = site.services.classes

    @pages.get("")
    @signed_in
    def show() -> str:
        search, cursor = search_of(request.args), request.args.get("cursor", "")
        answer = classes.ListClasses(
            classes_pb2.ListClassesRequest(
                page_size=PAGE_SIZE, page_token=cursor, filter=search.filter(), order=search.order()
            )
        )
        return render_template("classes.html", page=_library(search, answer))

    @pages.get("/recommended")
    @signed_in
    def recommended() -> str:
        chosen = request.args.get("discipline", "")
        chosen = chosen if chosen in DISCIPLINES else ""
        answer = classes.Recommend(classes_pb2.RecommendRequest(discipline=chosen, class_count=RECOMMENDED))
        library = url_for("classes.show")
        page = RecommendedPage(
            instructors=[instructor_row(each, library) for each in answer.instructors],
            rows=[recommended_row(each) for each in answer.classes],
            basis_text=f"From {plural(answer.workout_count, 'class', 'classes')} that you took, and from your ratings."
            if answer.workout_count
            else "",
            disciplines=[
                Option("", "Everything that I do", not chosen),
                *(Option(slug, discipline_name(slug), slug == chosen) for slug in DISCIPLINES),
            ],
            here=_here(),
        )
        return render_template("classes_recommended.html", page=page)

    @pages.get(f"/{KEY}")
    @signed_in
    def one(class_id: str) -> str:
        view = view_of(site, class_id)
        who = visitor()
        around = Around(
            is_metric=who.is_metric,
            ftp_watts=who.ftp_watts,
            today=today(),
            library_url=url_for("classes.show"),
            here=_here(),
            note=_ask_for_details(site, view),
        )
        return render_template("class.html", page=class_page(view, around))


def _marking(pages: Blueprint, site: Site) -> None:
    classes = site.services.classes

    @pages.post(f"/{KEY}/favourite")
    @signed_in
    def favourite(class_id: str) -> Response:
        is_wanted, name = request.form.get("on") == "1", f"classes/{class_id}"
        if is_wanted:
            classes.FavouriteClass(classes_pb2.FavouriteClassRequest(name=name))
        else:
            classes.UnfavouriteClass(classes_pb2.UnfavouriteClassRequest(name=name))
        if wants_json():
            return jsonify(is_favourite=is_wanted)
        say("It is one of your favourites." if is_wanted else "It is no favourite any more.")
        return _back(class_id)

    @pages.post(f"/{KEY}/rating")
    @signed_in
    def rate(class_id: str) -> Response:
        sent = request.form.get("rating", "")
        if sent not in {"0", "1", "2", "3", "4", "5"}:
            abort(400)
        classes.RateClass(classes_pb2.RateClassRequest(name=f"classes/{class_id}", rating=int(sent)))
        say(f"You give it {sent} of 5." if sent != "0" else "Your rating is taken back.")
        return _back(class_id)


def view_of(site: Site, class_id: str) -> classes_pb2.ClassView:
    """One class with everything that is known of it; what is no id is no class."""
    if not CLASS_ID.fullmatch(class_id):
        raise NotFound
    return site.services.classes.GetClass(classes_pb2.GetClassRequest(name=f"classes/{class_id}"))


def _here() -> str:
    return request.full_path.rstrip("?")


def _back(class_id: str) -> Response:
    return redirect(local_path(request.form.get("next", ""), url_for("classes.one", class_id=class_id)), 303)


def _library(search: Search, answer: classes_pb2.ListClassesResponse) -> ClassesPage:
    facets = answer.facets if answer.HasField("facets") else None
    has_more = bool(answer.next_page_token)
    return ClassesPage(
        rows=[class_row(each) for each in answer.classes],
        filters=filters_of(search, facets),
        total_text=f"{plural(answer.library_size, 'class', 'classes')} in the library",
        match_text=_matches(search, answer),
        is_similar=answer.is_similar,
        has_any=answer.library_size > 0,
        next_url=search.url(cursor=answer.next_page_token) if has_more else "",
        next_text=f"Show {PAGE_SIZE} more",
        here=search.url(),
    )


def _matches(search: Search, answer: classes_pb2.ListClassesResponse) -> str:
    if not search.is_narrowed or not answer.HasField("total_size"):
        return ""
    if answer.total_size >= COUNTED_TO:
        return f"more than {thousands(COUNTED_TO)} match"
    return "1 matches" if answer.total_size == 1 else f"{thousands(answer.total_size)} match"


def _ask_for_details(site: Site, view: classes_pb2.ClassView) -> Note | None:
    """Have targets, music and averages fetched, because the rider is looking; the page does not wait for them.

    It fills a cache that all riders share; links on other sites cannot make it spend calls at Peloton.
    """
    if view.has_details or request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        return None
    try:
        answer = site.services.sync.RequestClass(sync_pb2.RequestClassRequest(class_name=view.library_class.name))
    except RemoteError:
        # The page is whole without them; the next visit asks again.
        return None
    return ON_ITS_WAY if answer.is_requested else None
