"""Deleting one's account, and watching it leave every service without being signed in."""

from ctz.identity.v1 import accounts_pb2
from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ctz_chassis.errors import RemoteError
from ctz_gateway.present.erasure import erasure_page
from ctz_gateway.viewmodels.common import Form, blank_form
from ctz_gateway.web import problems
from ctz_gateway.web.fresh import with_fresh_password
from ctz_gateway.web.site import Site, client_address, now, signed_in
from ctz_gateway.web.visitors import SESSION_COOKIE

LONGEST_SECRET = 200
UNCONFIRMED = "Tick the box: deleting cannot be undone."


def blueprint(site: Site) -> Blueprint:
    """The last pages of an account."""
    pages = Blueprint("erasure", __name__)

    @pages.get("/account/delete")
    @signed_in
    def ask() -> str:
        return render_template("account_delete.html", form=blank_form())

    @pages.post("/account/delete")
    @signed_in
    def delete() -> AnyResponse | tuple[str, int]:
        password = request.form.get("own_password", "")
        if request.form.get("sure") != "1":
            return render_template("account_delete.html", form=Form({}, {"sure": UNCONFIRMED})), 422
        try:
            secret = _delete(site, password)
        except RemoteError as error:
            form = problems.form_of(error, {"own_password": ""}, {"current_password": "own_password"})
            return render_template("account_delete.html", form=form), 422
        site.visitors.forget(request.cookies.get(SESSION_COOKIE, ""))
        g.visitor, g.session_secret = None, ""
        response = redirect(url_for("erasure.show", secret=secret), 303)
        response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    @pages.get("/erased/<secret>")
    def show(secret: str) -> str:
        erasure = _erasure(site, secret)
        page = erasure_page(erasure, now(), url_for("erasure.progress", secret=secret))
        return render_template("erased.html", page=page)

    @pages.get("/erased/<secret>/progress")
    def progress(secret: str) -> Response:
        page = erasure_page(_erasure(site, secret), now(), "")
        answer = jsonify(is_done=page.is_done, spoken=page.spoken, services=[each.is_done for each in page.services])
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    return pages


def _delete(site: Site, password: str) -> str:
    """Delete the account; the password comes with the form, so a sign-in that is too old renews itself by it."""
    wanted = accounts_pb2.DeleteAccountRequest(current_password=password, client_address=client_address())
    answer: accounts_pb2.DeleteAccountResponse = with_fresh_password(
        site, lambda: site.services.accounts.DeleteAccount(wanted), password
    )
    return answer.erasure_secret


def _erasure(site: Site, secret: str) -> accounts_pb2.Erasure:
    """How far it is. A secret that nobody was given and one that is too old are the same: nothing is here."""
    if len(secret) > LONGEST_SECRET:
        abort(404)
    try:
        return site.services.accounts.GetErasure(accounts_pb2.GetErasureRequest(erasure_secret=secret))
    except RemoteError as error:
        if error.code.name in {"NOT_FOUND", "INVALID_ARGUMENT", "FAILED_PRECONDITION", "PERMISSION_DENIED"}:
            abort(404)
        raise
