"""Recommending instructors and classes from what one rider rode and rated, with the reasons.

A taste is a weight: every ride counts, a ride of half a year ago half as much as one of today; a rating of 3 says
nothing, 5 doubles what the ride says, 1 turns it round. A class is as good as its instructor, its type, its length and
its load are to the rider's taste; what many riders of the source like and what is new come last. Only classes that
were not taken are recommended, at most a few of one instructor, so that a list is no list of one person.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

HALF_LIFE_DAYS: Final = 180.0
NEUTRAL_RATING: Final = 3
NEW_DAYS: Final = 21.0
RECENT_DAYS: Final = 42.0
LIKED_SHARE: Final = 0.97
MOST_OF_ONE_INSTRUCTOR: Final = 3
MOST_INSTRUCTORS: Final = 6
OFTEN: Final = 2
"""A habit begins at this many rides."""
LOAD_TOLERANCE: Final = 0.2
"""A load is usual within this share of the median of the last rides."""
_INSTRUCTOR_POINTS, _TYPE_POINTS, _LENGTH_POINTS, _LOAD_POINTS = 4.0, 3.0, 1.5, 1.5
_LIKED_POINTS, _NEW_POINTS = 0.5, 0.75


@dataclass(frozen=True, slots=True)
class Ridden:
    """One workout of a class, with what the rider thinks of that class."""

    discipline: str
    instructor: str
    class_type: str
    duration_seconds: int | None
    expected_stress: float | None
    age_days: float
    rating: int = 0
    is_favourite: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A class that the rider did not take."""

    class_id: str
    discipline: str
    instructor: str
    class_type: str
    duration_seconds: int | None
    expected_stress: float | None
    age_days: float | None
    liked_share: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a key, and the figures and words of its sentence."""

    kind: str
    points: float
    figures: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recommended:
    """A class with why, most telling reason first."""

    candidate: Candidate
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> float:
        """How well it fits."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class RecommendedInstructor:
    """An instructor with why."""

    instructor: str
    discipline: str
    points: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Habit:
    """What rides of one kind add up to."""

    weight: float
    rides: int
    ratings: tuple[int, ...]
    newest_days: float
    favourites: int

    @property
    def mean_rating(self) -> float | None:
        """Mean of the ratings; none without any."""
        return sum(self.ratings) / len(self.ratings) if self.ratings else None


@dataclass(frozen=True, slots=True)
class Taste:
    """What one rider likes: habits by discipline and instructor, and by discipline and type; usual lengths and load."""

    instructors: Mapping[tuple[str, str], _Habit]
    types: Mapping[tuple[str, str], _Habit]
    minutes: Mapping[str, Mapping[int, int]]
    loads: Mapping[str, float]


def taste_of(ridden: Sequence[Ridden]) -> Taste:
    """The taste that rides show."""
    minutes: dict[str, Counter[int]] = defaultdict(Counter)
    loads: dict[str, list[float]] = defaultdict(list)
    for ride in sorted(ridden, key=lambda ride: ride.age_days):
        if ride.duration_seconds:
            minutes[ride.discipline][round(ride.duration_seconds / 60)] += 1
        if ride.expected_stress is not None and len(loads[ride.discipline]) < 20:  # noqa: PLR2004 the last rides
            loads[ride.discipline].append(ride.expected_stress)
    return Taste(
        _habits(ridden, lambda ride: ride.instructor),
        _habits(ridden, lambda ride: ride.class_type),
        minutes,
        {discipline: median(values) for discipline, values in loads.items() if values},
    )


def recommend_classes(taste: Taste, candidates: Iterable[Candidate], count: int) -> list[Recommended]:
    """The classes that fit best, at most a few of one instructor."""
    judged = [Recommended(each, _reasons(taste, each)) for each in candidates]
    fitting = [each for each in judged if each.points > 0 and any(one.points > _NEW_POINTS for one in each.reasons)]
    fitting.sort(key=lambda each: (-each.points, each.candidate.age_days or 0.0, each.candidate.class_id))
    chosen: list[Recommended] = []
    of_one: Counter[str] = Counter()
    for each in fitting:
        teacher = each.candidate.instructor
        if teacher and of_one[teacher] >= MOST_OF_ONE_INSTRUCTOR:
            continue
        of_one[teacher] += 1
        chosen.append(each)
        if len(chosen) == count:
            break
    return chosen


def recommend_instructors(taste: Taste, count: int = MOST_INSTRUCTORS) -> list[RecommendedInstructor]:
    """The instructors that fit best, each once, with the discipline in which they fit best."""
    best: dict[str, RecommendedInstructor] = {}
    for (discipline, name), habit in taste.instructors.items():
        reasons = _instructor_reasons(name, habit, _share(taste.instructors, discipline, name))
        points = sum(reason.points for reason in reasons)
        if points > 0 and (name not in best or best[name].points < points):
            best[name] = RecommendedInstructor(name, discipline, points, reasons)
    return sorted(best.values(), key=lambda each: (-each.points, each.instructor))[:count]


def _habits(ridden: Iterable[Ridden], key: Callable[[Ridden], str]) -> dict[tuple[str, str], _Habit]:
    groups: dict[tuple[str, str], list[Ridden]] = defaultdict(list)
    for ride in ridden:
        if key(ride):
            groups[ride.discipline, key(ride)].append(ride)
    return {
        name: _Habit(
            weight=sum(_weight(ride) for ride in rides),
            rides=len(rides),
            ratings=tuple(ride.rating for ride in rides if ride.rating),
            newest_days=min(ride.age_days for ride in rides),
            favourites=sum(ride.is_favourite for ride in rides),
        )
        for name, rides in groups.items()
    }


def _weight(ride: Ridden) -> float:
    liking = (ride.rating - NEUTRAL_RATING) / (NEUTRAL_RATING - 1) if ride.rating else 0.0
    opinion = (1.0 + liking if liking >= 0 else 1.0 + 2 * liking) + ride.is_favourite
    return float(0.5 ** (max(ride.age_days, 0.0) / HALF_LIFE_DAYS) * opinion)


def _share(habits: Mapping[tuple[str, str], _Habit], discipline: str, name: str) -> float:
    """The weight of one among all of its discipline, -1 to 1 of the strongest."""
    strongest = max((abs(habit.weight) for (of, _), habit in habits.items() if of == discipline), default=0.0)
    habit = habits.get((discipline, name))
    return habit.weight / strongest if habit is not None and strongest else 0.0


def _reasons(taste: Taste, candidate: Candidate) -> tuple[Reason, ...]:
    discipline = candidate.discipline
    reasons: list[Reason] = []
    teacher = taste.instructors.get((discipline, candidate.instructor))
    if teacher is not None:
        share = _share(taste.instructors, discipline, candidate.instructor)
        reasons.extend(_instructor_reasons(candidate.instructor, teacher, share))
    kind = taste.types.get((discipline, candidate.class_type))
    if kind is not None:
        reasons.extend(_type_reasons(candidate.class_type, kind, _share(taste.types, discipline, candidate.class_type)))
    reasons.extend(_measure_reasons(taste, candidate))
    if candidate.liked_share is not None and candidate.liked_share >= LIKED_SHARE:
        reasons.append(Reason("well_liked", _LIKED_POINTS, {"share": candidate.liked_share}))
    if candidate.age_days is not None and 0 <= candidate.age_days <= NEW_DAYS:
        reasons.append(Reason("is_new", _NEW_POINTS, {"days": candidate.age_days}))
    return tuple(sorted(reasons, key=lambda reason: (-reason.points, reason.kind)))


def _instructor_reasons(name: str, habit: _Habit, share: float) -> tuple[Reason, ...]:
    """One reason bears the points: the rating where there is one, else how often, else how lately."""
    points, words = _INSTRUCTOR_POINTS * share, {"instructor": name}
    rating = habit.mean_rating
    if rating is not None and rating != NEUTRAL_RATING:
        figures = {"rating": rating, "count": float(len(habit.ratings)), "rides": float(habit.rides)}
        return (Reason("instructor_rated", points, figures, words),)
    if habit.rides >= OFTEN:
        return (Reason("instructor_often", points, {"rides": float(habit.rides)}, words),)
    if habit.newest_days <= RECENT_DAYS:
        return (Reason("instructor_recently", points, {"days": habit.newest_days}, words),)
    return (Reason("instructor_often", points, {"rides": float(habit.rides)}, words),)


def _type_reasons(class_type: str, habit: _Habit, share: float) -> tuple[Reason, ...]:
    points, words = _TYPE_POINTS * share, {"class_type": class_type}
    rating = habit.mean_rating
    if rating is not None and rating != NEUTRAL_RATING:
        figures = {"rating": rating, "count": float(len(habit.ratings)), "rides": float(habit.rides)}
        return (Reason("type_rated", points, figures, words),)
    return (Reason("type_often", points, {"rides": float(habit.rides)}, words),)


def _measure_reasons(taste: Taste, candidate: Candidate) -> Iterable[Reason]:
    """Length and load as the rider usually has them."""
    lengths = taste.minutes.get(candidate.discipline, {})
    minutes = round(candidate.duration_seconds / 60) if candidate.duration_seconds else 0
    rides = lengths.get(minutes, 0)
    if rides >= OFTEN:
        share = rides / max(lengths.values())
        yield Reason("length_usual", _LENGTH_POINTS * share, {"minutes": float(minutes), "rides": float(rides)})
    usual = taste.loads.get(candidate.discipline)
    if usual and candidate.expected_stress is not None:
        off = abs(candidate.expected_stress - usual) / usual
        if off <= LOAD_TOLERANCE:
            figures = {"load": candidate.expected_stress, "usual_load": usual}
            yield Reason("load_usual", _LOAD_POINTS * (1 - off / LOAD_TOLERANCE), figures)
