"""What the gateway reads from its environment, once, at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ctz_chassis.settings import CommonSettings, Targets, load


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """The gateway's own settings."""

    http_port: int = field(metadata={"help": "Port of the web pages."})
    signing_key_file: Path = field(metadata={"help": "Ed25519 key (PEM) that signs the gateway's calls."})
    session_key_file: Path = field(metadata={"help": "Secret (32 bytes or more) that form tokens are made with."})
    front_signing_key_file: Path | None = field(
        default=None, metadata={"help": "Ed25519 key (PEM) of `front`, the door for other tools."}
    )
    front_port: int = field(default=8001, metadata={"help": "Port of `front`."})
    host: str = field(default="127.0.0.1", metadata={"help": "Address that the gateway listens on."})
    workers: int = field(default=2, metadata={"help": "Processes that answer pages."})
    threads: int = field(default=8, metadata={"help": "Threads of each process."})
    trusted_proxies: int = field(
        default=0, metadata={"help": "How many proxies in front set X-Forwarded-For; 0 trusts none."}
    )
    budget_seconds: float = field(default=2.0, metadata={"help": "Time that a page has for all its calls."})
    mail_folder_url: str = field(
        default="", metadata={"help": "Page that shows the local mail folder; shown to people only in the demo."}
    )
    sign_up: str = field(default="open", metadata={"help": "open, invitation or closed, as identity has it."})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the gateway is told."""

    common: CommonSettings
    targets: Targets
    gateway: GatewaySettings

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read `CTZ_*` and `CTZ_GATEWAY_*`; raises SettingsError that names the wrong variable."""
        return cls(
            common=load(CommonSettings, "", environ),
            targets=load(Targets, "", environ),
            gateway=load(GatewaySettings, "GATEWAY", environ),
        )
