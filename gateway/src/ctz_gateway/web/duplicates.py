"""Workouts that were recorded twice: the rider says whether two are one, and can take it back."""

from contextlib import suppress
from uuid import UUID

from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import duplicates as words_of
from ctz_gateway.present import merge_batches as batch_words
from ctz_gateway.viewmodels.duplicates import BatchRow, DuplicatesPage, WorkoutTransfers
from ctz_gateway.web import problems
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import plural

PAIRS, MERGES = 20, 10
# Workouts that the rider told, not a source.
OWN = frozenset({"manual", "import"})


def blueprint(site: Site) -> Blueprint:
    """The page of pairs and merges, and its acts."""
    pages = Blueprint("duplicates", __name__, url_prefix="/duplicates")
    duplicates = site.services.duplicates

    @pages.get("")
    @signed_in
    def show() -> str:
        return render_template("transfers/duplicates.html", page=_page(site))

    @pages.post("/merge")
    @signed_in
    def merge() -> Response:
        primary, other = _sent("primary"), _sent("other")
        try:
            duplicates.MergeWorkouts(
                pb.MergeWorkoutsRequest(primary=f"workouts/{primary}", absorbed=[f"workouts/{other}"])
            )
        except RemoteError as error:
            if error.reason != "MERGE_REFUSED":
                raise
            say(problems.sentence(error), tone="bad")
            return redirect(url_for("duplicates.show"), 303)
        return redirect(url_for("duplicates.show", merged=str(other)), 303)

    @pages.post("/separate")
    @signed_in
    def separate() -> Response:
        duplicates.UnmergeWorkout(pb.UnmergeWorkoutRequest(name=f"workouts/{_sent('workout')}"))
        say("It is listed on its own again.")
        return redirect(url_for("duplicates.show"), 303)

    @pages.post("/dismiss")
    @signed_in
    def dismiss() -> Response:
        wanted = pb.DismissDuplicateRequest(workout=f"workouts/{_sent('primary')}", other=f"workouts/{_sent('other')}")
        duplicates.DismissDuplicate(wanted)
        say("They stay two workouts, and are not suggested again.")
        return redirect(url_for("duplicates.show"), 303)

    @pages.post("/dismiss-all")
    @signed_in
    def dismiss_all() -> Response:
        pairs = [_pair(text) for text in request.form.getlist("pair")[:PAIRS]]
        if not pairs:
            abort(404)
        duplicates.DismissDuplicates(pb.DismissDuplicatesRequest(pairs=pairs))
        say(f"{plural(len(pairs), 'pair')} kept apart. They are not suggested again.")
        return redirect(url_for("duplicates.show"), 303)

    return pages


def transfers_of(site: Site, view: workouts_pb2.WorkoutView, *, with_merge: bool) -> WorkoutTransfers:
    """How a workout came in and where it goes; the page is whole without its merge."""
    workout, who = view.workout, visitor()
    workout_id = workout.name.removeprefix("workouts/")
    edit_url = url_for("manual.edit", workout_id=workout_id) if workout.source in OWN else ""
    row, is_beneath = None, False
    if with_merge:
        with suppress(RemoteError):
            merge = site.services.duplicates.GetMerge(pb.GetMergeRequest(workout=workout.name))
            if merge.absorbed:
                row = words_of.merge_row(merge, who.zone, now(), is_metric=who.is_metric)
                is_beneath = merge.primary.workout.name != workout.name
    return WorkoutTransfers(workout_id, edit_url, row, is_beneath)


def _sent(name: str) -> UUID:
    """The id that a form names."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        abort(404)


def _pair(text: str) -> pb.DismissDuplicateRequest:
    """Two ids of a form, with a blank between them."""
    try:
        first, second = (UUID(part) for part in text.split())
    except ValueError:
        abort(404)
    return pb.DismissDuplicateRequest(workout=f"workouts/{first}", other=f"workouts/{second}")


def _page(site: Site) -> DuplicatesPage:
    who, at = visitor(), now()
    pairs_token, merges_token = request.args.get("pairs", ""), request.args.get("merges", "")
    pairs = site.services.duplicates.ListDuplicates(pb.ListDuplicatesRequest(page_size=PAIRS, page_token=pairs_token))
    merges = site.services.duplicates.ListMerges(pb.ListMergesRequest(page_size=MERGES, page_token=merges_token))
    return DuplicatesPage(
        pairs=[words_of.pair_card(each, is_metric=who.is_metric) for each in pairs.duplicates],
        pairs_text=plural(pairs.total_size, "pair") if pairs.total_size else "",
        merges=[words_of.merge_row(each, who.zone, at, is_metric=who.is_metric) for each in merges.merges],
        more_pairs_url=url_for("duplicates.show", pairs=pairs.next_page_token) if pairs.next_page_token else "",
        more_merges_url=url_for("duplicates.show", merges=merges.next_page_token) if merges.next_page_token else "",
        undo=_just_merged(),
        certain_text=batch_words.certain_text(pairs.certain_size),
        batch=_batch(pairs),
        apart_text=plural(len(pairs.duplicates), "pair") if len(pairs.duplicates) > 1 else "",
    )


def _batch(found: pb.ListDuplicatesResponse) -> BatchRow | None:
    if not found.HasField("newest_batch"):
        return None
    batch_id = found.newest_batch.name.removeprefix("mergeBatches/")
    return batch_words.batch_row(
        found.newest_batch,
        url_for("merge_batches.one", batch_id=batch_id),
        url_for("merge_batches.undo", batch_id=batch_id),
        visitor().zone,
        now(),
    )


def _just_merged() -> str:
    """The workout that was just put beneath another, where the address names one."""
    try:
        return str(UUID(request.args.get("merged", "")))
    except ValueError:
        return ""
