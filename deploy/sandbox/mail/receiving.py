"""Takes mail over SMTP, whoever it is for."""
# ruff: noqa: N802 - names and signatures of the handlers are aiosmtpd's

import asyncio
import ssl
from typing import NoReturn, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.mail.faults import Faults
from deploy.sandbox.mail.inbox import Inbox
from deploy.sandbox.mail.settings import Settings

MOST_BYTES = 32 * 1024 * 1024


class Catcher:
    """Answers the commands of one server; the names of the methods are aiosmtpd's."""

    def __init__(self, inbox: Inbox, faults: Faults) -> None:
        self.inbox = inbox
        self.faults = faults

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """MAIL FROM"""
        await self._trouble(server, "mail")
        if self.faults.strike("refuse"):
            return "421 4.3.2 The sandbox refuses mail for now"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """RCPT TO"""
        await self._trouble(server, "rcpt")
        if rejected := self.faults.strike("reject_recipient", address):
            return rejected.reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail itself: stored before it is acknowledged."""
        await self._trouble(server, "data")
        hang = self.faults.strike("hang")
        if hang:
            await asyncio.sleep(hang.ms / 1000)
            return "451 4.4.2 The sandbox took too long"
        content = envelope.content or b""
        self.inbox.add(content if isinstance(content, bytes) else content.encode(), envelope.rcpt_tos)
        if self.faults.strike("drop_after_data"):
            _drop(server)
        return "250 2.0.0 Kept"

    async def _trouble(self, server: SMTP, stage: str) -> None:
        slow = self.faults.strike("slow")
        if slow:
            await asyncio.sleep(slow.ms / 1000)
        if self.faults.strike("drop", stage=stage):
            _drop(server)


def _drop(server: SMTP) -> NoReturn:
    cast(asyncio.Transport, server.transport).abort()
    raise ConnectionResetError


async def listen(inbox: Inbox, faults: Faults, settings: Settings) -> asyncio.Server:
    """Starts the server, encrypted where it was given a certificate."""
    loop = asyncio.get_running_loop()
    catcher = Catcher(inbox, faults)
    trust = _encryption(settings)
    starttls = trust if settings.tls == "starttls" else None

    def connection() -> SMTP:
        return SMTP(
            catcher,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            ident="Portico mail inbox",
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
        )

    return await loop.create_server(
        connection, settings.host, settings.smtp_port, ssl=trust if settings.tls == "tls" else None
    )


def _encryption(settings: Settings) -> ssl.SSLContext | None:
    if settings.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.certificate)
    return context
