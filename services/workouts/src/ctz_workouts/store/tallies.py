"""Counts by month and by every term of workouts, kept by difference with every change of a workout."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2 as pb
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store import terms
from ctz_workouts.store.tables import tally
from ctz_workouts.store.workouts import StoredWorkout

MONTH: Final = "month"
_WITH_CHARTS: Final = frozenset({MONTH, terms.DISCIPLINE, terms.INSTRUCTOR})
"""Kinds for which charts are counted too."""
COUNTS = ("workout_count", "chartable_count", "charted_count", "analyzed_count")
Key = tuple[str, str, str]
"""Kind and value of a tally, and one of its counts."""


def counted(workout: StoredWorkout) -> Iterator[Key]:
    """What one workout adds one to."""
    if not workout.is_listed or workout.local_date is None:
        return
    is_charted = workout.series_state == pb.SERIES_STATE_STORED
    is_chartable = is_charted or workout.series_state == pb.SERIES_STATE_DUE
    counts = zip(COUNTS, (True, is_chartable, is_charted, is_charted and workout.analysis_version > 0), strict=True)
    held = [count for count, holds in counts if holds]
    keys = {(MONTH, workout.local_date.isoformat()[:7]), *terms.terms_of(workout)}
    for kind, value in keys:
        yield from ((kind, value, count) for count in (held if kind in _WITH_CHARTS else COUNTS[:1]))


def difference(before: Iterable[StoredWorkout], after: Iterable[StoredWorkout]) -> Mapping[Key, int]:
    """What a change of workouts adds to the counts."""
    change: Counter[Key] = Counter()
    for workout in after:
        change.update(counted(workout))
    for workout in before:
        change.subtract(counted(workout))
    return {key: count for key, count in change.items() if count}


def _add() -> pg.Insert:
    texts, numbers = pg.ARRAY(sa.Text), pg.ARRAY(sa.Integer)
    kinds: dict[str, pg.ARRAY[Any]] = {"kinds": texts, "values": texts, **dict.fromkeys(COUNTS, numbers)}
    arrays = (sa.bindparam(f"tally_{name}", type_=kind) for name, kind in kinds.items())
    columns: list[sa.ColumnClause[Any]] = [sa.column("kind", sa.Text), sa.column("value", sa.Text)]
    columns += [sa.column(name, sa.Integer) for name in COUNTS]
    rows = sa.func.unnest(*arrays).table_valued(*columns, name="rows").render_derived()
    user_id = sa.bindparam("tally_user_id", type_=pg.UUID(as_uuid=True))
    chosen = sa.select(user_id, rows.c.kind, rows.c.value, *(rows.c[name] for name in COUNTS))
    insert = pg.insert(tally).from_select(["user_id", "kind", "value", *COUNTS], chosen)
    sums = {name: tally.c[name] + insert.excluded[name] for name in COUNTS}
    return insert.on_conflict_do_update(index_elements=[tally.c.user_id, tally.c.kind, tally.c.value], set_=sums)


ADD = _add()
"""Adds a difference to the counts of a rider; see `parameters_of`."""


def parameters_of(user_id: UUID, change: Mapping[Key, int]) -> dict[str, object]:
    """A difference as parameters of `ADD`; an empty one adds nothing."""
    keys = sorted({(kind, value) for kind, value, _ in change})
    counts = {f"tally_{count}": [change.get((*key, count), 0) for key in keys] for count in COUNTS}
    kinds, values = [kind for kind, _ in keys], [value for _, value in keys]
    return {"tally_user_id": user_id, "tally_kinds": kinds, "tally_values": values, **counts}


def add(connection: sa.Connection, user_id: UUID, change: Mapping[Key, int]) -> None:
    """Add a difference to the counts of a rider."""
    if change:
        connection.execute(ADD, parameters_of(user_id, change))
