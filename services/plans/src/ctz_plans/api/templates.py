"""TemplateService."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from ctz.plans.v1 import plans_pb2 as pb
from ctz.plans.v1 import plans_pb2_grpc as pb_grpc

from ctz_chassis import idempotency, paging, resource_name
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_chassis.ids import uuid7
from ctz_plans.api import plan_messages as messages
from ctz_plans.api import plan_requests as requests
from ctz_plans.app import templates
from ctz_plans.app.items import Rider
from ctz_plans.app.templates import TemplatePlace
from ctz_plans.domain.practice import refuse_text
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.template import LONGEST_TITLE
from ctz_plans.store.tables import request_ids

DEFAULT_PAGE, LARGEST_PAGE = 50, 100
_LIST = paging.filter_digest(list="templates")
T = TypeVar("T")


class TemplateServicer(pb_grpc.TemplateServiceServicer):
    """Templates built in and the person's own, and starts of them."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def ListTemplates(self, request: pb.ListTemplatesRequest, context: Any) -> pb.ListTemplatesResponse:
        """Built-in templates first, then the rider's own by title."""
        after = _place(request.page_token)
        limit = paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        with self._database.read() as connection:
            found, end = templates.page(connection, person_of(context).user_id, after=after, limit=limit)
        return pb.ListTemplatesResponse(
            templates=[messages.template(one) for one in found], next_page_token=_token(end) if end else ""
        )

    def GetTemplate(self, request: pb.GetTemplateRequest, context: Any) -> pb.Template:
        """One template."""
        template_id = _id(request.name)
        with self._database.read() as connection:
            return messages.template(templates.get(connection, person_of(context).user_id, template_id))

    def CreateTemplate(self, request: pb.CreateTemplateRequest, context: Any) -> pb.Template:
        """Makes a template of the rider's own."""
        key, wanted = request_key(request), requests.template(request.template, uuid7())

        def make(rider: Rider) -> bytes:
            return messages.template(templates.create(rider, wanted)).SerializeToString()

        return pb.Template.FromString(
            self._change(
                context,
                lambda rider: (
                    idempotency.once(rider.connection, request_ids, rider.user_id, key, lambda: make(rider)).body
                ),
            )
        )

    def UpdateTemplate(self, request: pb.UpdateTemplateRequest, context: Any) -> pb.Template:
        """Replaces an own template, where `revision` is the stored one."""
        wanted = requests.template(request.template, _id(request.template.name, "template.name"))
        return messages.template(self._change(context, lambda rider: templates.update(rider, wanted)))

    def DeleteTemplate(self, request: pb.DeleteTemplateRequest, context: Any) -> pb.DeleteTemplateResponse:
        """Deletes an own template."""
        template_id = _id(request.name)
        self._change(context, lambda rider: templates.delete(rider, template_id))
        return pb.DeleteTemplateResponse()

    def StartTemplate(self, request: pb.StartTemplateRequest, context: Any) -> pb.StartTemplateResponse:
        """Puts a template's activities into the rider's weeks."""
        key, template_id = request_key(request), _id(request.name)
        day = requests.day("start_date", request.start_date)

        def make(rider: Rider) -> bytes:
            program, count = templates.start(
                rider, template_id, day, repetitions=request.repetitions, week_start=request.week_start
            )
            return pb.StartTemplateResponse(
                program=resource_name.format("programs", program.program_id),
                item_count=count,
                first_date=program.first_date.isoformat(),
                last_date=program.last_date.isoformat(),
            ).SerializeToString()

        return pb.StartTemplateResponse.FromString(
            self._change(
                context,
                lambda rider: (
                    idempotency.once(rider.connection, request_ids, rider.user_id, key, lambda: make(rider)).body
                ),
            )
        )

    def StopProgram(self, request: pb.StopProgramRequest, context: Any) -> pb.StopProgramResponse:
        """Takes back what a start put into the weeks from a day on."""
        program_id = resource_name.parse("programs", request.program, field="program")
        day = requests.day("from_date", request.from_date)
        count = self._change(context, lambda rider: templates.stop(rider, program_id, day))
        return pb.StopProgramResponse(item_count=count)

    def _change(self, context: Any, work: Callable[[Rider], T]) -> T:
        user_id, now = person_of(context).user_id, self._clock()
        return self._database.run(lambda connection: work(Rider(connection, user_id, now)))


def _id(name: str, field: str = "name") -> UUID:
    return resource_name.parse("templates", name, field=field)


def _place(token: str) -> TemplatePlace:
    payload = paging.decode_token(token, _LIST)
    if not payload:
        return TemplatePlace()
    try:
        own = (_title(str(payload["t"])), UUID(payload["i"])) if "i" in payload else None
        return TemplatePlace(max(int(payload["b"]), 0), own)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, FieldRefused):
        raise InvalidArgument("page_token", "does not belong to this list; start again without it") from None


def _title(text: str) -> str:
    """A title that a template can have: Postgres takes no other text."""
    refuse_text("title", text, shortest=1, longest=LONGEST_TITLE)
    return text


def _token(end: TemplatePlace) -> str:
    payload: dict[str, Any] = {"b": end.built_in}
    if end.own is not None:
        payload |= {"t": end.own[0], "i": str(end.own[1])}
    return paging.encode_token(payload, _LIST)
