"""Keys and passwords of this installation: made once, kept in `CTZ_HOME/secrets`, readable by their owner alone."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from ctz_local.errors import SecretsLost, StateUnreadable
from ctz_local.roles import ServicePasswords
from ctz_local.services import QUEUE, SERVICES, Service

USER_KEY: Final = "identity-user"
# Whoever signs calls: the services, the gateway, its door for tools, and the tools of this package.
LOCAL_SIGNER: Final = "local"
SIGNERS: Final = (*(service.name for service in SERVICES), "gateway", "front", LOCAL_SIGNER)
_RANDOM_BYTES: Final = 32


class SecretStore:
    """The files of one secrets folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.jwks_file = folder / "jwks.json"
        self.pepper_file = folder / "pepper"
        self.fernet_keys_file = folder / "fernet-keys"
        self.session_key_file = folder / "gateway-session.key"
        self.user_key_file = folder / f"{USER_KEY}.pem"
        self._passwords_file = folder / "passwords.json"
        self._passwords: dict[str, str] = {}

    def signing_key_file(self, signer: str) -> Path:
        """Return the file with the Ed25519 key (PEM) of a service, `gateway`, `front` or `local`."""
        return self._folder / f"{signer}-signing.pem"

    def missing(self) -> list[str]:
        """Name the files without which existing data could not be read; every other secret can be made anew."""
        needed = (self._passwords_file, self.pepper_file, self.fernet_keys_file)
        return [file.name for file in needed if not file.exists()]

    def open(self, *, has_data: bool) -> None:
        """Make what is absent and read the rest; refuse when there are data that the absent ones had locked."""
        missing = self.missing()
        if has_data and missing:
            raise SecretsLost(self._folder, missing)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._ensure(self.pepper_file, lambda: secrets.token_urlsafe(_RANDOM_BYTES).encode())
        # A Fernet key is 32 random bytes in URL-safe base64; one a line, the first one encrypts.
        self._ensure(
            self.fernet_keys_file, lambda: base64.urlsafe_b64encode(secrets.token_bytes(_RANDOM_BYTES)) + b"\n"
        )
        self._ensure(self.session_key_file, lambda: secrets.token_urlsafe(_RANDOM_BYTES).encode())
        self._ensure(self.user_key_file, _new_private_key)
        for signer in SIGNERS:
            self._ensure(self.signing_key_file(signer), _new_private_key)
        self._write_public_keys()
        self._open_passwords(_password_names())

    def read_passwords(self) -> None:
        """Read what another process made; for commands beside a running supervisor."""
        try:
            self._passwords = json.loads(self._passwords_file.read_text())
        except (OSError, ValueError) as error:
            raise StateUnreadable(f"{self._passwords_file} cannot be read: {error}") from error

    def password(self, name: str) -> str:
        """Return one password: `superuser`, `operator`, a database role's, or `broker/<service>`."""
        return self._passwords[name]

    def role_passwords(self) -> dict[Service, ServicePasswords]:
        """Return the passwords of every service's database roles."""
        return {
            service: ServicePasswords(self.password(service.owner_role), self.password(service.app_role))
            for service in (*SERVICES, QUEUE)
        }

    def broker_passwords(self) -> dict[str, str]:
        """Return the broker password of every service, by its name."""
        return {service.name: self.password(f"broker/{service.name}") for service in SERVICES}

    def _ensure(self, path: Path, make: Callable[[], bytes]) -> None:
        if not path.exists():
            write_private(path, make())

    def _open_passwords(self, names: Iterable[str]) -> None:
        if self._passwords_file.exists():
            self.read_passwords()
        absent = [name for name in names if name not in self._passwords]
        if absent:
            self._passwords.update({name: secrets.token_urlsafe(_RANDOM_BYTES) for name in absent})
            write_private(self._passwords_file, json.dumps(self._passwords, indent=1).encode())

    def _write_public_keys(self) -> None:
        files = {USER_KEY: self.user_key_file} | {signer: self.signing_key_file(signer) for signer in SIGNERS}
        keys = [_public_jwk(key_id, file) for key_id, file in sorted(files.items())]
        text = json.dumps({"keys": keys}, indent=1).encode()
        if not self.jwks_file.exists() or self.jwks_file.read_bytes() != text:
            write_private(self.jwks_file, text)


def _password_names() -> list[str]:
    roles = [name for service in (*SERVICES, QUEUE) for name in (service.owner_role, service.app_role)]
    return ["superuser", "operator", *roles, *(f"broker/{service.name}" for service in SERVICES)]


def _new_private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_jwk(key_id: str, file: Path) -> dict[str, str]:
    """Write the public half as RFC 8037 has it."""
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise StateUnreadable(f"{file} holds a key that is not Ed25519")
    x = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key_id, "x": x}


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
