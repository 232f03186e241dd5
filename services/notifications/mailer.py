"""Hands letters to the SMTP server; the only module that speaks SMTP."""

import smtplib
import ssl
import time
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

from services.notifications.letters import Letter
from services.notifications.settings import SmtpServer, notifications_settings

TOTAL_SECONDS = 10.0
"""How long one hand-over may take, from the connection to the server's last word."""


class NotSent(Exception):
    """The letter was not accepted, or nobody knows.

    `final`: trying again is useless. `may_have_arrived`: the connection broke after the letter was handed
    over and before the server said what became of it.
    """

    def __init__(self, reason: str, *, final: bool = False, may_have_arrived: bool = False) -> None:
        super().__init__(reason)
        self.final = final
        self.may_have_arrived = may_have_arrived


def send(letter: Letter) -> None:
    """Returns when the server has taken responsibility for the letter; raises NotSent where it has not."""
    settings = notifications_settings()
    connection: _Bounded | None = None
    try:
        connection = _connected(settings.smtp_server())
        connection.send_message(_message(letter, settings.mail_from))
    except smtplib.SMTPRecipientsRefused as refusal:
        (code, said), *_ = refusal.recipients.values()
        raise NotSent(_told(code, said), final=code >= 500) from refusal
    except smtplib.SMTPResponseException as refusal:
        raise NotSent(_told(refusal.smtp_code, refusal.smtp_error)) from refusal
    except OSError as error:
        handed_over = connection is not None and connection.handed_over
        raise NotSent(type(error).__name__, may_have_arrived=handed_over) from error
    finally:
        if connection:
            _leave(connection)


class _Bounded(smtplib.SMTP):
    """A connection whose every answer must come before one common deadline."""

    def __init__(self, host: str, port: int, **options: Any) -> None:
        self.handed_over = False
        self._deadline = time.monotonic() + TOTAL_SECONDS
        super().__init__(host, port, timeout=TOTAL_SECONDS, **options)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock:
            self.sock.settimeout(max(0.01, self._deadline - time.monotonic()))
        return super().getreply()

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.handed_over = True
        return super().data(msg)


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def _connected(server: SmtpServer) -> _Bounded:
    if server.encryption == "tls":
        connection: _Bounded = _BoundedTls(server.host, server.port, context=ssl.create_default_context())
    else:
        connection = _Bounded(server.host, server.port)
    try:
        if server.encryption == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user and server.password:
            connection.login(server.user, server.password.get_secret_value())
    except Exception:
        connection.close()
        raise
    return connection


def _leave(connection: _Bounded) -> None:
    """Says goodbye; what became of the letter is known, so a rude answer changes nothing."""
    with suppress(OSError):
        connection.quit()
    connection.close()


def _message(letter: Letter, mail_from: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = Address(letter.sender_name, addr_spec=mail_from)
    message["To"] = Address(letter.recipient_name, addr_spec=letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = letter.date
    message["Message-ID"] = letter.message_id
    # Answers to nobody: out-of-office mails and the like.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _told(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {text}"[:500]
