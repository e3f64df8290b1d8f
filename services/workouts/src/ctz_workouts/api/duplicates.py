"""DuplicateService."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis import idempotency, paging, resource_name
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_workouts.api import entries, messages
from ctz_workouts.app import merging, merging_many
from ctz_workouts.domain.sources import OWN
from ctz_workouts.store import tables
from ctz_workouts.store.duplicates import DuplicateStore, Pair, PairPlace, end_of
from ctz_workouts.store.merge_batches import MergeBatchStore
from ctz_workouts.store.merges import Member, MergePlace, MergeStore

COLLECTION = entries.COLLECTION
BATCHES = "mergeBatches"
DEFAULT_PAGE, LARGEST_PAGE = 20, 50
DEFAULT_CERTAIN, LARGEST_CERTAIN = 50, 100
MOST_ABSORBED = 10
PlaceT = TypeVar("PlaceT")


class DuplicateServicer(pb_grpc.DuplicateServiceServicer):
    """The person's workouts that may be, or are, one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ListDuplicates(self, request: pb.ListDuplicatesRequest, context: Any) -> pb.ListDuplicatesResponse:
        """Pairs that were neither merged nor dismissed, newest first."""
        user_id = person_of(context).user_id
        of_workout = resource_name.parse(COLLECTION, request.workout, field="workout") if request.workout else None
        digest = paging.filter_digest(of="duplicates", workout=of_workout)
        limit = paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        after = _place(request.page_token, digest, _pair_place)
        with self._database.read() as connection:
            store = DuplicateStore(connection, user_id)
            pairs = store.page(after, limit, of_workout)
            total = store.count(of_workout) if after is None and len(pairs) > limit else len(pairs)
            shown = pairs[:limit]
            ids = {workout_id for pair in shown for workout_id in (pair.workout_id, pair.other_id)}
            members = MergeStore(connection, user_id).members(ids)
            is_start = after is None and of_workout is None
            certain = merging.certain_of(store) if is_start and pairs else []
            newest = MergeBatchStore(connection, user_id).newest() if is_start else None
        return pb.ListDuplicatesResponse(
            duplicates=[_duplicate(pair, members) for pair in shown],
            next_page_token=_pair_token(shown[-1], digest) if len(pairs) > limit else "",
            total_size=total if after is None else 0,
            certain_size=len(certain),
            newest_batch=_batch(newest) if newest is not None else None,
        )

    def MergeWorkouts(self, request: pb.MergeWorkoutsRequest, context: Any) -> pb.Merge:
        """Make one workout of several."""
        user_id = person_of(context).user_id
        primary_id = resource_name.parse(COLLECTION, request.primary, field="primary")
        absorbed_ids = list(dict.fromkeys(entries.names_of("absorbed", request.absorbed, MOST_ABSORBED)))

        def work(connection: sa.Connection) -> pb.Merge:
            merging.merge(connection, user_id, primary_id, absorbed_ids)
            return _merge(connection, user_id, primary_id)

        return self._database.run(work)

    def UnmergeWorkout(self, request: pb.UnmergeWorkoutRequest, context: Any) -> pb.Merge:
        """List a workout on its own again."""
        user_id, workout_id = person_of(context).user_id, resource_name.parse(COLLECTION, request.name)

        def work(connection: sa.Connection) -> pb.Merge:
            return _merge(connection, user_id, merging.unmerge(connection, user_id, workout_id))

        return self._database.run(work)

    def GetMerge(self, request: pb.GetMergeRequest, context: Any) -> pb.Merge:
        """The merge that a workout is part of."""
        user_id = person_of(context).user_id
        workout_id = resource_name.parse(COLLECTION, request.workout, field="workout")
        with self._database.read() as connection:
            store = MergeStore(connection, user_id)
            return _merge(connection, user_id, store.above([workout_id]).get(workout_id, workout_id))

    def ListMerges(self, request: pb.ListMergesRequest, context: Any) -> pb.ListMergesResponse:
        """Merges, newest first."""
        user_id, digest = person_of(context).user_id, paging.filter_digest(of="merges")
        limit = paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        after = _place(request.page_token, digest, _merge_place)
        with self._database.read() as connection:
            store = MergeStore(connection, user_id)
            rows = store.page(after, limit)
            shown = rows[:limit]
            merges = _merges(store, [into_id for into_id, _ in shown], dict(shown))
        token = ""
        if len(rows) > limit:
            into_id, changed_at = shown[-1]
            token = paging.encode_token({"t": changed_at.isoformat(), "i": str(into_id)}, digest)
        return pb.ListMergesResponse(merges=merges, next_page_token=token)

    def DismissDuplicate(self, request: pb.DismissDuplicateRequest, context: Any) -> pb.DismissDuplicateResponse:
        """Keep that a pair is two workouts."""
        user_id = person_of(context).user_id
        first = resource_name.parse(COLLECTION, request.workout, field="workout")
        second = resource_name.parse(COLLECTION, request.other, field="other")
        self._database.run(lambda connection: merging.dismiss(connection, user_id, [(first, second)]))
        return pb.DismissDuplicateResponse()

    def DismissDuplicates(self, request: pb.DismissDuplicatesRequest, context: Any) -> pb.DismissDuplicatesResponse:
        """Keep of several pairs that each is two workouts."""
        user_id = person_of(context).user_id
        if not 1 <= len(request.pairs) <= LARGEST_PAGE:
            raise InvalidArgument("pairs", f"are 1 to {LARGEST_PAGE}")
        pairs = [
            (
                resource_name.parse(COLLECTION, pair.workout, field="pairs"),
                resource_name.parse(COLLECTION, pair.other, field="pairs"),
            )
            for pair in request.pairs
        ]
        self._database.run(lambda connection: merging.dismiss(connection, user_id, pairs))
        return pb.DismissDuplicatesResponse()

    def ListCertainDuplicates(
        self, request: pb.ListCertainDuplicatesRequest, context: Any
    ) -> pb.ListCertainDuplicatesResponse:
        """Pairs that are certainly one workout, newest first."""
        user_id, digest = person_of(context).user_id, paging.filter_digest(of="certain")
        limit = paging.page_size(request.page_size, DEFAULT_CERTAIN, LARGEST_CERTAIN)
        after = _place(request.page_token, digest, _pair_place)
        with self._database.read() as connection:
            store = DuplicateStore(connection, user_id)
            places = [merging.place_of(each) for each in merging.certain_of(store)]
            behind = [place for place in places if after is None or place < after]
            shown = behind[:limit]
            pairs = {(pair.workout_id, pair.other_id): pair for pair in store.some([place.ids for place in shown])}
            members = MergeStore(connection, user_id).members([one for ids in pairs for one in ids])
        return pb.ListCertainDuplicatesResponse(
            duplicates=[_duplicate(pairs[place.ids], members) for place in shown if place.ids in pairs],
            next_page_token=_pair_token(shown[-1], digest) if len(behind) > limit else "",
            total_size=len(places),
        )

    def CreateMergeBatch(self, request: pb.CreateMergeBatchRequest, context: Any) -> pb.MergeBatch:
        """Begin to merge every pair that is certain."""
        user_id, key = person_of(context).user_id, request_key(request)

        def work(connection: sa.Connection) -> pb.MergeBatch:
            begun = idempotency.once(
                connection, tables.request_ids, user_id, key, lambda: merging_many.begin(connection, user_id).bytes
            )
            return _one_batch(MergeBatchStore(connection, user_id), UUID(bytes=begun.body))

        return self._database.run(work)

    def GetMergeBatch(self, request: pb.GetMergeBatchRequest, context: Any) -> pb.MergeBatch:
        """A batch and how far it is."""
        batch_id, user_id = resource_name.parse(BATCHES, request.name), person_of(context).user_id
        with self._database.read() as connection:
            return _one_batch(MergeBatchStore(connection, user_id), batch_id)

    def UndoMergeBatch(self, request: pb.UndoMergeBatchRequest, context: Any) -> pb.MergeBatch:
        """Begin to take apart what a batch merged."""
        batch_id, user_id = resource_name.parse(BATCHES, request.name), person_of(context).user_id

        def work(connection: sa.Connection) -> pb.MergeBatch:
            store = MergeBatchStore(connection, user_id)
            _one_batch(store, batch_id)  # what is not there is not found, whatever else is under way
            merging_many.undo(connection, user_id, batch_id)
            return _one_batch(store, batch_id)

        return self._database.run(work)


def _merge(connection: sa.Connection, user_id: UUID, primary_id: UUID) -> pb.Merge:
    store = MergeStore(connection, user_id)
    merged_at = store.merged_at(primary_id)
    if merged_at is None and primary_id not in store.members([primary_id]):
        raise NotFound
    if merged_at is None:
        return pb.Merge()
    return _merges(store, [primary_id], {primary_id: merged_at})[0]


def _one_batch(store: MergeBatchStore, batch_id: UUID) -> pb.MergeBatch:
    row = store.one(batch_id)
    if row is None:
        raise NotFound
    return _batch(row)


def _batch(row: Any) -> pb.MergeBatch:
    message = pb.MergeBatch(
        name=resource_name.format(BATCHES, row.batch_id),
        state=row.state,
        is_undone=row.is_undone,
        pair_count=row.pair_count,
        finished_count=row.finished_count,
        merged_count=row.merged_count,
    )
    message.create_time.FromDatetime(row.created_at)
    return message


def _merges(store: MergeStore, primary_ids: Sequence[UUID], merged_at: Mapping[UUID, datetime]) -> list[pb.Merge]:
    beneath = store.beneath(primary_ids)
    members = store.members([*primary_ids, *(one for group in beneath.values() for one in group)])
    merges = []
    for primary_id in primary_ids:
        absorbed = [members[one] for one in beneath.get(primary_id, []) if one in members]
        merge = pb.Merge(absorbed=[_member(one) for one in sorted(absorbed, key=_start)])
        if primary_id in members:
            merge.primary.CopyFrom(_member(members[primary_id]))
        merge.merge_time.FromDatetime(merged_at[primary_id])
        merges.append(merge)
    return merges


def _duplicate(pair: Pair, members: Mapping[UUID, Member]) -> pb.Duplicate:
    ordered = sorted((members[pair.workout_id], members[pair.other_id]), key=_rank, reverse=True)
    return pb.Duplicate(
        primary=_member(ordered[0]), other=_member(ordered[1]), overlap_share=min(max(pair.overlap_share, 0.0), 1.0)
    )


def _rank(member: Member) -> tuple[Any, ...]:
    """Which of two is to stay: the synced one, else the one with more series, else the longer one."""
    row = member.workout
    seconds = row.ridden_seconds if row.ridden_seconds is not None else row.reported_seconds
    return (row.source not in OWN, len(_slugs(member)), seconds or 0, str(row.workout_id))


def _start(member: Member) -> Any:
    return member.workout.start_time


def _slugs(member: Member) -> list[str]:
    if member.workout.series_state != workouts_pb2.SERIES_STATE_STORED:
        return []
    return [metric.slug for metric in peloton.WorkoutPerformance.FromString(member.reported or b"").metrics]


def _member(member: Member) -> pb.MergeMember:
    row = member.workout
    message = pb.MergeMember(
        workout=messages.workout(row), source=row.source, device_type=row.device_type, series_slugs=_slugs(member)
    )
    end = end_of(row)
    if end is not None:
        message.end_time.FromDatetime(end)
    return message


def _pair_token(pair: Pair | PairPlace, digest: str) -> str:
    payload = {"t": pair.start_time.isoformat(), "a": str(pair.workout_id), "b": str(pair.other_id)}
    return paging.encode_token(payload, digest)


def _pair_place(payload: Mapping[str, Any]) -> PairPlace:
    return PairPlace(datetime.fromisoformat(payload["t"]), UUID(payload["a"]), UUID(payload["b"]))


def _merge_place(payload: Mapping[str, Any]) -> MergePlace:
    return MergePlace(datetime.fromisoformat(payload["t"]), UUID(payload["i"]))


def _place(token: str, digest: str, read: Callable[[Mapping[str, Any]], PlaceT]) -> PlaceT | None:
    payload = paging.decode_token(token, digest)
    if not payload:
        return None
    try:
        return read(payload)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidArgument("page_token", "does not belong to this list; start again without it") from None
