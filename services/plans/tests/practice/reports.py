"""What riders report of their sessions, and what they are told of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import grpc
import pytest
from ctz.plans.v1 import exercises_pb2 as pb
from ctz.plans.v1 import exercises_pb2_grpc as pb_grpc

from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import User

Sessions = pb_grpc.SessionServiceStub
SessionsOf = Callable[[User], Sessions]
NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()


def report(
    practice: str = "exercises/long-holds",
    *,
    back: timedelta = timedelta(minutes=5),
    done: int = 120,
    exertion: int = 3,
    day: date | None = None,
    request_id: str = "",
) -> pb.LogSessionRequest:
    start = NOW - back
    request = pb.LogSessionRequest(
        practice=practice,
        local_date=(day or start.date()).isoformat(),
        done_seconds=done,
        perceived_exertion=exertion,
        request_id=request_id,
    )
    request.start_time.FromDatetime(start)
    return request


def listed(sessions: Sessions, size: int = 0, first: date | None = None, last: date | None = None) -> list[pb.Session]:
    request = pb.ListSessionsRequest(
        from_date=(first or TODAY - timedelta(days=30)).isoformat(),
        to_date=(last or TODAY + timedelta(days=1)).isoformat(),
        page_size=size,
    )
    found: list[pb.Session] = []
    while True:
        page = sessions.ListSessions(request)
        found += page.sessions
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


def share(sessions: Sessions, *, is_shared: bool, goal: int = 1) -> pb.PelvicFloorSettings:
    settings = pb.PelvicFloorSettings(daily_goal=goal, is_shared=is_shared)
    return sessions.UpdatePelvicFloorSettings(pb.UpdatePelvicFloorSettingsRequest(settings=settings))


def refusal(raised: pytest.ExceptionInfo[RemoteError]) -> tuple[grpc.StatusCode, str, str]:
    fields = [field for field, _ in raised.value.field_violations]
    return raised.value.code, raised.value.reason, ",".join(fields)
