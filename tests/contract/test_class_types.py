"""The types of classes that peloton-sync tells are those that plans take and that the pages can name."""

from ctz_gateway.present.activities import CLASS_TYPES as SHOWN
from ctz_peloton_sync.domain.class_types import CLASS_TYPES as TOLD
from ctz_plans.domain.activity import CLASS_TYPES as PLANNED


def test_every_service_knows_the_same_types_of_classes() -> None:
    assert set(TOLD) == set(PLANNED)
    assert set(TOLD) == set(SHOWN)
