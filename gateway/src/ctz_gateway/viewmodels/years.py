"""A year in review: the rider's own page and the one behind a public link."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.analytics import LoadShare, RecordsPage
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Figure


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A month with its hours as a share of the longest month (0 to 1)."""

    name: str
    letter: str
    share: float
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class YearView:
    """What everybody may see of a year: no workout is named, nothing by body weight."""

    year: int
    tiles: Sequence[Figure]
    months: Sequence[MonthBar]
    months_text: str
    month_heads: Sequence[str]
    disciplines: Sequence[LoadShare]
    zone_seconds: Sequence[int]
    zone_note: str
    instructors: Sequence[tuple[str, str]]
    classes: Sequence[tuple[str, str]]
    bests: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    has_any: bool


@dataclass(frozen=True, slots=True)
class SharePanel:
    """The public link of a year; `address` is known only right after it was made."""

    since: str
    shown_name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class YearPage:
    """The rider's own year."""

    view: YearView
    years: Sequence[Tab]
    records: RecordsPage
    share: SharePanel


@dataclass(frozen=True, slots=True)
class SharedYearPage:
    """A year for whoever has the link."""

    view: YearView
    title: str
    url: str
    image_url: str
