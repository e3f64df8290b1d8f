"""ConnectionService."""

from collections.abc import Mapping
from typing import Any

from ctz.peloton_sync.v1 import connections_pb2 as pb
from ctz.peloton_sync.v1 import connections_pb2_grpc as pb_grpc

from ctz_chassis import resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_peloton_sync.api.times import timestamp
from ctz_peloton_sync.app import connect
from ctz_peloton_sync.app.connect import Connector
from ctz_peloton_sync.app.events import metric_source
from ctz_peloton_sync.domain.details import FTPInfo
from ctz_peloton_sync.domain.ftp import FTPReadingChoice, reading_of
from ctz_peloton_sync.store.connections import StoredConnection
from ctz_peloton_sync.store.ftp import Proposal

PROPOSALS = "ftpProposals"
LONGEST_CREDENTIAL = 256
LONGEST_PASTE = 65_536

STATES = {
    "active": pb.CONNECTION_STATE_ACTIVE,
    "reconnect": pb.CONNECTION_STATE_RECONNECT,
    "disconnected": pb.CONNECTION_STATE_DISCONNECTED,
}
READINGS: Mapping[str, pb.FTPReading.ValueType] = {
    FTPReadingChoice.PROPOSED: pb.FTP_READING_PROPOSED,
    FTPReadingChoice.REPORTED: pb.FTP_READING_REPORTED,
}


class ConnectionServicer(pb_grpc.ConnectionServiceServicer):
    """The person's connection, and what Peloton says of their FTP."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def ConnectWithPassword(self, request: pb.ConnectWithPasswordRequest, context: Any) -> pb.Connection:
        """Sign in at Peloton."""
        _check("username", request.username, LONGEST_CREDENTIAL)
        _check("password", request.password, LONGEST_CREDENTIAL)
        user_id = person_of(context).user_id
        stored = connect.connect_with_password(self._connector, user_id, request.username, request.password)
        return _connection(self._connector, stored)

    def ConnectWithToken(self, request: pb.ConnectWithTokenRequest, context: Any) -> pb.Connection:
        """Connect with what the person pasted."""
        _check("pasted", request.pasted, LONGEST_PASTE)
        stored = connect.connect_with_token(self._connector, person_of(context).user_id, request.pasted)
        return _connection(self._connector, stored)

    def GetConnection(self, _request: pb.GetConnectionRequest, context: Any) -> pb.Connection:
        """Show the connection."""
        stored = connect.get_connection(self._connector.store, person_of(context).user_id)
        return _connection(self._connector, stored)

    def Disconnect(self, _request: pb.DisconnectRequest, context: Any) -> pb.DisconnectResponse:
        """Take the connection away."""
        connect.disconnect(self._connector.store, person_of(context).user_id)
        return pb.DisconnectResponse()

    def ListFTPProposals(self, _request: pb.ListFTPProposalsRequest, context: Any) -> pb.ListFTPProposalsResponse:
        """Show what Peloton says of the rider's FTP."""
        question = connect.ftp_question(self._connector.store, person_of(context).user_id)
        return pb.ListFTPProposalsResponse(
            proposals=map(_proposal, question.proposals),
            is_searching=question.is_searching,
            account_value=_account_value(question.account) if question.account else None,
            accepted_reading=READINGS.get(question.reading, pb.FTP_READING_UNSPECIFIED),
        )

    def AcceptFTPHistory(self, request: pb.AcceptFTPHistoryRequest, context: Any) -> pb.AcceptFTPHistoryResponse:
        """Take the rider's yes to the whole history."""
        chosen = next((word for word, number in READINGS.items() if number == request.reading), None)
        if chosen is None:
            raise InvalidArgument("reading", "must be one of the two readings")
        connect.accept_ftp_history(self._connector.store, person_of(context).user_id, FTPReadingChoice(chosen))
        return pb.AcceptFTPHistoryResponse()

    def ResolveFTPProposals(
        self, request: pb.ResolveFTPProposalsRequest, context: Any
    ) -> pb.ResolveFTPProposalsResponse:
        """Mark proposals as answered."""
        ids = [resource_name.parse(PROPOSALS, name, field="names") for name in request.names]
        connect.resolve_ftp_proposals(self._connector.store, person_of(context).user_id, ids)
        return pb.ResolveFTPProposalsResponse()


def _check(field: str, value: str, longest: int) -> None:
    if not value.strip():
        raise InvalidArgument(field, "must not be empty")
    if len(value) > longest:
        raise InvalidArgument(field, f"must have at most {longest} characters")


def _connection(connector: Connector, stored: StoredConnection) -> pb.Connection:
    expires = connect.access_expiry(connector.store, stored.user_id)
    return pb.Connection(
        peloton_username=stored.peloton_username,
        state=STATES[stored.state],
        state_reason=stored.state_reason,
        state_time=timestamp(stored.state_time),
        connect_time=timestamp(stored.connected_at),
        is_renewable=stored.is_renewable,
        access_expire_time=timestamp(expires),
        peloton_total_workouts=stored.total_workouts,
    )


def _proposal(proposal: Proposal) -> pb.FTPProposal:
    return pb.FTPProposal(
        name=resource_name.format(PROPOSALS, proposal.id),
        effective_time=timestamp(proposal.effective_time),
        reported_watts=proposal.reported_watts,
        proposed_watts=proposal.proposed_watts,
        alternative_watts=proposal.alternative_watts,
        source=metric_source(proposal.kind),
        workout_title=proposal.workout_title,
    )


def _account_value(info: FTPInfo) -> pb.FTPProposal:
    reading = reading_of(info.watts, info.kind)
    return pb.FTPProposal(
        reported_watts=info.watts,
        proposed_watts=reading.proposed_watts,
        alternative_watts=reading.alternative_watts,
        source=metric_source(info.kind),
    )
