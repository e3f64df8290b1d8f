"""Mail on its way out: sent at least once, tried again, given up, to a folder or an SMTP server."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from ctz_identity.app.mail_round import MAX_ATTEMPTS, MailRound
from ctz_identity.clients.mail import FolderTransport, SMTPServer, SMTPTransport, SMTPURLInvalid
from ctz_identity.domain.mails import Mail, MailNotSent

from .harness import Instance, SettableClock

pytestmark = pytest.mark.component


class Mailbox(socketserver.StreamRequestHandler):
    """Takes mail by as much of SMTP as a sender needs (RFC 5321)."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        data = b""
        while line := self.rfile.readline():
            verb = line.strip().upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (part := self.rfile.readline()) != b".\r\n":
                    data += part
                self.server.received.append(data)  # type: ignore[attr-defined]
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@contextmanager
def mailbox() -> Iterator[tuple[int, list[bytes]]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox) as server:
        server.daemon_threads = True
        server.received = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.received  # type: ignore[attr-defined,misc]
        server.shutdown()


class Refusing:
    """A transport whose server is away."""

    def __init__(self) -> None:
        self.tries = 0

    def send(self, _mail: Mail, *, message_id: str) -> None:
        self.tries += bool(message_id)
        raise MailNotSent("ConnectionRefusedError")


def round_of(identity: Instance, transport: object) -> MailRound:
    base = identity.base
    return MailRound(base.store, clock=base.clock, sealer=base.sealer, transport=transport)  # type: ignore[arg-type]


def waiting(identity: Instance) -> int:
    with identity.base.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM identity.outgoing_mail").scalar_one()


def test_a_mail_reaches_an_smtp_server(identity: Instance, clock: SettableClock) -> None:
    identity.sign_up("anna@example.org")
    with mailbox() as (port, received):
        server = SMTPServer.parse(f"smtp://127.0.0.1:{port}")
        transport = SMTPTransport(server, sender="Zones <no-reply@zones.example>", clock=clock)
        mail_round = round_of(identity, transport)
        assert [True, False] == [mail_round.send_next(), mail_round.send_next()]
    message = message_from_bytes(received[0], policy=default)
    assert ("anna@example.org", "Zones <no-reply@zones.example>", "auto-generated") == (
        message["To"],
        message["From"],
        message["Auto-Submitted"],
    )
    assert "https://zones.example/verify?token=" in received[0].decode("ascii"), "links stay whole"
    assert 0 == waiting(identity)


def test_a_mail_is_tried_again_later_and_given_up_in_the_end(identity: Instance, clock: SettableClock) -> None:
    identity.sign_up("anna@example.org")
    transport = Refusing()
    mail_round = round_of(identity, transport)
    assert mail_round.send_next()
    assert not mail_round.send_next(), "not before its pause is over"
    for _ in range(MAX_ATTEMPTS):
        clock.advance(hours=1)
        mail_round.send_next()
    assert MAX_ATTEMPTS == transport.tries
    assert 0 == waiting(identity)


def test_a_mail_whose_sender_died_is_sent_by_the_next(identity: Instance, clock: SettableClock) -> None:
    identity.sign_up("anna@example.org")

    class Dying:
        def send(self, _mail: Mail, *, message_id: str) -> None:
            raise KeyboardInterrupt(message_id)

    with pytest.raises(KeyboardInterrupt):
        round_of(identity, Dying()).send_next()
    assert not identity.new_mails()
    clock.advance(minutes=2)
    assert 1 == len(identity.new_mails())


def test_a_mail_sealed_under_another_key_is_dropped_and_holds_nothing_up(
    identity: Instance, make_instance: Callable[..., Instance], tmp_path: Path
) -> None:
    identity.sign_up("anna@example.org")
    other = tmp_path / "other-pepper"
    other.write_text("x" * 32)
    stranger = make_instance(PEPPER_FILE=str(other))
    stranger.sign_up("ben@example.org")
    assert ["ben@example.org"] == [mail["To"] for mail in stranger.new_mails()]


def test_a_folder_that_cannot_be_written_keeps_the_mail(tmp_path: Path, clock: SettableClock) -> None:
    (tmp_path / "file").write_text("")
    transport = FolderTransport(tmp_path / "file" / "mail", sender="a@b.c", clock=clock)
    with pytest.raises(MailNotSent):
        transport.send(Mail("a@b.c", "x", "y"), message_id="1")


def test_mail_files_are_private(identity: Instance) -> None:
    identity.sign_up("anna@example.org")
    identity.new_mails()
    assert {0o600} == {path.stat().st_mode & 0o777 for path in identity.mail_folder.iterdir()}


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp://h?x=1", "mail.example.org"])
def test_an_smtp_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(SMTPURLInvalid):
        SMTPServer.parse(url)


def test_user_and_password_are_read_from_the_address() -> None:
    server = SMTPServer.parse("smtp+starttls://me%40x.org:p%2Fw@mail.example.org")
    assert SMTPServer("smtp+starttls", "mail.example.org", 587, "me@x.org", "p/w") == server
