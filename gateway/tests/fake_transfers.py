"""Entered workouts, imports, merges and exports in memory behind their real contract."""

# ruff: noqa: N802 - methods are named by the contract

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from ctz_gateway.clients.times import stamp
from gateway.tests.refusals import Refused
from gateway.tests.rides import NAMESPACE

STARTED = datetime(2026, 5, 1, 6, 41, tzinfo=UTC)


def member(name: str, title: str, **more: Any) -> pb.MergeMember:
    """A workout as suggestions and merges show it."""
    workout = workouts_pb2.Workout(
        name=name,
        start_time=stamp(STARTED),
        utc_offset_seconds=7200,
        local_date="2026-05-01",
        discipline="cycling",
        title=title,
        duration_seconds=2700,
        **more.pop("workout", {}),
    )
    return pb.MergeMember(workout=workout, end_time=stamp(STARTED + timedelta(seconds=2700)), **more)


@dataclass
class TransferStore:
    """What every rider has, by owner and resource name."""

    entries: dict[UUID, dict[str, pb.ManualWorkout]] = field(default_factory=lambda: defaultdict(dict))
    notes: dict[UUID, dict[str, tuple[int, str]]] = field(default_factory=lambda: defaultdict(dict))
    imports: dict[UUID, dict[str, pb.Import]] = field(default_factory=lambda: defaultdict(dict))
    files: dict[str, list[pb.ImportFile]] = field(default_factory=lambda: defaultdict(list))
    bodies: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    members: dict[UUID, dict[str, pb.MergeMember]] = field(default_factory=lambda: defaultdict(dict))
    pairs: dict[UUID, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    merges: dict[UUID, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    batches: dict[UUID, dict[str, pb.MergeBatch]] = field(default_factory=lambda: defaultdict(dict))
    exports: dict[UUID, dict[str, pb.Export]] = field(default_factory=lambda: defaultdict(dict))
    secrets: dict[str, str] = field(default_factory=dict)
    request_ids: dict[tuple[UUID, str], str] = field(default_factory=dict)
    begun: int = 0
    arrived: int = 0

    def kept(self) -> tuple[dict[Any, Any], ...]:
        """Everything that a rider can change."""
        joined = (self.pairs, self.merges, self.batches)
        return self.entries, self.imports, self.files, *joined, self.exports, self.secrets

    def furnish(self, owner: UUID, mark: str) -> None:
        """One of everything."""
        ids = {what: uuid5(NAMESPACE, f"{mark}{what}") for what in ("entry", "import", "export")}
        entry = pb.ManualWorkout(
            name=f"workouts/{ids['entry']}", revision=3, start_time=stamp(STARTED), utc_offset_seconds=7200,
            duration_seconds=2730, discipline="cycling", title=f"{mark}spin", distance_meters=20_123.4,
        )  # fmt: skip
        self.entries[owner][entry.name] = entry
        import_name = f"imports/{ids['import']}"
        self.imports[owner][import_name] = pb.Import(
            name=import_name, create_time=stamp(STARTED), state=pb.TRANSFER_STATE_DONE, file_count=1,
            finished_file_count=1, item_count=3, finished_item_count=3, created_count=1, known_count=1, problem_count=1,
        )  # fmt: skip
        self.files[import_name].append(
            pb.ImportFile(
                name=f"{import_name}/files/{uuid4()}", file_name=f"{mark}rides.zip", size_bytes=81_234,
                format=pb.FILE_FORMAT_ZIP, state=pb.TRANSFER_STATE_DONE, item_count=3, finished_item_count=3,
                created_count=1, known_count=1, problem_count=1, workouts=[entry.name],
                problems=[pb.TransferProblem(reason="FILE_DAMAGED", message="The file is damaged.", place="old.fit")],
            )
        )  # fmt: skip
        names = [f"workouts/{uuid5(NAMESPACE, f'{mark}member {number}')}" for number in range(4)]
        for number, name in enumerate(names):
            figures = {"mean_power_watts": 190.4} if number % 2 == 0 else {"mean_heart_rate_bpm": 146}
            self.members[owner][name] = member(
                name, f"{mark}ride {number}", source="import" if number % 2 else "peloton", workout=figures,
                device_type="" if number % 2 else "home_bike",
                series_slugs=["heart_rate"] if number % 2 else ["output"],
            )  # fmt: skip
        self.pairs[owner] = [(names[0], names[1])]
        self.merges[owner] = {names[2]: [names[3]]}
        batch_name = f"mergeBatches/{uuid5(NAMESPACE, f'{mark}batch')}"
        self.batches[owner][batch_name] = pb.MergeBatch(
            name=batch_name, create_time=stamp(STARTED), state=pb.TRANSFER_STATE_DONE, pair_count=1, finished_count=1,
            merged_count=1,
        )  # fmt: skip
        export_name = f"exports/{ids['export']}"
        self.exports[owner][export_name] = pb.Export(
            name=export_name, create_time=stamp(STARTED), state=pb.TRANSFER_STATE_DONE, workout_count=9,
            finished_count=9, size_bytes=12, expire_time=stamp(datetime.now(UTC) + timedelta(days=2)),
            formats=[pb.FILE_FORMAT_FIT],
        )  # fmt: skip
        self.secrets[f"secret-of-{mark.strip()}"] = export_name


def owned(things: dict[str, Any], collection: str, name: str) -> Any:
    """A thing of one rider; NotFound for everybody else's."""
    parse(collection, name)
    if name not in things:
        raise NotFound
    return things[name]


class ManualWorkoutService:
    """ManualWorkoutService over the store."""

    def __init__(self, store: TransferStore) -> None:
        self.store = store

    def CreateManualWorkout(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        UUID(request.request_id)
        if len(request.notes) > 4000:
            raise InvalidArgument("notes", "is text of at most 4000 characters")
        known = self.store.request_ids.setdefault((owner, request.request_id), f"workouts/{uuid4()}")
        entry = self.store.entries[owner].setdefault(known, request.workout)
        entry.name, entry.revision = known, 1
        self.store.notes[owner][known] = (request.perceived_exertion, request.notes)
        return entry

    def GetManualWorkout(self, request: Any, context: Any) -> Any:
        return owned(self.store.entries[person_of(context).user_id], "workouts", request.name)

    def UpdateManualWorkout(self, request: Any, context: Any) -> Any:
        entries = self.store.entries[person_of(context).user_id]
        kept = owned(entries, "workouts", request.workout.name)
        _same_revision(kept, request.workout.revision)
        entries[kept.name] = request.workout
        entries[kept.name].revision = kept.revision + 1
        return entries[kept.name]

    def DeleteManualWorkout(self, request: Any, context: Any) -> Any:
        entries = self.store.entries[person_of(context).user_id]
        _same_revision(owned(entries, "workouts", request.name), request.revision)
        del entries[request.name]
        return pb.DeleteManualWorkoutResponse()


def _same_revision(kept: pb.ManualWorkout, revision: int) -> None:
    if kept.revision != revision:
        raise Refused("ABORTED", "REVISION_STALE")


class ImportService:
    """ImportService over the store."""

    def __init__(self, store: TransferStore) -> None:
        self.store = store

    def CreateImport(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        UUID(request.request_id)
        name = self.store.request_ids.setdefault((owner, request.request_id), f"imports/{uuid4()}")
        self.store.begun += 1
        made = pb.Import(name=name, create_time=stamp(datetime.now(UTC)), state=pb.TRANSFER_STATE_WAITING)
        return self.store.imports[owner].setdefault(name, made)

    def GetImport(self, request: Any, context: Any) -> Any:
        return owned(self.store.imports[person_of(context).user_id], "imports", request.name)

    def ListImports(self, request: Any, context: Any) -> Any:
        every = list(reversed(self.store.imports[person_of(context).user_id].values()))
        return pb.ListImportsResponse(imports=every[: request.page_size or 10])

    def ListImportFiles(self, request: Any, context: Any) -> Any:
        name = getattr(request, "import")
        owned(self.store.imports[person_of(context).user_id], "imports", name)
        return pb.ListImportFilesResponse(files=self.store.files[name])

    def DeleteImport(self, request: Any, context: Any) -> Any:
        imports = self.store.imports[person_of(context).user_id]
        del imports[owned(imports, "imports", request.name).name]
        return pb.DeleteImportResponse()


class DuplicateService:
    """DuplicateService over the store."""

    def __init__(self, store: TransferStore) -> None:
        self.store = store

    def ListDuplicates(self, _request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        members, pairs = self.store.members[owner], self.store.pairs[owner]
        return pb.ListDuplicatesResponse(
            duplicates=[pb.Duplicate(primary=members[a], other=members[b], overlap_share=0.97) for a, b in pairs],
            total_size=len(pairs),
            certain_size=len(pairs),
            newest_batch=next(reversed(self.store.batches[owner].values()), None),
        )

    def ListCertainDuplicates(self, _request: Any, context: Any) -> Any:
        found = self.ListDuplicates(None, context)
        return pb.ListCertainDuplicatesResponse(duplicates=found.duplicates, total_size=found.total_size)

    def CreateMergeBatch(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        name = self.store.request_ids.setdefault((owner, request.request_id), f"mergeBatches/{uuid4()}")
        made = pb.MergeBatch(
            name=name, create_time=stamp(datetime.now(UTC)), state=pb.TRANSFER_STATE_WAITING,
            pair_count=len(self.store.pairs[owner]),
        )  # fmt: skip
        return self.store.batches[owner].setdefault(name, made)

    def GetMergeBatch(self, request: Any, context: Any) -> Any:
        return owned(self.store.batches[person_of(context).user_id], "mergeBatches", request.name)

    def UndoMergeBatch(self, request: Any, context: Any) -> Any:
        batch = self.GetMergeBatch(request, context)
        batch.is_undone, batch.state, batch.finished_count = True, pb.TRANSFER_STATE_WAITING, 0
        return batch

    def DismissDuplicates(self, request: Any, context: Any) -> Any:
        for pair in request.pairs:
            self.DismissDuplicate(pair, context)
        return pb.DismissDuplicatesResponse()

    def MergeWorkouts(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        for name in (request.primary, *request.absorbed):
            owned(self.store.members[owner], "workouts", name)
        self.store.pairs[owner] = [
            pair for pair in self.store.pairs[owner] if set(pair) & set(request.absorbed) == set()
        ]
        self.store.merges[owner].setdefault(request.primary, []).extend(request.absorbed)
        return self._merge(owner, request.primary)

    def UnmergeWorkout(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        owned(self.store.members[owner], "workouts", request.name)
        for primary, absorbed in list(self.store.merges[owner].items()):
            if request.name in absorbed:
                absorbed.remove(request.name)
                answer = self._merge(owner, primary)
                if not absorbed:
                    del self.store.merges[owner][primary]
                return answer
        raise NotFound

    def GetMerge(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        for primary, absorbed in self.store.merges[owner].items():
            if request.workout in {primary, *absorbed}:
                return self._merge(owner, primary)
        return pb.Merge()

    def ListMerges(self, _request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        return pb.ListMergesResponse(merges=[self._merge(owner, primary) for primary in self.store.merges[owner]])

    def DismissDuplicate(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        for name in (request.workout, request.other):
            owned(self.store.members[owner], "workouts", name)
        pair = {request.workout, request.other}
        self.store.pairs[owner] = [each for each in self.store.pairs[owner] if set(each) != pair]
        return pb.DismissDuplicateResponse()

    def _merge(self, owner: UUID, primary: str) -> pb.Merge:
        members = self.store.members[owner]
        absorbed = [members[name] for name in self.store.merges[owner].get(primary, [])]
        return pb.Merge(primary=members[primary], absorbed=absorbed, merge_time=stamp(STARTED))


class ExportService:
    """ExportService over the store."""

    def __init__(self, store: TransferStore) -> None:
        self.store = store

    def CreateExport(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        UUID(request.request_id)
        name = self.store.request_ids.setdefault((owner, request.request_id), f"exports/{uuid4()}")
        made = pb.Export(
            name=name, create_time=stamp(datetime.now(UTC)), state=pb.TRANSFER_STATE_RUNNING, workout_count=9,
            finished_count=4, formats=request.formats,
        )  # fmt: skip
        return self.store.exports[owner].setdefault(name, made)

    def ListExports(self, _request: Any, context: Any) -> Any:
        return pb.ListExportsResponse(exports=list(reversed(self.store.exports[person_of(context).user_id].values())))

    def CreateExportLink(self, request: Any, context: Any) -> Any:
        found = owned(self.store.exports[person_of(context).user_id], "exports", request.name)
        if found.state != pb.TRANSFER_STATE_DONE:
            raise Refused("FAILED_PRECONDITION", "EXPORT_NOT_READY")
        secret = f"secret-{len(self.store.secrets)}"
        self.store.secrets[secret] = found.name
        return pb.ExportLink(secret=secret, expire_time=stamp(datetime.now(UTC) + timedelta(minutes=15)))

    def DeleteExport(self, request: Any, context: Any) -> Any:
        exports = self.store.exports[person_of(context).user_id]
        del exports[owned(exports, "exports", request.name).name]
        return pb.DeleteExportResponse()


def services(store: TransferStore) -> list[tuple[Any, Any, Any, str]]:
    """What a server of workouts registers."""
    return [
        (pb_grpc.add_ManualWorkoutServiceServicer_to_server, ManualWorkoutService(store), pb, "ManualWorkoutService"),
        (pb_grpc.add_ImportServiceServicer_to_server, ImportService(store), pb, "ImportService"),
        (pb_grpc.add_DuplicateServiceServicer_to_server, DuplicateService(store), pb, "DuplicateService"),
        (pb_grpc.add_ExportServiceServicer_to_server, ExportService(store), pb, "ExportService"),
    ]
