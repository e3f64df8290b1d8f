"""The `ctz` command: run, demo, status, stop, dead letters and replay on one machine."""

import argparse
import json
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from ctz_local.check.command import check
from ctz_local.check.report import CheckOptions
from ctz_local.console import Console
from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK
from ctz_local.runs import run
from ctz_local.service_commands import NotRunning, current_state, run_for
from ctz_local.services import SERVICES, Service, service_named
from ctz_local.settings import LocalSettings
from ctz_local.state import holder_pid, is_held
from ctz_local.supervisor import Mode
from ctz_local.waiting import wait_until

_STOP_SECONDS: Final = 90.0
_FAILED: Final = 1
_INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(argv)
    try:
        return _dispatch(options, LocalSettings.from_env(os.environ))
    except LocalError as error:
        print(f"ctz: {error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED


def _dispatch(options: argparse.Namespace, settings: LocalSettings) -> int:
    commands: dict[str, Callable[[argparse.Namespace, LocalSettings], int]] = {
        "run": _run,
        "demo": _demo,
        "status": _status,
        "stop": _stop,
        "dead": _dead,
        "replay": _replay,
        "service": _service,
    }
    return commands[options.command](options, settings)


def _run(_: argparse.Namespace, settings: LocalSettings) -> int:
    return run(settings, Mode.RUN, Console())


def _demo(options: argparse.Namespace, settings: LocalSettings) -> int:
    if not options.check:
        return run(settings, Mode.DEMO, Console())
    check_options = CheckOptions(workouts=options.workouts, replay=options.replay, latency_ms=options.latency_ms)
    return check(settings, check_options, Console(quiet=not options.verbose), as_json=options.json)


def _status(options: argparse.Namespace, settings: LocalSettings) -> int:
    state = current_state(settings)
    facts = _fetch(f"http://{LOOPBACK}:{state.status_port}/status.json")
    if options.json:
        print(json.dumps(facts))
        return 0
    print(f"{facts['mode']} on {settings.home}, process {state.pid}")
    print(f"Open    {facts['public_url']}")
    print(f"Tools   {facts['front']}")
    print(f"Status  http://{LOOPBACK}:{state.status_port}")
    print(f"Broker  {facts['broker']}")
    for one in facts["processes"]:
        memory = f"{one['memory_bytes'] / 1e6:.0f} MB"
        print(f"  {one['name']:<14} {one['phase']:<14} {one['pid']:>8} {one['port'] or '':>6} {memory:>8}")
    print(f"Memory  {facts['memory_bytes'] / 1e6:.0f} MB (PSS) in all")
    return 0


def _fetch(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (our own loopback address)
            facts: dict[str, Any] = json.load(answer)
            return facts
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise LocalError(f"The supervisor does not answer at {url}: {error}") from error


def _stop(_: argparse.Namespace, settings: LocalSettings) -> int:
    pid = holder_pid(settings.home)
    if not pid:
        raise NotRunning(settings)
    os.kill(pid, signal.SIGTERM)
    if not wait_until(lambda: not is_held(settings.home), timeout_seconds=_STOP_SECONDS, interval_seconds=0.1):
        raise LocalError(f"Process {pid} did not stop within {_STOP_SECONDS:.0f} s.")
    print("Stopped.")
    return 0


def _dead(options: argparse.Namespace, settings: LocalSettings) -> int:
    if options.act in {"show", "discard"} and options.service is None:
        raise LocalError(f"ctz dead {options.act} needs --service: keys belong to one service.")
    return run_for(settings, _services(options), ["dead", options.act, *options.keys, "--limit", str(options.limit)])


def _replay(options: argparse.Namespace, settings: LocalSettings) -> int:
    user = ["--user", options.user] if options.user else []
    return run_for(settings, _services(options), ["replay", "--since", options.since, *user])


def _service(options: argparse.Namespace, settings: LocalSettings) -> int:
    return run_for(settings, (service_named(options.service),), options.arguments)


def _services(options: argparse.Namespace) -> Sequence[Service]:
    return (service_named(options.service),) if options.service else SERVICES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ctz",
        description="Chase The Zones on one machine.",
        epilog="Settings: CTZ_PORT, CTZ_HOME, CTZ_PUBLIC_URL, CTZ_DATABASE_URL, CTZ_BROKER_URL, CTZ_LOG_LEVEL.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run against the real Peloton until Ctrl-C")
    _add_demo(commands.add_parser("demo", help="run with a simulated Peloton and a demo rider"))
    status = commands.add_parser("status", help="say what runs where")
    status.add_argument("--json", action="store_true", help="for programs")
    commands.add_parser("stop", help="drain and stop what runs on CTZ_HOME")
    names = [service.name for service in SERVICES]
    dead = commands.add_parser("dead", help="look after events that no handler could take")
    dead.add_argument("act", choices=["list", "show", "replay", "discard"])
    dead.add_argument("keys", nargs="*", help="which dead letters; replay takes all without")
    dead.add_argument("--service", choices=names, help="whose dead letters; list and replay take all without")
    dead.add_argument("--limit", type=int, default=100)
    service = commands.add_parser("service", help="run an operator's command of a service, in its environment")
    service.add_argument("service", choices=names)
    service.add_argument("arguments", nargs=argparse.REMAINDER, help="such as: identity invite rider@example.org")
    replay = commands.add_parser("replay", help="publish events of the outboxes again")
    replay.add_argument("--user", help="only the events about this person")
    replay.add_argument("--since", required=True, help="from this time on (ISO 8601, UTC unless it says)")
    replay.add_argument("--service", choices=names, help="only of this service")
    return parser


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--check", action="store_true", help="start, drive the main job, compare, print figures, stop")
    demo.add_argument("--workouts", type=int, default=4_000, help="length of the simulated history (with --check)")
    demo.add_argument("--replay", type=Path, metavar="DIR", help="recorded payloads instead (with --check)")
    demo.add_argument("--latency-ms", type=int, default=0, help="how long each simulated call takes (with --check)")
    demo.add_argument("--json", action="store_true", help="print the report of --check for programs")
    demo.add_argument("--verbose", action="store_true", help="show the processes' logs during --check")


if __name__ == "__main__":
    raise SystemExit(main())
