"""`python -m ctz_plans serve|consume|migrate|dead|replay`."""

import sys

from ctz_chassis.cli import main
from ctz_plans.settings import Settings

if __name__ == "__main__":
    sys.exit(main("plans", Settings, "ctz_plans.cli:COMMANDS"))
