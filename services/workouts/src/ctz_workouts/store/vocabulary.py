"""The words of a rider's workouts, and which of them the words of a query stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.words import errors_forgiven, nearest
from ctz_workouts.store.tables import tally
from ctz_workouts.store.terms import WORD

MOST_ALTERNATIVES: Final = 200
"""Of a beginning of more words the most frequent ones are searched."""
_SHORTLIST: Final = 40


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of a query stands for: words of the rider and how many workouts have them, most frequent first."""

    typed: str
    words: Mapping[str, int] = field(default_factory=dict)
    is_corrected: bool = False


def meanings(connection: sa.Connection, user_id: UUID, typed: Sequence[str]) -> list[Meaning]:
    """What each word stands for: the words that begin with it, or else the nearest ones; nothing where none is near."""
    if not typed:
        return []
    begun = _rows(connection, user_id, typed, _BEGUN)
    missed = [word for word in typed if not begun[word] and errors_forgiven(word)]
    listed = _rows(connection, user_id, missed, _ALIKE) if missed else {}
    found = []
    for word in typed:
        near = nearest(word, listed.get(word, {}))
        if near:
            found.append(Meaning(word, {each: listed[word][each] for each in near}, is_corrected=True))
        else:
            found.append(Meaning(word, begun[word], is_corrected=word in listed))
    return found


def _rows(
    connection: sa.Connection, user_id: UUID, words: Sequence[str], query: sa.Select[Any]
) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {word: {} for word in words}
    for row in connection.execute(query, {"user_id": user_id, "words": list(words)}):
        found[row.typed][row.value] = row.workout_count
    return found


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
