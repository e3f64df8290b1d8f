"""Secrets are made once, kept as they are, and readable by what uses them."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from ctz_chassis.auth.keys import load_jwks, load_private_key
from ctz_local.errors import SecretsLost
from ctz_local.secrets import SIGNERS, USER_KEY, SecretStore


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    SecretStore(tmp_path).open(has_data=False)
    first = _contents(tmp_path)
    SecretStore(tmp_path).open(has_data=True)

    assert first == _contents(tmp_path)


def test_the_key_set_holds_the_public_half_of_every_key(tmp_path: Path) -> None:
    """Read by the verifier's own code: every signer's signature is one that the others accept."""
    store = SecretStore(tmp_path)
    store.open(has_data=False)
    public = load_jwks(store.jwks_file)
    files = {USER_KEY: store.user_key_file} | {name: store.signing_key_file(name) for name in SIGNERS}

    assert set(files) == set(public)
    for name, file in files.items():
        public[name].verify(load_private_key(file).sign(b"text"), b"text")


def test_the_fernet_key_is_one_a_line(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    store.open(has_data=False)
    key = Fernet(store.fernet_keys_file.read_text().splitlines()[0])

    assert b"token" == key.decrypt(key.encrypt(b"token"))


def test_no_two_passwords_are_alike(tmp_path: Path) -> None:
    SecretStore(tmp_path).open(has_data=False)
    passwords = json.loads((tmp_path / "passwords.json").read_text())

    assert len(passwords) == len(set(passwords.values()))
    assert all(len(password) >= 32 for password in passwords.values())


@pytest.mark.parametrize("lost", ["pepper", "fernet-keys", "passwords.json"])
def test_what_reads_data_is_never_made_anew_over_data(tmp_path: Path, lost: str) -> None:
    SecretStore(tmp_path).open(has_data=False)
    (tmp_path / lost).unlink()

    with pytest.raises(SecretsLost, match=lost):
        SecretStore(tmp_path).open(has_data=True)
    assert not (tmp_path / lost).exists()


def test_a_lost_signing_key_is_replaced(tmp_path: Path) -> None:
    """Nothing outlives it but tokens of a minute."""
    store = SecretStore(tmp_path)
    store.open(has_data=False)
    store.signing_key_file("plans").unlink()
    store.open(has_data=True)

    load_jwks(store.jwks_file)["plans"].verify(load_private_key(store.signing_key_file("plans")).sign(b"x"), b"x")
