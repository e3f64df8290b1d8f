"""A new version over an archive that an older one stored."""

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.app.upgrading import bring_up_to_date
from ctz_workouts.domain.analysis import ANALYSIS_VERSION
from ctz_workouts.store.tables import task, workout

from .aggregates import from_scratch, kept
from .harness import metric_changed, performance, recorded

pytestmark = pytest.mark.component


def test_old_analyses_are_redone_once(
    consumer: Consumer, database: Database, recomputing: Recomputing
) -> None:
    """Rows without a load come out as if they had always had one."""
    user = uuid7()
    consumer.handle(metric_changed(user, 1, [(date(2026, 1, 1), 200)]))
    for days in range(5):
        ride = uuid7()
        consumer.handle(recorded(ride, user, days=days * 9, class_id=""))
        consumer.handle(performance(ride, user, watts=(150 + days,) * 60))
    as_it_was = kept(database, user)
    with database.begin() as connection:
        old = sa.update(workout).where(workout.c.user_id == user)
        connection.execute(old.values(analysis_version=ANALYSIS_VERSION - 1))

    for _ in range(2):
        bring_up_to_date(database)
    assert 1 == waiting(database, user)
    while recomputing.run_once():
        pass

    assert as_it_was == from_scratch(database, user) == kept(database, user)
    bring_up_to_date(database)
    assert not recomputing.run_once()


def waiting(database: Database, user: UUID) -> int:
    """How many tasks of a rider wait."""
    with database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).where(task.c.user_id == user)).scalar_one()
