"""The form that says what to do: shown with its choices, read back as an activity. Weeks and templates use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import exercises_pb2
from ctz.workouts.v1 import classes_pb2, workouts_pb2

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.present import activities
from ctz_gateway.present.activities import KIND_OF_VALUE, KIND_VALUES, KIND_WORDS, MINUTE
from ctz_gateway.viewmodels.common import Form, Option
from ctz_gateway.viewmodels.plan import ActivityForm
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.site import Site

FIELDS = ("kind", "class_type", "discipline", "minutes", "routine", "workout", "title")
RECENT_CLASSES = 40
LONGEST_MINUTES = 600
KEPT_CLASS = "kept"
LIBRARY = "classes/"


class WrongActivity(Exception):
    """What was sent is nothing to do; holds a sentence for each wrong field."""

    def __init__(self, **errors: str) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads an activity from a form; `before` is what an item asked for until now."""

    site: Site
    given: Mapping[str, str]
    before: activity_pb2.Activity | None = None

    def read(self) -> activity_pb2.Activity:
        """The activity; raises WrongActivity."""
        readers: dict[str, Callable[[], activity_pb2.Activity]] = {
            "class_type": self._class_type,
            "discipline": self._discipline,
            "routine": self._routine,
            "class": self._class,
            "note": self._note,
            "rest": self._rest,
        }
        reader = readers.get(self.given["kind"])
        if reader is None:
            raise WrongActivity(kind="Choose what to add.")
        return reader()

    def _seconds(self) -> int:
        typed = self.given["minutes"]
        if not typed:
            return 0
        if not typed.isascii() or not typed.isdecimal() or not 1 <= int(typed[:6]) <= LONGEST_MINUTES:
            raise WrongActivity(minutes="Give minutes, from 1 to 600.")
        return int(typed) * MINUTE

    def _class_type(self) -> activity_pb2.Activity:
        chosen = self.given["class_type"]
        if chosen not in activities.CLASS_TYPES:
            raise WrongActivity(class_type="Choose a type of class.")
        return activity_pb2.Activity(
            kind=KIND_VALUES["class_type"],
            title=activities.CLASS_TYPES[chosen],
            class_type=chosen,
            discipline=activities.DISCIPLINE_OF_TYPE.get(chosen, ""),
            duration_seconds=self._seconds(),
        )

    def _discipline(self) -> activity_pb2.Activity:
        chosen = self.given["discipline"]
        if chosen not in {option.value for option in activities.discipline_options("")}:
            raise WrongActivity(discipline="Choose a discipline.")
        return activity_pb2.Activity(
            kind=KIND_VALUES["discipline"],
            title=activities.category_or_discipline(chosen),
            discipline=chosen,
            duration_seconds=self._seconds(),
        )

    def _routine(self) -> activity_pb2.Activity:
        chosen, library = self.given["routine"], self.site.services.exercises
        try:
            found: Any
            if chosen.startswith("routines/"):
                found = library.GetRoutine(exercises_pb2.GetRoutineRequest(name=chosen))
            else:
                found = library.GetExercise(exercises_pb2.GetExerciseRequest(name=chosen))
        except Unreachable:
            raise
        except RemoteError:
            raise WrongActivity(routine="Choose exercises from the list.") from None
        return activity_pb2.Activity(
            kind=KIND_VALUES["routine"],
            title=found.title,
            routine=found.name,
            discipline=activities.SLUG_OF_CATEGORY.get(found.category, ""),
            duration_seconds=found.duration_seconds,
        )

    def _class(self) -> activity_pb2.Activity:
        chosen = self.given["workout"]
        if chosen == KEPT_CLASS and self.before is not None and self.before.class_id:
            return self.before
        if chosen.startswith(LIBRARY):
            return self._library_class(chosen)
        try:
            view = self.site.services.workouts.GetWorkout(workouts_pb2.GetWorkoutRequest(name=f"workouts/{chosen}"))
        except Unreachable:
            raise
        except RemoteError:
            raise WrongActivity(workout="Choose a class from the list.") from None
        if not view.class_id:
            raise WrongActivity(workout="This workout was no class. Choose another one.")
        known = view.workout.HasField("duration_seconds")
        return activity_pb2.Activity(
            kind=KIND_VALUES["class"],
            title=view.workout.title,
            class_id=view.class_id,
            discipline=view.workout.discipline,
            duration_seconds=view.workout.duration_seconds if known else 0,
        )

    def _library_class(self, name: str) -> activity_pb2.Activity:
        """A class of the library, taken before or not."""
        found = _library_class(self.site, name)
        if found is None:
            raise WrongActivity(workout="This class is not in the library.")
        return activity_pb2.Activity(
            kind=KIND_VALUES["class"],
            title=found.title,
            class_id=name.removeprefix(LIBRARY),
            discipline=found.discipline,
            duration_seconds=found.duration_seconds,
        )

    def _rest(self) -> activity_pb2.Activity:
        return activity_pb2.Activity(kind=KIND_VALUES["rest"], title="Rest")

    def _note(self) -> activity_pb2.Activity:
        words = one_line(self.given["title"])
        if not words:
            raise WrongActivity(title="Write a few words.")
        return activity_pb2.Activity(kind=KIND_VALUES["note"], title=words)


def sent_by(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form as they were sent."""
    return {name: form.get(name, "").strip() for name in FIELDS}


def given_of(activity: activity_pb2.Activity) -> dict[str, str]:
    """The fields that would send this activity."""
    length = activities.minutes(activity.duration_seconds)
    return {
        "kind": KIND_OF_VALUE.get(activity.kind, "class_type"),
        "class_type": activity.class_type,
        "discipline": activity.discipline,
        "minutes": str(length) if length else "",
        "routine": activity.routine,
        "workout": KEPT_CLASS if activity.class_id else "",
        "title": activity.title if activity.kind == KIND_VALUES["note"] else "",
    }


def activity_form(
    site: Site,
    form: Form,
    kind_url: Callable[[str], str],
    before: activity_pb2.Activity | None = None,
    **rest: Any,
) -> ActivityForm:
    """The form of one kind with its choices; `kind_url` is the address of the form of another kind.

    Only what the kind needs is asked for; where that is away the form says so.
    """
    kind = form.value("kind") if form.value("kind") in KIND_WORDS else "class_type"
    typed = form.value("minutes")
    practices, classes = _practices(site, form, kind), _classes(site, form, kind, before)
    return ActivityForm(
        form=form,
        kind=kind,
        kinds=[Option(kind_url(value), word, value == kind) for value, word in KIND_WORDS.items()],
        class_types=activities.type_options(form.value("class_type") or "power_zone_endurance"),
        disciplines=activities.discipline_options(form.value("discipline") or "cycling"),
        lengths=activities.length_options(min(int(typed[:9]), LONGEST_MINUTES) if typed.isdecimal() else 0),
        practices=practices,
        classes=classes,
        **rest,
    )


def _practices(site: Site, form: Form, kind: str) -> list[Option] | None:
    """Routines and exercises; None while they cannot be asked for."""
    if kind != "routine":
        return []
    library = site.services.exercises
    try:
        routines = library.ListRoutines(exercises_pb2.ListRoutinesRequest(page_size=100)).routines
        exercises = library.ListExercises(exercises_pb2.ListExercisesRequest(page_size=100)).exercises
    except Unreachable:
        return None
    return list(activities.practice_options(exercises, routines, form.value("routine")))


def _classes(site: Site, form: Form, kind: str, before: activity_pb2.Activity | None) -> list[Option] | None:
    """Classes that were taken lately; None while they cannot be asked for."""
    if kind != "class":
        return []
    chosen = form.value("workout")
    kept = [Option(KEPT_CLASS, before.title, chosen == KEPT_CLASS)] if before and before.class_id else []
    asked = _library_class(site, chosen) if chosen.startswith(LIBRARY) else None
    kept += [Option(chosen, asked.title, selected=True)] if asked is not None else []
    try:
        found = site.services.workouts.ListWorkouts(workouts_pb2.ListWorkoutsRequest(page_size=RECENT_CLASSES))
    except Unreachable:
        return kept or None
    titles: dict[str, Option] = {}
    for workout in found.workouts:
        if workout.workout_type == "class" and workout.title not in titles:
            key = workout.name.removeprefix("workouts/")
            titles[workout.title] = Option(key, f"{workout.title}, {workout.instructor}".rstrip(", "), key == chosen)
    return [*kept, *titles.values()]


def _library_class(site: Site, name: str) -> classes_pb2.LibraryClass | None:
    """A class of the library; None when it is not there."""
    try:
        return site.services.classes.GetClass(classes_pb2.GetClassRequest(name=name)).library_class
    except Unreachable:
        raise
    except RemoteError:
        return None
