"""The library that comes with the product: exercises and routines, read from documents and held to their rules."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from ctz_plans.domain.practice import (
    CATEGORIES,
    LONGEST_TITLE,
    Category,
    Collection,
    Exercise,
    Pattern,
    Practice,
    PracticeName,
    Routine,
    Step,
    refuse_text,
)
from ctz_plans.domain.practice_errors import FieldRefused, LibraryMalformed, PracticeNotFound

LONGEST_WORD, LONGEST_CUE, LONGEST_SENTENCE = 16, 48, 240
FEWEST_CUES, MOST_CUES = 2, 8

_TEXTS = {
    "title": LONGEST_TITLE,
    "purpose": LONGEST_SENTENCE,
    "position": LONGEST_SENTENCE,
    "hold_word": LONGEST_WORD,
    "hold_cue": LONGEST_CUE,
}
_RELEASE_TEXTS = {"release_word": LONGEST_WORD, "release_cue": LONGEST_CUE}
_LISTS = ("cues", "contraindications")
_PATTERN_FIELDS = frozenset(field.name for field in fields(Pattern))
_EXERCISE_FIELDS = frozenset({*_TEXTS, *_RELEASE_TEXTS, *_LISTS, "slug", "pattern", "video_url"})
_ROUTINE_FIELDS = frozenset({"slug", "title", "description", "steps"})

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Library:
    """Exercises and built-in routines by slug; exercises in the order of the library's pages."""

    exercises: Mapping[str, Exercise]
    routines: Mapping[str, Routine]

    def exercise(self, slug: str) -> Exercise:
        """The exercise of that slug; raises PracticeNotFound."""
        try:
            return self.exercises[slug]
        except KeyError:
            raise PracticeNotFound("exercise") from None

    def practice(self, name: PracticeName) -> Practice | None:
        """The exercise or built-in routine of that name; None for a routine that can only be a rider's own."""
        if name.collection is Collection.EXERCISES:
            return self.exercise(name.key)
        return self.routines.get(name.key)

    def matching(self, query: str, category: Category | None) -> list[Exercise]:
        """Exercises of the category in whose title, purpose or cues every word of the query occurs, in order."""
        words = query.casefold().split()
        return [
            exercise
            for exercise in self.exercises.values()
            if category in {None, exercise.category} and all(word in _searched(exercise) for word in words)
        ]


def _searched(exercise: Exercise) -> str:
    return " ".join((exercise.title, exercise.purpose, *exercise.cues)).casefold()


def read_library(exercises: Mapping[Category, Sequence[Document]], routines: Sequence[Document]) -> Library:
    """Read documents into a library; raises LibraryMalformed, which names the entry that breaks a rule."""
    made = [_exercise(category, document) for category in CATEGORIES for document in exercises.get(category, ())]
    _refuse_doubles("exercises", (exercise.slug for exercise in made))
    ordered = sorted(made, key=lambda exercise: (CATEGORIES.index(exercise.category), exercise.title, exercise.slug))
    by_slug = {exercise.slug: exercise for exercise in ordered}
    built_in = [_routine(by_slug, document) for document in routines]
    _refuse_doubles("routines", (routine.key for routine in built_in))
    return Library(by_slug, {routine.key: routine for routine in built_in})


def _exercise(category: Category, document: Document) -> Exercise:
    entry = _entry(Collection.EXERCISES, document)
    try:
        _refuse_unknown(document, _EXERCISE_FIELDS)
        pattern = _pattern(document.get("pattern"))
        texts = {field: _text(document, field, longest) for field, longest in _TEXTS.items()}
        # Where nothing is released there is nothing to say about it.
        releases = {
            field: _text(document, field, longest) if pattern.release_seconds else ""
            for field, longest in _RELEASE_TEXTS.items()
        }
        return Exercise(
            slug=document["slug"],
            category=category,
            cues=_lines(document, "cues", FEWEST_CUES),
            contraindications=_lines(document, "contraindications", 1),
            pattern=pattern,
            video_url=_video(document.get("video_url", "")),
            **texts,
            **releases,
        )
    except FieldRefused as refused:
        raise LibraryMalformed(entry, str(refused)) from refused


def _routine(exercises: Mapping[str, Exercise], document: Document) -> Routine:
    entry = _entry(Collection.ROUTINES, document)
    try:
        _refuse_unknown(document, _ROUTINE_FIELDS)
        return Routine(
            key=document["slug"],
            title=_text(document, "title", LONGEST_TITLE),
            description=_text(document, "description", LONGEST_SENTENCE),
            steps=tuple(_step(exercises, number, step) for number, step in enumerate(document.get("steps", ()))),
            is_built_in=True,
        )
    except FieldRefused as refused:
        raise LibraryMalformed(entry, str(refused)) from refused


def _step(exercises: Mapping[str, Exercise], number: int, document: Document) -> Step:
    slug = document.get("exercise", "")
    if slug not in exercises:
        raise FieldRefused(f"steps[{number}].exercise", f"there is no exercise {slug!r}")
    told = {field: value for field, value in document.items() if field != "exercise"}
    try:
        return Step(exercises[slug], _pattern(told) if told else None)
    except FieldRefused as refused:
        raise refused.under(f"steps[{number}]") from refused


def _entry(collection: Collection, document: Document) -> str:
    slug = document.get("slug")
    try:
        return str(PracticeName.parse(f"{collection}/{slug}"))
    except FieldRefused as refused:
        raise LibraryMalformed(f"{collection}/{slug}", "the slug must be words in lower case with dashes") from refused


def _pattern(document: Any) -> Pattern:
    if not isinstance(document, Mapping) or "hold_seconds" not in document:
        raise FieldRefused("pattern", "must at least say hold_seconds")
    _refuse_unknown(document, _PATTERN_FIELDS)
    for field, value in document.items():
        if type(value) is not int:
            raise FieldRefused(field, "must be a whole number")
    return Pattern(**document)


def _text(document: Document, field: str, longest: int) -> str:
    text = document.get(field, "")
    if not isinstance(text, str):
        raise FieldRefused(field, "must be text")
    refuse_text(field, text, shortest=1, longest=longest)
    return text


def _lines(document: Document, field: str, fewest: int) -> tuple[str, ...]:
    lines = document.get(field, [])
    if not isinstance(lines, list) or not fewest <= len(lines) <= MOST_CUES:
        raise FieldRefused(field, f"must be {fewest} to {MOST_CUES} sentences")
    return tuple(
        _text({f"{field}[{number}]": line}, f"{field}[{number}]", LONGEST_SENTENCE) for number, line in enumerate(lines)
    )


def _video(url: Any) -> str:
    if url and (not isinstance(url, str) or urlsplit(url).scheme != "https" or not urlsplit(url).netloc):
        raise FieldRefused("video_url", "must be an https address, or be left out")
    return str(url)


def _refuse_unknown(document: Document, known: Iterable[str]) -> None:
    for field in document:
        if field not in known:
            raise FieldRefused(field, "is no field of it")


def _refuse_doubles(collection: str, slugs: Iterator[str]) -> None:
    for slug, count in Counter(slugs).items():
        if count > 1:
            raise LibraryMalformed(f"{collection}/{slug}", "the slug is used more than once")
