"""The authorization matrix: for every method, what a stranger gets who names another rider's things.

A method that is not in here fails the tests (T095): whoever adds one decides what strangers get.
"""

from collections.abc import Mapping
from typing import Any

from ctz.common.v1 import training_pb2
from ctz.identity.v1 import accounts_pb2, metrics_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from . import matrix_analytics, matrix_challenges, matrix_classes, matrix_plans, matrix_transfers, matrix_workouts
from .cells import ADMINISTRATOR, EVERYBODY, HIDDEN, NOBODY, OWN, Outcome, Row, Things
from .system import PASSWORD, PELOTON_PASSWORD

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


MATRIX: Mapping[str, Row] = {
    **matrix_challenges.MATRIX,
    **matrix_classes.MATRIX,
    **matrix_plans.MATRIX,
    **matrix_analytics.MATRIX,
    **matrix_transfers.MATRIX,
    **matrix_workouts.MATRIX,
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
    # A class belongs to nobody; it is asked for with the caller's own token.
    "peloton-sync SyncService/RequestClass": Row(OWN, lambda things: {"class_name": things.library_class}),
}

# Every field of a request that holds an id, and whether another rider's id is refused there or passed over.
REFERENCES: Mapping[str, Outcome] = {
    **matrix_challenges.REFERENCES,
    **matrix_classes.REFERENCES,
    **matrix_plans.REFERENCES,
    **matrix_analytics.REFERENCES,
    **matrix_transfers.REFERENCES,
    **matrix_workouts.REFERENCES,
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
    "peloton-sync SyncService/RequestClass class_name": OWN,
}
