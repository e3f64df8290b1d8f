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

from ctz_chassis import paging, resource_name
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_workouts.api import entries, messages
from ctz_workouts.app import merging
from ctz_workouts.app.own_workouts import OWN
from ctz_workouts.store.duplicates import DuplicateStore, Pair, PairPlace, end_of
from ctz_workouts.store.merges import Member, MergePlace, MergeStore

COLLECTION = entries.COLLECTION
DEFAULT_PAGE, LARGEST_PAGE = 20, 50
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
        return pb.ListDuplicatesResponse(
            duplicates=[_duplicate(pair, members) for pair in shown],
            next_page_token=_pair_token(shown[-1], digest) if len(pairs) > limit else "",
            total_size=total if after is None else 0,
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
        self._database.run(lambda connection: merging.dismiss(connection, user_id, first, second))
        return pb.DismissDuplicateResponse()


def _merge(connection: sa.Connection, user_id: UUID, primary_id: UUID) -> pb.Merge:
    store = MergeStore(connection, user_id)
    merged_at = store.merged_at(primary_id)
    if merged_at is None and primary_id not in store.members([primary_id]):
        raise NotFound
    if merged_at is None:
        return pb.Merge()
    return _merges(store, [primary_id], {primary_id: merged_at})[0]


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


def _pair_token(pair: Pair, digest: str) -> str:
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
