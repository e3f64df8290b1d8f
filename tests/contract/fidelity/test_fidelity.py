"""The simulator speaks like the recorded Peloton: every key path and type it sends is on record or documented."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ctz_simulator import RiderSpec, Simulator
from ctz_simulator.digests import Digests, digest_folder, digest_payload, merge, to_text
from ctz_simulator.domain.kinds import Kind

HERE = Path(__file__).parent
DIGESTS = HERE / "digests"
SAMPLES = HERE.parents[2].parent / "shared" / "peloton-samples"
EVERY_KIND = {kind.value: 1.0 for kind in Kind}
PER_KIND = 3


@pytest.fixture(scope="module")
def recorded() -> Digests:
    return {
        path.stem: {key: set(types) for key, types in json.loads(path.read_text("utf-8")).items()}
        for path in DIGESTS.glob("*.json")
    }


@pytest.fixture(scope="module")
def sent() -> Digests:
    """The digests of what two riders of all kinds get over HTTP, one in miles with tests, one in kilometres."""
    found: Digests = {}
    riders = [
        RiderSpec("miles", workouts=400, mix=EVERY_KIND, in_progress=1),
        RiderSpec("kilometres", workouts=200, metric_units=True, ftp_source="manual"),
        RiderSpec("tested", workouts=60),
    ]
    with Simulator(riders).running() as sim:
        for spec in riders:
            for kind, payload in _answers(sim, spec.username):
                merge(found, digest_payload(kind, payload))
    return found


def _answers(sim: Simulator, username: str) -> Iterator[tuple[str, Any]]:
    """(kind, payload) of the calls that a curious client makes."""
    token = sim.tokens(username)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Peloton-Platform": "web"}

    def get(path: str) -> Any:
        with urllib.request.urlopen(urllib.request.Request(sim.url + path, headers=headers)) as answer:  # noqa: S310
            return json.load(answer)

    me = get("/api/me")
    yield "me", me
    user = f"/api/user/{me['id']}"
    yield "calendar", get(f"{user}/calendar")
    for category in ("cycling", "running", "outdoor", "strength", "caesar"):
        yield "ride_archived", get(f"/api/v2/ride/archived?browse_category={category}&limit=50")
    for joins in ("", "ride", "ride,ride.instructor,user"):
        yield "workouts_list", get(f"{user}/workouts?limit=20&page=1&joins={joins}")
    rows = get(f"{user}/workouts?limit=1000&joins=ride")
    yield "workouts_list", rows
    seen: dict[str, int] = {}
    truth = sim.truth(username)["workouts"]
    for row in rows["data"]:
        kind = truth[row["id"]]["kind"]
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= PER_KIND:
            yield from _workout_answers(get, row)


def _workout_answers(get: Any, row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    path = f"/api/workout/{row['id']}"
    yield "workout", get(f"{path}?joins=ride,ride.instructor,user")
    yield "performance_graph", get(f"{path}/performance_graph?every_n=1")
    yield "performance_graph", get(f"{path}/performance_graph")
    if row["peloton_id"]:
        session = get(f"/api/peloton/{row['peloton_id']}")
        yield "peloton_session", session
        yield "ride_details", get(f"/api/ride/{session['ride_id']}/details")


def test_every_key_path_and_type_is_recorded_or_documented(
    recorded: Digests, sent: Digests, documented: dict[str, dict[str, set[str]]]
) -> None:
    """A key that Peloton does not send, or a type that it does not use, would teach the product a wrong API."""
    strange = []
    for kind, paths in sent.items():
        for path, types in paths.items():
            known = recorded[kind].get(path, set()) | documented.get(kind, {}).get(path, set())
            # A whole number may stand where others have decimals; a decimal may not stand where all were whole.
            allowed = known | ({"integer"} if "number" in known else set())
            if types - allowed:
                strange.append(f"{kind}: {path} is {sorted(types)}, known {sorted(known)}")

    assert [] == strange


def test_what_is_documented_is_not_yet_recorded(recorded: Digests, documented: dict[str, dict[str, set[str]]]) -> None:
    """The list of documented paths shrinks when a recording confirms one."""
    confirmed = [
        f"{kind}: {path}"
        for kind, paths in documented.items()
        for path, types in paths.items()
        if types <= recorded[kind].get(path, set())
    ]

    assert [] == confirmed


def test_every_key_that_the_product_reads_is_sent(
    sent: Digests, read_by_the_product: dict[str, tuple[str, ...]]
) -> None:
    """A parser that misses its key would pass unseen otherwise."""
    missing = [
        f"{kind}: {path}" for kind, paths in read_by_the_product.items() for path in paths if path not in sent[kind]
    ]

    assert [] == missing


def test_a_strange_key_and_a_strange_type_are_found(recorded: Digests) -> None:
    """The comparison itself can fail."""
    found = digest_payload("calendar", {"months": [{"year": "2026", "month": 1, "active_days": [1], "mood": "good"}]})

    assert {"string"} == found["calendar"]["months[].year"]
    assert {"integer"} == recorded["calendar"]["months[].year"]
    assert "months[].mood" not in recorded["calendar"]


def test_the_digests_are_those_of_the_samples() -> None:
    """Committed digests cannot drift from the recordings they were made of."""
    if not SAMPLES.is_dir():
        pytest.skip("the recorded samples are not on this machine; their committed digests are used")
    made = {kind: to_text(types) for kind, types in digest_folder(SAMPLES).items()}

    assert made == {path.stem: path.read_text("utf-8") for path in DIGESTS.glob("*.json")}
