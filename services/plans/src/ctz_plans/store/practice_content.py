"""The library's documents, as they lie in the package."""

import tomllib
from importlib import resources

from ctz_plans.domain.library import Library, read_library
from ctz_plans.domain.practice import Category

_CONTENT = resources.files("ctz_plans") / "content"


def load_library() -> Library:
    """Read and check the library; it cannot change while a process runs, so once is enough."""
    exercises = {category: _document(f"{category}.toml")["exercise"] for category in Category}
    return read_library(exercises, _document("routines.toml")["routine"])


def _document(name: str) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads((_CONTENT / name).read_text(encoding="utf-8"))
