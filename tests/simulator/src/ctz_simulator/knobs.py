"""How the simulated Peloton misbehaves: set at the start, changed while it runs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Self

from ctz_simulator.jsontypes import JsonObject

ACCESS_TOKEN_SECONDS = 172_800


class BadKnob(ValueError):
    """No such knob, or a value that it cannot take."""


class Body(StrEnum):
    """What a failing answer says."""

    JSON = "json"
    HTML = "html"
    EMPTY = "empty"
    CLOUDFLARE = "cloudflare"
    DEEP_JSON = "deep_json"


class Wire(StrEnum):
    """What happens to the bytes of an answer on their way."""

    INTACT = "intact"
    BOM = "bom"
    TRUNCATE = "truncate"
    WRONG_LENGTH = "wrong_length"
    BROKEN_GZIP = "broken_gzip"
    DRIP = "drip"
    ENDLESS = "endless"
    HUGE = "huge"
    HANG = "hang"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Failure:
    """One scripted failure: which calls it hits and what they get.

    It hits calls whose path matches the regular expression `match`, whose kind is `kind` and whose member is
    `username` (empty: any); the first `skip` of them pass, then `count` are hit (none: for ever), each with
    `probability`. With `status` none the call is really processed and only its answer suffers on the wire.
    `location` is for redirects.
    """

    match: str = ""
    kind: str = ""
    username: str = ""
    status: int | None = None
    body: Body = Body.JSON
    wire: Wire = Wire.INTACT
    count: int | None = None
    skip: int = 0
    probability: float = 1.0
    retry_after: str | None = None
    location: str | None = None
    share: float = 0.5
    bytes_per_second: int = 1
    size_bytes: int = 500_000_000
    depth: int = 100_000

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> Self:
        """From an object with the field names of this class."""
        values = dict(body)
        try:
            values["body"] = Body(str(values.get("body", Body.JSON)))
            values["wire"] = Wire(str(values.get("wire", Wire.INTACT)))
            return cls(**values)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise BadKnob(str(error)) from error


@dataclass(frozen=True, slots=True)
class Knobs:
    """All settings.

    latency_ms: added before every answer of the API and the sign-in. rate_per_second with rate_burst: beyond it calls
    get 429, with Retry-After as `retry_after_form` says (seconds, date or none). token_max_calls: an access token
    expires after so many API calls. rotate_refresh: a refresh token works once, its reuse revokes the whole family.
    lose_refresh_answers: so many refreshes are done, but their answer is lost. endpoint_gone: every API call gets the
    two-key 403 of a closed endpoint. wrong_password_status: 401 or 200, both have been seen. list_edits: laid over the
    envelope of every page of a history.
    """

    latency_ms: int = 0
    rate_per_second: float | None = None
    rate_burst: int = 1
    retry_after_form: str = "seconds"
    retry_after_seconds: int = 1
    failures: tuple[Failure, ...] = ()
    seed: int = 1
    token_lifetime_seconds: int = ACCESS_TOKEN_SECONDS
    token_max_calls: int | None = None
    rotate_refresh: bool = False
    lose_refresh_answers: int = 0
    endpoint_gone: bool = False
    wrong_password_status: int = 401
    list_edits: JsonObject = field(default_factory=dict)

    def changed(self, body: Mapping[str, object]) -> Self:
        """These knobs with the given ones turned; `failures` is a list of objects."""
        known = {item.name for item in fields(self)}
        unknown = sorted(set(body) - known)
        if unknown:
            raise BadKnob(f"no such knob: {', '.join(unknown)}")
        values = dict(body)
        failures = values.get("failures")
        if failures is not None:
            if not isinstance(failures, list | tuple):
                raise BadKnob("failures must be a list")
            values["failures"] = tuple(
                item if isinstance(item, Failure) else Failure.from_json(item) for item in failures
            )
        return replace(self, **values)  # type: ignore[arg-type]

    def to_json(self) -> JsonObject:
        """As an object that `changed` understands."""
        return asdict(self)
