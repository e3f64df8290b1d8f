"""Words as search compares them: without case, accents and doubled spaces."""

import unicodedata

MOST_WORDS = 10


def search_form(text: str) -> str:
    """A text as search compares it."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def search_words(query: str) -> tuple[str, ...]:
    """The words of a query, each once, at most ten."""
    return tuple(dict.fromkeys(search_form(query).split()))[:MOST_WORDS]
