"""Acts of the operator: `python -m ctz_identity limits reset|invite|administrator|erase-again …`."""

import argparse
import os
import sys
from collections.abc import Sequence
from uuid import UUID

from ctz_chassis.settings import SettingsError, load
from ctz_identity.app.administration import Operations
from ctz_identity.cli.composition import build_base, build_operations
from ctz_identity.domain.errors import IdentityError
from ctz_identity.settings import Settings

BAD_USAGE = 2


def operate(argv: Sequence[str]) -> int:
    """Run one command and say what it did."""
    arguments = _parser().parse_args(argv)
    try:
        base = build_base(load(Settings, "IDENTITY", os.environ))
    except SettingsError as error:
        sys.stderr.write(f"ctz-identity: {error}\n")
        return BAD_USAGE
    try:
        said = _run(build_operations(base), arguments)
    except IdentityError as error:
        sys.stderr.write(f"ctz-identity: {error}\n")
        return 1
    finally:
        base.database.close()
    sys.stdout.write(f"{said}\n")
    return 0


def _run(operations: Operations, arguments: argparse.Namespace) -> str:
    if arguments.command == "limits":
        return f"{operations.reset_limits(arguments.email)} counters cleared"
    if arguments.command == "invite":
        return operations.invite(arguments.email)
    if arguments.command == "erase-again":
        return f"{operations.erase_again(arguments.user_id)} accounts erased again"
    return f"{operations.make_administrator(arguments.email).email} is an administrator now"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ctz_identity")
    commands = parser.add_subparsers(dest="command", required=True)
    limits = commands.add_parser("limits", help="clear counters of attempts")
    limits.add_argument("act", choices=["reset"])
    limits.add_argument("email", nargs="?", default="", help="unlock this account; without it clear every counter")
    invite = commands.add_parser("invite", help="print the link of an invitation, and mail it to an address")
    invite.add_argument("email", nargs="?", default="", help="only for this address; anybody's without it")
    administrator = commands.add_parser("administrator", help="make somebody an administrator")
    administrator.add_argument("email")
    again = commands.add_parser("erase-again", help="erase deleted accounts that a restored backup brought back")
    again.add_argument("user_id", nargs="+", type=UUID)
    return parser
