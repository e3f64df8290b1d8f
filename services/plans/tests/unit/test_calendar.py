"""What a calendar is told of an item that has no title: challenges may ask without one."""

import pytest

from ctz_plans.domain.activity import Activity, Kind
from ctz_plans.domain.calendar import entry_title


@pytest.mark.parametrize(
    ("activity", "told"),
    [
        (Activity(Kind.CLASS, title="Groove Ride", class_id="a"), "Groove Ride"),
        (Activity(Kind.CLASS_TYPE, class_type="power_zone", duration_seconds=2700), "45 min power zone"),
        (Activity(Kind.DISCIPLINE, discipline="rowing"), "Rowing"),
        (Activity(Kind.CLASS, class_id="a"), "Class"),
        (Activity(Kind.ROUTINE, routine="routines/hips", duration_seconds=600), "10 min routine"),
        (Activity(Kind.REST), "Rest day"),
    ],
)
def test_every_entry_has_a_title(activity: Activity, told: str) -> None:
    assert told == entry_title(activity)
