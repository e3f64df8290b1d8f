"""Setting a new password: by mail, or by knowing the present one."""

from datetime import datetime
from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_identity.app.limiter import Limiter
from ctz_identity.app.minting import mint_secret
from ctz_identity.app.password_hasher import PasswordHasher
from ctz_identity.app.post import Postman
from ctz_identity.domain import email_address
from ctz_identity.domain.errors import SecretInvalid, WrongPassword
from ctz_identity.domain.limits import Scope, subject
from ctz_identity.domain.passwords import PasswordPolicy, personal_words
from ctz_identity.domain.secrets import Purpose, digest
from ctz_identity.domain.security_events import Client, EventType
from ctz_identity.store.accounts import Credentials
from ctz_identity.store.unit_of_work import Store, Transaction


class Passwords:
    """Reset, change, and entering the password again."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        hasher: PasswordHasher,
        policy: PasswordPolicy,
        postman: Postman,
        limiter: Limiter,
    ) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._policy = policy
        self._postman = postman
        self._limiter = limiter

    def request_reset(self, given: str, *, client: Client) -> None:
        """Mail a secret to set a new password, or the truth that there is no account."""
        now = self._clock()
        email = email_address.normalise(given)
        self._limiter.admit(
            (Scope.MAIL_ADDRESS, subject(client.network)), (Scope.MAIL_ACCOUNT, subject(email)), now=now
        )

        def work(tx: Transaction) -> None:
            user_id, _ = tx.accounts.find(email) or (None, False)
            minted = mint_secret()
            tx.secrets.add(minted.digest, Purpose.RESET, now=now, user_id=user_id)
            mails = self._postman.mails
            mail = mails.reset(email, minted.secret) if user_id else mails.nothing_known(email)
            self._postman.post(tx, mail, now=now)
            tx.security_events.add(EventType.RESET_REQUESTED, user_id=user_id, client=client, now=now)

        self._store.run(work)

    def reset(self, secret: str, new_password: str, *, client: Client) -> None:
        """Set a new password by a mailed secret; every session ends, and the lock by failures with them."""
        now = self._clock()
        key = digest(secret)
        facts = self._store.read(lambda tx: tx.secrets.look_up(key, Purpose.RESET, now=now))
        if facts is None or facts.user_id is None or facts.email is None:
            raise SecretInvalid
        email = facts.email
        accepted = self._accept(new_password, email, facts.display_name, "password")
        password_hash = self._hasher.hash(accepted)

        def work(tx: Transaction) -> None:
            user_id = tx.secrets.use(key, Purpose.RESET, now=now)
            if user_id is None:
                raise SecretInvalid
            tx.accounts.set_password(user_id, password_hash, now=now, proves_address=True)
            tx.sessions.end_all(user_id)
            tx.sessions.forget_devices(user_id)
            tx.counters.clear([(Scope.SIGN_IN_ACCOUNT, subject(email))])
            self._after_change(tx, user_id, email, EventType.PASSWORD_RESET, client=client, now=now)

        self._store.run(work)

    def change(self, user_id: UUID, session_id: UUID, current: str, new_password: str, *, client: Client) -> str:
        """Set a new password; every other session ends. Return the session's new secret."""
        person = self.check(user_id, session_id, current, client=client)
        accepted = self._accept(new_password, person.email, person.display_name, "new_password")
        password_hash = self._hasher.hash(accepted)
        now = self._clock()
        minted = mint_secret()

        def work(tx: Transaction) -> None:
            tx.accounts.set_password(user_id, password_hash, now=now, proves_address=False)
            tx.sessions.end_all(user_id, except_session=session_id)
            tx.sessions.renew(session_id, user_id, minted.digest, now=now)
            self._after_change(tx, user_id, person.email, EventType.PASSWORD_CHANGED, client=client, now=now)

        self._store.run(work)
        return minted.secret

    def reauthenticate(self, user_id: UUID, session_id: UUID, password: str, *, client: Client) -> str:
        """Enter the password again. Return the session's new secret."""
        self.check(user_id, session_id, password, client=client)
        now = self._clock()
        minted = mint_secret()

        def work(tx: Transaction) -> None:
            tx.sessions.renew(session_id, user_id, minted.digest, now=now)
            tx.security_events.add(EventType.REAUTHENTICATED, user_id=user_id, client=client, now=now)

        self._store.run(work)
        return minted.secret

    def check(self, user_id: UUID, session_id: UUID, password: str, *, client: Client) -> Credentials:
        """Return the person, whose password this is; limited for each session, so that a stolen one cannot guess.

        It is also limited for each address, like signing in, so that many stolen ones cannot.
        """
        key = (Scope.SIGN_IN_ACCOUNT_DEVICE, subject(str(user_id), str(session_id)))
        self._limiter.admit(key, (Scope.SIGN_IN_ADDRESS, subject(client.network)), now=self._clock())
        person = self._store.read(lambda tx: tx.accounts.credentials(user_id))
        if not self._hasher.verify(person.password_hash, password):
            raise WrongPassword
        self._store.run(lambda tx: tx.counters.clear([key]))
        return person

    def _accept(self, given: str, email: str, display_name: str, field: str) -> str:
        personal = email_address.parts(email) + personal_words(display_name)
        return self._policy.accept(given, personal=personal, field=field)

    def _after_change(
        self, tx: Transaction, user_id: UUID, email: str, event: EventType, *, client: Client, now: datetime
    ) -> None:
        tx.secrets.forget(user_id, Purpose.RESET, Purpose.VERIFY)
        self._postman.post(tx, self._postman.mails.password_changed(email), now=now)
        tx.security_events.add(event, user_id=user_id, client=client, now=now)
