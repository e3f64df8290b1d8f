"""What the gateway reads from its environment, once, at start."""

from dataclasses import dataclass, field
from pathlib import Path

from ctz_chassis.settings import CommonSettings, Targets


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the gateway is told."""

    common: CommonSettings
    targets: Targets
    signing_key_file: Path = field(
        metadata={"help": "file with the Ed25519 private key that signs the gateway's calls"}
    )
    front_signing_key_file: Path = field(metadata={"help": "file with the Ed25519 private key of `front`"})
    session_key_file: Path = field(metadata={"help": "file with the secret that form tokens are made with"})
    host: str = field(default="127.0.0.1", metadata={"help": "address that the gateway listens on"})
    http_port: int = field(default=8000, metadata={"help": "port of the web pages"})
    front_port: int = field(default=8001, metadata={"help": "port of `front`, the door for other tools"})
    workers: int = field(default=2, metadata={"help": "processes that answer pages"})
    threads: int = field(default=8, metadata={"help": "requests that each of them answers at once"})
    front_threads: int = field(default=8, metadata={"help": "calls that `front` handles at once"})
    trusted_proxies: int = field(
        default=0, metadata={"help": "proxies in front that set X-Forwarded-For; 0 trusts none"}
    )
    budget_seconds: float = field(default=2.0, metadata={"help": "time that a page has for all its calls"})
    mail_page_url: str = field(default="", metadata={"help": "page that shows the local mail folder; only in the demo"})
    drain_seconds: float = field(default=10.0, metadata={"help": "how long running requests may take to end"})
    plans_http_url: str = field(
        default="",
        metadata={"name": "CTZ_PLANS_HTTP_URL", "help": "address of plans' HTTP, for calendar feeds; empty for none"},
    )
    workouts_http_url: str = field(
        default="",
        metadata={
            "name": "CTZ_WORKOUTS_HTTP_URL",
            "help": "address of workouts' HTTP, for files in and out; empty for none",
        },
    )
    upload_bytes: int = field(default=512 * 1024 * 1024, metadata={"help": "most that one form with files may hold"})
