"""`python -m ctz_sample`."""

import sys

from ctz_chassis.cli import main
from ctz_sample.settings import Settings

if __name__ == "__main__":
    sys.exit(main("identity", Settings, "ctz_sample.cli:COMMANDS"))
