"""Rows of the authorization matrix: the class library. A class belongs to nobody; what is thought of it does."""

from collections.abc import Mapping
from typing import Any

from .cells import EVERYBODY, HIDDEN, OWN, Outcome, Row, Things
from .possessions import recorded_blocks


def _class(things: Things) -> Mapping[str, Any]:
    return {"name": things.library_class}


def _named_class(things: Things) -> Mapping[str, Any]:
    return {"class_name": things.library_class}


def _recorded(things: Things) -> Mapping[str, Any]:
    return {"name": things.recorded_targets}


def _draft(_: Things) -> Mapping[str, Any]:
    return {"title": "mine", "blocks": recorded_blocks()}


MATRIX: Mapping[str, Row] = {
    "workouts ClassService/ListClasses": Row(OWN, lambda things: {"filter": {"names": [_class(things)["name"]]}}),
    "workouts ClassService/GetClass": Row(OWN, _class),
    "workouts ClassService/FavouriteClass": Row(OWN, _class),
    "workouts ClassService/UnfavouriteClass": Row(OWN, _class),
    "workouts ClassService/RateClass": Row(OWN, lambda things: {**_class(things), "rating": 5}),
    "workouts ClassService/Recommend": Row(OWN),
    "workouts ClassService/GetReference": Row(EVERYBODY),
    "workouts ClassService/ListRecordedTargets": Row(OWN, _named_class),
    "workouts ClassService/CreateRecordedTargets": Row(OWN, lambda things: {**_named_class(things), **_draft(things)}),
    "workouts ClassService/UpdateRecordedTargets": Row(
        HIDDEN, lambda things: {**_recorded(things), **_draft(things), "revision": 1}
    ),
    "workouts ClassService/DeleteRecordedTargets": Row(HIDDEN, _recorded),
    "workouts ClassService/VoteRecordedTargets": Row(HIDDEN, lambda things: {**_recorded(things), "vote": 1}),
    "workouts ClassService/ChooseRecordedTargets": Row(
        HIDDEN, lambda things: {**_named_class(things), "recorded_targets": things.recorded_targets}
    ),
}

REFERENCES: Mapping[str, Outcome] = {
    "workouts ClassService/ListClasses filter.names": OWN,
    "workouts ClassService/GetClass name": OWN,
    "workouts ClassService/FavouriteClass name": OWN,
    "workouts ClassService/UnfavouriteClass name": OWN,
    "workouts ClassService/RateClass name": OWN,
    "workouts ClassService/ListRecordedTargets class_name": OWN,
    "workouts ClassService/CreateRecordedTargets class_name": OWN,
    "workouts ClassService/UpdateRecordedTargets name": HIDDEN,
    "workouts ClassService/DeleteRecordedTargets name": HIDDEN,
    "workouts ClassService/VoteRecordedTargets name": HIDDEN,
    "workouts ClassService/ChooseRecordedTargets class_name": OWN,
    "workouts ClassService/ChooseRecordedTargets recorded_targets": HIDDEN,
}
