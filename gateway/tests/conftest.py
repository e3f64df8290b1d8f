"""A town for the tests of the gateway."""

from collections.abc import Iterator

import pytest

from gateway.tests.neighbours import Town


@pytest.fixture(scope="session")
def _towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator["_Towns"]:
    towns = _Towns(tmp_path_factory)
    yield towns
    towns.close()


@pytest.fixture
def town(_towns: "_Towns") -> Town:
    """Faked neighbours, two riders and the gateway, with nothing of any test before in them."""
    return _towns.whole()


class _Towns:
    """Keeps one town for many tests; one in which a service was stopped is not used again."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._town: Town | None = None

    def whole(self) -> Town:
        """A town in its first state."""
        if self._town is not None and not self._town.is_whole:
            self.close()
        if self._town is None:
            self._town = Town(self._folders.mktemp("town"))
        else:
            self._town.reset()
        return self._town

    def close(self) -> None:
        """End the town."""
        if self._town is not None:
            self._town.close()
        self._town = None
