"""The people of the demo: the rider with a plan, an administrator, mates with short histories, and their challenge.

It runs as a process of its own (`python -m ctz_local.demo_people`), so that the supervisor need not carry a gRPC client
for the rest of its life. Every step may have been done by an earlier start; only what is missing is done.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ctz_chassis.auth.keys import load_private_key
from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.errors import RemoteError
from ctz_chassis.grpc_client import Channel
from ctz_local.demo_accounts import WIZARD, Accounts, DemoNotReady, PelotonLink
from ctz_local.demo_challenge import DemoChallenge
from ctz_local.demo_plan import start_plan
from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK
from ctz_local.rider import DEMO_ADMINISTRATOR, DEMO_MATES, DEMO_RIDER, DEMO_TEAM, SimulatedRider
from ctz_local.secrets import LOCAL_SIGNER, SecretStore
from ctz_local.services import CHALLENGES, IDENTITY, PELOTON_SYNC, PLANS
from ctz_local.state import RunState

_TO_BE_CONNECTED = ("connect",)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the people of a running demo are made with."""

    people: Accounts
    peloton: PelotonLink
    challenges: Channel
    plans: Channel


@dataclass(frozen=True, slots=True)
class Places:
    """Where a running product is: gRPC targets, the key of `local`, and the folder with mail and link of identity."""

    identity: str
    peloton_sync: str
    challenges: str
    plans: str
    signing_key_file: Path
    home: Path

    @classmethod
    def on_this_machine(cls, home: Path) -> "Places":
        """Read them from the supervisor that runs on this folder."""
        state = RunState.read(home)
        if state is None:
            raise DemoNotReady(f"Nothing runs on {home}.")
        services = (IDENTITY, PELOTON_SYNC, CHALLENGES, PLANS)
        identity, sync, challenges, plans = (f"{LOOPBACK}:{state.ports[f'{each.name}-grpc']}" for each in services)
        key = SecretStore(home / "secrets").signing_key_file(LOCAL_SIGNER)
        return cls(identity, sync, challenges, plans, key, home)


@contextmanager
def at_demo(places: Places) -> Iterator[Demo]:
    """Reach a running demo as the service `local`."""
    signer = ServiceSigner(LOCAL_SIGNER, load_private_key(places.signing_key_file))
    with (
        Channel(places.identity, service_signer=signer, audience=IDENTITY.name) as identity,
        Channel(places.peloton_sync, service_signer=signer, audience=PELOTON_SYNC.name) as sync,
        Channel(places.challenges, service_signer=signer, audience=CHALLENGES.name) as challenges,
        Channel(places.plans, service_signer=signer, audience=PLANS.name) as plans,
    ):
        yield Demo(Accounts(identity, places.home), PelotonLink(sync), challenges, plans)


def prepare_rider(places: Places, account: SimulatedRider, *, says_yes_to_ftp: bool) -> None:
    """Sign the rider up where that is not done yet, and connect them to the simulator; nothing is synced.

    A rider who says yes to Peloton's FTP has gone through the whole wizard: the history of the FTP comes with the sync.
    """
    steps = WIZARD if says_yes_to_ftp else _TO_BE_CONNECTED
    with at_demo(places) as demo, demo.people.acting_as(DEMO_RIDER, steps=steps):
        demo.peloton.connect(account, says_yes_to_ftp=says_yes_to_ftp)


def prepare_mates(places: Places, ends_on: date, *, is_sync_awaited: bool) -> None:
    """Make the administrator, the challenge, the rider's plan and the mates; all of them join, and the mates sync.

    Where somebody else is the first administrator, the demo has no challenge of its own.
    """
    with at_demo(places) as demo:
        if not demo.people.make_administrator(DEMO_ADMINISTRATOR):
            return
        challenge = DemoChallenge(demo.challenges, ends_on)
        with demo.people.acting_as(DEMO_ADMINISTRATOR):
            teams = dict.fromkeys((DEMO_TEAM, *(mate.team for mate in DEMO_MATES)))
            found = challenge.find()
            name = found or challenge.make(tuple(teams))
        with demo.people.acting_as(DEMO_RIDER, steps=()):
            challenge.join(name, DEMO_TEAM)
            if not found:
                start_plan(demo.plans, ends_on)
        for mate in DEMO_MATES:
            with demo.people.acting_as(mate.rider):
                demo.peloton.connect(mate.account, says_yes_to_ftp=True)
                challenge.join(name, mate.team)
                demo.peloton.sync(is_awaited=is_sync_awaited)


def main(argv: Sequence[str] | None = None) -> int:
    """Prepare people of a running demo; the exit status."""
    parser = argparse.ArgumentParser(prog="ctz_local.demo_people", description="Make the people of the demo.")
    parser.add_argument("home", type=Path)
    who = parser.add_subparsers(dest="who", required=True)
    rider = who.add_parser("rider")
    rider.add_argument("username", help="at the simulated Peloton")
    rider.add_argument("password", help="at the simulated Peloton")
    rider.add_argument("--ftp", action="store_true", help="say yes to Peloton's FTP; nothing is left to set up")
    mates = who.add_parser("mates")
    mates.add_argument("ends_on", type=date.fromisoformat, help="last day of the simulated histories")
    mates.add_argument("--wait", action="store_true", help="until their workouts are here")
    options = parser.parse_args(argv)
    try:
        places = Places.on_this_machine(options.home)
        if options.who == "rider":
            account = SimulatedRider(options.username, options.password, workouts=0, seed=0)
            prepare_rider(places, account, says_yes_to_ftp=options.ftp)
        else:
            prepare_mates(places, options.ends_on, is_sync_awaited=options.wait)
    except (LocalError, RemoteError) as error:
        sys.stderr.write(f"The demo is not ready: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
