"""A town for the tests of the gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.tests.neighbours import Town, town_in


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Faked neighbours, two riders and the gateway, new for each test."""
    with town_in(tmp_path) as running:
        yield running
