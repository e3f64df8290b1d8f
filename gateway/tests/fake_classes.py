"""The class library in memory behind its real contract: lists, filters, pages, marks, recorded targets, votes."""

# ruff: noqa: N802 - methods are named by the contract

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from ctz.workouts.v1 import classes_pb2, classes_pb2_grpc, workouts_pb2

from ctz_chassis import paging
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_gateway.clients.times import stamp
from gateway.tests.made_classes import MAX_RIDE, OPEN_RIDE, SHARED, library, reference, zone_blocks
from gateway.tests.refusals import Refused
from gateway.tests.rides import NAMESPACE


@dataclass
class ClassStore:
    """The library, and what riders did with it."""

    views: dict[str, classes_pb2.ClassView] = field(default_factory=library)
    favourites: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    ratings: dict[UUID, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    chosen: dict[UUID, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    votes: dict[UUID, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    recorded: dict[UUID, dict[str, classes_pb2.RecordedTargets]] = field(default_factory=lambda: defaultdict(dict))
    attempts: dict[UUID, list[classes_pb2.ClassAttempt]] = field(default_factory=lambda: defaultdict(list))

    def furnish(self, owner: UUID, mark: str, workouts: Iterable[workouts_pb2.WorkoutView] = ()) -> None:
        """Private targets of a rider's own, shared ones of nobody here, and the rider's times with the ride."""
        self.record(owner, f"{mark}targets", str(uuid5(NAMESPACE, f"{mark}targets")), is_shared=False)
        self.record(UUID(int=7), "Heard it in the class", SHARED, is_shared=True)
        self.attempts[owner] = [
            classes_pb2.ClassAttempt(
                workout=view.workout.name, local_date=view.workout.local_date, work_kilojoules=400 - place,
                mean_power_watts=210, training_stress_score=49, load=49, target_share=0.9, is_best=place == 0,
            )
            for place, view in enumerate(list(workouts)[:2])
        ]  # fmt: skip

    def kept(self) -> tuple[dict[Any, Any], ...]:
        """Everything that riders change."""
        return (self.favourites, self.ratings, self.chosen, self.votes, self.recorded)

    def record(self, owner: UUID, title: str, key: str, *, is_shared: bool) -> None:
        """Keep targets for the ride that has none."""
        now = stamp(datetime(2026, 5, 1, tzinfo=UTC))
        self.recorded[owner][f"recordedTargets/{key}"] = classes_pb2.RecordedTargets(
            name=f"recordedTargets/{key}", class_name=f"classes/{OPEN_RIDE}", title=title, blocks=zone_blocks(0),
            revision=1, is_shared=is_shared, create_time=now, update_time=now,
        )  # fmt: skip


class ClassService:
    """ClassService over the store."""

    def __init__(self, store: ClassStore) -> None:
        self.store = store

    def ListClasses(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        size = paging.page_size(request.page_size, default=24, maximum=100)
        digest = paging.filter_digest(filter=request.filter.SerializeToString(deterministic=True).hex())
        first = int(paging.decode_token(request.page_token, digest)["first"]) if request.page_token else 0
        every = [self._mine(view, owner).library_class for view in self.store.views.values()]
        kept = [found for found in every if _matches(found, request.filter)]
        answer = classes_pb2.ListClassesResponse(classes=kept[first : first + size], library_size=len(every))
        if first + size < len(kept):
            answer.next_page_token = paging.encode_token({"first": first + size}, digest)
        if not request.page_token:
            answer.total_size = len(kept)
            answer.facets.CopyFrom(_facets(every))
        return answer

    def GetClass(self, request: Any, context: Any) -> Any:
        return self._mine(self._found(request.name), person_of(context).user_id)

    def FavouriteClass(self, request: Any, context: Any) -> Any:
        self.store.favourites[person_of(context).user_id].add(self._found(request.name).library_class.name)
        return classes_pb2.FavouriteClassResponse()

    def UnfavouriteClass(self, request: Any, context: Any) -> Any:
        self.store.favourites[person_of(context).user_id].discard(request.name)
        return classes_pb2.UnfavouriteClassResponse()

    def RateClass(self, request: Any, context: Any) -> Any:
        self.store.ratings[person_of(context).user_id][self._found(request.name).library_class.name] = request.rating
        return classes_pb2.RateClassResponse()

    def Recommend(self, _request: Any, _context: Any) -> Any:
        why = classes_pb2.RecommendationReason(
            kind="instructor_often", figures={"rides": 12}, words={"instructor": "Ina Berg"}
        )
        liked = classes_pb2.RecommendationReason(kind="well_liked", figures={"share": 0.98})
        found = self._found(f"classes/{MAX_RIDE}").library_class
        return classes_pb2.RecommendResponse(
            instructors=[
                classes_pb2.RecommendedInstructor(
                    instructor="Ina Berg", discipline="cycling", reasons=[why], untaken_count=41
                )
            ],
            classes=[classes_pb2.RecommendedClass(library_class=found, reasons=[why, liked])],
            workout_count=9,
        )

    def GetReference(self, _request: Any, _context: Any) -> Any:
        return reference()

    def ListRecordedTargets(self, request: Any, context: Any) -> Any:
        found = self._seen(person_of(context).user_id, request.class_name)
        return classes_pb2.ListRecordedTargetsResponse(recorded_targets=found)

    def CreateRecordedTargets(self, request: Any, context: Any) -> Any:
        if self._found(request.class_name).targets:
            raise Refused("FAILED_PRECONDITION", "CLASS_HAS_TARGETS")
        if "\u200b" in request.title:
            raise InvalidArgument("title", "holds a character that cannot be seen")
        owner, key = person_of(context).user_id, str(uuid4())
        self.store.record(owner, request.title, key, is_shared=request.is_shared)
        made = self.store.recorded[owner][f"recordedTargets/{key}"]
        made.class_name = request.class_name
        del made.blocks[:]
        made.blocks.extend(request.blocks)
        return made

    def UpdateRecordedTargets(self, request: Any, context: Any) -> Any:
        found = self._own(request.name, context)
        if found.revision != request.revision:
            raise Refused("ABORTED", "RECORDED_TARGETS_CHANGED")
        found.title, found.is_shared, found.revision = request.title, request.is_shared, found.revision + 1
        del found.blocks[:]
        found.blocks.extend(request.blocks)
        return found

    def DeleteRecordedTargets(self, request: Any, context: Any) -> Any:
        del self.store.recorded[person_of(context).user_id][self._own(request.name, context).name]
        return classes_pb2.DeleteRecordedTargetsResponse()

    def VoteRecordedTargets(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        for found in self._seen(owner, f"classes/{OPEN_RIDE}"):
            if found.name == request.name and not found.is_own:
                self.store.votes[owner][request.name] = request.vote
                return found
        raise NotFound

    def ChooseRecordedTargets(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        self._found(request.class_name)
        if request.recorded_targets and all(
            found.name != request.recorded_targets for found in self._seen(owner, request.class_name)
        ):
            raise NotFound
        self.store.chosen[owner][request.class_name] = request.recorded_targets
        return classes_pb2.ChooseRecordedTargetsResponse(workout_count=1)

    def _found(self, name: str) -> classes_pb2.ClassView:
        if name not in self.store.views:
            raise NotFound
        return self.store.views[name]

    def _own(self, name: str, context: Any) -> classes_pb2.RecordedTargets:
        found = self.store.recorded[person_of(context).user_id].get(name)
        if found is None:
            raise NotFound
        return found

    def _seen(self, owner: UUID, class_name: str) -> list[classes_pb2.RecordedTargets]:
        seen = []
        for of, table in list(self.store.recorded.items()):
            for kept in table.values():
                if kept.class_name != class_name or not (of == owner or kept.is_shared):
                    continue
                found = classes_pb2.RecordedTargets()
                found.CopyFrom(kept)
                found.is_own, found.own_vote = of == owner, self.store.votes[owner].get(kept.name, 0)
                found.votes_for, found.votes_against = 3 + (found.own_vote == 1), 1 + (found.own_vote == -1)
                seen.append(found)
        return seen

    def _mine(self, view: classes_pb2.ClassView, owner: UUID) -> classes_pb2.ClassView:
        mine = classes_pb2.ClassView()
        mine.CopyFrom(view)
        name, found = view.library_class.name, mine.library_class
        found.is_favourite = name in self.store.favourites[owner]
        found.rating = self.store.ratings[owner].get(name, 0)
        if name == f"classes/{MAX_RIDE}":
            mine.attempts.extend(self.store.attempts[owner])
            found.attempt_count = len(mine.attempts)
        mine.recorded_targets_count = len(self._seen(owner, name))
        chosen = self.store.chosen[owner].get(name, "")
        mine.chosen_recorded_targets, mine.is_chosen = chosen, bool(chosen)
        return mine


def _matches(found: classes_pb2.LibraryClass, wanted: classes_pb2.ClassFilter) -> bool:
    text = f"{found.title} {found.instructor} {found.class_type}".lower()
    return all(
        (
            all(word in text for word in wanted.query.lower().split()),
            not wanted.disciplines or found.discipline in wanted.disciplines,
            not wanted.class_types or found.class_type in wanted.class_types,
            not wanted.instructors or found.instructor in wanted.instructors,
            not wanted.HasField("min_duration_seconds") or found.duration_seconds >= wanted.min_duration_seconds,
            not wanted.HasField("max_duration_seconds") or found.duration_seconds <= wanted.max_duration_seconds,
            not wanted.HasField("min_training_stress_score")
            or found.expected_training_stress_score >= wanted.min_training_stress_score,
            not wanted.HasField("max_intensity_factor")
            or 0 < found.expected_intensity_factor <= wanted.max_intensity_factor,
            all(len(found.zone_seconds) and found.zone_seconds[zone - 1] for zone in wanted.zones),
            wanted.taken != classes_pb2.TAKEN_YES or found.attempt_count,
            not wanted.is_favourite or found.is_favourite,
            not wanted.has_targets or found.has_targets,
            not wanted.is_offered or not found.is_retired,
            not wanted.names or found.name in wanted.names,
        )
    )


def _facets(every: Iterable[classes_pb2.LibraryClass]) -> classes_pb2.ClassFacets:
    listed = list(every)
    return classes_pb2.ClassFacets(
        disciplines=_counted(found.discipline for found in listed),
        class_types=_counted(found.class_type for found in listed),
        instructors=_counted(found.instructor for found in listed),
        minutes=_counted(str(found.duration_seconds // 60) for found in listed),
        years=_counted(str(found.air_time.ToDatetime().year) for found in listed),
    )


def _counted(values: Iterable[str]) -> list[workouts_pb2.FacetValue]:
    return [workouts_pb2.FacetValue(value=value, count=count) for value, count in Counter(values).most_common()]


def services(store: ClassStore) -> list[tuple[Any, Any, Any, str]]:
    """What a server of workouts has of it."""
    add = classes_pb2_grpc.add_ClassServiceServicer_to_server
    return [(add, ClassService(store), classes_pb2, "ClassService")]
