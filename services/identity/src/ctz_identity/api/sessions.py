"""SessionService: signing in and out, sessions, user tokens for the gateway."""

from typing import Any

import grpc
from ctz.identity.v1 import sessions_pb2, sessions_pb2_grpc

from ctz_chassis import resource_name
from ctz_chassis.grpc_server import person_of
from ctz_identity.api.translation import client_of, timestamp
from ctz_identity.app.passwords import Passwords
from ctz_identity.app.sessions import SessionDesk, SignIns


class SessionServicer(sessions_pb2_grpc.SessionServiceServicer):
    """Translates SessionService."""

    def __init__(self, *, sign_ins: SignIns, passwords: Passwords, sessions: SessionDesk) -> None:
        self._sign_ins = sign_ins
        self._passwords = passwords
        self._sessions = sessions

    def SignIn(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Sign in and open a session."""
        signed_in = self._sign_ins.sign_in(
            request.email,
            request.password,
            client=client_of(request.client_address, request.user_agent),
            device_secret=request.device_secret,
        )
        return sessions_pb2.SignInResponse(
            session_secret=signed_in.session_secret, device_secret=signed_in.device_secret
        )

    def ExchangeSession(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Swap a session's secret for a user token."""
        exchanged = self._sessions.exchange(request.session_secret)
        session = exchanged.session
        return sessions_pb2.ExchangeSessionResponse(
            user_token=exchanged.user_token,
            expire_time=timestamp(exchanged.expires_at),
            session_id=str(session.session_id),
            user_id=str(session.user_id),
            display_name=session.display_name,
            is_administrator=session.is_administrator,
            time_zone=session.time_zone,
            units=session.units,
            week_start=session.week_start,
            onboarding_done=session.onboarding_done,
            ftp_watts=None if session.ftp_watts is None else float(session.ftp_watts),
            weight_kilograms=None if session.weight_kilograms is None else float(session.weight_kilograms),
        )

    def Reauthenticate(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Enter the password again."""
        person = person_of(context)
        secret = self._passwords.reauthenticate(
            person.user_id, person.session_id, request.password, client=client_of(request.client_address)
        )
        return sessions_pb2.ReauthenticateResponse(session_secret=secret)

    def SignOut(self, _request: Any, context: grpc.ServicerContext) -> Any:
        """End the session behind the call."""
        person = person_of(context)
        self._sessions.sign_out(person.user_id, person.session_id, client=client_of())
        return sessions_pb2.SignOutResponse()

    def ListSessions(self, _request: Any, context: grpc.ServicerContext) -> Any:
        """Return the person's open sessions."""
        person = person_of(context)
        response = sessions_pb2.ListSessionsResponse()
        for session in self._sessions.list_sessions(person.user_id):
            response.sessions.add(
                name=resource_name.format("sessions", session.session_id),
                create_time=timestamp(session.created_at),
                last_used_time=timestamp(session.last_used_at),
                client_address=session.client_address,
                user_agent=session.user_agent,
                is_current=session.session_id == person.session_id,
            )
        return response

    def EndSession(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End one of the person's sessions."""
        session_id = resource_name.parse("sessions", request.name)
        self._sessions.end(person_of(context).user_id, session_id, client=client_of())
        return sessions_pb2.EndSessionResponse()
