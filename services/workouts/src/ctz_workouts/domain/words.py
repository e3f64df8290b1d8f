"""Words as search compares them: without case, accents, punctuation; and the nearest words to a mistyped one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

MOST_WORDS = 10
LONGEST_WORD = 40
"""What a word has beyond these letters is not compared."""
SHORTEST_MISTYPED, SHORTEST_TWICE_MISTYPED = 3, 6
"""From these lengths on one typing error, and two, are forgiven."""
_APOSTROPHES = re.compile("[’'`]")
_WORD = re.compile(r"[^\W_]+")


def search_form(text: str) -> str:
    """A text as search compares it."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def words_of(*texts: str) -> tuple[str, ...]:
    """The words of texts, each once, in order; letters and digits make a word, an apostrophe does not end it."""
    plain = (_APOSTROPHES.sub("", search_form(text)) for text in texts)
    found = (word[:LONGEST_WORD] for text in plain for word in _WORD.findall(text))
    return tuple(dict.fromkeys(found))


def search_words(query: str) -> tuple[str, ...]:
    """The words of a query, each once, at most ten."""
    return words_of(query)[:MOST_WORDS]


def errors_forgiven(word: str) -> int:
    """How many typing errors a word of a query may hold; none in a number, since 20 is no mistyped 30."""
    if len(word) < SHORTEST_MISTYPED or any(letter.isdigit() for letter in word):
        return 0
    return 1 if len(word) < SHORTEST_TWICE_MISTYPED else 2


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Of the candidates those that begin with the fewest typing errors in the word, if these are forgiven."""
    forgiven = errors_forgiven(word)
    if not forgiven:
        return ()
    errors = {candidate: beginning_errors(word, candidate) for candidate in candidates}
    fewest = min(errors.values(), default=forgiven + 1)
    if fewest > forgiven:
        return ()
    return tuple(candidate for candidate, count in errors.items() if count == fewest)


def beginning_errors(word: str, candidate: str) -> int:
    """Typing errors between a word and the beginning of a candidate that it fits best.

    One error is a letter too much, too few, another one, or two neighbours exchanged: the optimal string alignment
    distance (Boytsov 2011, "Indexing methods for approximate dictionary searching", 2.1), read at the end of the word.
    """
    before: Sequence[int] = ()
    row: Sequence[int] = range(len(candidate) + 1)
    for at, letter in enumerate(word, start=1):
        following = [at]
        for place, other in enumerate(candidate, start=1):
            same = letter == other
            least = min(row[place] + 1, following[place - 1] + 1, row[place - 1] + (not same))
            if at > 1 and place > 1 and letter == candidate[place - 2] and word[at - 2] == other:
                least = min(least, before[place - 2] + 1)
            following.append(least)
        before, row = row, following
    return min(row)
