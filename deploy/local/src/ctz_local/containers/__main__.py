"""`python -m ctz_local.containers secrets|database|histories|people|welcome`: the jobs of a start with containers."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from ctz_chassis.errors import RemoteError
from ctz_local.bootstrap import has_data, prepare_database
from ctz_local.containers.folders import STORE, write_folders
from ctz_local.database_address import DatabaseAddress
from ctz_local.errors import LocalError
from ctz_local.secrets import SecretStore
from ctz_local.servers import product_database_of
from ctz_local.waiting import wait_until

_LINK_SECONDS = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one job; the exit status."""
    options = _parser().parse_args(arguments)
    jobs: dict[str, Callable[[argparse.Namespace], None]] = {
        "secrets": _secrets,
        "database": _database,
        "histories": _histories,
        "people": _people,
        "welcome": _welcome,
    }
    try:
        jobs[options.job](options)
    except (LocalError, RemoteError, ValueError, psycopg.Error) as error:
        sys.stderr.write(f"ctz_local.containers: {error}\n")
        return 1
    return 0


def _secrets(options: argparse.Namespace) -> None:
    """Make what is absent; what is there stays. New keys for old data are refused where the server can be asked.

    A server without a password in its address is the one beside us, whose superuser has the store's password: when the
    store is lost, `database` cannot sign in there, and nothing starts.
    """
    server = DatabaseAddress.parse(options.database_url)
    database = product_database_of(server)
    store = SecretStore(options.folder / STORE)
    store.open(has_data=bool(server.password) and has_data(server, database))
    write_folders(options.folder, store, database=server.named(database), broker=options.broker_url)
    _say(f"secrets of every container are in {options.folder}")


def _database(options: argparse.Namespace) -> None:
    """Create or correct database, roles, schemas and grants."""
    store = SecretStore(options.folder / STORE)
    store.read_passwords()
    server = DatabaseAddress.parse(options.database_url)
    login = server if server.password else server.login(server.user, store.password("superuser"))
    address = prepare_database(login, product_database_of(server), store)
    _say(f"roles and schemas are ready in {address.database} on {address.host}")


def _histories(options: argparse.Namespace) -> None:
    """Write the simulator's histories."""
    from ctz_local.containers.demo import write_histories  # noqa: PLC0415 - the demo brings a gRPC client along

    write_histories(options.file)
    _say(f"the demo's histories are in {options.file}")


def _people(options: argparse.Namespace) -> None:
    """Sign the demo's people up, connect them to the simulator, and have them join their challenge."""
    from ctz_local.containers.demo import prepare_people  # noqa: PLC0415 - as above
    from ctz_local.demo_people import Places  # noqa: PLC0415 - as above
    from ctz_local.rider import DEMO_ADMINISTRATOR, DEMO_RIDER  # noqa: PLC0415 - as above

    places = Places(
        options.identity, options.peloton_sync, options.challenges, options.plans, options.key, options.home
    )
    prepare_people(places, options.histories)
    for one in (DEMO_RIDER, DEMO_ADMINISTRATOR):
        _say(f"sign in as {one.email}, password {one.password}")


def _welcome(options: argparse.Namespace) -> None:
    """Say where the pages are, and while nobody is an administrator, the one-time link."""
    wait_until(options.link.exists, timeout_seconds=options.seconds, interval_seconds=0.2)
    _say(f"open {options.public_url}")
    if options.link.exists():
        _say(f"first administrator, once: {options.link.read_text('utf-8').strip()}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ctz_local.containers")
    jobs = parser.add_subparsers(dest="job", required=True)
    secrets = jobs.add_parser("secrets", help="make keys and passwords, one folder a container")
    database = jobs.add_parser("database", help="make roles, schemas and grants")
    for job in (secrets, database):
        job.add_argument("folder", type=Path, help="keys and passwords; back it up apart from the database")
        job.add_argument(
            "--database-url",
            default=os.environ.get("CTZ_DATABASE_URL", ""),
            help="server as containers reach it, with a role that may create roles; without a password: the store's",
        )
    secrets.add_argument("--broker-url", required=True, help="amqp://host:port, without a user")
    histories = jobs.add_parser("histories", help="write the histories of the simulator's members, once")
    histories.add_argument("file", type=Path)
    people = jobs.add_parser("people", help="prepare the people of the demo")
    people.add_argument("home", type=Path, help="folder with identity's `mail` and `run/administrator-link`")
    people.add_argument("--histories", type=Path, required=True, help="as `histories` wrote them")
    people.add_argument("--key", type=Path, required=True, help="Ed25519 key of `local`")
    for target in ("identity", "peloton-sync", "challenges", "plans"):
        people.add_argument(f"--{target}", required=True, help="gRPC target")
    welcome = jobs.add_parser("welcome", help="print address and the first administrator's link")
    welcome.add_argument("link", type=Path, help="file that identity leaves the link in")
    welcome.add_argument("--public-url", default=os.environ.get("CTZ_PUBLIC_URL", ""))
    welcome.add_argument("--seconds", type=float, default=_LINK_SECONDS, help="how long the link may take to come")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
