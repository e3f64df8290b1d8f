"""How far a deleted account has left every service, in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ctz.identity.v1 import accounts_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.erasure import ErasedService, ErasurePage
from ctz_gateway.words import ago, moment

# What each service kept, as the person knows it.
KEPT = {
    "identity": ("Account", "name, address, password, sessions, tokens, body metrics"),
    "peloton-sync": ("Peloton", "the connection, its tokens, and what was fetched"),
    "workouts": ("Workouts", "history, charts, analyses, notes"),
    "plans": ("Plan and exercises", "weeks, templates, sessions, the calendar address"),
    "challenges": ("Challenges", "memberships and points"),
}


def erasure_page(erasure: accounts_pb2.Erasure, at: datetime, progress_url: str) -> ErasurePage:
    """A line for each service; nobody is signed in, so times are in UTC."""
    services = [_service(each, at) for each in erasure.services]
    left = sum(not each.is_done for each in services)
    is_done = bool(services) and not left
    return ErasurePage(
        when_text=f"{moment(instant(erasure.delete_time), ZoneInfo('UTC'), at.astimezone(UTC))} UTC",
        services=services,
        is_done=is_done,
        spoken="Everything is erased." if is_done else f"{len(services) - left} of {len(services)} parts are erased.",
        progress_url="" if is_done else progress_url,
    )


def _service(service: accounts_pb2.ServiceErasure, at: datetime) -> ErasedService:
    name, what = KEPT.get(service.service, (service.service, ""))
    is_done = service.HasField("erase_time")
    text = f"erased {ago(instant(service.erase_time), at)}" if is_done else "being erased"
    return ErasedService(name, what, text, is_done)
