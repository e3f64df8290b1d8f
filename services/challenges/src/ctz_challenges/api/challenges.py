"""ChallengeService."""

from datetime import date
from typing import Any
from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc

from ctz_challenges.api.messages import (
    CHALLENGES,
    FORGED,
    STATES,
    challenge_message,
    view_message,
    viewer_of,
)
from ctz_challenges.api.wishes import wish_of
from ctz_challenges.app.challenge_pages import ChallengePages
from ctz_challenges.app.challenges import ChallengeDesk
from ctz_challenges.app.membership import MembershipDesk
from ctz_challenges.domain.challenge_view import Listed, ListFilter
from ctz_challenges.domain.errors import InvalidField
from ctz_challenges.store.challenge_lists import Place
from ctz_chassis import paging, resource_name
from ctz_chassis.clock import Clock
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.idempotency import request_key

DEFAULT_PAGE, LARGEST_PAGE = 25, 100


class ChallengeServicer(pb_grpc.ChallengeServiceServicer):
    """Translates ChallengeService."""

    def __init__(self, pages: ChallengePages, desk: ChallengeDesk, members: MembershipDesk, *, clock: Clock) -> None:
        self._pages = pages
        self._desk = desk
        self._members = members
        self._clock = clock

    def ListChallenges(self, request: pb.ListChallengesRequest, context: Any) -> pb.ListChallengesResponse:
        """Challenges that the person may see."""
        kept = _filter(request)
        bound_to = paging.filter_digest(states=sorted(kept.states), is_mine=kept.is_mine)
        page, end = self._pages.page(
            viewer_of(context),
            kept,
            after=_place(paging.decode_token(request.page_token, bound_to)),
            size=paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE),
        )
        token = ""
        if end is not None:
            token = paging.encode_token({"d": end.start_date.isoformat(), "i": str(end.challenge_id)}, bound_to)
        return pb.ListChallengesResponse(
            challenges=[self._message(each) for each in page],
            joined=[_name(each) for each in page if each.is_joined],
            next_page_token=token,
        )

    def GetChallenge(self, request: pb.GetChallengeRequest, context: Any) -> pb.ChallengeView:
        """One challenge with its schedule and the person's progress."""
        return view_message(self._pages.get(viewer_of(context), _id(request)), self._clock())

    def FindByCode(self, request: pb.FindByCodeRequest, context: Any) -> pb.ChallengeView:
        """The challenge behind a code."""
        return view_message(self._pages.find_by_code(viewer_of(context), request.code), self._clock())

    def CreateChallenge(self, request: pb.CreateChallengeRequest, context: Any) -> pb.Challenge:
        """Make a draft."""
        return self._message(self._desk.create(viewer_of(context), wish_of(request), request_key(request)))

    def UpdateChallenge(self, request: pb.UpdateChallengeRequest, context: Any) -> pb.Challenge:
        """Replace what the form holds."""
        challenge_id = resource_name.parse(CHALLENGES, request.challenge.name, field="challenge.name")
        revision = request.challenge.revision
        return self._message(self._desk.update(viewer_of(context), challenge_id, wish_of(request), revision=revision))

    def PublishChallenge(self, request: pb.PublishChallengeRequest, context: Any) -> pb.Challenge:
        """Open a draft for joining."""
        return self._message(self._desk.publish(viewer_of(context), _id(request)))

    def DeleteChallenge(self, request: pb.DeleteChallengeRequest, _context: Any) -> pb.DeleteChallengeResponse:
        """Delete a challenge with its teams and points."""
        self._desk.delete(_id(request))
        return pb.DeleteChallengeResponse()

    def JoinChallenge(self, request: pb.JoinChallengeRequest, context: Any) -> pb.ChallengeView:
        """Take part."""
        view = self._members.join(viewer_of(context), _id(request), request.code)
        return view_message(view, self._clock())

    def LeaveChallenge(self, request: pb.LeaveChallengeRequest, context: Any) -> pb.LeaveChallengeResponse:
        """Take part no longer."""
        self._members.leave(viewer_of(context), _id(request))
        return pb.LeaveChallengeResponse()

    def _message(self, listed: Listed) -> pb.Challenge:
        return challenge_message(listed, self._clock())


def _id(request: Any) -> UUID:
    return resource_name.parse(CHALLENGES, request.name)


def _name(listed: Listed) -> str:
    return resource_name.format(CHALLENGES, listed.challenge.challenge_id)


def _filter(request: pb.ListChallengesRequest) -> ListFilter:
    known = {number: state for state, number in STATES.items()}
    if not set(request.states) <= set(known):
        raise InvalidField("states", "Choose among draft, open, running and ended.")
    return ListFilter(tuple({known[number]: None for number in request.states}), request.is_mine)


def _place(payload: dict[str, Any]) -> Place | None:
    if not payload:
        return None
    try:
        return Place(date.fromisoformat(payload["d"]), UUID(payload["i"]))
    except FORGED:
        raise InvalidArgument("page_token", "is none of this list") from None
