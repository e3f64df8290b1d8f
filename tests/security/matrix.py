"""The authorization matrix: for every method, what a stranger gets who names another rider's things.

A method that is not in here fails the tests (T095): whoever adds one decides what strangers get.
"""

from collections.abc import Mapping
from typing import Any

from ctz.common.v1 import training_pb2
from ctz.identity.v1 import accounts_pb2, metrics_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from . import matrix_challenges, matrix_plans
from .cells import ADMINISTRATOR, EVERYBODY, HIDDEN, NOBODY, OWN, Outcome, Row, Things
from .system import PASSWORD, PELOTON_PASSWORD

FIRST_DAY, LAST_DAY = "2026-08-01", "2026-11-22"
NEW_PASSWORD = "harbour violin 9 saddle"


def _moment(seconds: int = 1_780_000_000) -> Timestamp:
    return Timestamp(seconds=seconds)


def _profile(things: Things) -> Mapping[str, Any]:
    profile = accounts_pb2.Profile(name=things.user, user_id=things.user.split("/")[1], display_name="Mallory")
    return {"profile": profile, "update_mask": FieldMask(paths=["display_name"])}


def _new_metric(_: Things) -> Mapping[str, Any]:
    metric = metrics_pb2.NewMetric(
        kind=training_pb2.METRIC_KIND_FTP,
        effective_time=_moment(),
        value=111,
        source=training_pb2.METRIC_SOURCE_MANUAL,
    )
    return {"metrics": [metric]}


def _changed_metric(things: Things) -> Mapping[str, Any]:
    source = training_pb2.METRIC_SOURCE_MANUAL
    return {"name": things.metric, "effective_time": _moment(), "value": 112, "source": source}


def _draft(things: Things) -> Mapping[str, Any]:
    entry = training_pb2.MetricEntry(
        entry_id=things.metric.split("/")[1], effective_time=_moment(1_700_000_000), value=99, source=1
    )
    return {"entries": [entry]}


def _days(_: Things) -> Mapping[str, Any]:
    return {"from_date": FIRST_DAY, "to_date": LAST_DAY}


def _workout(things: Things) -> Mapping[str, Any]:
    return {"name": things.workout}


MATRIX: Mapping[str, Row] = {
    **matrix_challenges.MATRIX,
    **matrix_plans.MATRIX,
    "identity AccountService/SignUp": Row(NOBODY),
    "identity AccountService/GetSignUpPolicy": Row(NOBODY),
    "identity AccountService/RequestEmailVerification": Row(NOBODY),
    "identity AccountService/VerifyEmail": Row(NOBODY),
    "identity AccountService/RequestPasswordReset": Row(NOBODY),
    "identity AccountService/ResetPassword": Row(NOBODY),
    "identity AccountService/ChangePassword": Row(
        OWN, lambda _: {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    ),
    "identity AccountService/GetProfile": Row(OWN),
    "identity AccountService/UpdateProfile": Row(OWN, _profile),
    "identity AccountService/ListSecurityEvents": Row(OWN),
    "identity AccountService/ListAccounts": Row(ADMINISTRATOR),
    "identity AccountService/SetAccountActive": Row(ADMINISTRATOR, lambda things: {"name": things.user}),
    # Names to show, and nothing else of an account.
    "identity AccountService/ListDisplayNames": Row(
        EVERYBODY, lambda things: {"user_ids": [things.user.split("/")[1]]}
    ),
    "identity AccountService/DeleteAccount": Row(OWN, lambda _: {"current_password": PASSWORD}),
    "identity AccountService/GetErasure": Row(NOBODY),
    "identity SessionService/SignIn": Row(NOBODY),
    "identity SessionService/ExchangeSession": Row(NOBODY),
    "identity SessionService/Reauthenticate": Row(OWN, lambda _: {"password": PASSWORD}),
    "identity SessionService/SignOut": Row(OWN),
    "identity SessionService/ListSessions": Row(OWN),
    "identity SessionService/EndSession": Row(HIDDEN, lambda things: {"name": things.session}),
    "identity TokenService/CreateToken": Row(
        OWN, lambda _: {"display_name": "mine", "scopes": ["workouts:read"], "lifetime_days": 7}
    ),
    "identity TokenService/ListTokens": Row(OWN),
    "identity TokenService/RevokeToken": Row(HIDDEN, lambda things: {"name": things.token}),
    "identity TokenService/ExchangeToken": Row(NOBODY),
    "identity MetricService/ListMetrics": Row(OWN),
    "identity MetricService/AddMetrics": Row(OWN, _new_metric),
    "identity MetricService/UpdateMetric": Row(HIDDEN, _changed_metric),
    "identity MetricService/DeleteMetric": Row(HIDDEN, lambda things: {"name": things.metric}),
    "peloton-sync ConnectionService/ConnectWithPassword": Row(
        OWN, lambda _: {"username": "bo", "password": PELOTON_PASSWORD}
    ),
    "peloton-sync ConnectionService/ConnectWithToken": Row(OWN, lambda _: {"pasted": "no token at all"}),
    "peloton-sync ConnectionService/GetConnection": Row(OWN),
    "peloton-sync ConnectionService/Disconnect": Row(OWN),
    "peloton-sync ConnectionService/ListFTPProposals": Row(OWN),
    "peloton-sync ConnectionService/AcceptFTPHistory": Row(OWN, lambda _: {"reading": 1}),
    # Names that are not one's own are passed over, like names of nothing.
    "peloton-sync ConnectionService/ResolveFTPProposals": Row(OWN, lambda things: {"names": [things.proposal]}),
    "peloton-sync SyncService/StartSync": Row(OWN),
    "peloton-sync SyncService/GetSyncStatus": Row(OWN),
    "peloton-sync SyncService/RetryFailed": Row(HIDDEN, lambda things: {"name": things.task}),
    "peloton-sync SyncService/RequestDetail": Row(HIDDEN, lambda things: {"workout": things.workout}),
    "workouts WorkoutService/ListWorkouts": Row(OWN),
    "workouts WorkoutService/GetWorkout": Row(HIDDEN, _workout),
    "workouts WorkoutService/GetSeries": Row(HIDDEN, _workout),
    "workouts WorkoutService/SummarizePeriod": Row(OWN, lambda things: {**_days(things), "size": 2}),
    "workouts WorkoutService/GetArchive": Row(OWN),
    "workouts WorkoutService/UpdateWorkout": Row(
        HIDDEN, lambda things: {"name": things.workout, "notes": "mine", "update_mask": FieldMask(paths=["notes"])}
    ),
    "workouts WorkoutService/DeleteWorkout": Row(HIDDEN, _workout),
    "workouts WorkoutService/UndeleteWorkout": Row(HIDDEN, _workout),
    # The ids of a draft's entries say which of the caller's entries stand; the archive looks nothing up by them.
    "workouts WorkoutService/PreviewFTP": Row(OWN, _draft),
}

# Every field of a request that holds an id, and whether another rider's id is refused there or passed over.
REFERENCES: Mapping[str, Outcome] = {
    **matrix_challenges.REFERENCES,
    **matrix_plans.REFERENCES,
    "identity AccountService/ListDisplayNames user_ids": EVERYBODY,
    "identity AccountService/UpdateProfile profile.name": OWN,
    "identity AccountService/UpdateProfile profile.user_id": OWN,
    "identity AccountService/SetAccountActive name": ADMINISTRATOR,
    "identity SessionService/EndSession name": HIDDEN,
    "identity TokenService/RevokeToken name": HIDDEN,
    "identity MetricService/UpdateMetric name": HIDDEN,
    "identity MetricService/DeleteMetric name": HIDDEN,
    "peloton-sync ConnectionService/ResolveFTPProposals names": OWN,
    "peloton-sync SyncService/RetryFailed name": HIDDEN,
    "peloton-sync SyncService/RequestDetail workout": HIDDEN,
    "workouts WorkoutService/GetWorkout name": HIDDEN,
    "workouts WorkoutService/GetSeries name": HIDDEN,
    "workouts WorkoutService/UpdateWorkout name": HIDDEN,
    "workouts WorkoutService/DeleteWorkout name": HIDDEN,
    "workouts WorkoutService/UndeleteWorkout name": HIDDEN,
    "workouts WorkoutService/PreviewFTP entries.entry_id": OWN,
}
