"""`python -m ctz_workouts serve|consume|work|migrate|dead|replay`."""

import sys

from ctz_chassis.cli import main
from ctz_workouts.settings import Settings

if __name__ == "__main__":
    sys.exit(main("workouts", Settings, "ctz_workouts.cli:COMMANDS"))
