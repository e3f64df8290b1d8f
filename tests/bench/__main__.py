"""`make bench`: measure, print, and exit with 1 when a count or a size is over its bound."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from ctz_local.testing.scratch import fast_parent, make_scratch, remove_scratch

from .analysing import AnalysisCost, measure_analysis
from .archives import archives
from .boards import measure_boards
from .chart import measure_chart
from .pages import PageCost, StoredSeries, measure_pages
from .report import Report
from .rig import Rig, running_rig
from .sign_in import measure_sign_ins
from .sync import measure_sync

PARTS = ("pages", "sync", "sign-in", "boards", "chart")
SIZES = [500, 4_000, 10_000, 50_000]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit status."""
    options = _parser().parse_args(arguments)
    # Thousands of refused sign-ins are what one part is made of.
    logging.disable(logging.WARNING)
    folder = options.keep or make_scratch(fast_parent())
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    try:
        with running_rig(folder) as rig:
            report = _measure(rig, options)
    finally:
        if options.keep is None:
            remove_scratch(folder)
    print(report.as_json() if options.json else report.as_text())  # noqa: T201 - the result
    return 1 if report.has_failed() else 0


def _measure(rig: Rig, options: argparse.Namespace) -> Report:
    pages: list[PageCost] = []
    stored: StoredSeries | None = None
    analysis: AnalysisCost | None = None
    if "pages" in options.parts:
        databases = archives(rig, options.sizes, _say)
        pages, stored = measure_pages(rig, databases, options.repeats)
        analysis = measure_analysis(rig, databases[options.sizes[0]])
    sync = sign_in = boards = None
    if "sync" in options.parts:
        _say(f"syncing {options.sync:,} workouts")
        sync = measure_sync(rig, rig.create(), options.sync, with_rabbitmq=options.broker == "rabbitmq")
    if "sign-in" in options.parts:
        _say(f"refusing {2 * options.sign_ins:,} sign-ins")
        sign_in = measure_sign_ins(rig, rig.create(), options.sign_ins)
    if "boards" in options.parts:
        _say(f"filling a challenge with {options.members:,} members")
        boards = measure_boards(rig, rig.create(), options.members, options.repeats)
    chart = None
    if "chart" in options.parts:
        _say("drawing a ride of 90 minutes")
        chart = measure_chart(options.repeats)
    return Report(pages, stored, analysis, sync, sign_in, boards, chart)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress


def _sizes(text: str) -> list[int]:
    return sorted({int(part) for part in text.split(",")})


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    if not set(parts) <= set(PARTS):
        raise argparse.ArgumentTypeError(f"must be some of {','.join(PARTS)}")
    return parts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--sizes", type=_sizes, default=[500, 4_000, 10_000, 50_000], help="workouts, separated by commas"
    )
    parser.add_argument("--repeats", type=int, default=15, help="timed requests of each page and size")
    parser.add_argument("--sync", type=int, default=300, metavar="N", help="workouts of the sync")
    parser.add_argument("--broker", choices=["rabbitmq", "queue-table"], default="rabbitmq", help="where there is one")
    parser.add_argument("--sign-ins", type=int, default=200, metavar="N", help="refused sign-ins of each kind")
    parser.add_argument("--members", type=int, default=5_000, metavar="N", help="members of the large challenge")
    parser.add_argument("--parts", type=_parts, default=list(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="print JSON in place of tables")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the filled databases there for the next run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
