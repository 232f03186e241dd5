"""Connections to the SMTP server: bounded in time, used again for the next mail, and closed when there is none."""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from services.notifications.delivery_rules import Stage
from services.notifications.settings import SmtpServer

TOTAL_SECONDS = 10.0
"""How long one hand-over may take, from the connection to the server's last word."""

IDLE_SECONDS = 15.0
"""How long a connection waits for another mail; servers close theirs after a minute at the earliest."""

MOST_MAILS = 100
"""After which a connection is replaced: many servers take no more over one."""

CLOSING = 421
"""The server closes the connection, whatever it was asked."""


@dataclass(frozen=True)
class Envelope:
    """A mail as it is handed over."""

    sender: str
    recipient: str
    content: bytes = field(repr=False)
    international: bool = False
    """Whether an address or a header is not ASCII (RFC 6531)."""


class Refused(Exception):
    """The server said no."""

    def __init__(self, stage: Stage, code: int, said: bytes | str) -> None:
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        self.said = " ".join(text.split())[:500]
        super().__init__(f"{code} {self.said}")
        self.stage = stage
        self.code = code


class Broken(Exception):
    """The connection broke. `handed_over`: after the mail, and before the server said what became of it."""

    def __init__(self, reason: str, *, handed_over: bool) -> None:
        super().__init__(reason)
        self.handed_over = handed_over


class _Bounded(smtplib.SMTP):
    """A connection whose every answer must come before one common deadline, set anew for each mail."""

    def __init__(self, host: str, port: int, **options: Any) -> None:
        self.mails = 0
        self.idle_since = 0.0
        self.handed_over = False
        self._renew()
        super().__init__(host, port, local_hostname=_own_name(), timeout=TOTAL_SECONDS, **options)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock:
            self.sock.settimeout(max(0.01, self._deadline - time.monotonic()))
        return super().getreply()

    def hand_over(self, envelope: Envelope) -> str:
        """Returns what the server said when it took responsibility; raises Refused or Broken."""
        self._renew()
        self.handed_over = False
        self.mails += 1
        try:
            options = ["SMTPUTF8"] if envelope.international and self.has_extn("smtputf8") else []
            self._require("sender", *self.mail(envelope.sender, options))
            self._require("recipient", *self.rcpt(envelope.recipient))
            self._require("content", *self.docmd("DATA"), ready=True)
            return self._content(envelope.content)
        except OSError as error:
            raise Broken(type(error).__name__, handed_over=self.handed_over) from error

    def reset(self) -> bool:
        """Makes it ready for another mail after a refusal; False where it is of no more use."""
        try:
            return self.rset()[0] == 250
        except OSError:
            return False

    def _content(self, content: bytes) -> str:
        if self.sock:
            self.sock.settimeout(TOTAL_SECONDS)
        stuffed = content.replace(b"\r\n.", b"\r\n..")
        # From here on the server may have all of it, whatever is heard from it.
        self.handed_over = True
        self.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, said = self.getreply()
        self.handed_over = False
        self._require("content", code, said)
        return f"{code} {said.decode(errors='replace')}"[:500]

    def _require(self, stage: Stage, code: int, said: bytes, *, ready: bool = False) -> None:
        if code not in ((354,) if ready else (250, 251)):
            raise Refused(stage, code, said)

    def _renew(self) -> None:
        self._deadline = time.monotonic() + TOTAL_SECONDS


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class Pool:
    """The connections of one process to one server; as many as there are mails under way at once."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._idle: list[_Bounded] = []
        self._sweep: threading.Timer | None = None

    def hand_over(self, envelope: Envelope) -> str:
        """Hands a mail over; where a used connection turns out to be closed, over a fresh one."""
        used = self._reusable()
        if used is not None:
            try:
                return self._over(used, envelope)
            except Broken as broken:
                if broken.handed_over:
                    raise
            except Refused as refusal:
                if refusal.code != CLOSING:
                    raise
        return self._over(opened(self._server), envelope)

    def close(self) -> None:
        """Ends those that nobody uses."""
        while self._idle:
            _leave(self._idle.pop())

    def _over(self, connection: _Bounded, envelope: Envelope) -> str:
        try:
            said = connection.hand_over(envelope)
        except Refused as refusal:
            if refusal.code != CLOSING and connection.reset():
                self._keep(connection)
            else:
                connection.close()
            raise
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        return said

    def _reusable(self) -> _Bounded | None:
        self._close_stale()
        return self._idle.pop() if self._idle else None

    def _keep(self, connection: _Bounded) -> None:
        if connection.mails >= MOST_MAILS:
            _leave(connection)
            return
        connection.idle_since = time.monotonic()
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = _later(IDLE_SECONDS, self._close_stale_again)

    def _close_stale_again(self) -> None:
        self._sweep = None
        self._close_stale()
        if self._idle:
            self._sweep = _later(IDLE_SECONDS, self._close_stale_again)

    def _close_stale(self) -> None:
        """The longest idle come first."""
        while self._idle and self._idle[0].idle_since < time.monotonic() - IDLE_SECONDS:
            _leave(self._idle.pop(0))


@cache
def pool(server: SmtpServer) -> Pool:
    """This process's connections to a server."""
    return Pool(server)


def opened(server: SmtpServer) -> _Bounded:
    """A new connection, encrypted and logged in as the server's settings say; raises Refused or Broken."""
    connection: _Bounded | None = None
    try:
        if server.encryption == "tls":
            connection = _BoundedTls(server.host, server.port, context=_trust(server.ca_file))
        else:
            connection = _Bounded(server.host, server.port)
        connection.ehlo_or_helo_if_needed()
        if server.encryption == "starttls":
            connection.starttls(context=_trust(server.ca_file))
            connection.ehlo_or_helo_if_needed()
        if server.user and server.password:
            connection.login(server.user, server.password.get_secret_value())
    except OSError as error:
        if connection:
            connection.close()
        raise _unopened(error) from error
    return connection


def _unopened(error: OSError) -> Refused | Broken:
    if isinstance(error, smtplib.SMTPResponseException):
        return Refused("connection", error.smtp_code, error.smtp_error)
    return Broken(type(error).__name__, handed_over=False)


def _leave(connection: _Bounded) -> None:
    """Says goodbye; what became of its mails is known, so a rude answer changes nothing."""
    with suppress(OSError):
        connection.quit()
    connection.close()


def _later(seconds: float, action: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer


@cache
def _trust(ca_file: str | None) -> ssl.SSLContext:
    """Whom the server's certificate must come from; reading all of the system's takes longer than a mail."""
    return ssl.create_default_context(cafile=ca_file)


@cache
def _own_name() -> str:
    """What this host calls itself; smtplib would ask the name server again for each connection."""
    return socket.getfqdn()
