"""Puts the parts of the service together from settings; nothing here runs by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
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

from ctz_chassis.auth.keys import load_private_key
from ctz_chassis.auth.tokens import UserTokenSigner
from ctz_chassis.broker import QueueSpec
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.grpc_server import Registration
from ctz_chassis.settings import SettingsError
from ctz_identity.api.accounts import AccountServicer
from ctz_identity.api.metrics import MetricServicer
from ctz_identity.api.sessions import SessionServicer
from ctz_identity.api.tokens import TokenServicer
from ctz_identity.app.accepted_ftp import AcceptedFTPs
from ctz_identity.app.administration import Administration, Operations
from ctz_identity.app.common_passwords import load_common_passwords
from ctz_identity.app.connections import ConnectionWatch
from ctz_identity.app.erasures import Erasures
from ctz_identity.app.limiter import Limiter
from ctz_identity.app.mail_round import MailRound
from ctz_identity.app.metrics import MetricBook
from ctz_identity.app.password_hasher import MIN_PEPPER_BYTES, Cost, PasswordHasher
from ctz_identity.app.passwords import Passwords
from ctz_identity.app.ports import MailTransport
from ctz_identity.app.post import MailSealer, Postman
from ctz_identity.app.profiles import Profiles
from ctz_identity.app.sessions import SessionDesk, SignIns
from ctz_identity.app.sign_up import SignUps
from ctz_identity.app.tokens import TokenDesk
from ctz_identity.clients.mail import FolderTransport, SMTPServer, SMTPTransport, SMTPURLInvalid
from ctz_identity.consumers import accepted_ftp, connections, erasures
from ctz_identity.domain.mails import Mails
from ctz_identity.domain.passwords import PasswordPolicy
from ctz_identity.settings import Settings
from ctz_identity.store import tables
from ctz_identity.store.unit_of_work import Store

MESSAGE_TYPES = {**connections.MESSAGE_TYPES, **accepted_ftp.MESSAGE_TYPES, **erasures.MESSAGE_TYPES}
QUEUE = QueueSpec(name="identity.events", bindings=tuple(MESSAGE_TYPES))


@dataclass(frozen=True, slots=True)
class Base:
    """What every process of the service stands on."""

    settings: Settings
    clock: Clock
    engine: sa.Engine
    database: Database
    store: Store
    sealer: MailSealer
    postman: Postman
    pepper: bytes


def build_base(settings: Settings, *, clock: Clock = utc_now) -> Base:
    """Read the pepper and make the engine, which connects when it is first used."""
    pepper = _pepper(settings)
    engine = make_engine(settings.service.database_url, application_name="ctz-identity")
    database = Database(engine)
    sealer = MailSealer(pepper)
    postman = Postman(Mails(settings.common.public_url), sealer)
    return Base(settings, clock, engine, database, Store(database), sealer, postman, pepper)


def build_servicers(base: Base, *, cost: Cost | None = None) -> Sequence[Registration]:
    """Return the gRPC services; tests lower the cost of hashing by `cost`."""
    settings, store, clock = base.settings, base.store, base.clock
    hasher = PasswordHasher(base.pepper, cost or _cost(settings))
    policy = PasswordPolicy(load_common_passwords())
    limiter = Limiter(store, settings.limits)
    signer = UserTokenSigner(load_private_key(settings.user_key_file), clock=clock)
    postman = base.postman
    sign_ups = SignUps(
        store,
        clock=clock,
        hasher=hasher,
        policy=policy,
        postman=postman,
        limiter=limiter,
        mode=settings.sign_up,
        administrator_by_mail=bool(settings.smtp_url),
    )
    passwords = Passwords(store, clock=clock, hasher=hasher, policy=policy, postman=postman, limiter=limiter)
    accounts = AccountServicer(
        sign_ups=sign_ups,
        passwords=passwords,
        profiles=Profiles(store, clock=clock),
        administration=Administration(store, clock=clock),
        erasures=Erasures(store, clock=clock, passwords=passwords, postman=postman),
    )
    sessions = SessionServicer(
        sign_ins=SignIns(store, clock=clock, hasher=hasher, postman=postman, limiter=limiter),
        passwords=passwords,
        sessions=SessionDesk(store, clock=clock, signer=signer),
    )
    tokens = TokenServicer(TokenDesk(store, clock=clock, signer=signer, postman=postman))
    return _registrations(accounts, sessions, tokens, MetricServicer(MetricBook(store, clock=clock)))


def build_event_consumer(base: Base) -> Consumer:
    """Return the consumer of what other services tell about people's accounts."""
    watch = ConnectionWatch(clock=base.clock, postman=base.postman)
    accepted = AcceptedFTPs(clock=base.clock)
    handlers = {**connections.handlers(watch), **accepted_ftp.handlers(accepted), **erasures.HANDLERS}
    return Consumer(QUEUE.name, base.database, tables.inbox, handlers, MESSAGE_TYPES, tombstones=tables.tombstone)


def build_operations(base: Base) -> Operations:
    """Return what the operator does from the command line."""
    return Operations(base.store, clock=base.clock, postman=base.postman)


def build_mail_round(base: Base) -> MailRound:
    """Return the sender of outgoing mail."""
    return MailRound(base.store, clock=base.clock, sealer=base.sealer, transport=_transport(base))


def _registrations(
    accounts: AccountServicer, sessions: SessionServicer, tokens: TokenServicer, metrics: MetricServicer
) -> Sequence[Registration]:
    return (
        Registration(
            accounts_pb2_grpc.add_AccountServiceServicer_to_server,
            accounts,
            accounts_pb2.DESCRIPTOR.services_by_name["AccountService"],
        ),
        Registration(
            sessions_pb2_grpc.add_SessionServiceServicer_to_server,
            sessions,
            sessions_pb2.DESCRIPTOR.services_by_name["SessionService"],
        ),
        Registration(
            tokens_pb2_grpc.add_TokenServiceServicer_to_server,
            tokens,
            tokens_pb2.DESCRIPTOR.services_by_name["TokenService"],
        ),
        Registration(
            metrics_pb2_grpc.add_MetricServiceServicer_to_server,
            metrics,
            metrics_pb2.DESCRIPTOR.services_by_name["MetricService"],
        ),
    )


def _cost(settings: Settings) -> Cost:
    return Cost(
        memory_kib=settings.argon2_memory_kib,
        iterations=settings.argon2_iterations,
        at_once=settings.password_hashes_at_once,
    )


def _pepper(settings: Settings) -> bytes:
    try:
        pepper = settings.pepper_file.read_bytes().strip()
    except OSError as error:
        raise SettingsError("CTZ_IDENTITY_PEPPER_FILE", "names a file that cannot be read") from error
    if len(pepper) < MIN_PEPPER_BYTES:
        raise SettingsError("CTZ_IDENTITY_PEPPER_FILE", f"names a file with fewer than {MIN_PEPPER_BYTES} bytes")
    return pepper


def _transport(base: Base) -> MailTransport:
    settings = base.settings
    host = urlsplit(settings.common.public_url).hostname or "localhost"
    sender = settings.mail_from or f"Chase The Zones <no-reply@{host}>"
    if settings.smtp_url:
        try:
            server = SMTPServer.parse(settings.smtp_url)
        except SMTPURLInvalid as error:
            raise SettingsError("CTZ_IDENTITY_SMTP_URL", str(error)) from error
        return SMTPTransport(server, sender=sender, clock=base.clock)
    if settings.mail_dir is None:
        raise SettingsError("CTZ_IDENTITY_MAIL_DIR", "is not set")
    return FolderTransport(settings.mail_dir, sender=sender, clock=base.clock)
