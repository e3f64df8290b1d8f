"""What identity reads from its environment (`CTZ_IDENTITY_…`), once, at start."""

from dataclasses import dataclass, field
from pathlib import Path

from ctz_chassis.settings import CommonSettings, Environment, ServiceSettings, SettingsError
from ctz_identity.domain.limits import Limits
from ctz_identity.domain.profile import SignUpMode

MIN_MEMORY_KIB = 46 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything identity is told."""

    common: CommonSettings
    service: ServiceSettings
    limits: Limits
    user_key_file: Path = field(metadata={"help": "file with the Ed25519 private key (PEM) that signs user tokens"})
    pepper_file: Path = field(metadata={"help": "file with the secret that passwords are mixed with; never change it"})
    sign_up: SignUpMode = field(default=SignUpMode.OPEN, metadata={"help": "open, invitation or closed"})
    smtp_url: str = field(
        default="", repr=False, metadata={"help": "smtp+starttls://user:password@host:587; also smtps:// and smtp://"}
    )
    mail_dir: Path | None = field(default=None, metadata={"help": "folder for .eml files, in place of an SMTP server"})
    mail_from: str = field(default="", metadata={"help": "sender of mails; no-reply at the public host when empty"})
    admin_link_file: Path | None = field(
        default=None, metadata={"help": "file for the first administrator's one-time link, made while there is none"}
    )
    argon2_memory_kib: int = field(
        default=MIN_MEMORY_KIB, metadata={"help": "memory of one password hash; 47104 or more, save in development"}
    )
    argon2_iterations: int = field(default=1, metadata={"help": "passes of one password hash"})
    password_hashes_at_once: int = field(default=2, metadata={"help": "how many passwords are hashed together"})

    def __post_init__(self) -> None:
        if not self.smtp_url and self.mail_dir is None:
            raise SettingsError(
                "CTZ_IDENTITY_SMTP_URL", "is not set, nor is CTZ_IDENTITY_MAIL_DIR: mail must go somewhere"
            )
        if self.common.env is Environment.PRODUCTION and self.argon2_memory_kib < MIN_MEMORY_KIB:
            raise SettingsError("CTZ_IDENTITY_ARGON2_MEMORY_KIB", f"must be at least {MIN_MEMORY_KIB} in production")
