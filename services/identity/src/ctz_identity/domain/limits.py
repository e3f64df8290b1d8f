"""Limits on guessing and flooding: what is counted, how much is allowed, for how long."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Scope(StrEnum):
    """What a counter counts."""

    SIGN_IN_ACCOUNT_ADDRESS = "sign-in.account-address"
    SIGN_IN_ACCOUNT_DEVICE = "sign-in.account-device"
    SIGN_IN_ACCOUNT = "sign-in.account"
    SIGN_IN_ADDRESS = "sign-in.address"
    SIGN_IN_TOTAL = "sign-in.total"
    SIGN_UP_ADDRESS = "sign-up.address"
    SIGN_UP_TOTAL = "sign-up.total"
    MAIL_ACCOUNT = "mail.account"
    MAIL_ADDRESS = "mail.address"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` in each `window` for one subject of a scope."""

    scope: Scope
    amount: int
    window: timedelta


def _allowed(default: int, meaning: str) -> int:
    allowed: int = field(default=default, metadata={"help": meaning})
    return allowed


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an instance."""

    limit_account_and_address: int = _allowed(10, "sign-ins for one account from one address in 5 minutes")
    limit_account_failures: int = _allowed(100, "wrong passwords for one account in 90 days, known devices apart")
    limit_address: int = _allowed(200, "sign-ins from one address in 5 minutes")
    limit_total: int = _allowed(2000, "sign-ins in all in 5 minutes")
    limit_sign_ups_per_address: int = _allowed(60, "sign-ups from one address in an hour")
    limit_sign_ups: int = _allowed(600, "sign-ups in all in an hour")
    limit_mails_per_account: int = _allowed(5, "mails that strangers can cause to one address in an hour")
    limit_mails_per_address: int = _allowed(60, "such mails that one address can cause in an hour")

    def of(self, scope: Scope) -> Limit:
        """Return the limit of a scope."""
        five_minutes, hour, season = timedelta(minutes=5), timedelta(hours=1), timedelta(days=90)
        amount, window = {
            Scope.SIGN_IN_ACCOUNT_ADDRESS: (self.limit_account_and_address, five_minutes),
            Scope.SIGN_IN_ACCOUNT_DEVICE: (self.limit_account_and_address, five_minutes),
            Scope.SIGN_IN_ACCOUNT: (self.limit_account_failures, season),
            Scope.SIGN_IN_ADDRESS: (self.limit_address, five_minutes),
            Scope.SIGN_IN_TOTAL: (self.limit_total, five_minutes),
            Scope.SIGN_UP_ADDRESS: (self.limit_sign_ups_per_address, hour),
            Scope.SIGN_UP_TOTAL: (self.limit_sign_ups, hour),
            Scope.MAIL_ACCOUNT: (self.limit_mails_per_account, hour),
            Scope.MAIL_ADDRESS: (self.limit_mails_per_address, hour),
        }[scope]
        return Limit(scope, amount, window)


@dataclass(frozen=True, slots=True)
class Charge:
    """One attempt to count: against which limit, and for whom (see `subject`)."""

    limit: Limit
    subject: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What a counter shows after an attempt was counted."""

    limit: Limit
    count: int
    window_ends_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether the attempt is one too many."""
        return self.count > self.limit.amount

    @property
    def is_first_over(self) -> bool:
        """Whether this very attempt was the first one too many: the one that is worth a record."""
        return self.count == self.limit.amount + 1

    def retry_after_seconds(self, now: datetime) -> int:
        """Return in how many whole seconds the window ends, at least one."""
        return max(1, round((self.window_ends_at - now).total_seconds()))


def subject(*parts: str) -> str:
    """Return the key of a counter: a hash, so that the table holds no addresses of strangers."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
