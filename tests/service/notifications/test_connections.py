"""Connections to the SMTP server: used again, replaced when they are no good, and encrypted as the settings say."""

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.ports import free_port
from services.notifications import connections
from services.notifications.connections import Broken, Envelope, Pool, Refused
from services.notifications.settings import SmtpServer
from tests.certificates import certify
from tests.service.notifications.conftest import Inbox, until

HAND_OVER_ENCRYPTED = Path(__file__).with_name("handed_over_encrypted.py")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[SmtpServer]:
    """A server's name for each connection that is really opened."""
    found: list[SmtpServer] = []
    really = connections.opened

    def counted(server: SmtpServer) -> connections._Bounded:
        found.append(server)
        return really(server)

    monkeypatch.setattr(connections, "opened", counted)
    return found


@pytest.fixture
def pool(inbox: Inbox) -> Iterator[Pool]:
    pool = Pool(SmtpServer("127.0.0.1", inbox.smtp_port, "none"))
    yield pool
    pool.close()


def mail(to: str = "priya@lakeside.test") -> Envelope:
    return Envelope("no-reply@portico.test", to, b"Subject: Hello\r\n\r\n.A line that begins with a dot\r\n")


def test_a_connection_is_used_for_the_next_mail(pool: Pool, inbox: Inbox, opened: list[SmtpServer]) -> None:
    for _ in range(3):
        assert pool.hand_over(mail()).startswith("250 ")
    assert len(opened) == 1
    assert [each["text"].strip() for each in inbox.messages()] == [".A line that begins with a dot"] * 3


def test_a_connection_is_used_again_after_a_refusal(pool: Pool, inbox: Inbox, opened: list[SmtpServer]) -> None:
    inbox.fault("reject_recipient", address="gone@lakeside.test")
    with pytest.raises(Refused, match=r"550 5\.1\.1"):
        pool.hand_over(mail("gone@lakeside.test"))
    pool.hand_over(mail())
    assert (len(opened), [each["to"] for each in inbox.messages()]) == (1, ["priya@lakeside.test"])


@pytest.mark.parametrize(
    "fault", [{"kind": "refuse"}, {"kind": "drop", "stage": "mail"}, {"kind": "drop", "stage": "rcpt"}]
)
def test_what_happens_to_a_used_connection_before_the_mail_is_tried_on_a_fresh_one(
    pool: Pool, inbox: Inbox, opened: list[SmtpServer], fault: dict[str, str]
) -> None:
    pool.hand_over(mail())
    inbox.fault(**fault, count=1)
    pool.hand_over(mail())
    assert (len(opened), len(inbox.messages())) == (2, 2)


def test_a_used_connection_that_breaks_after_the_mail_is_not_tried_again(pool: Pool, inbox: Inbox) -> None:
    pool.hand_over(mail())
    inbox.fault("drop_after_data", count=1)
    with pytest.raises(Broken) as broken:
        pool.hand_over(mail())
    assert broken.value.handed_over
    assert len(inbox.messages()) == 2


def test_a_connection_takes_no_more_than_its_share(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, opened: list[SmtpServer]
) -> None:
    monkeypatch.setattr(connections, "MOST_MAILS", 2)
    for _ in range(5):
        pool.hand_over(mail())
    assert len(opened) == 3


def test_a_connection_that_nobody_uses_is_closed(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    pool.hand_over(mail())
    until(lambda: not pool._idle, "the idle connection was closed")


# Encrypted, by a server with a certificate of its own


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certify(tmp_path_factory.mktemp("certificate"), "localhost")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_mail_travels_encrypted_to_a_server_whose_certificate_is_trusted(
    tls: str, certificate: Path, tmp_path: Path
) -> None:
    ports = {"MAIL_SMTP_PORT": str(free_port()), "MAIL_WEB_PORT": str(free_port())}
    secured = {"MAIL_STATE": str(tmp_path / "state"), "MAIL_CERTIFICATE": str(certificate), "MAIL_TLS": tls}
    environment = {**os.environ, **ports, **secured, "PYTHONPATH": str(Path.cwd())}
    server = subprocess.Popen([sys.executable, "-m", "deploy.sandbox.mail"], env=environment)
    inbox = Inbox(int(ports["MAIL_SMTP_PORT"]), f"http://127.0.0.1:{ports['MAIL_WEB_PORT']}")
    try:
        until(inbox.answers, "the mail server answers", seconds=30)
        with pytest.raises(Broken, match=ssl.SSLCertVerificationError.__name__):
            connections.opened(SmtpServer("localhost", inbox.smtp_port, "tls" if tls == "tls" else "starttls"))
        # In production sockets are eventlet's; their TLS is another than this process's.
        sender = subprocess.run(
            [sys.executable, str(HAND_OVER_ENCRYPTED), str(inbox.smtp_port), tls, str(certificate)],
            env=environment, timeout=60, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert sender.returncode == 0, sender.stderr[-2000:]
        assert [each["to"] for each in inbox.messages()] == ["priya@lakeside.test"] * 2
    finally:
        inbox.close()
        server.terminate()
        server.wait(10)
