"""Activities as columns of an item and as JSON of templates and challenges."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ctz_plans.domain.activity import Activity, Kind
from ctz_plans.domain.template import TemplateWeek

COLUMNS = tuple(Activity.__dataclass_fields__)


def columns_of(activity: Activity) -> dict[str, Any]:
    """The values of an activity by column."""
    return asdict(activity) | {"kind": activity.kind.value}


def activity_of(row: Mapping[str, Any]) -> Activity:
    """The activity in a row that has its columns."""
    return Activity(**{name: row[name] for name in COLUMNS} | {"kind": Kind(row["kind"])})


def document_of(activity: Activity) -> dict[str, Any]:
    """An activity as JSON, without what is empty."""
    return {name: value for name, value in columns_of(activity).items() if value}


def read_document(document: Mapping[str, Any]) -> Activity:
    """The activity in JSON."""
    return Activity(**{**document, "kind": Kind(document["kind"])})


def weeks_document(weeks: Sequence[TemplateWeek]) -> list[list[list[dict[str, Any]]]]:
    """The weeks of a template as JSON."""
    return [[[document_of(activity) for activity in day] for day in week] for week in weeks]


def read_weeks(document: Sequence[Sequence[Sequence[Mapping[str, Any]]]]) -> tuple[TemplateWeek, ...]:
    """The weeks in the JSON of a template."""
    return tuple(tuple(tuple(read_document(one) for one in day) for day in week) for week in document)
