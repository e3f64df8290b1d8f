"""`python -m ctz_challenges serve|consume|migrate|dead|replay`."""

import sys

from ctz_challenges.settings import Settings
from ctz_chassis.cli import main

if __name__ == "__main__":
    sys.exit(main("challenges", Settings, "ctz_challenges.cli:COMMANDS"))
