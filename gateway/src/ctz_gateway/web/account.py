"""Sessions, personal access tokens, security events, password."""

from uuid import UUID

from ctz.identity.v1 import accounts_pb2, sessions_pb2, tokens_pb2
from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.account import ScopeChoice, SecurityEvent, SessionRow, TokenRow, TokensPage
from ctz_gateway.viewmodels.common import Form, Option, blank_form
from ctz_gateway.web import problems
from ctz_gateway.web.frame import say
from ctz_gateway.web.fresh import with_fresh_password
from ctz_gateway.web.site import Site, client_address, now, signed_in, visitor
from ctz_gateway.words import ago, day_month_year, moment

SCOPES = (
    ("workouts:read", "Read workouts", "Lists, figures and series of your workouts."),
    ("workouts:write", "Change workouts", "Notes and effort; hide and show workouts."),
    ("metrics:read", "Read metrics", "FTP, weight, heart rate and pace levels with their dates."),
    ("metrics:write", "Add metrics", "New dated values of FTP, weight and the rest."),
    ("sync:read", "Read the sync", "How syncing with Peloton stands."),
    ("sync:write", "Start a sync", "Ask for new workouts now."),
    ("profile:read", "Read the profile", "Name, e-mail address, units and time zone."),
    ("plans:read", "Read the plan’s facts", "Recorded workouts as plans keep them."),
    ("challenges:read", "Read the challenges’ facts", "Recorded workouts as challenges keep them."),
)
LIFETIMES = ((30, "30 days"), (90, "90 days"), (365, "a year"))
EVENT_WORDS = {
    "account:sign-up": "The account was made",
    "account:sign-up:known-address": "Somebody tried to make another account with this address",
    "account:email:verified": "The e-mail address was confirmed",
    "account:email:verification-requested": "A mail to confirm the address was asked for",
    "account:login:success": "Signed in",
    "account:login:failure": "A sign-in failed: wrong password",
    "account:login:refused": "A sign-in was refused: the account was not ready for it",
    "account:login:limited": "Sign-ins were stopped for a while: too many tries",
    "account:login:fresh": "The password was entered again",
    "account:logout": "Signed out",
    "account:session:ended": "A session was ended",
    "account:password:reset-requested": "A mail to set a new password was asked for",
    "account:password:reset": "The password was set anew by mail",
    "account:password:changed": "The password was changed",
    "account:token:created": "A token was made",
    "account:token:revoked": "A token was revoked",
    "account:activated": "An administrator switched the account on",
    "account:deactivated": "An administrator switched the account off",
    "account:administrator:granted": "The account became an administrator",
}
NOTABLE_EVENTS = frozenset({"account:login:failure", "account:login:limited", "account:sign-up:known-address"})


def blueprint(site: Site) -> Blueprint:
    """The views around the safety of an account."""
    pages = Blueprint("account", __name__, url_prefix="/account")
    services = site.services

    @pages.get("/sessions")
    @signed_in
    def sessions() -> str:
        answer = services.sessions.ListSessions(sessions_pb2.ListSessionsRequest())
        return render_template("sessions.html", rows=[_session_row(session) for session in answer.sessions])

    @pages.post("/sessions/<uuid:session_id>/end")
    @signed_in
    def end_session(session_id: UUID) -> Response:
        services.sessions.EndSession(sessions_pb2.EndSessionRequest(name=f"sessions/{session_id}"))
        say("That session is over.")
        return redirect(url_for("account.sessions"), 303)

    @pages.post("/sessions/end-others")
    @signed_in
    def end_other_sessions() -> Response:
        answer = services.sessions.ListSessions(sessions_pb2.ListSessionsRequest())
        for session in answer.sessions:
            if not session.is_current:
                services.sessions.EndSession(sessions_pb2.EndSessionRequest(name=session.name))
        say("Every other session is over.")
        return redirect(url_for("account.sessions"), 303)

    @pages.get("/tokens")
    @signed_in
    def tokens() -> str:
        return render_template("tokens.html", page=_tokens_page(site, blank_form()))

    @pages.post("/tokens")
    @signed_in
    def create_token() -> Response | str | tuple[str, int]:
        given = {name: request.form.get(name, "") for name in ("name", "lifetime")} | {"scopes": "", "own_password": ""}
        chosen = request.form.getlist("scopes")
        wanted = tokens_pb2.CreateTokenRequest(
            display_name=given["name"],
            scopes=chosen,
            lifetime_days=int(given["lifetime"]) if given["lifetime"].isdecimal() else 0,
            request_id=request.form.get("idempotency_key", ""),
        )
        names = {"display_name": "name", "lifetime_days": "lifetime"}
        try:
            made = with_fresh_password(
                site, lambda: services.tokens.CreateToken(wanted), request.form.get("own_password", "")
            )
        except RemoteError as error:
            form = problems.form_of(error, given, names)
            return render_template("tokens.html", page=_tokens_page(site, form, chosen=tuple(chosen))), 422
        page = _tokens_page(site, blank_form(), secret=made.secret, secret_name=made.token.display_name)
        return render_template("tokens.html", page=page)

    @pages.post("/tokens/<uuid:token_id>/revoke")
    @signed_in
    def revoke_token(token_id: UUID) -> Response:
        services.tokens.RevokeToken(tokens_pb2.RevokeTokenRequest(name=f"tokens/{token_id}"))
        say("The token no longer works.")
        return redirect(url_for("account.tokens"), 303)

    @pages.get("/security")
    @signed_in
    def security() -> str:
        return _security_page(site, blank_form())

    @pages.post("/password")
    @signed_in
    def change_password() -> Response | tuple[str, int]:
        current = request.form.get("current_password", "")
        change = accounts_pb2.ChangePasswordRequest(
            current_password=current,
            new_password=request.form.get("new_password", ""),
            client_address=client_address(),
        )
        try:
            changed = with_fresh_password(site, lambda: services.accounts.ChangePassword(change), current)
        except RemoteError as error:
            given = {"current_password": "", "new_password": ""}
            return _security_page(site, problems.form_of(error, given, {"own_password": "current_password"})), 422
        say("Your new password is set. Every other session was ended.")
        g.session_secret = changed.session_secret
        return redirect(url_for("account.security"), 303)

    return pages


def _session_row(session: sessions_pb2.Session) -> SessionRow:
    zone = visitor().zone
    return SessionRow(
        id=session.name.removeprefix("sessions/"),
        device=session.user_agent or "unknown browser",
        address=session.client_address,
        started_text=moment(instant(session.create_time), zone, now()),
        seen_text=ago(instant(session.last_used_time), now()),
        is_current=session.is_current,
    )


def _tokens_page(
    site: Site, form: Form, *, chosen: tuple[str, ...] = ("workouts:read",), secret: str = "", secret_name: str = ""
) -> TokensPage:
    answer = site.services.tokens.ListTokens(tokens_pb2.ListTokensRequest())
    lifetime = form.value("lifetime") or "90"
    return TokensPage(
        rows=[_token_row(token) for token in answer.tokens],
        scopes=[ScopeChoice(value, label, text, value in chosen) for value, label, text in SCOPES],
        lifetimes=[Option(str(days), text, str(days) == lifetime) for days, text in LIFETIMES],
        form=form,
        secret=secret,
        secret_name=secret_name,
    )


def _token_row(token: tokens_pb2.Token) -> TokenRow:
    zone = visitor().zone
    used = f"used {ago(instant(token.last_used_time), now())}" if token.HasField("last_used_time") else "never used"
    is_expired = instant(token.expire_time) <= now()
    end = day_month_year(instant(token.expire_time).astimezone(zone).date())
    return TokenRow(
        id=token.name.removeprefix("tokens/"),
        name=token.display_name,
        prefix="ctz_pat_",
        scopes=tuple(token.scopes),
        created_text=day_month_year(instant(token.create_time).astimezone(zone).date()),
        expires_text=f"ended {end}" if is_expired else f"until {end}",
        used_text=used,
        is_expired=is_expired,
    )


def _security_page(site: Site, form: Form) -> str:
    answer = site.services.accounts.ListSecurityEvents(
        accounts_pb2.ListSecurityEventsRequest(page_token=request.args.get("cursor", ""))
    )
    following = url_for("account.security", cursor=answer.next_page_token) if answer.next_page_token else ""
    events = [_security_event(event) for event in answer.events]
    # Password managers file the new password under the address.
    email = site.services.accounts.GetProfile(accounts_pb2.GetProfileRequest()).email
    return render_template("security.html", email=email, events=events, next_url=following, form=form)


def _security_event(event: accounts_pb2.SecurityEvent) -> SecurityEvent:
    is_bad = event.type in NOTABLE_EVENTS
    return SecurityEvent(
        when_text=moment(instant(event.create_time), visitor().zone, now()),
        text=EVENT_WORDS.get(event.type, event.type.replace(":", " ")),
        device=event.user_agent,
        address=event.client_address,
        icon="alert" if is_bad else "lock",
        tone="warn" if is_bad else "plain",
    )
