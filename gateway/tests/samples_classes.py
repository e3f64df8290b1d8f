"""Samples of the class library, one class, recorded targets, practice and reference."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from ctz.workouts.v1 import classes_pb2

from ctz_gateway.clients.times import stamp
from ctz_gateway.present import pace_tables, recommendations, recorded_targets
from ctz_gateway.present.class_page import Around, class_page, seconds_of
from ctz_gateway.present.classes import class_row
from ctz_gateway.present.practice import Rider, practice_page
from ctz_gateway.viewmodels import class_targets, classes
from ctz_gateway.viewmodels.common import Note, Option
from ctz_gateway.viewmodels.training import ActiveFilter
from gateway.tests.made_classes import FLOW, MAX_RIDE, OPEN_RIDE, PACE_RUN, library, reference, zone_blocks

HOSTILE = "45 min <b>Power</b> {{ 7 * 7 }} Zone Ride"
FTP = 238


def class_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    empty = replace(library_page(), rows=[], match_text="none match", next_url="")
    return {
        "classes": ("classes.html", {"page": library_page()}),
        "classes-none": ("classes.html", {"page": empty}),
        "classes-not-yet": ("classes.html", {"page": replace(empty, has_any=False, total_text="0 classes")}),
        "classes-recommended": ("classes_recommended.html", {"page": recommended_page()}),
        "class": ("class.html", {"page": ride_page()}),
        "class-run": ("class.html", {"page": page_of(PACE_RUN)}),
        "class-without": ("class.html", {"page": page_of(FLOW)}),
        "recorded-targets": ("recorded_targets.html", {"page": recorded_page()}),
        "recording": ("recording.html", {"page": recording_page()}),
        "practice": ("practice.html", {"page": practice(MAX_RIDE)}),
        "practice-run": ("practice.html", {"page": practice(PACE_RUN)}),
        "reference": ("reference.html", {"page": reference_page()}),
    }


def library_page() -> classes.ClassesPage:
    """Classes of every kind, with filters in force."""
    views = library()
    views[f"classes/{OPEN_RIDE}"].library_class.title = HOSTILE
    views[f"classes/{MAX_RIDE}"].library_class.attempt_count = 3
    rows = [class_row(view.library_class) for view in views.values()]
    zones = [Option(str(zone), str(zone), zone in {4, 5}) for zone in range(1, 8)]
    return classes.ClassesPage(
        rows=[replace(rows[0], is_favourite=True), *rows[1:]],
        filters=classes.ClassFilters(
            q="", choices=True,
            discipline=[Option("", "Every discipline", selected=True), Option("cycling", "Cycling (8,214)")],
            class_type=[Option("", "Every class type", selected=True), Option("power_zone", "Power Zone (611)")],
            instructor=[Option("", "Every instructor", selected=True), Option("Ina Berg", "Ina Berg (1,204)")],
            length=[Option("", "Any length"), Option("30", "30 min (3,011)", selected=True)],
            taken=[Option("", "Taken or not", selected=True), Option("yes", "Taken"), Option("no", "Not taken")],
            order=[Option("", "Newest first", selected=True), Option("load", "Highest load first")],
            from_year=[Option("", "Any", selected=True), Option("2026", "2026")],
            to_year=[Option("", "Any", selected=True), Option("2026", "2026")],
            favourites=False, targets=True, offered=False, zones=zones,
            without_zones=[replace(zone, selected=False) for zone in zones],
            bounds={"min_load": "40", "max_load": "", "min_if": "", "max_if": "", "min_difficulty": "",
                    "max_difficulty": ""},
            is_more_open=True,
            active=[ActiveFilter("30 min", "/classes?zone=4"), ActiveFilter("calls zones 4 and 5", "/classes")],
        ),
        total_text="24,310 classes in the library",
        match_text="412 match",
        is_similar=True,
        has_any=True,
        next_url="/classes?cursor=x",
        next_text="Show 24 more",
        here="/classes?length=30",
    )  # fmt: skip


def recommended_page() -> classes.RecommendedPage:
    """Instructors and classes with reasons."""
    given: list[tuple[str, dict[str, float], dict[str, str]]] = [
        ("instructor_rated", {"rating": 4.5, "count": 4, "rides": 31}, {"instructor": "Ina Berg"}),
        ("type_often", {"rides": 58}, {"class_type": "power_zone_max"}),
        ("length_usual", {"minutes": 30, "rides": 41}, {}),
        ("load_usual", {"load": 48, "usual_load": 51}, {}),
    ]
    why = [classes_pb2.RecommendationReason(kind=kind, figures=figures, words=words) for kind, figures, words in given]
    found = classes_pb2.RecommendedClass(library_class=library()[f"classes/{MAX_RIDE}"].library_class, reasons=why)
    teacher = classes_pb2.RecommendedInstructor(
        instructor="Ina Berg", discipline="cycling", reasons=why[:1], untaken_count=41
    )
    return classes.RecommendedPage(
        instructors=[recommendations.instructor_row(teacher, "/classes")],
        rows=[recommendations.recommended_row(found)],
        basis_text="From 314 classes that you took, and from your ratings.",
        disciplines=[Option("", "Everything that I do", selected=True), Option("cycling", "Cycling")],
        here="/classes/recommended",
    )


def page_of(key: str, **told: Any) -> classes.ClassPage:
    """The page of a class."""
    view = library()[f"classes/{key}"]
    view.recorded_targets_count = 2
    around = Around(
        is_metric=True,
        ftp_watts=FTP,
        today=date(2026, 5, 4),
        library_url="/classes",
        here=f"/classes/{key}",
        **told,
    )
    return class_page(view, around)


def ride_page() -> classes.ClassPage:
    """A Power Zone class that was taken twice."""
    page = page_of(MAX_RIDE, note=Note("Reload the page in a moment.", "Peloton is asked.", "plain", "sync"))
    attempts = [
        classes.AttemptRow(
            f"0197a0b0-0000-7000-8000-{place:012}", f"{10 - place} June 2025", place == 0, "412 kJ", "228 W", "49",
            "91 %", "151 bpm",
        )
        for place in range(2)
    ]  # fmt: skip
    return replace(page, attempts=attempts, attempts_text="2 times", can_compare=True, rating=4, is_favourite=True)


def _recorded(title: str, **told: Any) -> classes_pb2.RecordedTargets:
    return classes_pb2.RecordedTargets(
        name=f"recordedTargets/0197a0b0-0000-7000-8000-00000000000{len(title) % 9}", title=title,
        blocks=zone_blocks(0), votes_for=4, votes_against=1,
        create_time=stamp(datetime(2026, 5, 1, tzinfo=UTC)), **told,
    )  # fmt: skip


def recorded_page() -> class_targets.RecordedPage:
    """Own targets and those of others."""
    found = [_recorded("Mine, from the class plan", is_own=True), _recorded(HOSTILE, own_vote=1, is_shared=True)]
    view = library()[f"classes/{OPEN_RIDE}"]
    view.chosen_recorded_targets = found[1].name
    rows = [recorded_targets.recorded_row(each, 2700, view) for each in found]
    return class_targets.RecordedPage(
        class_id=OPEN_RIDE,
        title="45 min Power Zone Ride",
        rows=[row for row in rows if row is not None],
        can_record=True,
        is_chosen=True,
        chosen_text="Your rides are analysed by “Heard it in the class”.",
        notes=[],
    )


def recording_page() -> class_targets.RecordingPage:
    """The editor with a row that is wrong."""
    rows = recorded_targets.rows_of(zone_blocks(0), "cycling")
    wrong = replace(rows[2], error="It begins before the row above ends.")
    return class_targets.RecordingPage(
        class_id=OPEN_RIDE,
        class_title="45 min Power Zone Ride",
        title="Record targets",
        post_url=f"/classes/{OPEN_RIDE}/targets/new",
        name=HOSTILE,
        name_error="",
        is_shared=True,
        rows=recorded_targets.with_blank([*rows[:2], wrong, *rows[3:]]),
        hints=recorded_targets.hints("cycling"),
        problem=Note("Look at the marked rows.", tone="bad", icon="alert"),
        hidden={"idempotency_key": "key"},
        length_text="45:00",
        chart=recorded_page().rows[0].chart,
    )


def practice(key: str) -> class_targets.PracticePage:
    """The player of a class."""
    view = library()[f"classes/{key}"]
    rider = Rider(
        ftp_watts=FTP, ftp_typed=str(FTP), ftp_error="", level=5, paces=reference().pace_tables[0], is_metric=True
    )
    page = practice_page(view, rider, f"/classes/{key}")
    if page is None or seconds_of(view, view.practice_targets) != page.seconds:
        raise LookupError(key)
    return page


def reference_page() -> class_targets.ReferencePage:
    """Zones at an FTP, and a pace table."""
    return class_targets.ReferencePage(
        zones=[
            class_targets.ZoneRow(1, "Active recovery", "Recovery", "0–55 %", "0–131 W", "107 W"),
            class_targets.ZoneRow(7, "Neuromuscular", "Max", "over 150 %", "over 357 W", "381 W"),
        ],
        ftp=str(FTP),
        ftp_error="",
        ftp_text="At your FTP.",
        paces=[pace_tables.pace_table(each, is_metric=True) for each in reference().pace_tables],
    )
