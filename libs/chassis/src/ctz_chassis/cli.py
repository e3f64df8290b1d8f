"""The command line of every service: `python -m ctz_<service> serve|consume|work|migrate|dead|replay`."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ctz_chassis import log
from ctz_chassis.serve import HTTP_THREADS, App, Commands, Process, SettingsT
from ctz_chassis.settings import SettingsError, load, prefix_of

if TYPE_CHECKING:
    from ctz_chassis.broker.ports import DeadLetters

BAD_USAGE = 2

NO_LIBRARY_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Keeps numpy from starting a thread for each core at its import: they cost memory and nothing here needs them."""


def main(service: str, settings_class: type[SettingsT], commands: str, argv: Sequence[str] | None = None) -> int:
    """Run one command; `commands` names the service's `Commands` as `module:NAME`, imported only when needed."""
    arguments = _parser(service).parse_args(argv)
    for name, value in NO_LIBRARY_THREADS.items():
        os.environ.setdefault(name, value)
    try:
        settings = load(settings_class, prefix_of(service), os.environ)
        log.configure(service, settings.common.log_level, settings.common.log_format)
        if arguments.command == "serve":
            _serve(service, settings, commands)
        else:
            _run(settings, _imported(commands), arguments)
    except SettingsError as error:
        print(f"ctz-{service}: {error}", file=sys.stderr)
        return BAD_USAGE
    return 0


def _serve(service: str, settings: SettingsT, commands: str) -> None:
    from ctz_chassis.web_server import serve  # noqa: PLC0415 - other commands do without gunicorn and its memory

    def build() -> App:
        known: Commands[SettingsT] = _imported(commands)
        return known.serve(settings)

    own = settings.service
    serve(
        service,
        build,
        host=own.host,
        port=own.http_port,
        threads=HTTP_THREADS,
        drain_pause_seconds=own.drain_pause_seconds,
        drain_seconds=own.drain_seconds,
    )


def _imported(commands: str) -> "Commands[SettingsT]":
    module, _, name = commands.partition(":")
    known: Commands[SettingsT] = getattr(importlib.import_module(module), name)
    return known


def _run(settings: SettingsT, commands: "Commands[SettingsT]", arguments: argparse.Namespace) -> None:
    if arguments.command == "migrate":
        commands.migrate(settings)
    elif arguments.command == "consume" and commands.consume is not None:
        _run_process(settings, commands.consume(settings))
    elif arguments.command == "work" and commands.work is not None:
        _run_process(settings, commands.work(settings))
    elif arguments.command == "dead" and commands.dead_letters is not None:
        _dead(commands.dead_letters(settings), arguments)
    elif arguments.command == "replay" and commands.replay is not None:
        count = commands.replay(settings, arguments.user, arguments.since)
        print(f"{count} events will be published again")
    else:
        raise SystemExit(f"this service has nothing to {arguments.command}")


def _run_process(settings: SettingsT, process: Process) -> None:
    from ctz_chassis.process import run_process  # noqa: PLC0415 - gunicorn's arbiter does without its memory

    own = settings.service
    run_process(process, host=own.host, probe_port=own.probe_port, drain_seconds=own.drain_seconds)


def _dead(letters: "DeadLetters", arguments: argparse.Namespace) -> None:
    if arguments.act == "list":
        found = letters.list(arguments.limit)
    elif arguments.act == "show":
        found = [each for each in letters.list(arguments.limit) if each.key in arguments.keys]
    elif arguments.act == "replay":
        found = letters.replay(arguments.keys or None)
    else:
        found = letters.discard(arguments.keys)
    for each in found:
        print(f"{each.key}  {each.type}  user {each.subject or '-'}  {each.reason}  {each.dead_at or ''}")
        if arguments.act == "show":
            print(f"  event {each.event_id}, {len(each.data)} bytes: {each.detail}")
    print(f"{len(found)} dead letters: {arguments.act}")
    letters.close()


def _parser(service: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"ctz_{service.replace('-', '_')}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="answer HTTP and gRPC")
    commands.add_parser("consume", help="handle events and publish the outbox")
    commands.add_parser("work", help="do background tasks")
    commands.add_parser("migrate", help="bring the schema to this version")
    dead = commands.add_parser("dead", help="look after events that no handler could take")
    dead.add_argument("act", choices=["list", "show", "replay", "discard"])
    dead.add_argument("keys", nargs="*", help="which dead letters; replay takes all without")
    dead.add_argument("--limit", type=int, default=100)
    replay = commands.add_parser("replay", help="publish events of the outbox again")
    replay.add_argument("--user", type=UUID, default=None, help="only the events about this person")
    replay.add_argument("--since", type=_time, required=True, help="from this time on (ISO 8601, UTC unless it says)")
    return parser


def _time(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
