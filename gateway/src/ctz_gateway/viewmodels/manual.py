"""The form of a workout that the rider enters, or corrects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Form, Option


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One form: of an imported workout only its words can be changed; `remove_url` is empty for a new one."""

    title: str
    lead: str
    form: Form
    post_url: str
    back_url: str
    act: str
    hidden: Mapping[str, str]
    disciplines: Sequence[Option]
    class_types: Sequence[Option]
    efforts: Sequence[Option]
    distance_unit: str
    is_new: bool
    is_imported: bool = False
    remove_url: str = ""
