"""Things to do, as plans and challenges ask for them: titles, kinds, the choices of their forms."""

from collections.abc import Iterable, Sequence

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import exercises_pb2

from ctz_gateway.present.rows import DISCIPLINES, KINDS, discipline_name
from ctz_gateway.viewmodels.common import Option

MINUTE = 60
# Types of classes (docs/glossary.md), in the order in which a rider looks for them.
CLASS_TYPES = {
    "power_zone_endurance": "Power Zone Endurance",
    "power_zone": "Power Zone",
    "power_zone_max": "Power Zone Max",
    "ftp_test": "FTP Test",
    "low_impact": "Low Impact",
    "climb": "Climb",
    "intervals": "Intervals",
    "hiit": "HIIT",
    "tempo": "Tempo",
    "endurance": "Endurance",
    "hills": "Hills",
    "recovery": "Recovery",
    "warm_up": "Warm-up",
    "cool_down": "Cool-down",
    "upper_body": "Upper Body",
    "lower_body": "Lower Body",
    "full_body": "Full Body",
    "core": "Core",
    "arms": "Arms",
    "yoga_flow": "Yoga Flow",
    "power_yoga": "Power Yoga",
    "restorative": "Restorative Yoga",
    "mobility": "Mobility",
    "pilates": "Pilates",
    "barre": "Barre",
    "breathwork": "Breathwork",
}
# The discipline that a type belongs to where the form does not ask for one; empty where several have it.
DISCIPLINE_OF_TYPE = {
    "power_zone_endurance": "cycling",
    "power_zone": "cycling",
    "power_zone_max": "cycling",
    "ftp_test": "cycling",
    "low_impact": "cycling",
    "climb": "cycling",
    "tempo": "running",
    "endurance": "running",
    "hills": "running",
    "upper_body": "strength",
    "lower_body": "strength",
    "full_body": "strength",
    "core": "strength",
    "arms": "strength",
    "yoga_flow": "yoga",
    "power_yoga": "yoga",
    "restorative": "yoga",
}
CATEGORIES = {
    exercises_pb2.EXERCISE_CATEGORY_KEGEL: "Pelvic floor",
    exercises_pb2.EXERCISE_CATEGORY_MOBILITY: "Mobility",
    exercises_pb2.EXERCISE_CATEGORY_YOGA: "Yoga",
    exercises_pb2.EXERCISE_CATEGORY_STRETCHING: "Stretching",
    exercises_pb2.EXERCISE_CATEGORY_PILATES: "Pilates",
    exercises_pb2.EXERCISE_CATEGORY_BREATHWORK: "Breathwork",
}
CATEGORY_SLUGS = {
    "kegel": exercises_pb2.EXERCISE_CATEGORY_KEGEL,
    "mobility": exercises_pb2.EXERCISE_CATEGORY_MOBILITY,
    "yoga": exercises_pb2.EXERCISE_CATEGORY_YOGA,
    "stretching": exercises_pb2.EXERCISE_CATEGORY_STRETCHING,
    "pilates": exercises_pb2.EXERCISE_CATEGORY_PILATES,
    "breathwork": exercises_pb2.EXERCISE_CATEGORY_BREATHWORK,
}
SLUG_OF_CATEGORY = {category: slug for slug, category in CATEGORY_SLUGS.items()}
LENGTHS_MINUTES = (5, 10, 15, 20, 30, 45, 60, 75, 90, 120)
# Kinds of a form, by the word that it sends.
KIND_VALUES = {
    "class_type": activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
    "discipline": activity_pb2.ACTIVITY_KIND_DISCIPLINE,
    "routine": activity_pb2.ACTIVITY_KIND_ROUTINE,
    "class": activity_pb2.ACTIVITY_KIND_CLASS,
    "note": activity_pb2.ACTIVITY_KIND_NOTE,
    "rest": activity_pb2.ACTIVITY_KIND_REST,
}
KIND_WORDS = {
    "class_type": "Type of class",
    "discipline": "Discipline",
    "routine": "Exercises",
    "class": "A class",
    "note": "Note",
    "rest": "Rest",
}
KIND_OF_VALUE = {value: word for word, value in KIND_VALUES.items()}
LONGEST_CLASS_SECONDS = 6 * 3600


def minutes(seconds: float) -> int:
    """Whole minutes, at least one of what is not nothing."""
    return max(round(seconds / MINUTE), 1) if seconds > 0 else 0


def activity_title(activity: activity_pb2.Activity) -> str:
    """`Power Zone Endurance 45`, `Cycling 30`, a class or routine by its title, the words of a note, `Rest`."""
    if activity.kind == activity_pb2.ACTIVITY_KIND_REST:
        return activity.title or "Rest"
    if activity.kind == activity_pb2.ACTIVITY_KIND_CLASS_TYPE:
        return _with_length(type_name(activity.class_type) or activity.title, activity)
    if activity.kind == activity_pb2.ACTIVITY_KIND_DISCIPLINE:
        return _with_length(category_or_discipline(activity.discipline) or activity.title, activity)
    return activity.title or "Something to do"


def asked_title(activity: activity_pb2.Activity) -> str:
    """As `activity_title`, but a title that a challenge's administrator gave wins: `Any ride 20`."""
    return _with_length(activity.title, activity) if activity.title else activity_title(activity)


def _with_length(name: str, activity: activity_pb2.Activity) -> str:
    return f"{name} {minutes(activity.duration_seconds)}" if activity.duration_seconds else name


def type_name(slug: str) -> str:
    """A type of class in words; one that we do not know keeps its key."""
    return CLASS_TYPES.get(slug, slug.replace("_", " ").capitalize())


def category_or_discipline(slug: str) -> str:
    """A discipline, or a category of the exercise library, in words; empty when there is none."""
    if slug in CATEGORY_SLUGS:
        return CATEGORIES[CATEGORY_SLUGS[slug]]
    return discipline_name(slug) if slug else ""


def is_pelvic_floor(slug: str) -> bool:
    """Whether a discipline is the pelvic floor, which is private."""
    return slug == "kegel"


def kind_icon(discipline: str) -> str:
    """The icon of a discipline or category."""
    if discipline in {"kegel", "breathwork"}:
        return "exercise"
    return "yoga" if discipline == "mobility" else KINDS.get(discipline, "other")


def type_options(chosen: str) -> Sequence[Option]:
    """Every type of class."""
    return [Option(slug, name, slug == chosen) for slug, name in CLASS_TYPES.items()]


def discipline_options(chosen: str, *, with_any: bool = False) -> Sequence[Option]:
    """Every discipline that is recorded, then the categories of guided sessions that are none."""
    names = {**DISCIPLINES, "kegel": "Pelvic floor", "mobility": "Mobility", "breathwork": "Breathwork"}
    any_of_them = [Option("", "Any discipline", not chosen)] if with_any else []
    return [*any_of_them, *(Option(slug, name, slug == chosen) for slug, name in names.items())]


def length_options(chosen_minutes: int) -> Sequence[Option]:
    """Usual lengths, and the chosen one where it is unusual."""
    known = sorted({*LENGTHS_MINUTES, *({chosen_minutes} if chosen_minutes else ())})
    choices = (Option(str(length), f"{length} min", length == chosen_minutes) for length in known)
    return [Option("", "Any length", not chosen_minutes), *choices]


def practice_options(
    exercises: Iterable[exercises_pb2.Exercise], routines: Iterable[exercises_pb2.Routine], chosen: str
) -> Sequence[Option]:
    """Routines, then single exercises, each with its length."""
    listed: list[exercises_pb2.Routine | exercises_pb2.Exercise] = [*routines, *exercises]
    return [
        Option(each.name, f"{each.title}, {minutes(each.duration_seconds)} min", each.name == chosen) for each in listed
    ]
