"""Digests of payloads: every key path with the JSON types seen there, and no value.

`python -m ctz_simulator.digests SAMPLES OUT` writes one file a kind of payload from a folder of recordings.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

Types = dict[str, set[str]]
Digests = dict[str, Types]

_NAME = re.compile(r"(?P<kind>[a-z_]+?)(?:_(?P<variant>subset|partial|items))?__.+\.json")
# Objects that occur in several payloads have a digest of their own, so that one era's list speaks for another's detail.
_MOUNTS = {
    ("workout", "ride"): "ride",
    ("workouts_list", "data[].ride"): "ride",
    ("ride_details", "ride"): "ride",
    ("ride_archived", "data[]"): "ride",
    ("ride", "instructor"): "instructor",
    ("ride_archived", "instructors[]"): "instructor",
    ("workouts_list", "data[].user"): "user",
    ("workout", "user"): "user",
    ("auth_login", "user_data"): "me",
}
# Objects whose keys are data.
_MAPS = {
    ("workouts_list", "summary"),
    ("ride_details", "segments.segment_category_distribution"),
    ("ride_details", "segments.segment_body_focus_distribution"),
}
# The spelling of the client that re-serialised the subsets, not of the API.
_FOREIGN_KEYS = {"has_apple_watch_metrcis", "display_units", "is_skup_intro_available"}
# Lists that their owner re-keyed: they do not show the API's keys.
_NOT_VERBATIM = {"instructor_list"}
_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
}


def digest_payload(kind: str, payload: Any) -> Digests:
    """The digests of one payload, by kind."""
    found: Digests = defaultdict(lambda: defaultdict(set))
    _walk(found, kind, "", payload)
    return found


def merge(target: Digests, source: Digests) -> None:
    """Add the types of one set of digests to another."""
    for kind, paths in source.items():
        for path, types in paths.items():
            target.setdefault(kind, {}).setdefault(path, set()).update(types)


def digest_folder(folder: Path) -> Digests:
    """The digests of all recordings of a folder."""
    found: Digests = {}
    for path in sorted(folder.glob("*.json")):
        named = _NAME.fullmatch(path.name)
        if named is None or named["kind"] in _NOT_VERBATIM:
            continue
        payload = json.loads(path.read_text("utf-8"))
        whole = {"data": payload} if named["variant"] == "items" else payload
        if named["variant"] == "subset":
            whole = _without_gaps(whole)
        merge(found, digest_payload(named["kind"], whole))
    return found


def json_type(value: Any) -> str:
    """The JSON type of a value; whole numbers are told from others."""
    return _TYPES.get(type(value), "object")


def _walk(found: Digests, kind: str, path: str, value: Any) -> None:
    if path:
        found[kind][path].add(json_type(value))
        kind, path = (_MOUNTS[kind, path], "") if (kind, path) in _MOUNTS else (kind, path)
    if isinstance(value, dict):
        for key, item in value.items():
            name = "*" if (kind, path) in _MAPS else key
            _walk(found, kind, f"{path}.{name}" if path else name, item)
    elif isinstance(value, list):
        for item in value:
            _walk(found, kind, f"{path}[]", item)


def _without_gaps(value: Any) -> Any:
    """A re-serialised payload without its nulls and foreign keys, which say nothing about the API."""
    if isinstance(value, dict):
        return {k: _without_gaps(v) for k, v in value.items() if v is not None and k not in _FOREIGN_KEYS}
    if isinstance(value, list):
        return [_without_gaps(item) for item in value]
    return value


def to_text(types: Types) -> str:
    """A digest as the text of its file."""
    return json.dumps({path: sorted(types[path]) for path in sorted(types)}, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Write the digests of a folder of samples."""
    samples, target = map(Path, arguments)
    target.mkdir(parents=True, exist_ok=True)
    for kind, types in digest_folder(samples).items():
        (target / f"{kind}.json").write_text(to_text(types), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
