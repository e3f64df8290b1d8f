"""The library of plans and the pictures of the gateway name the same exercises."""

import re
from collections import Counter
from importlib import resources

from ctz_gateway.assets import Assets
from ctz_plans.store.practice_content import load_library

STATIC = resources.files("ctz_gateway") / "static"


def pictures() -> Counter[str]:
    """Keys of the pictures that the front-end build publishes."""
    with resources.as_file(STATIC) as folder:
        sprite = (folder / Assets.load(folder).get("exercises.svg").file).read_text(encoding="utf-8")
    return Counter(re.findall(r'<symbol id="e-([^"]+)"', sprite))


def test_every_exercise_has_exactly_one_picture_and_no_picture_is_of_nothing() -> None:
    assert dict.fromkeys(load_library().exercises, 1) == pictures()
