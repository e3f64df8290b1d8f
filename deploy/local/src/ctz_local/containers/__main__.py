"""`python -m ctz_local.containers secrets|database|rider|welcome`: the jobs of a start with containers."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

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
        "rider": _rider,
        "welcome": _welcome,
    }
    try:
        jobs[options.job](options)
    except (LocalError, ValueError) as error:
        sys.stderr.write(f"ctz_local.containers: {error}\n")
        return 1
    return 0


def _secrets(options: argparse.Namespace) -> None:
    """Make what is absent; what is there stays."""
    store = SecretStore(options.folder / STORE)
    store.open(has_data=False)
    server = DatabaseAddress.parse(options.database_url)
    write_folders(options.folder, store, database=server.named(product_database_of(server)), broker=options.broker_url)
    _say(f"secrets of every container are in {options.folder}")


def _database(options: argparse.Namespace) -> None:
    """Create or correct database, roles, schemas and grants."""
    store = SecretStore(options.folder / STORE)
    server = DatabaseAddress.parse(options.database_url)
    if not server.password:
        store.read_passwords()
        server = server.login(server.user, store.password("superuser"))
    database = product_database_of(server)
    store.open(has_data=has_data(server.named(server.database), database))
    prepare_database(server, database, store)
    _say(f"roles and schemas are ready in {database}")


def _rider(options: argparse.Namespace) -> None:
    """Sign the demo's rider up and connect them to the simulator."""
    # The other jobs do without a gRPC client.
    from ctz_local.demo import SimulatedRider  # noqa: PLC0415
    from ctz_local.demo_rider import Places, PelotonAccount, prepare_at  # noqa: PLC0415
    from ctz_local.rider import DEMO_RIDER  # noqa: PLC0415

    places = Places(options.identity, options.peloton_sync, options.key, options.mail)
    simulated = SimulatedRider()
    prepare_at(places, DEMO_RIDER, PelotonAccount(simulated.username, simulated.password), says_yes_to_ftp=True)
    _say(f"sign in as {DEMO_RIDER.email}, password {DEMO_RIDER.password}, and press “Sync now”")


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
    rider = jobs.add_parser("rider", help="prepare the demo's rider")
    rider.add_argument("--identity", required=True, help="gRPC target")
    rider.add_argument("--peloton-sync", required=True, help="gRPC target")
    rider.add_argument("--key", type=Path, required=True, help="Ed25519 key of `local`")
    rider.add_argument("--mail", type=Path, required=True, help="folder that identity's mail goes to")
    welcome = jobs.add_parser("welcome", help="print address and the first administrator's link")
    welcome.add_argument("link", type=Path, help="file that identity leaves the link in")
    welcome.add_argument("--public-url", default=os.environ.get("CTZ_PUBLIC_URL", ""))
    welcome.add_argument("--seconds", type=float, default=_LINK_SECONDS, help="how long the link may take to come")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
