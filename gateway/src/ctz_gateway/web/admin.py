"""Administrators: accounts, switched on and off."""

from uuid import UUID

from ctz.identity.v1 import accounts_pb2
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.account import UserRow, UsersPage
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, administrators, now, visitor
from ctz_gateway.words import ago, day_month_year, plural


def blueprint(site: Site) -> Blueprint:
    """The administrator's pages."""
    pages = Blueprint("admin", __name__, url_prefix="/admin")
    accounts = site.services.accounts

    @pages.get("/users")
    @administrators
    def users() -> str:
        answer = accounts.ListAccounts(accounts_pb2.ListAccountsRequest(page_token=request.args.get("cursor", "")))
        rows = [_row(account) for account in answer.accounts]
        following = url_for("admin.users", cursor=answer.next_page_token) if answer.next_page_token else ""
        shown = plural(len(rows), "account")
        page = UsersPage(rows=rows, total_text=f"{shown} on this page" if following else shown, next_url=following)
        return render_template("admin/users.html", page=page)

    @pages.post("/users/<uuid:user_id>/active")
    @administrators
    def set_active(user_id: UUID) -> Response:
        is_active = request.form.get("active") == "1"
        account = accounts.SetAccountActive(
            accounts_pb2.SetAccountActiveRequest(name=f"users/{user_id}", is_active=is_active)
        )
        say(f"{account.display_name} may {'sign in again' if is_active else 'no longer sign in'}.")
        return redirect(url_for("admin.users"), 303)

    return pages


def _row(account: accounts_pb2.Account) -> UserRow:
    user_id = account.name.removeprefix("users/")
    state, text = ("active", "Active")
    if not account.is_active:
        state, text = ("inactive", "Switched off")
    elif not account.is_verified:
        state, text = ("unverified", "Address not confirmed")
    seen = ago(instant(account.last_sign_in_time), now()) if account.HasField("last_sign_in_time") else "never"
    return UserRow(
        id=user_id,
        email=account.email,
        name=account.display_name,
        state=state,  # type: ignore[arg-type]
        state_text=text,
        joined_text=day_month_year(instant(account.create_time).astimezone(visitor().zone).date()),
        seen_text=seen,
        is_admin=account.is_administrator,
        is_self=user_id == visitor().user_id,
    )
