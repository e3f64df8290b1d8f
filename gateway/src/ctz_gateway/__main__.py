"""`python -m ctz_gateway serve|front`: the web pages, and the door for other tools."""

import argparse
import os
import sys

from ctz_chassis import log
from ctz_chassis.settings import SettingsError, load
from ctz_gateway.settings import Settings

BAD_USAGE = 2


def main() -> int:
    """Run one of the two processes until it is told to stop."""
    parser = argparse.ArgumentParser(prog="ctz_gateway")
    parser.add_argument("command", choices=["serve", "front"])
    command = parser.parse_args().command
    try:
        settings = load(Settings, "GATEWAY", os.environ)
    except SettingsError as error:
        print(f"ctz-gateway: {error}", file=sys.stderr)  # noqa: T201 - the log is not set up yet
        return BAD_USAGE
    log.configure("gateway" if command == "serve" else "front", settings.common.log_level, settings.common.log_format)
    # Only what the process needs is imported: gunicorn's arbiter does without grpc, flask and their memory.
    if command == "serve":
        from ctz_gateway.pages_process import serve_pages  # noqa: PLC0415

        serve_pages(settings)
    else:
        from ctz_gateway.front.process import serve_tools  # noqa: PLC0415

        serve_tools(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
