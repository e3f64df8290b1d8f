"""Fitness disciplines: an open set. Peloton's word is kept as sent; what we do not know is shown as other."""

from dataclasses import dataclass

from ctz_workouts.domain.pace import Activity

OTHER = "other"

_TITLES = {
    "cycling": "Cycling",
    "bike_bootcamp": "Bike bootcamp",
    "running": "Running",
    "walking": "Walking",
    "circuit": "Tread bootcamp",
    "cardio": "Cardio",
    "strength": "Strength",
    "stretching": "Stretching",
    "yoga": "Yoga",
    "pilates": "Pilates",
    "meditation": "Meditation",
    "rowing": "Rowing",
    "row_bootcamp": "Row bootcamp",
    "kegel": "Pelvic floor",
    "mobility": "Mobility",
    "breathwork": "Breathwork",
    OTHER: "Other",
}
# Peloton's internal names, and spellings of its CSV export.
_ALIASES = {
    "caesar": "rowing",
    "caesar_bootcamp": "row_bootcamp",
    "tread_bootcamp": "circuit",
    "bootcamp": "circuit",
    "outdoor": "running",
}
# The other way: what events say, so that a rider's file and a synced workout go by one name.
_EVENT_WORDS = {"rowing": "caesar", "row_bootcamp": "caesar_bootcamp"}
_ON_A_BIKE = frozenset({"cycling", "bike_bootcamp"})
_ACTIVITIES = {
    "running": Activity.RUNNING,
    "circuit": Activity.RUNNING,
    "walking": Activity.WALKING,
    "rowing": Activity.ROWING,
    "row_bootcamp": Activity.ROWING,
}


@dataclass(frozen=True, slots=True)
class Discipline:
    """A discipline by our slug, with the word of the source. Build it with `discipline_of`."""

    slug: str
    raw: str

    @property
    def title(self) -> str:
        """Display name."""
        return _TITLES[self.slug]

    @property
    def event_word(self) -> str:
        """The word that events carry: Peloton's own; one that we do not know as it was said."""
        return self.raw if self.slug == OTHER else _EVENT_WORDS.get(self.slug, self.slug)

    @property
    def is_on_a_bike(self) -> bool:
        """Whether its power is cycling power, which an FTP speaks about."""
        return self.slug in _ON_A_BIKE

    @property
    def pace_activity(self) -> Activity | None:
        """The activity whose pace levels apply, if any."""
        return _ACTIVITIES.get(self.slug)


def discipline_of(raw: str | None) -> Discipline:
    """Return the discipline behind a source's word, whatever its case; an unknown or missing word is other."""
    said = (raw or "").strip()
    word = said.lower().replace(" ", "_").replace("-", "_")
    slug = _ALIASES.get(word, word)
    return Discipline(slug if slug in _TITLES else OTHER, said)
