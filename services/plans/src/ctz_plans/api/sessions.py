"""SessionService."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from ctz.plans.v1 import exercises_pb2 as pb
from ctz.plans.v1 import exercises_pb2_grpc as pb_grpc
from google.protobuf.timestamp_pb2 import Timestamp

from ctz_chassis import paging, resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_plans.api.practice_messages import session_message
from ctz_plans.app.practice_sessions import SessionBook
from ctz_plans.domain.practice import PracticeName
from ctz_plans.domain.practice_session import DaySpan, PelvicFloorSettings, SessionReport
from ctz_plans.store.practice import SessionPosition

DEFAULT_PAGE, LARGEST_PAGE = 50, 100


class SessionServicer(pb_grpc.SessionServiceServicer):
    """Sessions that the rider did with the guided player."""

    def __init__(self, sessions: SessionBook) -> None:
        self._sessions = sessions

    def LogSession(self, request: pb.LogSessionRequest, context: Any) -> pb.Session:
        """Keeps a finished session and publishes it."""
        report = SessionReport(
            start_time=_moment("start_time", request.start_time),
            local_date=_day("local_date", request.local_date),
            done_seconds=request.done_seconds,
            perceived_exertion=request.perceived_exertion or None,
        )
        name = PracticeName.parse(request.practice, "practice")
        key = request_key(request)
        return session_message(self._sessions.log(person_of(context).user_id, name, report, key=key))

    def ListSessions(self, request: pb.ListSessionsRequest, context: Any) -> pb.ListSessionsResponse:
        """Sessions of a span of days, newest first."""
        span = DaySpan(_day("from_date", request.from_date), _day("to_date", request.to_date))
        bound_to = paging.filter_digest(first=span.first, last=span.last)
        sessions, end = self._sessions.list(
            person_of(context).user_id,
            span,
            after=_position(paging.decode_token(request.page_token, bound_to)),
            page_size=paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE),
        )
        token = ""
        if end is not None:
            token = paging.encode_token({"d": end[0].isoformat(), "t": end[1].isoformat(), "i": str(end[2])}, bound_to)
        return pb.ListSessionsResponse(sessions=[session_message(each) for each in sessions], next_page_token=token)

    def DeleteSession(self, request: pb.DeleteSessionRequest, context: Any) -> pb.DeleteSessionResponse:
        """Deletes a session and publishes that it is gone."""
        self._sessions.delete(person_of(context).user_id, resource_name.parse("sessions", request.name))
        return pb.DeleteSessionResponse()

    def GetPelvicFloorDay(self, request: pb.GetPelvicFloorDayRequest, context: Any) -> pb.PelvicFloorDay:
        """How the rider's pelvic-floor work of a day stands."""
        day = self._sessions.pelvic_floor_day(person_of(context).user_id, _day("date", request.date))
        return pb.PelvicFloorDay(
            done_count=day.done_count, settings=_settings_message(day.settings), streak_days=day.streak_days
        )

    def UpdatePelvicFloorSettings(
        self, request: pb.UpdatePelvicFloorSettingsRequest, context: Any
    ) -> pb.PelvicFloorSettings:
        """Sets the daily goal and who may know."""
        wanted = PelvicFloorSettings(request.settings.daily_goal, request.settings.is_shared)
        return _settings_message(self._sessions.choose(person_of(context).user_id, wanted))


def _settings_message(settings: PelvicFloorSettings) -> pb.PelvicFloorSettings:
    return pb.PelvicFloorSettings(daily_goal=settings.daily_goal, is_shared=settings.is_shared)


def _day(field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(field, "is no day, such as 2026-05-08") from None
    # The first and the last day have no neighbours, and nobody trains on them.
    if day in {date.min, date.max}:
        raise InvalidArgument(field, "is no day, such as 2026-05-08")
    return day


def _moment(field: str, stamp: Timestamp) -> datetime:
    try:
        return stamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidArgument(field, "is no time of the years 1 to 9999") from None


def _position(payload: dict[str, Any]) -> SessionPosition | None:
    if not payload:
        return None
    try:
        return date.fromisoformat(payload["d"]), datetime.fromisoformat(payload["t"]), UUID(payload["i"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidArgument("page_token", "does not belong to this list; start again without it") from None
