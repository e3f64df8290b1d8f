"""Reads a folder of recordings: the kind of a payload is told by its file name, what is in it by its shape."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctz_simulator.jsontypes import JsonObject

_NAME = re.compile(r"(?P<kind>[a-z_]+?)(?:_(?P<variant>subset|partial|items))?__(?P<key>.+)\.json")


@dataclass(slots=True)
class Recordings:
    """The payloads of a folder; workouts and graphs are matched by the name behind the prefix."""

    workouts: dict[str, JsonObject] = field(default_factory=dict)
    graphs: dict[str, JsonObject] = field(default_factory=dict)
    rows: list[JsonObject] = field(default_factory=list)
    ride_details: dict[str, JsonObject] = field(default_factory=dict)
    sessions: dict[str, JsonObject] = field(default_factory=dict)
    me: JsonObject = field(default_factory=dict)
    calendar: JsonObject = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def read_folder(folder: Path) -> Recordings:
    """All usable payloads of a folder; what cannot be used is named with the reason."""
    found = Recordings()
    for path in sorted(folder.glob("*.json")):
        named = _NAME.fullmatch(path.name)
        if named is None:
            found.skipped[path.name] = "the name does not say what it holds"
            continue
        try:
            body = json.loads(path.read_text(encoding="utf-8-sig"))
        except ValueError as error:
            found.skipped[path.name] = f"not JSON: {error}"
            continue
        reason = _file_away(found, named["kind"], named["key"], body)
        if reason:
            found.skipped[path.name] = reason
    return found


def _file_away(found: Recordings, kind: str, key: str, body: Any) -> str | None:
    """Put a payload in its place; the reason if it has none."""
    listed = body if isinstance(body, list) else body.get("data") if isinstance(body, dict) else None
    if isinstance(listed, list) and any(map(_is_workout, listed)):
        found.rows += [row for row in listed if _is_workout(row)]
        return None
    if not isinstance(body, dict):
        return "not an object, nor a list of workouts"
    return None if _file_object(found, kind, key, body) else f"no usable {kind}"


def _file_object(found: Recordings, kind: str, key: str, body: JsonObject) -> bool:
    """Whether an object has found its place."""
    match kind:
        case "workout" if _is_workout(body):
            found.workouts[key] = body
        case "performance_graph" if isinstance(body.get("seconds_since_pedaling_start"), list):
            found.graphs[key] = body
        case "ride_details" if isinstance(body.get("ride"), dict) and "id" in body["ride"]:
            found.ride_details[body["ride"]["id"]] = body
        case "peloton_session" if "ride_id" in body:
            found.sessions[str(body.get("id"))] = body
        case "me":
            found.me = body
        case "calendar":
            found.calendar = body
        case "workouts_list":
            return "data" in body
        case _:
            return False
    return True


def _is_workout(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("id"), str) and isinstance(body.get("created_at"), int)
