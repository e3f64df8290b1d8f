"""Settings of peloton-sync: `CTZ_PELOTON_SYNC_…`, read once."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from ctz_chassis.settings import CommonSettings, ServiceSettings
from ctz_peloton_sync.domain.limits import BreakerPolicy, Rate


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How Peloton is asked: politely unless told otherwise."""

    api_url: str = field(default="https://api.onepeloton.com", metadata={"help": "address of Peloton's API"})
    auth_url: str = field(default="https://auth.onepeloton.com", metadata={"help": "address of Peloton's sign-in"})
    concurrency: int = field(default=2, metadata={"help": "calls at a time in one `work` process"})
    rate_fleet: float = field(default=2.0, metadata={"help": "calls per second of all workers together"})
    rate_account: float = field(default=2.0, metadata={"help": "calls per second for one rider"})
    burst: int = field(default=4, metadata={"help": "calls that may come at once within the rates"})
    account_window: int = field(default=8, metadata={"help": "tasks of one rider in hand at a time"})
    lease_seconds: float = field(default=30.0, metadata={"help": "how long a worker that says nothing keeps a task"})
    call_seconds: float = field(default=20.0, metadata={"help": "total deadline of one call"})
    body_megabytes: int = field(default=8, metadata={"help": "largest answer that is read"})
    maximum_attempts: int = field(default=5, metadata={"help": "tries before a task has failed for good"})
    breaker_failures: int = field(default=5, metadata={"help": "failures within a minute that open the breaker"})
    probe_seconds: float = field(default=60.0, metadata={"help": "pause between probes while Peloton is down"})
    refused_accounts: int = field(default=3, metadata={"help": "riders with 403 that turn the kill switch on"})
    refused_hours: float = field(default=24.0, metadata={"help": "pause of one rider after a 403"})
    run_hours: float = field(default=6.0, metadata={"help": "time between scheduled runs of one rider; 0 is never"})
    rescan_days: int = field(default=7, metadata={"help": "days that every run reads again"})
    recheck_minutes: float = field(default=20.0, metadata={"help": "next run when a workout is still going on"})
    library_hours: float = field(default=24.0, metadata={"help": "time between looks at the class library; 0 is never"})
    library_whole_days: float = field(
        default=14.0,
        metadata={"help": "time between readings of the whole library, which tell what is gone; 0 is never again"},
    )
    library_batch: int = field(
        default=5, metadata={"help": "calls for the library that are queued at a time, when nothing else is"}
    )
    poll_seconds: float = field(default=1.0, metadata={"help": "how often idle workers look without being woken"})
    outbox_bound: int = field(default=2_000, metadata={"help": "unpublished events above which no work is claimed"})
    payload_days: int = field(default=180, metadata={"help": "how long raw answers are kept"})
    fernet_keys_file: Path | None = field(
        default=None, metadata={"help": "file with Fernet keys, one a line, the first seals; `keys rotate` re-seals"}
    )

    @property
    def maximum_deaths(self) -> int:
        """Deaths of workers that a task may be part of; more than tries, because most of them are its neighbours'."""
        return 2 * self.maximum_attempts

    @property
    def threads(self) -> int:
        """Threads of a `work` process: half as many again as calls, so that calls go on while answers are written."""
        return self.concurrency + (self.concurrency + 1) // 2

    @property
    def lease(self) -> timedelta:
        """How long a claimed task stays with a worker that says nothing."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def library(self) -> timedelta:
        """Time between looks at each category of the class library."""
        return timedelta(hours=self.library_hours)

    @property
    def fleet_rate(self) -> Rate:
        """Rate of all workers together."""
        return Rate(self.rate_fleet, self.burst)

    @property
    def account_rate(self) -> Rate:
        """Rate for one rider."""
        return Rate(self.rate_account, self.burst)

    @property
    def breaker(self) -> BreakerPolicy:
        """When the breaker opens, and how often it probes."""
        return BreakerPolicy(failures=self.breaker_failures, probe_interval=timedelta(seconds=self.probe_seconds))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a process of peloton-sync reads."""

    common: CommonSettings
    service: ServiceSettings
    sync: SyncSettings
