"""Every field may be missing, null or nonsense: nothing raises, and what is told of it can be told."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctz_peloton_sync.app import events
from ctz_peloton_sync.domain.details import parse_account, parse_detail
from ctz_peloton_sync.domain.graphs import parse_graph
from ctz_peloton_sync.domain.library import parse_class_detail
from ctz_peloton_sync.domain.workouts import parse_list_page

from .payloads import ACCOUNT, CLASS, DETAIL, GRAPH, ROW, USER

SAMPLES = Path(__file__).parents[5] / "shared" / "peloton-samples"
NONSENSE = [
    None,
    "",
    "x\x00\ud800",
    "Ω" * 2_000,
    -1,
    0,
    2.5,
    -1e308,
    1e308,
    10**400,
    math.nan,
    math.inf,
    True,
    [],
    {},
    [[]],
    {"id": {"id": []}},
    "2026-11-22",
    9_999_999_999_999,
]
PAYLOADS = {
    "row": (ROW, lambda payload: parse_list_page({"data": [payload], "total": 1, "summary": {"2023-11": 1}})),
    "graph": (GRAPH, parse_graph),
    "detail": (DETAIL, parse_detail),
    "class": (CLASS, parse_class_detail),
    "account": (ACCOUNT, parse_account),
}


def _paths(payload, at=()):
    children = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, child in children:
        yield (*at, key)
        yield from _paths(child, (*at, key))


def _changed(payload, path, value):
    copy = json.loads(json.dumps(payload))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return copy


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_t047_any_field_may_be_missing_or_nonsense(kind):
    """Each field of each payload, removed or replaced: no crash, and everything that is told can be told."""
    payload, parse = PAYLOADS[kind]
    for path in _paths(payload):
        for value in (..., *NONSENSE):
            _tell(kind, parse(_changed(payload, path, value)))


@settings(max_examples=150)
@given(
    kind=st.sampled_from(sorted(PAYLOADS)),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    ),
    data=st.data(),
)
def test_t047_any_value_in_any_place(kind, value, data):
    payload, parse = PAYLOADS[kind]
    path = data.draw(st.sampled_from(list(_paths(payload))))
    _tell(kind, parse(_changed(payload, path, value)))


RECORDED = {
    "performance_graph__cycling_class_quit_early__01": "graph",
    "performance_graph_partial__running_pace_compliance__01": "graph",
    "workout__cycling_class__01": "detail",
    "workout_subset__strength_guide__01": "detail",
    "workouts_list__rowing_page0__01": "page",
    "ride_details_partial__power_zone_targets__01": "class",
    "me__cycling_manual_ftp__01": "account",
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="recorded samples are not here")
@pytest.mark.parametrize("name", sorted(RECORDED))
def test_t047_any_field_of_a_recorded_payload(name):
    """Fields of arrays by their first two members, which stand for the others."""
    payload = json.loads((SAMPLES / f"{name}.json").read_text())
    kind = RECORDED[name]
    parse = PAYLOADS[kind][1] if kind != "page" else parse_list_page
    paths = [path for path in _paths(payload) if all(not isinstance(key, int) or key < 2 for key in path)]
    for path in paths:
        at = payload
        for key in path[:-1]:
            at = at[key]
        before = at[path[-1]]
        for value in NONSENSE:
            at[path[-1]] = value
            _tell("row" if kind == "page" else kind, parse(payload))
        at[path[-1]] = before


def _tell(kind, parsed):
    """Everything that can be published must encode, hold finite figures within reason, and be free of surrogates."""
    if kind == "graph":
        message = events.performance(parsed, workout_id=USER, user_id=USER)
        assert len(message.second_deltas) in {len(each.value_deltas) for each in message.metrics} | {
            len(message.second_deltas)
        }
        for series in parsed.series:
            assert all(value is None or value >= 0 for value in series.values)
    elif kind == "row":
        for row in parsed.rows:
            message = events.recorded(
                row, workout_id=USER, user_id=USER, ride=row.ride, performance_state="due", detail=None
            )
            assert row.total_work_joules is None or 0 <= row.total_work_joules < math.inf
            message.SerializeToString()
        return
    elif kind == "detail" and parsed is not None:
        message = events.detail_of(parsed)
        assert 0 <= parsed.ftp.watts <= 2_000
    elif kind == "class" and parsed is not None:
        message = events.class_updated(parsed)
    else:
        return
    message.SerializeToString()
