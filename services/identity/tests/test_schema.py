"""The migrated schema is the one in code (T037), and the settings refuse what is unsafe."""

import psycopg
import pytest
import sqlalchemy as sa

from ctz_chassis.db import driver_url
from ctz_chassis.migrations import differences, is_at_head
from ctz_chassis.settings import SettingsError, load
from ctz_identity.cli.processes import MIGRATIONS
from ctz_identity.settings import Settings
from ctz_identity.store.tables import SCHEMA, metadata
from ctz_local.testing.databases import ServiceDatabase

from .harness import Instance

NEEDED = {
    "CTZ_PUBLIC_URL": "https://zones.example",
    "CTZ_JWKS_FILE": "jwks.json",
    "CTZ_IDENTITY_DATABASE_URL": "postgresql://x",
    "CTZ_IDENTITY_SIGNING_KEY_FILE": "identity.pem",
    "CTZ_IDENTITY_USER_KEY_FILE": "identity-user.pem",
    "CTZ_IDENTITY_PEPPER_FILE": "pepper",
    "CTZ_IDENTITY_MAIL_DIR": "mail",
}


@pytest.mark.component
def test_migrations_build_the_tables_of_the_code(identity: Instance, database: ServiceDatabase) -> None:
    assert is_at_head(identity.base.engine, SCHEMA, MIGRATIONS)
    # Not under a role of the service: its search path would make the schema the default one, which has no name.
    engine = sa.create_engine(driver_url(database.superuser_dsn()), poolclass=sa.NullPool)
    assert [] == differences(engine, metadata, SCHEMA)


@pytest.mark.component
@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (
            "INSERT INTO identity.token SELECT gen_random_uuid(), gen_random_uuid(), '', '', '{}', now(), now()",
            "ForeignKey",
        ),
        ("INSERT INTO identity.secret VALUES ('', 'other', NULL, NULL, now(), now())", "Check"),
        ("INSERT INTO identity.metric_timeline VALUES (gen_random_uuid(), 1, 1)", "ForeignKey"),
        ("INSERT INTO identity.metric_timeline VALUES (gen_random_uuid(), 9, 1)", "Check"),
    ],
)
def test_t037_the_database_itself_refuses_what_has_no_owner(
    database: ServiceDatabase, statement: str, error: str
) -> None:
    with psycopg.connect(database.superuser_dsn()) as connection, pytest.raises(psycopg.IntegrityError) as refused:
        connection.execute(statement)
    assert f"{error}Violation" == type(refused.value).__name__


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("CTZ_IDENTITY_ARGON2_MEMORY_KIB", {"CTZ_IDENTITY_ARGON2_MEMORY_KIB": "47103"}),
        ("CTZ_IDENTITY_SMTP_URL", {"CTZ_IDENTITY_MAIL_DIR": ""}),
        ("CTZ_IDENTITY_SIGN_UP", {"CTZ_IDENTITY_SIGN_UP": "perhaps"}),
        ("CTZ_IDENTITY_PEPPER_FILE", {"CTZ_IDENTITY_PEPPER_FILE": ""}),
        ("CTZ_IDENTITY_LIMIT_ADRESS", {"CTZ_IDENTITY_LIMIT_ADRESS": "5"}),
    ],
)
def test_a_bad_setting_is_named_at_the_start(name: str, change: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        load(Settings, "IDENTITY", NEEDED | change)
    assert name == refused.value.name


def test_the_settings_stand_without_optional_ones() -> None:
    assert 10 == load(Settings, "IDENTITY", NEEDED).limits.limit_account_and_address
