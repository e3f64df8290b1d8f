"""Every number of the test catalogue that the project promises stands in the name of a test."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"_t(\d{3})(?=_)")
# What "the main job, end to end" and "every part of the mission works" bring.
PROMISED = {
    *(1, 2, 3, 4, 5, 11, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23, 28, 30, 35, 37, 39, 40, 41),
    *range(43, 54),
    *(55, 57, 60, 62, 66, 75, 76, 77, 78, 79),
    *range(88, 102),
    *(105, 107, 108, 110, 111, 112, 113, 116, 118),
}


def names_of_tests() -> Iterator[str]:
    """The names of all tests of the project, in Python and for the browser."""
    for folder in ("services", "gateway", "libs", "deploy", "tests"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            if not {"node_modules", "build"} & set(path.parts):
                tree = ast.parse(path.read_text("utf-8"))
                names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
                yield from (name for name in names if name.startswith("test_"))


def test_every_promised_number_of_the_catalogue_has_a_test() -> None:
    found = {int(number) for name in names_of_tests() for number in NUMBER.findall(name)}
    assert [] == [f"T{number:03}" for number in sorted(PROMISED - found)]
