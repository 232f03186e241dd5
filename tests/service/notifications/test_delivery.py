"""How mails reach the SMTP server: once, and again only where a send was interrupted."""

import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from services.notifications import connections, deliveries, mailer
from services.notifications.letters import Letter
from services.notifications.settings import notifications_settings
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import samples

KILLED_AFTER_SENDING = Path(__file__).with_name("killed_after_sending.py")


def test_a_delivered_mail_is_recorded_as_sent(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.signed())
    assert notifications.deliver() == 1
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["resends"], row["error"]) == ("sent", 1, 0, None)
    assert row["sent_at"] and row["next_attempt_at"] is None
    assert [mail["message_id"] for mail in inbox.messages()] == [row["message_id"]]
    assert notifications.deliver() == 0


def test_a_mail_that_is_refused_for_now_is_sent_once_when_it_is_accepted(
    notifications: Notifications, inbox: Inbox
) -> None:
    inbox.fault("refuse", count=1)
    notifications.happens(samples.signed())
    notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["attempts"]) == ("queued", 1)
    assert row["error"].startswith("421 ")
    assert notifications.due() == []
    notifications.pass_time()
    notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["resends"], row["error"]) == ("sent", 2, 0, None)
    assert len(inbox.messages()) == 1


def test_a_recipient_refused_for_good_fails_at_once(notifications: Notifications, inbox: Inbox) -> None:
    inbox.fault("reject_recipient", address="rosa@evergreen.test")
    notifications.happens(samples.signed())
    notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["next_attempt_at"]) == ("failed", 1, None)
    assert row["error"].startswith("550 ")


def test_a_server_that_is_not_there_is_tried_again_for_a_day(
    notifications: Notifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as port:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{port}")
        notifications_settings.cache_clear()
        notifications.happens(samples.signed())
        for _ in range(3):
            assert notifications.deliver() == 1
            notifications.pass_time()
        assert notifications.mail()["status"] == "queued"
        notifications.sql("UPDATE mail SET created_at = created_at - interval '25 hours'")
        assert notifications.deliver() == 1
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["failures"], row["resends"]) == ("failed", 3, 0, 0)
    assert row["error"] == "ConnectionRefusedError"
    assert notifications.due() == []


def test_a_connection_that_breaks_before_the_servers_word_is_a_counted_resend(
    notifications: Notifications, inbox: Inbox
) -> None:
    inbox.fault("drop_after_data", count=1)
    notifications.happens(samples.signed())
    notifications.deliver()
    assert notifications.mail()["status"] == "queued"
    notifications.pass_time()
    notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["resends"]) == ("sent", 2, 1)
    assert [mail["message_id"] for mail in inbox.messages()] == [row["message_id"]] * 2


def test_a_server_that_hangs_does_not_hold_up_the_delivery(
    notifications: Notifications, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "TOTAL_SECONDS", 0.5)
    inbox.fault("hang", ms=5_000, count=1)
    notifications.happens(samples.signed())
    notifications.deliver()
    row = notifications.mail()
    # It had the letter and did not say what became of it.
    assert (row["status"], row["attempts"], row["resends"]) == ("queued", 1, 1)


def test_a_server_that_is_slow_at_every_word_does_not_hold_it_up_either(
    notifications: Notifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "TOTAL_SECONDS", 0.5)
    with slow_server(0.3) as port:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{port}")
        notifications_settings.cache_clear()
        notifications.happens(samples.signed())
        notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["resends"], row["error"]) == ("queued", 0, "SMTPServerDisconnected")


def test_a_process_killed_between_sending_and_recording_sends_again_under_the_same_message_id(
    notifications: Notifications, inbox: Inbox
) -> None:
    notifications.happens(samples.signed())
    ((company_id, mail_id),) = notifications.due()
    # Its database logs in as the service does; hiding the password is for logs, not for a child process.
    url = notifications.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    child = subprocess.run(
        [sys.executable, str(KILLED_AFTER_SENDING), str(company_id), str(mail_id)],
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(Path.cwd())},
        timeout=30,
    )
    assert child.returncode == -signal.SIGKILL
    assert len(inbox.messages()) == 1
    assert notifications.mail()["status"] == "sending"
    assert notifications.due() == [], "the lease is still running"
    notifications.pass_time()
    assert notifications.deliver() == 1
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["resends"]) == ("sent", 2, 1)
    assert [mail["message_id"] for mail in inbox.messages()] == [row["message_id"]] * 2


def test_replicas_that_meet_the_same_mail_send_it_once(
    notifications: Notifications, inbox: Inbox, identity: Identity
) -> None:
    for _ in range(5):
        notifications.happens(samples.signed())
    due = notifications.due() * 4
    assert len(due) == 20
    with ThreadPoolExecutor(8) as replicas:
        list(replicas.map(lambda row: deliver_row(notifications, row), due))
    assert len(inbox.messages()) == 5
    assert notifications.sql("SELECT status, attempts FROM mail") == [("sent", 1)] * 5


def test_no_transaction_is_open_while_the_server_is_called(
    notifications: Notifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    really_send = mailer.send

    def watched(letter: Letter) -> str:
        seen.append((notifications.mail()["status"], checked_out(notifications.engine)))
        return really_send(letter)

    monkeypatch.setattr(mailer, "send", watched)
    notifications.happens(samples.signed())
    notifications.deliver()
    assert seen == [("sending", 0)]


def test_an_invitation_waits_while_identity_is_away(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    notifications.happens(samples.invited())
    identity.away = True
    notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["attempts"], row["error"]) == ("queued", 0, None)
    assert notifications.due() == []
    identity.away = False
    notifications.pass_time()
    notifications.deliver()
    assert len(inbox.messages()) == 1


def test_an_invitation_that_was_used_meanwhile_is_not_mailed(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    notifications.happens(samples.invited())
    identity.invitation_used = True
    notifications.deliver()
    row = notifications.mail()
    assert (row["status"], row["error"]) == ("failed", "what it opens is no longer there to be opened")
    assert inbox.messages() == []


@pytest.mark.parametrize("of_before", ["data = '{}'", "event = '{}'", "event_type = 'NoSuchEvent'"])
def test_a_mail_in_a_form_of_before_holds_up_no_other_and_fails_within_a_day(
    notifications: Notifications, inbox: Inbox, of_before: str
) -> None:
    notifications.happens(samples.signed())
    notifications.sql(f"UPDATE mail SET {of_before}")
    notifications.happens(samples.requested())
    notifications.deliver()
    assert [mail["to"] for mail in inbox.messages()] == ["omar@evergreen.test"]
    stale = "SELECT status, failures, resends, next_attempt_at IS NULL FROM mail WHERE status <> 'sent'"
    assert notifications.sql(stale) == [("queued", 1, 0, False)]
    assert notifications.due() == []
    notifications.sql("UPDATE mail SET created_at = now() - interval '25 hours'")
    notifications.pass_time()
    notifications.deliver()
    assert notifications.sql(stale) == [("failed", 1, 0, True)]
    ((error,),) = notifications.sql("SELECT error FROM mail WHERE status = 'failed'")
    assert error.startswith(("it could not be written", "nobody knows whether"))


def test_a_domain_beyond_ascii_is_written_as_every_mail_server_takes_it(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    identity.contact = samples.priya(email="priya@straße.test")
    notifications.happens(samples.password_changed())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["to"] == "priya@xn--strae-oqa.test"
    assert notifications.mail()["recipient"] == "priya@straße.test"


def test_a_mail_carries_what_mail_programs_need(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.signed())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["from"] == "Evergreen Austin <no-reply@portico.test>"
    assert mail["message_id"] == notifications.mail()["message_id"]
    assert mail["message_id"].endswith("@portico.test>")
    assert mail["attachments"] == []
    assert mail["html"].startswith("<!DOCTYPE html>")


def deliver_row(notifications: Notifications, row: tuple[UUID, UUID]) -> None:
    """One replica's work on one row."""
    notifications.executor.due(deliveries.deliver, *row)


def checked_out(engine: Engine) -> int:
    """How many connections are in use."""
    return engine.pool.checkedout()  # type: ignore[attr-defined, no-any-return]


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that is taken and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def slow_server(seconds: float) -> Iterator[int]:
    """A server that says yes to everything, each time after a pause that is shorter than any time-out."""

    class Slow(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 welcome")
            while command := self.rfile.readline().strip().upper():
                if command == b"DATA":
                    self._say("354 go on")
                    self._read_letter()
                self._say("250 yes")

        def _read_letter(self) -> None:
            while self.rfile.readline() not in (b"", b".\r\n"):
                pass

        def _say(self, answer: str) -> None:
            time.sleep(seconds)
            with suppress(OSError):
                self.wfile.write(f"{answer}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
        listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        listening.start()
        yield server.server_address[1]
        server.shutdown()
        listening.join()
