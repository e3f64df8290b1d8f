"""Deleted accounts leave nothing behind; what the library offers belongs to nobody and stays."""

from ctz_chassis.erasure import Erasure
from ctz_plans.store import tables

ERASURE = Erasure("plans", tombstones=tables.tombstones, outbox_table=tables.outbox)
