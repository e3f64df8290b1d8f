"""Sign up, confirm the address, sign in and out, set a new password."""

from ctz.identity.v1 import accounts_pb2, sessions_pb2
from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.viewmodels.common import Form, blank_form
from ctz_gateway.web import problems
from ctz_gateway.web.forms import local_path, new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.sign_up_policy import SignUp
from ctz_gateway.web.site import Site, client_address, visitor_or_none
from ctz_gateway.web.visitors import DEVICE_COOKIE, SESSION_COOKIE, keep_cookie, session_cookie

DEVICE_SECONDS = 365 * 86400
MAX_AGENT = 200


def blueprint(site: Site) -> Blueprint:
    """The views around having an account."""
    pages = Blueprint("auth", __name__)
    accounts = site.services.accounts

    @pages.route("/sign-up", methods=["GET", "POST"])
    def sign_up() -> str | Response | tuple[str, int]:
        invitation = request.values.get("invitation", "")
        # An administrator's link works on a closed site too, and carries its secret as an invitation does.
        needs_invitation = bool(invitation) or site.sign_up.mode() is not SignUp.OPEN
        if request.method == "GET":
            form = Form({"invitation": invitation}, {})
            return render_template("auth/sign_up.html", form=form, needs_invitation=needs_invitation)
        given = {name: request.form.get(name, "") for name in ("email", "name", "invitation")}
        try:
            accounts.SignUp(
                accounts_pb2.SignUpRequest(
                    email=given["email"].strip(),
                    password=request.form.get("password", ""),
                    display_name=given["name"].strip(),
                    time_zone=request.form.get("time_zone", ""),
                    invitation=given["invitation"],
                    client_address=client_address(),
                    request_id=request.form.get("idempotency_key", "") or new_key(),
                )
            )
        except RemoteError as error:
            form = problems.form_of(error, {**given, "password": ""}, {"display_name": "name"})
            return render_template("auth/sign_up.html", form=form, needs_invitation=needs_invitation), 422
        return render_template(
            "auth/verify_sent.html", email=given["email"], mail_folder_url=site.settings.mail_page_url
        )

    @pages.post("/verify/again")
    def resend() -> str:
        email = request.form.get("email", "")
        accounts.RequestEmailVerification(
            accounts_pb2.RequestEmailVerificationRequest(email=email, client_address=client_address())
        )
        return render_template("auth/verify_sent.html", email=email, mail_folder_url=site.settings.mail_page_url)

    @pages.route("/verify", methods=["GET", "POST"])
    def verify() -> str | tuple[str, int]:
        token = request.values.get("token", "")
        if request.method == "GET":
            return render_template("auth/verify.html", token=token, problem=None)
        try:
            accounts.VerifyEmail(accounts_pb2.VerifyEmailRequest(secret=token, client_address=client_address()))
        except RemoteError as error:
            form = problems.form_of(error, {})
            return render_template("auth/verify.html", token=token, problem=form.problem), 422
        return render_template("auth/verified.html")

    @pages.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> str | Response | tuple[str, int]:
        after = local_path(request.values.get("next", ""), url_for("today.show"))
        if request.method == "GET":
            if visitor_or_none() is not None:
                return redirect(after)
            return render_template("auth/sign_in.html", form=blank_form(), next=after)
        email = request.form.get("email", "").strip()
        try:
            answer = site.services.sessions.SignIn(
                sessions_pb2.SignInRequest(
                    email=email,
                    password=request.form.get("password", ""),
                    client_address=client_address(),
                    user_agent=request.user_agent.string[:MAX_AGENT],
                    device_secret=request.cookies.get(DEVICE_COOKIE, ""),
                )
            )
        except RemoteError as error:
            return _refused(site, error, email, after)
        response = redirect(_first_page(site, answer.session_secret, after), 303)
        session_cookie(response, answer.session_secret)
        keep_cookie(response, DEVICE_COOKIE, answer.device_secret, DEVICE_SECONDS)
        return response

    @pages.post("/sign-out")
    def sign_out() -> Response:
        if visitor_or_none() is not None:
            site.services.sessions.SignOut(sessions_pb2.SignOutRequest())
            site.visitors.forget(request.cookies.get(SESSION_COOKIE, ""))
            g.visitor = None
        response = redirect(url_for("public.landing"), 303)
        response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    @pages.route("/reset", methods=["GET", "POST"])
    def reset_request() -> str:
        if request.method == "GET":
            return render_template("auth/reset_request.html", form=blank_form(), sent=False)
        email = request.form.get("email", "").strip()
        accounts.RequestPasswordReset(
            accounts_pb2.RequestPasswordResetRequest(email=email, client_address=client_address())
        )
        return render_template("auth/reset_request.html", form=Form({"email": email}, {}), sent=True)

    @pages.route("/reset/confirm", methods=["GET", "POST"])
    def reset_confirm() -> str | Response | tuple[str, int]:
        token = request.values.get("token", "")
        if request.method == "GET":
            return render_template("auth/reset_confirm.html", form=blank_form(), token=token, problem=None)
        try:
            accounts.ResetPassword(
                accounts_pb2.ResetPasswordRequest(
                    secret=token, password=request.form.get("password", ""), client_address=client_address()
                )
            )
        except RemoteError as error:
            form = problems.form_of(error, {"password": ""})
            return render_template("auth/reset_confirm.html", form=form, token=token, problem=form.problem), 422
        say("Your new password is set. Every other session was ended.")
        return redirect(url_for("auth.sign_in"), 303)

    return pages


def _first_page(site: Site, session_secret: str, after: str) -> str:
    """Where a sign-in leads: riders who have set up nothing yet go to the wizard, unless they asked for a page."""
    if after != url_for("today.show"):
        return after
    try:
        found = site.visitors.of_secret(session_secret)
    except Unreachable:
        return after
    return after if found is None or found.onboarding_done else url_for("wizard.start")


def _refused(site: Site, error: RemoteError, email: str, after: str) -> tuple[str, int]:
    if error.reason == "ACCOUNT_INACTIVE":
        return render_template("auth/inactive.html", reason=problems.sentence(error), contact=""), 403
    if error.reason == "EMAIL_NOT_VERIFIED":
        return render_template("auth/verify_sent.html", email=email, mail_folder_url=site.settings.mail_page_url), 403
    form = problems.form_of(error, {"email": email})
    status = 429 if error.code.name == "RESOURCE_EXHAUSTED" else 422
    return render_template("auth/sign_in.html", form=form, next=after), status
