"""What another tool reads through `front` with a personal access token."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, Final, Self

import grpc
from ctz.challenges.v1 import challenges_pb2 as boards_pb2
from ctz.challenges.v1.challenges_pb2_grpc import BoardServiceStub, ChallengeServiceStub
from ctz.plans.v1 import plans_pb2
from ctz.plans.v1.plans_pb2_grpc import PlanServiceStub
from ctz.workouts.v1 import workouts_pb2
from ctz.workouts.v1.workouts_pb2_grpc import WorkoutServiceStub

from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK

_TIMEOUT_SECONDS: Final = 20.0
_PAGE: Final = 100
_MOST_WEEKS: Final = 8
_AT_ONCE: Final = 4


class ToolRefused(LocalError):
    """The door for tools did not answer as expected."""


class Tool:
    """A tool at the door for tools."""

    def __init__(self, port: int, token: str) -> None:
        self._channel = grpc.insecure_channel(f"{LOOPBACK}:{port}")
        self._metadata = [("authorization", f"Bearer {token}")]
        self._workouts = WorkoutServiceStub(self._channel)
        self._challenges = ChallengeServiceStub(self._channel)
        self._plans = PlanServiceStub(self._channel)
        self._boards = BoardServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def is_refused_without_token(self) -> bool:
        """Tell whether the door stays shut without a token."""
        try:
            self._workouts.ListWorkouts(workouts_pb2.ListWorkoutsRequest(), timeout=_TIMEOUT_SECONDS)
        except grpc.RpcError as error:
            return bool(error.code() is grpc.StatusCode.UNAUTHENTICATED)
        return False

    def archive(self) -> workouts_pb2.Archive:
        """Return how much of the archive is here."""
        archive: workouts_pb2.Archive = self._ask(self._workouts.GetArchive, workouts_pb2.GetArchiveRequest())
        return archive

    def listed(self) -> Iterator[workouts_pb2.Workout]:
        """Yield every workout, newest first."""
        token = ""
        while True:
            request = workouts_pb2.ListWorkoutsRequest(page_size=_PAGE, page_token=token)
            answer = self._ask(self._workouts.ListWorkouts, request)
            yield from answer.workouts
            token = answer.next_page_token
            if not token:
                return

    def views(self, names: Sequence[str]) -> Iterator[workouts_pb2.WorkoutView]:
        """Yield everything of these workouts but their series."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(
                lambda name: self._ask(self._workouts.GetWorkout, workouts_pb2.GetWorkoutRequest(name=name)), names
            )

    def newest_view(self, name: str) -> workouts_pb2.WorkoutView:
        """Return everything of one workout but its series."""
        return next(self.views([name]))

    def weeks(self, first: date, count: int, today: date) -> Iterator[plans_pb2.PlanWeek]:
        """Yield weeks of the plan, oldest first, from the one of a day on."""
        for behind in range(0, count, _MOST_WEEKS):
            request = plans_pb2.ListWeeksRequest(
                from_date=(first + timedelta(weeks=behind)).isoformat(),
                week_count=min(_MOST_WEEKS, count - behind),
                week_start=0,
                today=today.isoformat(),
            )
            yield from self._ask(self._plans.ListWeeks, request).weeks

    def challenges(self) -> Sequence[boards_pb2.Challenge]:
        """Return the challenges that the rider rides in."""
        request = boards_pb2.ListChallengesRequest(is_mine=True, page_size=_PAGE)
        return tuple(self._ask(self._challenges.ListChallenges, request).challenges)

    def board(self, challenge: str, kind: boards_pb2.BoardKind.ValueType) -> Sequence[boards_pb2.BoardRow]:
        """Return the rows of a board that fits on a page."""
        request = boards_pb2.GetBoardRequest(challenge=challenge, kind=kind, page_size=_PAGE)
        return tuple(self._ask(self._boards.GetBoard, request).rows)

    def _ask(self, method: Any, request: Any) -> Any:
        try:
            return method(request, timeout=_TIMEOUT_SECONDS, metadata=self._metadata)
        except grpc.RpcError as error:
            raise ToolRefused(f"{type(request).__name__}: {error}") from error
