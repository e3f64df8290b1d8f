"""Rules of personal access tokens: scopes, names, lifetime."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ctz_identity.domain.errors import InvalidField
from ctz_identity.domain.profile import checked_name

SCOPES = (
    "challenges:read",
    "metrics:read",
    "metrics:write",
    "plans:read",
    "profile:read",
    "sync:read",
    "sync:write",
    "workouts:read",
    "workouts:write",
)
MAX_LIFETIME_DAYS = 365
MAX_TOKENS = 100


@dataclass(frozen=True, slots=True)
class Token:
    """A personal access token without its secret."""

    token_id: UUID
    display_name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenWish:
    """What a person asks for when making a token; refuses nonsense at construction."""

    display_name: str
    scopes: tuple[str, ...]
    lifetime_days: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "display_name", checked_name(self.display_name))
        unknown = sorted(set(self.scopes) - set(SCOPES))
        if unknown or not self.scopes:
            raise InvalidField("scopes", f"Choose at least one of: {', '.join(SCOPES)}.")
        if not 1 <= self.lifetime_days <= MAX_LIFETIME_DAYS:
            raise InvalidField("lifetime_days", f"Choose a lifetime of 1 to {MAX_LIFETIME_DAYS} days.")

    def expires_at(self, now: datetime) -> datetime:
        """Return when a token made now ends."""
        return now + timedelta(days=self.lifetime_days)
