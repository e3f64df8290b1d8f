"""The mails that identity sends: plain text, short, true."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlsplit

from ctz_identity.domain.secrets import Purpose

_PATHS = {
    Purpose.VERIFY: "/verify?token=",
    Purpose.RESET: "/reset/confirm?token=",
    Purpose.INVITATION: "/sign-up?invitation=",
    Purpose.FIRST_ADMINISTRATOR: "/sign-up?invitation=",
}


class MailNotSent(Exception):
    """A mail could not be handed over now; trying later may work."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is ready to be sent."""

    recipient: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Mails:
    """Writes the mails of an instance; links lead only to its public address."""

    public_url: str

    def link(self, purpose: Purpose, secret: str) -> str:
        """Return the page of the instance that takes a secret."""
        return f"{self.public_url.rstrip('/')}{_PATHS[purpose]}{quote(secret, safe='')}"

    def verify(self, recipient: str, secret: str) -> Mail:
        """Ask for the proof of an address."""
        return self._mail(
            recipient,
            "Confirm your e-mail address",
            f"Somebody, probably you, made an account with this address at {self._site}.",
            f"Open this link to confirm the address. It works once, for {_spoken(Purpose.VERIFY.lifetime)}:",
            self.link(Purpose.VERIFY, secret),
            "If it was not you, do nothing: without the link the account cannot be used.",
        )

    def ready(self, recipient: str) -> Mail:
        """Tell that an account can be used, where the invitation has proven the address."""
        return self._mail(
            recipient,
            "Your account is ready",
            f"Your account at {self._site} is ready.",
            f"Sign in here: {self._page('/sign-in')}",
        )

    def already_known(self, recipient: str) -> Mail:
        """Tell that a sign-up was not needed."""
        return self._mail(
            recipient,
            "You already have an account",
            f"Somebody, probably you, tried to make an account with this address at {self._site}.",
            "There is one already.",
            f"Sign in here: {self._page('/sign-in')}",
            f"If you forgot the password, set a new one here: {self._page('/reset')}",
            "If it was not you, do nothing: your account is unchanged.",
        )

    def nothing_known(self, recipient: str) -> Mail:
        """Tell that there is no account to set a password for or to confirm."""
        return self._mail(
            recipient,
            "There is no account with this address",
            f"Somebody, probably you, asked {self._site} for a link to an account with this address. There is none.",
            f"Perhaps you signed up with another address. To make an account: {self._page('/sign-up')}",
            "If it was not you, do nothing.",
        )

    def reset(self, recipient: str, secret: str) -> Mail:
        """Send the link that sets a new password."""
        return self._mail(
            recipient,
            "Set a new password",
            f"Somebody, probably you, asked for a new password at {self._site}.",
            f"Open this link to set one. It works once, for {_spoken(Purpose.RESET.lifetime)}:",
            self.link(Purpose.RESET, secret),
            "If it was not you, do nothing: your password is unchanged.",
        )

    def password_changed(self, recipient: str) -> Mail:
        """Tell that the password was changed."""
        return self._mail(
            recipient,
            "Your password was changed",
            f"The password of your account at {self._site} was changed, and your other sessions were ended.",
            f"If it was not you, set a new one at once: {self._page('/reset')}",
            "Access tokens of your tools still work. They can be revoked on the profile page.",
        )

    def token_created(self, recipient: str, name: str) -> Mail:
        """Tell that a tool got access."""
        return self._mail(
            recipient,
            "An access token was made",
            f"An access token named “{name}” was made for your account at {self._site}.",
            f"If it was not you, revoke it and change your password: {self._page('/profile')}",
        )

    def account_deleted(self, recipient: str) -> Mail:
        """Tell that the account was deleted."""
        return self._mail(
            recipient,
            "Your account was deleted",
            f"Your account at {self._site} was deleted, as you asked, and everything that belonged to it is erased.",
            "This is the last mail about it.",
        )

    def sign_in_to_peloton(self, recipient: str) -> Mail:
        """Tell that Peloton wants to see the password again."""
        return self._mail(
            recipient,
            "Peloton signed you out",
            f"Peloton no longer accepts the sign-in that {self._site} fetches your workouts with.",
            "Everything fetched so far stays. New workouts come when you connect again:",
            self._page("/peloton"),
        )

    def invitation(self, recipient: str, secret: str) -> Mail:
        """Invite somebody."""
        return self._mail(
            recipient,
            "You are invited",
            f"You are invited to {self._site}: Peloton history, power-zone analysis, weekly plans and team challenges.",
            f"Open this link to make an account. It works once, for {_spoken(Purpose.INVITATION.lifetime)}:",
            self.link(Purpose.INVITATION, secret),
        )

    @property
    def _site(self) -> str:
        return f"Chase The Zones ({urlsplit(self.public_url).netloc})"

    def _page(self, path: str) -> str:
        return f"{self.public_url.rstrip('/')}{path}"

    @staticmethod
    def _mail(recipient: str, subject: str, *paragraphs: str) -> Mail:
        return Mail(recipient, subject, "\n\n".join(paragraphs) + "\n")


def _spoken(lifetime: timedelta) -> str:
    hours = round(lifetime.total_seconds() / 3600)
    return "one hour" if hours == 1 else f"{hours} hours"
