"""Deleted accounts leave nothing behind; what the library offers belongs to nobody and stays."""

from ctz_chassis.erasure import BATCH_ROWS, Erasure
from ctz_plans.store import tables

ERASURE = Erasure(
    "plans",
    tombstones=tables.tombstones,
    outbox_table=tables.outbox,
    heavy={tables.recorded_workout: BATCH_ROWS, tables.item: BATCH_ROWS},
)
