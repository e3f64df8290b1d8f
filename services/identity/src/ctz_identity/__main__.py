"""`python -m ctz_identity`: the chassis' commands, and those of this service's operator."""

import sys

from ctz_chassis.cli import main
from ctz_identity.settings import Settings

OPERATOR_COMMANDS = frozenset({"limits", "invite", "administrator", "erase-again"})

if __name__ == "__main__":
    if OPERATOR_COMMANDS & set(sys.argv[1:2]):
        from ctz_identity.cli.operator import operate  # serving does without it until then

        sys.exit(operate(sys.argv[1:]))
    sys.exit(main("identity", Settings, "ctz_identity.cli:COMMANDS"))
