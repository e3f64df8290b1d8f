"""Profile, dated metrics, sessions, tokens, security events and the administrator's list of users."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ctz_gateway.viewmodels.common import Figure, Form, Note, Option, Tag


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """One dated value of a metric, newest first; `value` is what an edit form starts with (ISO date, plain number)."""

    id: str
    date_text: str
    date_value: str
    text: str
    value: str
    source: str
    source_text: str
    is_current: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A dated metric with its history. `slug` is what the forms send: ftp, weight, max_heart_rate, pace_level_run."""

    slug: str
    name: str
    unit: str
    help: str
    current: Figure
    tags: Sequence[Tag]
    entries: Sequence[MetricEntry]
    sources: Sequence[Option]
    minimum: str
    maximum: str
    step: str = "1"


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Who the rider is and what is measured about them."""

    form: Form
    email: str
    units: Sequence[Option]
    time_zones: Sequence[Option]
    week_starts: Sequence[Option]
    metrics: Sequence[Metric]
    metric_form: Form
    open_metric: str
    today: str
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """One zone before and after a change of FTP, in watts as shown."""

    number: int
    name: str
    old_text: str
    new_text: str


@dataclass(frozen=True, slots=True)
class RideChange:
    """A ride that would be computed anew. Figures that a draft does not know are empty."""

    id: str
    title: str
    date_text: str
    old_text: str
    new_text: str


@dataclass(frozen=True, slots=True)
class MetricPreview:
    """What a change of a dated metric would do; `fields` go back in the form that carries it out."""

    slug: str
    title: str
    sentence: str
    action: Literal["add", "correct", "delete"]
    confirm_text: str
    confirm_url: str
    fields: dict[str, str]
    zones: Sequence[ZoneChange]
    rides: Sequence[RideChange]
    ride_count: int
    is_destructive: bool = False
    # Where "Cancel" leads; the profile when empty.
    cancel_url: str = ""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in."""

    id: str
    device: str
    address: str
    started_text: str
    seen_text: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A personal access token; the secret itself is known only when it is made."""

    id: str
    name: str
    prefix: str
    scopes: Sequence[str]
    created_text: str
    expires_text: str
    used_text: str
    is_expired: bool = False


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """A scope that a token may be given."""

    value: str
    label: str
    help: str
    selected: bool


@dataclass(frozen=True, slots=True)
class TokensPage:
    """Tokens; `secret` is set only in the answer that made one."""

    rows: Sequence[TokenRow]
    scopes: Sequence[ScopeChoice]
    lifetimes: Sequence[Option]
    form: Form
    secret: str = ""
    secret_name: str = ""


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """Something that happened to the account, newest first."""

    when_text: str
    text: str
    device: str
    address: str
    icon: str = "lock"
    tone: Literal["plain", "good", "warn", "bad", "accent"] = "plain"


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account as an administrator sees it."""

    id: str
    email: str
    name: str
    state: Literal["active", "inactive", "unverified"]
    state_text: str
    joined_text: str
    seen_text: str
    is_admin: bool
    is_self: bool


@dataclass(frozen=True, slots=True)
class UsersPage:
    """The administrator's list of accounts."""

    rows: Sequence[UserRow]
    total_text: str
    next_url: str = ""
    notes: Sequence[Note] = ()
