"""Workouts that are merged together, in plain words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.viewmodels.duplicates import BatchPage, BatchRow
from ctz_gateway.words import moment, plural, thousands

ENDED = frozenset({pb.TRANSFER_STATE_DONE, pb.TRANSFER_STATE_FAILED})
LARGEST_PAIRS = 50_000


def certain_text(count: int) -> str:
    """`4,012 pairs`; nothing without any."""
    return f"{plural(count, 'pair')}{' or more' if count >= LARGEST_PAIRS else ''}" if count else ""


def batch_row(batch: pb.MergeBatch, url: str, undo_url: str, zone: ZoneInfo, at: datetime) -> BatchRow | None:
    """The newest batch, as long as there is something to see or to take back; none otherwise."""
    is_done = batch.state in ENDED
    if is_done and not batch.merged_count:
        return None
    text = f"{plural(batch.merged_count, 'workout')} merged together" if is_done else _headline(batch)
    when = moment(instant(batch.create_time), zone, at)
    return BatchRow(url, text, when, is_done, undo_url if is_done else "")


def batch_page(batch: pb.MergeBatch, zone: ZoneInfo, at: datetime, *, progress_url: str, undo_url: str) -> BatchPage:
    """One batch."""
    is_done = batch.state in ENDED
    can_undo = not batch.is_undone and bool(batch.merged_count or not is_done)
    return BatchPage(
        when_text=moment(instant(batch.create_time), zone, at),
        headline=_headline(batch),
        percent=percent_of(batch),
        figures=[
            Figure("Pairs", thousands(batch.pair_count)),
            Figure("Merged", thousands(batch.merged_count)),
        ],
        is_done=is_done,
        spoken=spoken(batch),
        explanation=_explanation(batch),
        progress_url="" if is_done else progress_url,
        undo_url=undo_url if can_undo else "",
        undo_question=f"{plural(batch.merged_count, 'workout')} will be listed on their own again. What you merged or "
        "took apart by hand since then stays as you left it.",
    )


def spoken(batch: pb.MergeBatch) -> str:
    """How far it is, for a reader who hears it."""
    return f"{_headline(batch)}." if batch.state in ENDED else f"{percent_of(batch)} % is done."


def percent_of(batch: pb.MergeBatch) -> int:
    """How much is dealt with."""
    if batch.state in ENDED or not batch.pair_count:
        return 100
    return min(100 * batch.finished_count // batch.pair_count, 99)


def _headline(batch: pb.MergeBatch) -> str:
    pairs = plural(batch.pair_count, "pair")
    if batch.state == pb.TRANSFER_STATE_FAILED:
        return "Stopped before the end"
    if batch.is_undone:
        return "Everything is taken apart again" if batch.state in ENDED else f"Taking {pairs} apart"
    if batch.state in ENDED:
        return f"{plural(batch.merged_count, 'workout')} merged" if batch.merged_count else "Nothing was merged"
    return f"Merging {pairs}"


def _explanation(batch: pb.MergeBatch) -> str:
    left = batch.pair_count - batch.merged_count
    if batch.state == pb.TRANSFER_STATE_FAILED:
        return "Something went wrong on the server. What is merged stays merged; start again for the rest."
    if batch.state not in ENDED:
        return "You can leave this page; it goes on without it."
    if batch.is_undone and batch.merged_count:
        return f"{plural(batch.merged_count, 'workout')} stayed as you left them by hand."
    if left and not batch.is_undone:
        return f"{plural(left, 'pair')} had changed meanwhile and were left as they are."
    return ""
