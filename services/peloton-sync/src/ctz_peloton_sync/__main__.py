"""Entry point: `python -m ctz_peloton_sync serve|work|consume|migrate|dead|replay|keys`."""

import sys

from ctz_chassis.cli import main
from ctz_peloton_sync.settings import Settings

SERVICE = "peloton-sync"

if __name__ == "__main__":
    if sys.argv[1:2] == ["keys"]:
        from ctz_peloton_sync.cli import keys  # the other commands import it themselves, after gunicorn's fork

        sys.exit(keys(sys.argv[2:]))
    sys.exit(main(SERVICE, Settings, "ctz_peloton_sync.cli:COMMANDS"))
