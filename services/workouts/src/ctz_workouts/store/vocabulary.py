"""What a rider's counts tell of terms and months, and which of the rider's words the words of a query stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.words import errors_forgiven, nearest
from ctz_workouts.store.tables import tally
from ctz_workouts.store.tallies import MONTH
from ctz_workouts.store.terms import WORD, Term

MOST_ALTERNATIVES: Final = 200
"""Of a beginning of more words the most frequent ones are searched."""
_SHORTLIST: Final = 40


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of a query stands for: words of the rider and how many workouts have them, most frequent first."""

    typed: str
    words: Mapping[str, int] = field(default_factory=dict)
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the rider's counts tell before anything is searched."""

    counts: Mapping[Term, int]
    """How many listed workouts have each term that was asked for; those that none has are left out."""
    listed: int
    in_months: int
    """How many are listed in all, and in the months that were asked for."""
    meanings: Sequence[Meaning]


def look_up(
    connection: sa.Connection, user_id: UUID, asked: Sequence[Term], typed: Sequence[str], months: tuple[str, str]
) -> Known:
    """Counts of terms and of months (`2026-05`), and what each word stands for.

    That is the words that begin with it, or else the nearest ones, or nothing where none is near.
    """
    values = {
        "user_id": user_id,
        "words": list(typed),
        "kinds": [kind for kind, _ in asked],
        "values": [value for _, value in asked],
        "first": months[0],
        "last": months[1],
    }
    counts: dict[Term, int] = {}
    begun: dict[str, dict[str, int]] = {word: {} for word in typed}
    for kind, word, value, count in connection.execute(_KNOWN, values):
        if word:
            begun[word][value] = int(count)
        else:
            counts[kind, value] = int(count)
    listed, in_months = counts.pop(_ALL), counts.pop(_SPAN)
    return Known(counts, listed, in_months, _meanings(connection, user_id, begun))


def _meanings(connection: sa.Connection, user_id: UUID, begun: Mapping[str, Mapping[str, int]]) -> list[Meaning]:
    missed = [word for word, found in begun.items() if not found and errors_forgiven(word)]
    alike: dict[str, dict[str, int]] = {word: {} for word in missed}
    if missed:
        for row in connection.execute(_ALIKE, {"user_id": user_id, "words": missed}):
            alike[row.typed][row.value] = row.workout_count
    return [
        Meaning(word, found)
        if word not in alike
        else Meaning(word, {near: alike[word][near] for near in nearest(word, alike[word])}, is_corrected=True)
        for word, found in begun.items()
    ]


def _by_word(condition: sa.ColumnElement[bool], *ranks: sa.ColumnElement[Any], limit: int) -> sa.Select[Any]:
    """Words of the rider for each word of `:words`."""
    own = sa.and_(tally.c.user_id == sa.bindparam("user_id"), tally.c.kind == WORD, tally.c.workout_count > 0)
    chosen = (
        sa.select(tally.c.value, tally.c.workout_count)
        .where(own, condition)
        .order_by(*ranks, tally.c.workout_count.desc(), tally.c.value)
        .limit(limit)
        .correlate(_TYPED)
        .lateral("chosen")
    )
    return (
        sa.select(_WORD.label("typed"), chosen.c.value, chosen.c.workout_count)
        .select_from(_TYPED)
        .join(chosen, sa.true())
    )


_TYPED: Final = (
    sa.func.unnest(sa.bindparam("words", type_=pg.ARRAY(sa.Text)))
    .table_valued(sa.column("word", sa.Text), name="typed")
    .render_derived()
)
_WORD: Final = _TYPED.c.word
# Words hold letters and digits only, so the end of those with a beginning is the beginning with the last letter of all.
_BEGUN: Final = _by_word(
    sa.and_(tally.c.value >= _WORD, tally.c.value < _WORD + sa.text("chr(1114111)")), limit=MOST_ALTERNATIVES
)
# The beginning of a word, one letter longer than what was typed, is compared by its triples of letters: a coarse
# choice, of which the nearest are found letter by letter.
_ALIKE: Final = _by_word(
    sa.func.length(tally.c.value) >= sa.func.length(_WORD) - 2,
    sa.func.similarity(sa.func.left(tally.c.value, sa.func.length(_WORD) + 1), _WORD).desc(),
    limit=_SHORTLIST,
)


def _known() -> sa.CompoundSelect[Any]:
    own = tally.c.user_id == sa.bindparam("user_id")
    texts = pg.ARRAY(sa.Text)
    pairs = sa.func.unnest(sa.bindparam("kinds", type_=texts), sa.bindparam("values", type_=texts))
    wanted = pairs.table_valued(sa.column("kind", sa.Text), sa.column("value", sa.Text), name="wanted").render_derived()
    same = sa.and_(own, tally.c.kind == wanted.c.kind, tally.c.value == wanted.c.value)
    nothing, total = sa.text("''"), sa.func.coalesce(sa.func.sum(tally.c.workout_count), 0)
    of_months = sa.and_(own, tally.c.kind == MONTH)
    span = sa.and_(tally.c.value >= sa.bindparam("first"), tally.c.value <= sa.bindparam("last"))
    begun = _BEGUN.subquery("begun")
    return sa.union_all(
        sa.select(tally.c.kind, nothing, tally.c.value, tally.c.workout_count).select_from(wanted).join(tally, same),
        sa.select(*map(sa.literal_column, ("'month'", "''", "'all'")), total).where(of_months),
        sa.select(*map(sa.literal_column, ("'month'", "''", "'span'")), total).where(of_months, span),
        sa.select(sa.literal_column("'word'"), begun.c.typed, begun.c.value, begun.c.workout_count),
    )


_ALL: Final = (MONTH, "all")
_SPAN: Final = (MONTH, "span")
_KNOWN: Final = _known()
