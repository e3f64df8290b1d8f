"""Sample contexts of workouts that come in and go out. Content is invented."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.clients.times import stamp
from ctz_gateway.present import activities, rider_words
from ctz_gateway.present import duplicates as duplicate_words
from ctz_gateway.present import exports as export_words
from ctz_gateway.present import imports as import_words
from ctz_gateway.present import merge_batches as batch_words
from ctz_gateway.viewmodels.common import Form, Note, Option, blank_form
from ctz_gateway.viewmodels.duplicates import BatchPage, CertainPage, DuplicatesPage, WorkoutTransfers
from ctz_gateway.viewmodels.exports import ExportsPage
from ctz_gateway.viewmodels.imports import ImportPage, ImportsPage
from ctz_gateway.viewmodels.manual import ManualPage

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2025, 6, 12, 9, 30, tzinfo=UTC)
AT = datetime(2025, 6, 11, 4, 41, tzinfo=UTC)


def transfer_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    return {
        "manual-new": ("transfers/manual.html", {"page": _manual()}),
        "manual-edit": ("transfers/manual.html", {"page": _edited()}),
        "imports": ("transfers/imports.html", {"page": _imports()}),
        "imports-none": (
            "transfers/imports.html",
            {"page": replace(_imports(), rows=(), form=Form({}, {"files": "Choose a file first."}))},
        ),
        "import": ("transfers/import.html", {"page": _import(_told(), _files())}),
        "import-running": ("transfers/import.html", {"page": _import(_running(), _files()[:2])}),
        "duplicates": ("transfers/duplicates.html", {"page": _duplicates()}),
        "certain": ("transfers/certain.html", {"page": _certain()}),
        "certain-none": ("transfers/certain.html", {"page": CertainPage((), "")}),
        "merge-batch": ("transfers/merge_batch.html", {"page": _batch(state=pb.TRANSFER_STATE_DONE)}),
        "merge-batch-running": ("transfers/merge_batch.html", {"page": _batch(state=pb.TRANSFER_STATE_RUNNING)}),
        "merge-batch-undone": (
            "transfers/merge_batch.html",
            {"page": _batch(state=pb.TRANSFER_STATE_DONE, is_undone=True, merged_count=3)},
        ),
        "duplicates-none": ("transfers/duplicates.html", {"page": DuplicatesPage((), "", ())}),
        "exports": ("transfers/exports.html", {"page": _exports(running=False)}),
        "exports-running": ("transfers/exports.html", {"page": _exports(running=True)}),
    }


def _told() -> pb.Import:
    return pb.Import(
        name="imports/1", create_time=stamp(AT), state=pb.TRANSFER_STATE_DONE, file_count=4, finished_file_count=4,
        item_count=131, finished_item_count=131, created_count=124, known_count=4, problem_count=3,
    )  # fmt: skip


def _running() -> pb.Import:
    return pb.Import(
        name="imports/2", create_time=stamp(AT), state=pb.TRANSFER_STATE_RUNNING, file_count=2, finished_file_count=1,
        item_count=120, finished_item_count=48, created_count=47, known_count=1,
    )  # fmt: skip


def _files() -> list[pb.ImportFile]:
    damaged = "The file is damaged or cut off. Download it again from the app or device that made it, then send that."
    nested = "This is a zip within the zip. Unpack it and send it by itself."
    unknown = "This is no workout file. FIT, TCX, GPX, Peloton’s CSV, and a zip of such files can be read."
    return [
        pb.ImportFile(
            name="imports/1/files/1", file_name="Lunch ride 2025-06-09.fit", size_bytes=81_234, created_count=1,
            format=pb.FILE_FORMAT_FIT, state=pb.TRANSFER_STATE_DONE, item_count=1, finished_item_count=1,
            workouts=["workouts/0197a0b0-0000-7000-8000-000000000001"],
        ),
        pb.ImportFile(
            name="imports/1/files/2", file_name="export_of_my_old_app_with_a_name_that_goes_on_and_on_2019-2024.zip",
            size_bytes=48_812_345, format=pb.FILE_FORMAT_ZIP, state=pb.TRANSFER_STATE_DONE, item_count=129,
            finished_item_count=129, created_count=123, known_count=4, problem_count=2,
            problems=[
                pb.TransferProblem(reason="FILE_DAMAGED", message=damaged, place="Old rides/2020-03-01.fit"),
                pb.TransferProblem(reason="ZIP_IN_ZIP", place="old.zip", message=nested),
            ],
            workouts=[f"workouts/0197a0b0-0000-7000-8000-00000000000{number}" for number in range(2, 7)],
        ),
        pb.ImportFile(
            name="imports/1/files/3", file_name="cv.pdf", size_bytes=512, state=pb.TRANSFER_STATE_FAILED,
            problem_count=1, problems=[pb.TransferProblem(reason="FORMAT_UNKNOWN", message=unknown)],
        ),
        pb.ImportFile(
            name="imports/1/files/4", file_name="مرحبا.gpx", size_bytes=9_812, state=pb.TRANSFER_STATE_WAITING
        ),
    ]  # fmt: skip


def _import(told: pb.Import, files: list[pb.ImportFile]) -> ImportPage:
    return import_words.import_page(
        told, files, UTC_ZONE, NOW, progress_url="/import/1/progress", delete_url="/import/1/delete", more_url=""
    )


def _imports() -> ImportsPage:
    rows = [import_words.import_row(told, f"/{told.name}", UTC_ZONE, NOW) for told in (_running(), _told())]
    return ImportsPage(blank_form(), rows, 512 * 1024 * 1024, "At once up to 512 MB.", "/import?older=2")


def _member(number: int, title: str, **more: Any) -> pb.MergeMember:
    workout = workouts_pb2.Workout(
        name=f"workouts/0197a0b0-0000-7000-8000-00000000001{number}", start_time=stamp(AT), utc_offset_seconds=7200,
        local_date="2025-06-11", discipline="cycling", title=title, duration_seconds=2700 + 31 * number,
        **more.pop("workout", {}),
    )  # fmt: skip
    end = AT + timedelta(seconds=2700 + 31 * number)
    return pb.MergeMember(workout=workout, end_time=stamp(end), **more)


def _pairs() -> list[pb.Duplicate]:
    bike = _member(
        0, "45 min Power Zone Endurance", source="peloton", device_type="home_bike_v1",
        series_slugs=["output", "cadence", "resistance", "speed"],
        workout={"mean_power_watts": 190.4, "work_kilojoules": 514.4},
    )  # fmt: skip
    watch = _member(
        1, "Indoor cycling", source="import", device_type="Forerunner 255 Music", series_slugs=["heart_rate"],
        workout={"mean_heart_rate_bpm": 146},
    )  # fmt: skip
    pairs = [pb.Duplicate(primary=bike, other=watch, overlap_share=0.986)]
    pairs.append(pb.Duplicate(primary=_member(2, "Outdoor ride", source="import"), other=bike, overlap_share=1))
    return pairs


def _told_batch(**given: Any) -> pb.MergeBatch:
    fields: dict[str, Any] = {"pair_count": 4012, "finished_count": 1480, "merged_count": 1478} | given
    return pb.MergeBatch(name="mergeBatches/1", create_time=stamp(AT), **fields)


def _batch(**given: Any) -> BatchPage:
    told = _told_batch(**given)
    return batch_words.batch_page(told, UTC_ZONE, NOW, progress_url="/duplicates/batches/1/progress", undo_url="/undo")


def _certain() -> CertainPage:
    rows = [duplicate_words.certain_row(pair) for pair in _pairs()]
    return CertainPage(rows, batch_words.certain_text(4012), "/duplicates/certain?older=2", is_start=False)


def _duplicates() -> DuplicatesPage:
    pairs = _pairs()
    bike, watch = pairs[0].primary, pairs[0].other
    merges = [pb.Merge(primary=bike, absorbed=[watch, _member(3, "Spin", source="manual")], merge_time=stamp(AT))]
    return DuplicatesPage(
        pairs=[duplicate_words.pair_card(pair, is_metric=True) for pair in pairs],
        pairs_text="2 pairs",
        merges=[duplicate_words.merge_row(merge, UTC_ZONE, NOW, is_metric=True) for merge in merges],
        more_pairs_url="/duplicates?pairs=2",
        undo="0197a0b0-0000-7000-8000-000000000011",
        certain_text="4,012 pairs",
        batch=batch_words.batch_row(
            _told_batch(state=pb.TRANSFER_STATE_DONE), "/duplicates/batches/1", "/undo", UTC_ZONE, NOW
        ),
        apart_text="2 pairs",
    )


def _exports(*, running: bool) -> ExportsPage:
    made = pb.Export(
        name="exports/1", create_time=stamp(AT), state=pb.TRANSFER_STATE_DONE, workout_count=1284, finished_count=1284,
        size_bytes=91_812_345, expire_time=stamp(AT + timedelta(days=3)),
        formats=[pb.FILE_FORMAT_FIT, pb.FILE_FORMAT_CSV],
    )  # fmt: skip
    failed = pb.Export(
        name="exports/2", create_time=stamp(AT), state=pb.TRANSFER_STATE_FAILED, formats=[pb.FILE_FORMAT_TCX],
        problem=pb.TransferProblem(reason="EXPORT_FAILED", message="The zip could not be made. Start another export."),
    )  # fmt: skip
    under_way = pb.Export(
        name="exports/3", create_time=stamp(NOW), state=pb.TRANSFER_STATE_RUNNING, workout_count=1284,
        finished_count=412, formats=[pb.FILE_FORMAT_FIT],
    )  # fmt: skip
    every = [under_way, made] if running else [made, failed]
    return ExportsPage(
        form=blank_form(),
        formats=[
            (slug, f"{name}, {export_words.MEANINGS[slug]}", slug == "fit") for slug, name in export_words.NAMES.items()
        ],
        rows=[
            export_words.export_row(each, UTC_ZONE, NOW, link_url="/export/1/link", delete_url="/export/1/delete")
            for each in every
        ],
        spoken="",
        progress_url="/export/progress" if running else "",
    )


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


def transfers() -> WorkoutTransfers:
    """A synced ride that a watch recorded too."""
    return WorkoutTransfers("0197a0b0-0000-7000-8000-000000000010", merge=_duplicates().merges[0])
