"""Every page template with its sample context; the style guide and the template tests use it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ctz_gateway import styleguide
from ctz_gateway.viewmodels import training
from ctz_gateway.viewmodels.common import Form, Note, SyncLine, Viewer, blank_form
from gateway.tests.samples_account import (
    deletion_pages,
    metric_preview,
    profile_page,
    security_events,
    sessions,
    tokens_page,
    users_page,
)
from gateway.tests.samples_analytics import analytics_pages, year_pages
from gateway.tests.samples_challenges import challenge_pages
from gateway.tests.samples_classes import class_pages
from gateway.tests.samples_history import (
    history_calendar,
    history_empty,
    history_page,
    history_ranked,
    refused_words,
    rider_words,
    save_filter_page,
    saved_filters_page,
    words_conflict,
)
from gateway.tests.samples_peloton import ftp_question, peloton_page
from gateway.tests.samples_plans import plan_samples, today_of_plan
from gateway.tests.samples_training import (
    class_ride,
    coarse_ride,
    empty_today,
    power_zone_ride,
    run,
    strength_class,
    today_page,
)
from gateway.tests.samples_transfers import transfer_pages, transfers
from gateway.tests.samples_workouts import workout_pages

VIEWER = Viewer("Mira Holm", "MH", "238 W, 3.40 W/kg", is_admin=True, sync=SyncLine("Synced 4 min ago"))


def _with_chart(make: Callable[[str], training.WorkoutPage]) -> Callable[[str], dict[str, Any]]:
    return lambda series_url: {"page": make(series_url), "words": rider_words(), "transfers": transfers()}


def pages(series_url: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context. Every page template is in it."""
    wrong = Form(
        {"email": "mira@"},
        {"email": "This is not an address.", "password": "At least 12 characters."},
        Note("Look at the marked fields.", tone="bad", icon="alert"),
    )
    return {
        "landing": ("public/landing.html", {}),
        "features": ("public/features.html", {}),
        "faq": ("public/faq.html", {}),
        "privacy": ("public/privacy.html", {}),
        "terms": ("public/terms.html", {}),
        "health": ("public/health.html", {}),
        "computed": ("public/computed.html", {}),
        "sign-up": ("auth/sign_up.html", {"form": wrong, "needs_invitation": True}),
        "sign-in": ("auth/sign_in.html", {"form": blank_form(), "next": "/today"}),
        "verify-sent": (
            "auth/verify_sent.html",
            {"email": "mira@example.org", "mail_folder_url": "http://127.0.0.1:8001/mail"},
        ),
        "verify": ("auth/verify.html", {"token": "t", "problem": None}),
        "verified": ("auth/verified.html", {}),
        "reset-request": ("auth/reset_request.html", {"form": blank_form(), "sent": False}),
        "reset-confirm": (
            "auth/reset_confirm.html",
            {
                "form": blank_form(),
                "token": "t",
                "problem": Note(
                    "The link was used or is older than an hour.", "This link no longer works.", "warn", "clock"
                ),
            },
        ),
        "send-again": (
            "send_again.html",
            {"action": "/workouts/1/words", "fields": [("note", "Legs were heavy after Sunday."), ("kept", "1")]},
        ),
        "inactive": (
            "auth/inactive.html",
            {"reason": "An administrator deactivated it on 2 June.", "contact": "admin@example.org"},
        ),
        "wizard-connect": (
            "wizard/connect.html",
            {"password_form": blank_form(), "token_form": blank_form(), "skip_url": "/wizard/ftp"},
        ),
        "wizard-ftp": ("wizard/ftp.html", {"question": ftp_question(), "skip_url": "/wizard/done"}),
        "wizard-done": ("wizard/done.html", {"summary": styleguide.notes()[:3]}),
        "today": ("today.html", {"page": today_page()}),
        "today-planned": ("today.html", {"page": replace(today_page(), **today_of_plan())}),
        "today-empty": ("today.html", {"page": empty_today()}),
        "history": ("history.html", {"page": history_page()}),
        "history-empty": ("history.html", {"page": history_empty()}),
        "history-ranked": ("history.html", {"page": history_ranked()}),
        "history-calendar": ("history.html", {"page": history_calendar()}),
        "saved-filters": ("saved_filters.html", {"page": saved_filters_page()}),
        "saved-filter": ("saved_filter.html", {"page": save_filter_page()}),
        "words-conflict": ("words_conflict.html", {"page": words_conflict()}),
        "words-again": (
            "words_again.html",
            {"title": "Slow Flow", "back_url": "/workouts/1", "words": rider_words(refused_words())},
        ),
        "ride": ("workout.html", _with_chart(power_zone_ride)(series_url)),
        "ride-coarse": ("workout.html", _with_chart(coarse_ride)(series_url)),
        "class-ride": ("workout.html", {"page": class_ride(), "words": rider_words(), "transfers": transfers()}),
        "run": ("workout.html", {"page": run(), "words": rider_words(), "transfers": transfers()}),
        "strength": ("workout.html", {"page": strength_class(), "words": rider_words(), "transfers": transfers()}),
        **workout_pages(rider_words(), transfers()),
        "workout-delete": ("workout_delete.html", {"page": strength_class()}),
        "profile": ("profile.html", {"page": profile_page()}),
        "metric-preview": ("metric_preview.html", {"preview": metric_preview()}),
        "sessions": ("sessions.html", {"rows": sessions()}),
        "tokens": ("tokens.html", {"page": tokens_page("ctz_pat_3f9a0f7c2e8b4d16a5c3e1f09b7d2468")}),
        "security": (
            "security.html",
            {"email": "mira@example.org", "events": security_events(), "next_url": "", "form": blank_form()},
        ),
        "peloton": ("peloton.html", {"page": peloton_page()}),
        "peloton-none": ("peloton.html", {"page": peloton_page("none")}),
        "peloton-broken": ("peloton.html", {"page": peloton_page("broken")}),
        **analytics_pages(),
        **year_pages(),
        **challenge_pages(),
        **class_pages(),
        **deletion_pages(),
        "users": ("admin/users.html", {"page": users_page()}),
        "error": (
            "error.html",
            {
                "status": 503,
                "title": "Workouts are not available",
                "text": "The part that keeps them does not answer. Try again in a minute.",
                "request_id": "0197a0b0c1d2",
                "retry_url": "/history",
            },
        ),
        "styleguide": ("styleguide.html", {"s": styleguide.specimens()}),
        **plan_samples(),
        **transfer_pages(),
    }


SIGNED_OUT = frozenset(
    {
        "landing",
        "features",
        "faq",
        "privacy",
        "terms",
        "health",
        "sign-up",
        "sign-in",
        "verify-sent",
        "verify",
        "verified",
        "reset-request",
        "reset-confirm",
        "inactive",
        "erased",
        "erased-done",
        "shared-year",
    }
)
