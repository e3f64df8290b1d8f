"""Sample contexts of workouts that come in and go out. Content is invented."""

from dataclasses import replace
from typing import Any

from ctz_gateway.present import activities, rider_words
from ctz_gateway.viewmodels.common import Form, Note, Option
from ctz_gateway.viewmodels.manual import ManualPage


def transfer_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    return {
        "manual-new": ("transfers/manual.html", {"page": _manual()}),
        "manual-edit": ("transfers/manual.html", {"page": _edited()}),
    }


def _manual() -> ManualPage:
    given = {
        "discipline": "running", "title": "Along the river", "date": "2025-06-12", "time": "06:30", "hours": "1",
        "minutes": "five", "distance": "12.4", "heart_rate": "20", "note": "Foggy.", "effort": "4",
    }  # fmt: skip
    wrong = {
        "minutes": "Give the length in whole hours, minutes and seconds.",
        "heart_rate": "Give beats a minute, from 25 to 250.",
    }
    return ManualPage(
        title="Add a workout",
        lead="For what no device recorded. It counts like every other workout.",
        form=Form(given, wrong, Note("Look at the marked fields.", tone="bad", icon="alert")),
        post_url="/workouts/new",
        back_url="/history",
        act="Add",
        hidden={"idempotency_key": "key-manual"},
        disciplines=activities.discipline_options("running"),
        class_types=[Option("", "No class, or another one", selected=True), *activities.type_options("")],
        efforts=rider_words.effort_options("4"),
        distance_unit="km",
        is_new=True,
    )


def _edited() -> ManualPage:
    given = {"discipline": "cycling", "title": "Evening spin", "class_type": "intervals", "instructor": "Ina Berg"}
    return replace(
        _manual(),
        title="Change the workout",
        lead="A file told it, so its name can be changed here; its figures stay as the file has them.",
        form=Form(given, {}),
        post_url="/workouts/1/edit",
        back_url="/workouts/1",
        act="Save",
        hidden={"revision": "3"},
        disciplines=activities.discipline_options("cycling"),
        class_types=activities.type_options("intervals"),
        is_new=False,
        is_imported=True,
        remove_url="/workouts/1/remove",
    )
