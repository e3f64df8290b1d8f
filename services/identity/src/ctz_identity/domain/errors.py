"""Every error that identity tells its callers.

IdentityError
├── InvalidField                 INVALID_FIELD             one field of a request breaks a rule
├── PasswordRefused              PASSWORD_REFUSED          see its field violation for why
├── SignUpClosed                 SIGN_UP_CLOSED
├── InvitationRequired           INVITATION_REQUIRED
├── InvitationInvalid            INVITATION_INVALID        unknown, used, expired or made for another address
├── SecretInvalid                SECRET_INVALID            unknown, used or expired
├── InvalidCredentials           INVALID_CREDENTIALS       wrong address or wrong password
├── WrongPassword                WRONG_PASSWORD            of a person who is signed in
├── EmailNotVerified             EMAIL_NOT_VERIFIED
├── AccountInactive              ACCOUNT_INACTIVE
├── AccountLocked                ACCOUNT_LOCKED            too many failures; reset or known device
├── TooManyAttempts              TOO_MANY_ATTEMPTS         tells `retry_after_seconds`
├── SignInBusy                   SIGN_IN_BUSY              every place for hashing is taken
├── SessionInvalid               SESSION_INVALID
├── TokenInvalid                 TOKEN_INVALID
├── TooManyTokens                TOO_MANY_TOKENS
├── NotFound                     NOT_FOUND                 absent or somebody else's
├── MetricExists                 METRIC_EXISTS             another value from the same moment
├── TooManyMetrics               TOO_MANY_METRICS
├── NotAdministrator             NOT_ADMINISTRATOR
└── LastAdministrator            LAST_ADMINISTRATOR
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class IdentityError(Exception):
    """Root of the tree; `code` is the name of a gRPC status code."""

    reason: ClassVar[str]
    code: ClassVar[str]
    sentence: ClassVar[str]

    def __init__(
        self,
        *,
        metadata: Mapping[str, str] | None = None,
        field_violations: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in field_violations) or self.sentence)
        self.metadata: Mapping[str, str] = metadata or {}
        self.field_violations: Sequence[tuple[str, str]] = tuple(field_violations)


class InvalidField(IdentityError):
    """One field of a request breaks a rule; the description says what to do."""

    reason = "INVALID_FIELD"
    code = "INVALID_ARGUMENT"
    sentence = "A field is not valid."

    def __init__(self, field: str, description: str) -> None:
        super().__init__(field_violations=((field, description),))


class PasswordRefused(IdentityError):
    """A new password breaks a rule; `why` is one of the names in `passwords.Refusal`."""

    reason = "PASSWORD_REFUSED"
    code = "INVALID_ARGUMENT"
    sentence = "Choose another password."

    def __init__(self, field: str, why: str, description: str) -> None:
        super().__init__(metadata={"why": why}, field_violations=((field, description),))


class SignUpClosed(IdentityError):
    """The instance takes no new accounts."""

    reason = "SIGN_UP_CLOSED"
    code = "FAILED_PRECONDITION"
    sentence = "This instance takes no new accounts."


class InvitationRequired(IdentityError):
    """Sign-up needs an invitation."""

    reason = "INVITATION_REQUIRED"
    code = "FAILED_PRECONDITION"
    sentence = "Signing up needs an invitation."


class InvitationInvalid(IdentityError):
    """An invitation is unknown, used, expired or made for another address."""

    reason = "INVITATION_INVALID"
    code = "FAILED_PRECONDITION"
    sentence = "This invitation is not valid any more, or it is for another address."


class SecretInvalid(IdentityError):
    """A mailed secret is unknown, used or expired."""

    reason = "SECRET_INVALID"
    code = "FAILED_PRECONDITION"
    sentence = "This link is not valid any more. Ask for a new one."


class InvalidCredentials(IdentityError):
    """The address or the password is wrong; nobody learns which."""

    reason = "INVALID_CREDENTIALS"
    code = "UNAUTHENTICATED"
    sentence = "The address or the password is wrong."


class WrongPassword(IdentityError):
    """The password of a person who is signed in is wrong."""

    reason = "WRONG_PASSWORD"
    code = "PERMISSION_DENIED"
    sentence = "The password is wrong."


class EmailNotVerified(IdentityError):
    """The password is right and the address is not proven; the link was mailed again, within the limit of mails."""

    reason = "EMAIL_NOT_VERIFIED"
    code = "FAILED_PRECONDITION"
    sentence = "The address is not confirmed yet. Open the link in the mail that was sent to it."


class AccountInactive(IdentityError):
    """The password is right and the account is deactivated."""

    reason = "ACCOUNT_INACTIVE"
    code = "FAILED_PRECONDITION"
    sentence = "This account is deactivated. An administrator of this instance can activate it again."


class AccountLocked(IdentityError):
    """Too many wrong passwords; a known device or a new password helps."""

    reason = "ACCOUNT_LOCKED"
    code = "FAILED_PRECONDITION"
    sentence = "Too many wrong passwords. Set a new password, or sign in from a device that you used before."


class TooManyAttempts(IdentityError):
    """A limit is reached; `retry_after_seconds` in the metadata says for how long."""

    reason = "TOO_MANY_ATTEMPTS"
    code = "RESOURCE_EXHAUSTED"
    sentence = "Too many attempts. Try again later."

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(metadata={"retry_after_seconds": str(retry_after_seconds)})


class SignInBusy(IdentityError):
    """Every place for hashing passwords is taken; trying again shortly helps."""

    reason = "SIGN_IN_BUSY"
    code = "UNAVAILABLE"
    sentence = "Signing in is busy. Try again in a moment."


class SessionInvalid(IdentityError):
    """A session is unknown, ended, expired, or its account is not active."""

    reason = "SESSION_INVALID"
    code = "UNAUTHENTICATED"
    sentence = "The session has ended. Sign in again."


class TokenInvalid(IdentityError):
    """A personal access token is malformed, unknown, revoked, expired, or its account is not active."""

    reason = "TOKEN_INVALID"
    code = "UNAUTHENTICATED"
    sentence = "The access token is not valid."


class TooManyTokens(IdentityError):
    """The person has as many tokens as one may have."""

    reason = "TOO_MANY_TOKENS"
    code = "FAILED_PRECONDITION"
    sentence = "There are too many access tokens. Revoke one first."


class NotFound(IdentityError):
    """The thing does not exist, or is somebody else's: the answer is the same."""

    reason = "NOT_FOUND"
    code = "NOT_FOUND"
    sentence = "Not found."


class MetricExists(IdentityError):
    """The rider has another value of this kind from the same moment."""

    reason = "METRIC_EXISTS"
    code = "ALREADY_EXISTS"
    sentence = "There is a value from that moment already. Correct that one instead."


class TooManyMetrics(IdentityError):
    """The rider has as many values of this kind as one may have."""

    reason = "TOO_MANY_METRICS"
    code = "FAILED_PRECONDITION"
    sentence = "There are too many values of this kind. Delete some first."


class NotAdministrator(IdentityError):
    """The person is not an administrator any more."""

    reason = "NOT_ADMINISTRATOR"
    code = "PERMISSION_DENIED"
    sentence = "Only administrators may do that."


class LastAdministrator(IdentityError):
    """The change would leave the instance without an administrator."""

    reason = "LAST_ADMINISTRATOR"
    code = "FAILED_PRECONDITION"
    sentence = "The last administrator stays. Make somebody else an administrator first."
