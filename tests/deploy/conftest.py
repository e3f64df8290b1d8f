"""Folders of secrets as the job makes them, and documents that are expensive to read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctz_local.containers.__main__ import main
from tests.deploy import compose
from tests.deploy.manifests import Rendered, render


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders that the first job of a start writes."""
    folder = tmp_path_factory.mktemp("secrets")
    servers = ("--database-url=postgresql://postgres@postgres/ctz", "--broker-url=amqp://rabbitmq:5672")
    assert main(["secrets", str(folder), *servers]) == 0
    return folder


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """The compose file with nothing but its defaults."""
    return compose.project({})


@pytest.fixture(scope="session")
def rendered() -> Callable[[str], Rendered]:
    """An overlay's objects, rendered once."""
    known: dict[str, Rendered] = {}

    def get(overlay: str) -> Rendered:
        if overlay not in known:
            known[overlay] = render(overlay)
        return known[overlay]

    return get
