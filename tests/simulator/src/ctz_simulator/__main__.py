"""`python -m ctz_simulator`: serve until SIGTERM; prints one JSON line when ready."""

import argparse
import json
import signal
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

from ctz_simulator.knobs import BadKnob, Knobs
from ctz_simulator.simulator import LOOPBACK, Simulator
from ctz_simulator.spec import BadRiderSpec, RiderSpec


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        riders = [RiderSpec.from_text(text) for text in options.rider]
        if options.riders_file:
            riders += [RiderSpec.from_json(item) for item in json.loads(options.riders_file.read_text("utf-8"))]
        if options.ends_on:
            riders = [replace(rider, ends_on=options.ends_on) for rider in riders]
        knobs = Knobs().changed(json.loads(options.knobs))
    except (BadRiderSpec, BadKnob, ValueError) as error:
        sys.stderr.write(f"ctz_simulator: {error}\n")
        return 2
    try:
        simulator = Simulator(riders, knobs, replay=options.replay, host=options.host, port=options.port)
    except OSError as error:
        sys.stderr.write(f"ctz_simulator: cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the serving loop, which this very thread runs: it must be called from another one.
        signal.signal(number, lambda *_: Thread(target=simulator.stop).start())
    names = [account.username for account in simulator.riders()]
    sys.stdout.write(json.dumps({"ready": True, "url": simulator.url, "riders": names}) + "\n")
    sys.stdout.flush()
    simulator.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ctz_simulator", description="Serve a simulated Peloton.")
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--rider", action="append", default=[], metavar="NAME:PASSWORD:WORKOUTS:SEED:YEARS")
    parser.add_argument("--riders-file", type=Path, help="a JSON list of objects with the fields of RiderSpec")
    parser.add_argument("--replay", type=Path, metavar="DIR", help="serve recordings as the member 'replay'")
    parser.add_argument("--knobs", default="{}", metavar="JSON", help="knobs at the start, for instance latency_ms")
    parser.add_argument("--ends-on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="last day of all histories")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
