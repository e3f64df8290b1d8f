"""The API of Peloton, for the member whose token the call carries."""

from datetime import datetime

from flask import Blueprint, Response, g, request

from ctz_simulator.accounts import Account, ListQuery, NotInHistory
from ctz_simulator.paging import envelope
from ctz_simulator.payloads.instructor import instructor_object
from ctz_simulator.payloads.library import archived
from ctz_simulator.payloads.workout import Joins
from ctz_simulator.web.answers import api_error, html_not_found, json_answer
from ctz_simulator.web.world import World

_DEFAULT_LIMIT, _MOST = 20, 1000
_DEFAULT_EVERY_N = 5
_PLATFORM = "Peloton-Platform"
_GATED = ("overview", "achievements")


class Api:
    """The endpoints of sections 4.1 to 4.9 of peloton-api.md."""

    def __init__(self, world: World) -> None:
        """For this world."""
        self._world = world

    def blueprint(self) -> Blueprint:
        """All routes."""
        api = Blueprint("api", __name__, url_prefix="/api")
        for rule, view in (
            ("/me", self.me),
            ("/user/<name>", self.user),
            ("/user/<name>/workouts", self.workouts),
            ("/user/<name>/workout_history_csv", self.history_csv),
            ("/user/<name>/<extra>", self.extra),
            ("/workout/<workout_id>", self.workout),
            ("/workout/<workout_id>/performance_graph", self.graph),
            ("/ride/<ride_id>", self.ride),
            ("/ride/<ride_id>/details", self.ride_details),
            ("/ride/<ride_id>/playlist", self.playlist),
            ("/v2/ride/archived", self.library),
            ("/instructor", self.instructors),
            ("/instructor/<instructor_id>", self.instructor),
            ("/peloton/<peloton_id>", self.session),
        ):
            api.add_url_rule(rule, view_func=view, endpoint=view.__name__)
        api.register_error_handler(NotInHistory, lambda _: api_error(404))
        api.register_error_handler(ValueError, lambda _: api_error(400))
        return api

    def me(self) -> Response:
        """The member."""
        return json_answer(_member().me())

    def user(self, name: str) -> Response:
        """A member by id or username; strangers see less."""
        account = self._world.account(name)
        if account is None:
            return api_error(404)
        own = account.user_id == _member().user_id
        return json_answer(account.me() if own else account.public())

    def workouts(self, name: str) -> Response:
        """A page of the member's history."""
        account = self._own(name)
        if account is None:
            return api_error(403)
        return json_answer(account.workouts(_list_query()) | self._world.gate.knobs.list_edits)

    def history_csv(self, name: str) -> Response:
        """The official export."""
        account = self._own(name)
        return Response(account.history_csv(), mimetype="text/csv") if account else api_error(403)

    def extra(self, name: str, extra: str) -> Response:
        """Profile pages; some want the platform header."""
        account = self._own(name)
        if account is None or (extra in _GATED and _PLATFORM not in request.headers):
            return api_error(403)
        body = account.profile_page(extra)
        return json_answer(body) if body is not None else html_not_found(request.path)

    def workout(self, workout_id: str) -> Response:
        """One workout; to join a session that a workout without a class has not is invalid."""
        body = _member().detail(workout_id, _joins())
        if body.get("peloton_id") is None and "peloton" in request.args.get("joins", ""):
            return api_error(400)
        return json_answer(body)

    def graph(self, workout_id: str) -> Response:
        """One recording, sampled."""
        every_n = int(request.args.get("every_n", _DEFAULT_EVERY_N))
        return json_answer(_member().graph(workout_id, every_n, with_location=_PLATFORM in request.headers))

    def ride(self, ride_id: str) -> Response:
        """A class."""
        body = _member().ride(ride_id)
        return json_answer(body) if body is not None else api_error(404, "ride not found")

    def ride_details(self, ride_id: str) -> Response:
        """A class with what it calls."""
        body = _member().ride_details(ride_id)
        return json_answer(body) if body is not None else api_error(404, "ride not found")

    def playlist(self, ride_id: str) -> Response:
        """The music of a class."""
        body = _member().ride_details(ride_id)
        playlist = body.get("playlist") if body else None
        return json_answer(playlist) if playlist else api_error(404)

    def library(self) -> Response:
        """The class library."""
        return json_answer(archived(self._world.catalogue, request.args.to_dict()))

    def instructors(self) -> Response:
        """All instructors."""
        limit, page = _number("limit", _DEFAULT_LIMIT), _number("page", 0)
        cast = self._world.catalogue.cast
        rows = [instructor_object(person) for person in cast[page * limit : (page + 1) * limit]]
        body = envelope(rows, total=len(cast), limit=limit, page=page)
        return json_answer(body | ({"next": {"page": page + 1}} if body["show_next"] else {}))

    def instructor(self, instructor_id: str) -> Response:
        """One instructor."""
        for person in self._world.catalogue.cast:
            if person.id == instructor_id:
                return json_answer(instructor_object(person))
        return api_error(404)

    def session(self, peloton_id: str) -> Response:
        """The session of a class."""
        body = _member().session(peloton_id)
        return json_answer(body) if body is not None else api_error(404)

    def _own(self, name: str) -> Account | None:
        """The caller's own account under either of its names; histories of others are closed."""
        member = _member()
        return member if name in (member.user_id, member.username) else None


def _member() -> Account:
    """The member of this call; the application has checked the token."""
    member: Account = g.member
    return member


def _joins() -> Joins:
    asked = {item.strip() for item in request.args.get("joins", "").split(",")}
    instructor = bool(asked & {"ride.instructor", "peloton.ride.instructor"})
    ride = instructor or bool(asked & {"ride", "peloton.ride"})
    return Joins(ride=ride, instructor=instructor, user="user" in asked)


def _number(name: str, default: int) -> int:
    return max(0, min(_MOST, int(request.args.get(name, default))))


def _moment(name: str) -> float | None:
    """An ISO 8601 time with offset as epoch seconds."""
    text = request.args.get(name)
    return datetime.fromisoformat(text).timestamp() if text else None


def _list_query() -> ListQuery:
    return ListQuery(
        limit=max(1, _number("limit", _DEFAULT_LIMIT)),
        page=max(0, int(request.args.get("page", 0))),
        joins=_joins(),
        ride_id=request.args.get("ride_id"),
        begin=_moment("from"),
        end=_moment("to"),
    )
