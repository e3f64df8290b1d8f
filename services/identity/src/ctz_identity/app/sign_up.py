"""Making an account and proving its address. Known and unknown addresses cost the same and answer alike."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from ctz_chassis import idempotency
from ctz_chassis.clock import Clock
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7
from ctz_identity.app.limiter import Limiter
from ctz_identity.app.minting import mint_secret
from ctz_identity.app.password_hasher import PasswordHasher
from ctz_identity.app.post import Postman
from ctz_identity.domain import email_address
from ctz_identity.domain.errors import InvitationInvalid, InvitationRequired, SecretInvalid, SignUpClosed
from ctz_identity.domain.limits import Scope, subject
from ctz_identity.domain.mails import Mail
from ctz_identity.domain.passwords import PasswordPolicy, personal_words
from ctz_identity.domain.profile import SignUpMode, checked_name, is_time_zone
from ctz_identity.domain.secrets import Purpose, digest
from ctz_identity.domain.security_events import Client, EventType
from ctz_identity.store.accounts import NewAccount
from ctz_identity.store.tables import request_ids
from ctz_identity.store.unit_of_work import Store, Transaction

_ADMITTING = (Purpose.INVITATION, Purpose.FIRST_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class SignUpWish:
    """What a person enters to make an account."""

    email: str
    password: str
    display_name: str
    time_zone: str = ""
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class _Admission:
    """What an invitation gives."""

    purpose: Purpose | None = None
    proves_address: bool = False

    @property
    def is_administrator(self) -> bool:
        return self.purpose is Purpose.FIRST_ADMINISTRATOR


class SignUps:
    """Sign-up, and the proof of an address by mail.

    The first administrator's link proves that its holder reads the files of this machine. Their address counts as
    proven too unless mail goes out by SMTP (`administrator_by_mail`), where a mistyped one could be somebody else's.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        hasher: PasswordHasher,
        policy: PasswordPolicy,
        postman: Postman,
        limiter: Limiter,
        mode: SignUpMode,
        administrator_by_mail: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._policy = policy
        self._postman = postman
        self._limiter = limiter
        self.mode = mode
        self._administrator_by_mail = administrator_by_mail

    def sign_up(self, wish: SignUpWish, *, client: Client, key: RequestKey) -> None:
        """Make an account, or tell the owner of the address by mail that there is one."""
        now = self._clock()
        email = email_address.normalise(wish.email)
        name = checked_name(wish.display_name)
        admission = self._admission(wish.invitation, email, now)
        password = self._policy.accept(wish.password, personal=email_address.parts(email) + personal_words(name))
        self._limiter.admit(
            (Scope.SIGN_UP_ADDRESS, subject(client.network)),
            (Scope.SIGN_UP_TOTAL, ""),
            (Scope.MAIL_ACCOUNT, subject(email)),
            now=now,
        )
        new = NewAccount(
            user_id=uuid7(),
            email=email,
            display_name=name,
            password_hash=self._hasher.hash(password),
            time_zone=wish.time_zone if is_time_zone(wish.time_zone) else "UTC",
            is_administrator=admission.is_administrator,
            is_verified=admission.proves_address,
        )

        def work(tx: Transaction) -> None:
            def add() -> bytes:
                self._store_account(tx, new, admission, wish.invitation, client=client, now=now)
                return b""

            # There is no person yet, so the address stands for one.
            idempotency.once(tx.connection, request_ids, uuid5(NAMESPACE_URL, f"mailto:{email}"), key, add)

        self._store.run(work)

    def request_verification(self, given: str, *, client: Client) -> None:
        """Mail the proof of an address again, or the truth about the address."""
        now = self._clock()
        email = email_address.normalise(given)
        self._limiter.admit(
            (Scope.MAIL_ADDRESS, subject(client.network)), (Scope.MAIL_ACCOUNT, subject(email)), now=now
        )

        def work(tx: Transaction) -> None:
            known = tx.accounts.find(email)
            user_id, is_verified = known or (None, False)
            minted = mint_secret()
            pending = None if is_verified else user_id
            tx.secrets.add(minted.digest, Purpose.VERIFY, now=now, user_id=pending)
            mails = self._postman.mails
            if pending is not None:
                mail = mails.verify(email, minted.secret)
            else:
                mail = mails.already_known(email) if user_id else mails.nothing_known(email)
            self._postman.post(tx, mail, now=now)
            tx.security_events.add(EventType.VERIFICATION_REQUESTED, user_id=user_id, client=client, now=now)

        self._store.run(work)

    def verify(self, secret: str, *, client: Client) -> None:
        """Prove an address by the secret that was mailed."""
        now = self._clock()

        def work(tx: Transaction) -> None:
            user_id = tx.secrets.use(digest(secret), Purpose.VERIFY, now=now)
            if user_id is None:
                raise SecretInvalid
            tx.accounts.verify(user_id, now=now)
            tx.secrets.forget(user_id, Purpose.VERIFY)
            tx.security_events.add(EventType.EMAIL_VERIFIED, user_id=user_id, client=client, now=now)

        self._store.run(work)

    def _admission(self, invitation: str, email: str, now: datetime) -> _Admission:
        if not invitation:
            if self.mode is SignUpMode.CLOSED:
                raise SignUpClosed
            if self.mode is SignUpMode.INVITATION:
                raise InvitationRequired
            return _Admission()
        facts = self._store.read(lambda tx: tx.secrets.look_up(digest(invitation), *_ADMITTING, now=now))
        if facts is None or facts.email not in {None, email}:
            raise InvitationInvalid
        if facts.purpose is Purpose.FIRST_ADMINISTRATOR:
            return _Admission(facts.purpose, proves_address=not self._administrator_by_mail)
        if self.mode is SignUpMode.CLOSED:
            raise SignUpClosed
        return _Admission(facts.purpose, proves_address=facts.email is not None)

    def _store_account(
        self,
        tx: Transaction,
        new: NewAccount,
        admission: _Admission,
        invitation: str,
        *,
        client: Client,
        now: datetime,
    ) -> None:
        if admission.purpose is not None:
            _use(tx, admission.purpose, invitation, now)
        user_id, is_ours = tx.accounts.put(new, now=now)
        tx.secrets.forget(user_id, Purpose.VERIFY)
        minted = mint_secret()
        tx.secrets.add(minted.digest, Purpose.VERIFY, now=now, user_id=user_id if is_ours else None)
        self._postman.post(tx, self._mail(new, minted.secret, is_ours=is_ours), now=now)
        event = EventType.SIGN_UP if is_ours else EventType.SIGN_UP_AGAIN
        tx.security_events.add(event, user_id=user_id, client=client, now=now)

    def _mail(self, new: NewAccount, secret: str, *, is_ours: bool) -> Mail:
        mails = self._postman.mails
        if not is_ours:
            return mails.already_known(new.email)
        return mails.ready(new.email) if new.is_verified else mails.verify(new.email, secret)


def _use(tx: Transaction, purpose: Purpose, invitation: str, now: datetime) -> None:
    if not tx.secrets.use_invitation(digest(invitation), purpose, now=now):
        raise InvitationInvalid
    if purpose is Purpose.FIRST_ADMINISTRATOR and tx.accounts.lock_administrators():
        raise InvitationInvalid
