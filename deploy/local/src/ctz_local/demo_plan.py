"""The plan of the demo: a built-in template, started before the end of the history and running on."""

from datetime import date, timedelta
from typing import Final
from uuid import uuid4

from ctz.plans.v1 import plans_pb2 as pb
from ctz.plans.v1.plans_pb2_grpc import TemplateServiceStub

from ctz_chassis.grpc_client import Channel, client
from ctz_local.demo_accounts import TIMEOUT_SECONDS

TEMPLATE: Final = "3 Rides a Week"
REPETITIONS: Final = 4
_DAYS_BEFORE_THE_END: Final = 13


def first_day(ends_on: date) -> date:
    """Return the first day of the plan for a history that ends on a day."""
    return ends_on - timedelta(days=_DAYS_BEFORE_THE_END)


def start_plan(plans: Channel, ends_on: date) -> None:
    """Start the template, as whoever acts."""
    templates = client(plans, TemplateServiceStub)
    listed = templates.ListTemplates(pb.ListTemplatesRequest(page_size=100), timeout=TIMEOUT_SECONDS)
    chosen = next(one.name for one in listed.templates if one.title == TEMPLATE)
    templates.StartTemplate(
        pb.StartTemplateRequest(
            name=chosen,
            start_date=first_day(ends_on).isoformat(),
            repetitions=REPETITIONS,
            request_id=str(uuid4()),
        ),
        timeout=TIMEOUT_SECONDS,
    )
