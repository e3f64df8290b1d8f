"""Folders of ephemeral servers outlive nobody, and nobody's go while they are in use."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ctz_local.testing.scratch import make_scratch


def test_folders_made_at_the_same_time_all_stay(tmp_path: Path) -> None:
    made: list[Path] = []
    threads = [
        threading.Thread(target=lambda: made.extend(make_scratch(tmp_path) for _ in range(20))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 80 == len(made)
    assert set(made) == set(tmp_path.iterdir())


def test_the_folder_of_a_process_that_has_ended_is_swept(tmp_path: Path) -> None:
    making = (
        "import pathlib, sys; from ctz_local.testing import scratch; scratch.make_scratch(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", making, str(tmp_path)], check=True)
    (left,) = tmp_path.iterdir()
    mine = make_scratch(tmp_path)

    assert left != mine
    assert [mine] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "x", "12", "12-", "-12-a", "a-b-c"])
def test_a_folder_of_no_known_owner_is_swept(tmp_path: Path, name: str) -> None:
    of_mine = "-".join(make_scratch(tmp_path).name.split("-")[:3])
    stray = tmp_path / f"{of_mine}-{name}"
    stray.mkdir()
    make_scratch(tmp_path)

    assert not stray.exists()
