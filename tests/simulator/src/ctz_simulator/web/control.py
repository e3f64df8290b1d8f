"""The simulator's own endpoints under /_sim: riders, changes, knobs, calls and truth. Only for loopback."""

from dataclasses import replace
from ipaddress import ip_address

from flask import Blueprint, Response, request

from ctz_simulator.accounts import Account, CannotChange, NotInHistory
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.knobs import BadKnob
from ctz_simulator.rider import GeneratedRider
from ctz_simulator.seeds import hex_id
from ctz_simulator.spec import BadRiderSpec, RiderSpec
from ctz_simulator.web.answers import json_answer
from ctz_simulator.web.world import World

PREFIX = "/_sim"


class NoSuchRider(LookupError):
    """No member has that id or username."""


class Control:
    """How a test or an operator steers the simulator."""

    def __init__(self, world: World) -> None:
        """For this world."""
        self._world = world

    def blueprint(self) -> Blueprint:
        """All routes."""
        control = Blueprint("control", __name__, url_prefix=PREFIX)
        control.before_request(_only_loopback)
        for error in (NoSuchRider, NotInHistory):
            control.register_error_handler(error, lambda problem: json_answer({"error": str(problem)}, 404))
        for wrong in (BadKnob, BadRiderSpec, CannotChange):
            control.register_error_handler(wrong, lambda problem: json_answer({"error": str(problem)}, 422))
        for rule, view, method in (
            ("/health", self.health, "GET"),
            ("/knobs", self.knobs, "GET"),
            ("/knobs", self.turn_knobs, "PUT"),
            ("/knobs", self.reset_knobs, "DELETE"),
            ("/calls", self.calls, "GET"),
            ("/calls", self.reset_calls, "DELETE"),
            ("/riders", self.riders, "GET"),
            ("/riders", self.add_rider, "POST"),
            ("/riders/<name>/tokens", self.tokens, "POST"),
            ("/riders/<name>/tokens", self.expire_tokens, "DELETE"),
            ("/riders/<name>/workouts", self.add_workout, "POST"),
            ("/riders/<name>/workouts/<workout_id>", self.edit_workout, "PATCH"),
            ("/riders/<name>/workouts/<workout_id>", self.delete_workout, "DELETE"),
            ("/riders/<name>/workouts/<workout_id>/finish", self.finish_workout, "POST"),
            ("/riders/<name>/workouts/<workout_id>/restore", self.restore_workout, "POST"),
            ("/rides/<ride_id>", self.edit_ride, "PATCH"),
            ("/rides/<ride_id>", self.publish_ride, "POST"),
            ("/rides/<ride_id>", self.take_down_ride, "DELETE"),
            ("/rides/<ride_id>", self.offer_ride, "PUT"),
            ("/truth/<name>", self.truth, "GET"),
            ("/truth/<name>/workouts/<workout_id>", self.truth_of, "GET"),
        ):
            control.add_url_rule(rule, view_func=view, endpoint=view.__name__, methods=[method])
        return control

    def health(self) -> Response:
        """Up."""
        return json_answer({"status": "ok"})

    def knobs(self) -> Response:
        """The knobs in force."""
        return json_answer(self._world.gate.knobs.to_json())

    def turn_knobs(self) -> Response:
        """Turn the given knobs; scripts start from their beginning."""
        self._world.gate.turn(self._world.gate.knobs.changed(_body()))
        return self.knobs()

    def reset_knobs(self) -> Response:
        """Back to the knobs of the start."""
        self._world.gate.reset()
        return self.knobs()

    def calls(self) -> Response:
        """Totals by kind, and the last calls."""
        return json_answer(self._world.calls.to_json())

    def reset_calls(self) -> Response:
        """Count from zero."""
        self._world.calls.reset()
        return Response(status=204)

    def riders(self) -> Response:
        """All members, without their passwords."""
        rows = [{"user_id": item.user_id, "username": item.username} for item in self._world.accounts()]
        return json_answer({"riders": rows, "families": self._world.sign_in.families()})

    def add_rider(self) -> Response:
        """A generated member from a spec."""
        rider = GeneratedRider(RiderSpec.from_json(_body()), self._world.catalogue)
        self._world.enrol(rider)
        return json_answer({"user_id": rider.user_id, "username": rider.username}, 201)

    def tokens(self, name: str) -> Response:
        """Tokens without a sign-in, as if copied from a browser."""
        return json_answer(self._world.sign_in.grant(self._rider(name).user_id, self._world.gate.knobs), 201)

    def expire_tokens(self, name: str) -> Response:
        """End the access tokens of a member; with ?revoke=1 the refresh tokens too."""
        rider, sign_in = self._rider(name), self._world.sign_in
        ended = sign_in.revoke(rider.user_id) if request.args.get("revoke") else sign_in.expire_access(rider.user_id)
        return json_answer({"ended": ended})

    def add_workout(self, name: str) -> Response:
        """A new workout."""
        return json_answer({"id": self._rider(name).add(_body())}, 201)

    def edit_workout(self, name: str, workout_id: str) -> Response:
        """Change a workout."""
        self._rider(name).edit(workout_id, _body())
        return Response(status=204)

    def delete_workout(self, name: str, workout_id: str) -> Response:
        """Delete a workout."""
        self._rider(name).delete(workout_id)
        return Response(status=204)

    def finish_workout(self, name: str, workout_id: str) -> Response:
        """End a workout in progress."""
        self._rider(name).finish(workout_id)
        return Response(status=204)

    def restore_workout(self, name: str, workout_id: str) -> Response:
        """Bring a deleted workout back under its id."""
        self._rider(name).restore(workout_id)
        return Response(status=204)

    def edit_ride(self, ride_id: str) -> Response:
        """Give a class of the library another title; rows of workouts already ridden keep theirs."""
        ride = self._world.catalogue.get(ride_id)
        if ride is None:
            raise NotInHistory(ride_id)
        self._world.catalogue.replace(replace(ride, title=str(_body()["title"])))
        return Response(status=204)

    def take_down_ride(self, ride_id: str) -> Response:
        """List a class no more in the library."""
        self._world.catalogue.take_down(ride_id)
        return Response(status=204)

    def offer_ride(self, ride_id: str) -> Response:
        """List it again."""
        self._world.catalogue.offer_again(ride_id)
        return Response(status=204)

    def publish_ride(self, ride_id: str) -> Response:
        """Show a class of the library once more as a new one, `aired` now (epoch seconds); answers `{"id"}`."""
        ride = self._world.catalogue.get(ride_id)
        if ride is None:
            raise NotInHistory(ride_id)
        aired = int(_body()["aired"])
        fresh = replace(ride, id=hex_id("class", ride_id, aired), aired=aired)
        self._world.catalogue.publish(fresh)
        return json_answer({"id": fresh.id}, 201)

    def truth(self, name: str) -> Response:
        """What the simulator holds of a member."""
        return json_answer(self._rider(name).truth())

    def truth_of(self, name: str, workout_id: str) -> Response:
        """One recording, second by second."""
        return json_answer(self._rider(name).truth_of(workout_id))

    def _rider(self, name: str) -> Account:
        account = self._world.account(name)
        if account is None:
            raise NoSuchRider(name)
        return account


def _body() -> JsonObject:
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise BadKnob("a JSON object is expected")
    return found


def _only_loopback() -> Response | None:
    """Refuse whoever does not call from this machine."""
    address = request.remote_addr
    return None if address and ip_address(address).is_loopback else Response("loopback only", 403)
