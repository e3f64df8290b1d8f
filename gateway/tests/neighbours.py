"""The gateway with its neighbours faked at the port: real gRPC servers on loopback, memory behind them.

town = Town(folder); browser = town.browser(town.a); town.stop("workouts")
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from ctz.challenges.v1 import challenges_pb2, challenges_pb2_grpc
from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import (
    accounts_pb2,
    accounts_pb2_grpc,
    metrics_pb2,
    metrics_pb2_grpc,
    sessions_pb2,
    sessions_pb2_grpc,
    tokens_pb2,
    tokens_pb2_grpc,
)
from ctz.peloton_sync.v1 import connections_pb2, connections_pb2_grpc, sync_pb2, sync_pb2_grpc
from ctz.plans.v1 import exercises_pb2, exercises_pb2_grpc, plans_pb2, plans_pb2_grpc
from ctz.workouts.v1 import (
    analytics_pb2,
    analytics_pb2_grpc,
    comparisons_pb2,
    comparisons_pb2_grpc,
    saved_filters_pb2,
    saved_filters_pb2_grpc,
    workouts_pb2,
    workouts_pb2_grpc,
)
from flask import Flask

from ctz_chassis.grpc_server import Registration
from ctz_chassis.settings import CommonSettings, Targets, load
from ctz_chassis.testing import Keys, RunningServer, make_keys, running_server
from ctz_gateway.app import create_app
from ctz_gateway.clients.services import Services, connect
from ctz_gateway.clients.times import stamp
from ctz_gateway.settings import Settings
from gateway.tests import (
    fake_analytics,
    fake_boards,
    fake_challenges,
    fake_classes,
    fake_comparisons,
    fake_exercises,
    fake_identity,
    fake_identity_things,
    fake_peloton_sync,
    fake_plans,
    fake_saved_filters,
    fake_templates,
    fake_transfers,
    fake_workouts,
    rides,
)
from gateway.tests.browser import Browser
from gateway.tests.fake_analytics import ShareStore
from gateway.tests.fake_challenges import ChallengeStore, Member
from gateway.tests.fake_classes import ClassStore
from gateway.tests.fake_exercises import PracticeStore
from gateway.tests.fake_feeds import FeedServer
from gateway.tests.fake_files import FileServer
from gateway.tests.fake_identity import Account, IdentityStore
from gateway.tests.fake_peloton_sync import SyncStore
from gateway.tests.fake_plans import PlanStore
from gateway.tests.fake_transfers import TransferStore
from gateway.tests.fake_workouts import WorkoutStore
from gateway.tests.made_challenges import add_challenge, give
from gateway.tests.rider_ids import Ids, ids_of

__all__ = ["Ids", "ids_of"]
PUBLIC_URL = "http://127.0.0.1:8000"
PASSWORD = "orchard-lantern-quiet-42"
CANARY_A, CANARY_B = "CANARY-A", "CANARY-B"
TOWN_CODE = "TOWN-CODE"
SERVICES = ("identity", "peloton-sync", "workouts", "plans", "challenges")


def _not_asked_yet(request: Any, _context: Any) -> Any:
    """Stand for a method of the contract that no page asks."""
    raise NotImplementedError(type(request).__name__)


class Counted:
    """A servicer whose calls are counted by method."""

    def __init__(self, servicer: Any, calls: Counter[str]) -> None:
        self._servicer, self._calls = servicer, calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._servicer, name, _not_asked_yet)

        def call(request: Any, context: Any) -> Any:
            self._calls[name] += 1
            return method(request, context)

        return call


class Town:
    """Three faked services, two riders with marked data, and the gateway in front of them."""

    def __init__(self, folder: Path) -> None:
        self.keys: Keys = make_keys()
        self.calls: Counter[str] = Counter()
        self.identity = IdentityStore(self.keys.user_signer())
        self.sync, self.workouts = SyncStore(), WorkoutStore()
        self.transfers = TransferStore()
        self.file_server = FileServer(self.transfers, self.keys)
        self.saved_filters: dict[UUID, list[saved_filters_pb2.SavedFilter]] = defaultdict(list)
        self.shares = ShareStore()
        self.challenges = ChallengeStore()
        self.classes = ClassStore()
        self.plans, self.practice = PlanStore(), PracticeStore()
        self.feed_server = FeedServer(self.plans)
        self._folder, self._open = folder, ExitStack()
        self._servers: dict[str, ExitStack] = {}
        self.running: dict[str, RunningServer] = {}
        for service in SERVICES:
            self._start(service)
        self.keys.write(folder)
        (folder / "session.key").write_bytes(b"k" * 32)
        self.settings = self._settings()
        self.services: Services = connect(
            self.settings.targets,
            self.keys.service_signer("gateway"),
            plans_http_url=self.feed_server.url,
            workouts_http_url=self.file_server.url,
        )
        self.app: Flask = create_app(self.settings, self.services, b"k" * 32)
        self.reset()

    def _registrations(self, service: str) -> list[Registration]:
        table: dict[str, list[tuple[Any, Any, Any, str]]] = {
            "identity": [
                (accounts_pb2_grpc.add_AccountServiceServicer_to_server, fake_identity.AccountService(self.identity),
                 accounts_pb2, "AccountService"),
                (sessions_pb2_grpc.add_SessionServiceServicer_to_server,
                 fake_identity_things.SessionService(self.identity), sessions_pb2, "SessionService"),
                (tokens_pb2_grpc.add_TokenServiceServicer_to_server,
                 fake_identity_things.TokenService(self.identity), tokens_pb2, "TokenService"),
                (metrics_pb2_grpc.add_MetricServiceServicer_to_server,
                 fake_identity_things.MetricService(self.identity), metrics_pb2, "MetricService"),
            ],
            "peloton-sync": [
                (connections_pb2_grpc.add_ConnectionServiceServicer_to_server,
                 fake_peloton_sync.ConnectionService(self.sync), connections_pb2, "ConnectionService"),
                (sync_pb2_grpc.add_SyncServiceServicer_to_server, fake_peloton_sync.SyncService(self.sync),
                 sync_pb2, "SyncService"),
            ],
            "workouts": [
                (workouts_pb2_grpc.add_WorkoutServiceServicer_to_server, fake_workouts.WorkoutService(self.workouts),
                 workouts_pb2, "WorkoutService"),
                (comparisons_pb2_grpc.add_ComparisonServiceServicer_to_server,
                 fake_comparisons.ComparisonService(self.workouts), comparisons_pb2, "ComparisonService"),
                *fake_transfers.services(self.transfers),
                *fake_classes.services(self.classes),
                (analytics_pb2_grpc.add_AnalyticsServiceServicer_to_server,
                 fake_analytics.AnalyticsService(self.workouts, self.shares), analytics_pb2, "AnalyticsService"),
                (saved_filters_pb2_grpc.add_SavedFilterServiceServicer_to_server,
                 fake_saved_filters.SavedFilterService(self.saved_filters), saved_filters_pb2, "SavedFilterService"),
            ],
            "plans": [
                (exercises_pb2_grpc.add_ExerciseServiceServicer_to_server,
                 fake_exercises.ExerciseService(self.practice), exercises_pb2, "ExerciseService"),
                (exercises_pb2_grpc.add_SessionServiceServicer_to_server,
                 fake_exercises.SessionService(self.practice), exercises_pb2, "SessionService"),
                (plans_pb2_grpc.add_TemplateServiceServicer_to_server, fake_templates.TemplateService(self.plans),
                 plans_pb2, "TemplateService"),
                (plans_pb2_grpc.add_PlanServiceServicer_to_server, fake_plans.PlanService(self.plans),
                 plans_pb2, "PlanService"),
                (plans_pb2_grpc.add_CalendarFeedServiceServicer_to_server,
                 fake_templates.CalendarFeedService(self.plans), plans_pb2, "CalendarFeedService"),
            ],
            "challenges": [
                (challenges_pb2_grpc.add_ChallengeServiceServicer_to_server,
                 fake_challenges.ChallengeService(self.challenges), challenges_pb2, "ChallengeService"),
                (challenges_pb2_grpc.add_TeamServiceServicer_to_server, fake_boards.TeamService(self.challenges),
                 challenges_pb2, "TeamService"),
                (challenges_pb2_grpc.add_BoardServiceServicer_to_server, fake_boards.BoardService(self.challenges),
                 challenges_pb2, "BoardService"),
            ],
        }  # fmt: skip
        return [
            Registration(add, Counted(servicer, self.calls), module.DESCRIPTOR.services_by_name[name])
            for add, servicer, module, name in table[service]
        ]

    def _start(self, service: str) -> None:
        stack = ExitStack()
        registrations = self._registrations(service)
        self.running[service] = stack.enter_context(running_server(service, registrations, keys=self.keys))
        self._servers[service] = stack

    def reset(self) -> None:
        """Forget everything and begin again with two riders."""
        vars(self.identity).update(vars(IdentityStore(self.keys.user_signer())))
        vars(self.sync).update(vars(SyncStore()))
        vars(self.workouts).update(vars(WorkoutStore()))
        vars(self.transfers).update(vars(TransferStore()))
        vars(self.shares).update(vars(ShareStore()))
        vars(self.challenges).update(vars(ChallengeStore()))
        vars(self.classes).update(vars(ClassStore()))
        vars(self.plans).update(vars(PlanStore()))
        vars(self.practice).update(vars(PracticeStore()))
        self.calls.clear()
        add_challenge(self.challenges, "Town ride", is_public=False).code = TOWN_CODE
        self.a = self.rider(CANARY_A, workouts=9)
        self.b = self.rider(CANARY_B, workouts=3)

    @property
    def is_whole(self) -> bool:
        """Whether every service is running."""
        return set(SERVICES) == set(self._servers)

    def stop(self, service: str) -> None:
        """Take a service away; calls to it are refused from now on."""
        self._servers.pop(service).close()
        if service == "plans":
            self.feed_server.close()
        if service == "workouts":
            self.file_server.close()

    def close(self) -> None:
        """End everything."""
        self.services.close()
        for service in list(self._servers):
            self.stop(service)

    def _settings(self) -> Settings:
        common = load(
            CommonSettings,
            "GATEWAY",
            {"CTZ_ENV": "test", "CTZ_JWKS_FILE": str(self._folder / "jwks.json"), "CTZ_PUBLIC_URL": PUBLIC_URL},
        )
        targets = Targets(
            identity_target=self.running["identity"].target,
            peloton_sync_target=self.running["peloton-sync"].target,
            workouts_target=self.running["workouts"].target,
            plans_target=self.running["plans"].target,
            challenges_target=self.running["challenges"].target,
        )
        return Settings(
            common=common,
            targets=targets,
            signing_key_file=self._folder / "gateway.pem",
            front_signing_key_file=self._folder / "front.pem",
            session_key_file=self._folder / "session.key",
            mail_page_url="http://127.0.0.1:8002/mail",
        )

    def rider(self, mark: str, *, workouts: int = 0, **given: Any) -> Account:
        """A rider with a connection, an FTP, a failure, a token and a history, all with a mark in them."""
        account = self.identity.add(Account(f"{mark.lower()}@example.org", PASSWORD, f"{mark} Rider", **given))
        owner = account.user_id
        self.identity.metrics[owner][training.METRIC_KIND_FTP].append(
            training.MetricEntry(
                entry_id=str(uuid5(rides.NAMESPACE, f"{mark}-ftp")),
                effective_time=stamp(datetime.now(UTC) - timedelta(days=30)),
                value=238,
                source=training.METRIC_SOURCE_TEST,
            )
        )
        token = fake_identity.AccessToken(
            owner, f"{mark} laptop", ["workouts:read"], fake_identity.now() + timedelta(90)
        )
        self.identity.tokens[f"ctz_pat_{mark}"] = token
        self.identity.events[owner].append("account:login:success")
        self.sync.connect(owner, f"{mark.lower()}-leaderboard")
        self.sync.runs[owner] = fake_peloton_sync.run(sync_pb2.RUN_STATE_DONE_WITH_FAILURES, listed=workouts)
        self.sync.failures[owner].append(
            sync_pb2.SyncFailure(
                name=f"syncTasks/{uuid5(rides.NAMESPACE, mark)}", title=f"{mark} lost ride", reason="not_found"
            )
        )
        self.give_history(account, workouts, f"{mark} ")
        self.saved_filters[owner].append(
            saved_filters_pb2.SavedFilter(name=f"savedFilters/{uuid5(rides.NAMESPACE, mark)}", title=f"{mark} filter")
        )
        self.shares.put(owner, datetime.now(UTC).year)
        self.classes.furnish(owner, f"{mark} ", self.workouts.views[owner])
        self.give_challenge(account, f"{mark} ")
        self.transfers.furnish(owner, f"{mark} ")
        self.plans.furnish(owner, f"{mark} ")
        self.practice.furnish(owner, f"{mark} ")
        self.identity.erasures[f"erased-{mark}"] = {"identity", "workouts"}
        return account

    def give_challenge(self, account: Account, mark: str) -> None:
        """A challenge that nobody else sees, with a team of which the rider is captain and one workout that counted."""
        kept = add_challenge(self.challenges, f"{mark}challenge", is_public=False)
        kept.code = f"{mark.strip()}-code"
        team = f"teams/{uuid5(rides.NAMESPACE, f'{mark}team')}"
        kept.teams[team] = f"{mark}team"
        kept.members[account.user_id] = Member(account.user_id, team, is_captain=True)
        give(kept, account.user_id, 0, f"{mark}class")

    def give_history(self, account: Account, count: int, mark: str = "") -> None:
        """Replace a rider's workouts."""
        views = rides.history(account.user_id, count, mark)
        for view in views:
            view.notes = f"{mark}note".strip()
        self.workouts.fill(account.user_id, views)
        self.sync.workouts[account.user_id] = {view.workout.name for view in views}

    def browser(self, account: Account | None = None) -> Browser:
        """A browser, signed in as somebody where one is named."""
        browser = Browser(self.app, PUBLIC_URL)
        if account is not None:
            browser.sign_in(account.email, PASSWORD)
        return browser

    def facts(self) -> str:
        """Everything that the services keep, as text; two equal texts mean that nothing was changed."""
        known: tuple[dict[Any, Any], ...] = (
            self.shares.shares, *self.classes.kept(),
            self.identity.accounts, self.identity.sessions, self.identity.tokens, self.identity.metrics,
            self.identity.events, self.identity.mailed, self.sync.connections, self.sync.runs, self.sync.failures,
            self.sync.proposals, self.workouts.views, *self.transfers.kept(),
            self.saved_filters, self.challenges.kept, self.plans.items,
            self.plans.templates,
            self.plans.feeds, self.practice.routines, self.practice.sessions, self.practice.settings,
        )  # fmt: skip
        return repr([{owner: things for owner, things in table.items() if things} for table in known])


@contextmanager
def town_in(folder: Path) -> Iterator[Town]:
    """A town that ends with the block."""
    town = Town(folder)
    try:
        yield town
    finally:
        town.close()
