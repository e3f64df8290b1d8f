"""The exercise library, and one exercise."""

from urllib.parse import urlencode

from ctz.plans.v1 import exercises_pb2
from flask import Blueprint, render_template, request, url_for

from ctz_gateway.present import exercises as words_of
from ctz_gateway.present.activities import CATEGORIES, CATEGORY_SLUGS
from ctz_gateway.viewmodels.common import Option
from ctz_gateway.viewmodels.exercises import LibraryPage
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.site import Site, signed_in
from ctz_gateway.words import plural

PAGE_SIZE = 100


def blueprint(site: Site) -> Blueprint:
    """The views of the library."""
    pages = Blueprint("exercises", __name__, url_prefix="/exercises")
    library = site.services.exercises

    @pages.get("")
    @signed_in
    def show() -> str:
        query, chosen = one_line(request.args.get("q", "")), request.args.get("category", "")
        category = CATEGORY_SLUGS.get(chosen, exercises_pb2.EXERCISE_CATEGORY_UNSPECIFIED)
        found = library.ListExercises(
            exercises_pb2.ListExercisesRequest(query=query, category=category, page_size=PAGE_SIZE)
        ).exercises
        routines = library.ListRoutines(exercises_pb2.ListRoutinesRequest(page_size=PAGE_SIZE)).routines
        page = LibraryPage(
            query=query,
            category=chosen if category else "",
            categories=_categories(chosen, query),
            cards=[words_of.card(each) for each in found],
            routines=[words_of.routine_card(each) for each in routines if category in {0, each.category}],
            count_text=plural(len(found), "exercise"),
        )
        return render_template("exercises/library.html", page=page)

    @pages.get("/<string(maxlength=64):key>")
    @signed_in
    def one(key: str) -> str:
        found = library.GetExercise(exercises_pb2.GetExerciseRequest(name=f"exercises/{key}"))
        category_url = url_for("exercises.show", category=words_of.slug_of(found.category) or None)
        plan_url = url_for("plan_items.new", kind="routine", routine=found.name)
        return render_template("exercises/exercise.html", page=words_of.exercise_page(found, category_url, plan_url))

    return pages


def _categories(chosen: str, query: str) -> list[Option]:
    def address(slug: str) -> str:
        given = {name: value for name, value in (("category", slug), ("q", query)) if value}
        return url_for("exercises.show") + (f"?{urlencode(given)}" if given else "")

    named = [(slug, CATEGORIES[value]) for slug, value in CATEGORY_SLUGS.items()]
    is_known = chosen in CATEGORY_SLUGS
    return [
        Option(address(""), "All", not is_known),
        *(Option(address(slug), name, slug == chosen) for slug, name in named),
    ]
