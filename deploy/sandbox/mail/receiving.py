"""Takes mail over SMTP, whoever it is for."""
# ruff: noqa: N802 - names and signatures of the handlers are aiosmtpd's

import asyncio
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.mail.faults import Faults
from deploy.sandbox.mail.inbox import Inbox

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
        if self.faults.strike("refuse"):
            return "421 4.3.2 The sandbox refuses mail for now"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """RCPT TO"""
        if self.faults.strike("reject_recipient", address):
            return "550 5.1.1 The sandbox rejects this recipient"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail itself: stored before it is acknowledged."""
        hang = self.faults.strike("hang")
        if hang:
            await asyncio.sleep(hang.ms / 1000)
            return "451 4.4.2 The sandbox took too long"
        content = envelope.content or b""
        self.inbox.add(content if isinstance(content, bytes) else content.encode(), envelope.rcpt_tos)
        if self.faults.strike("drop_after_data"):
            cast(asyncio.Transport, server.transport).abort()
            raise ConnectionResetError
        return "250 2.0.0 Kept"


async def listen(inbox: Inbox, faults: Faults, host: str, port: int) -> asyncio.Server:
    """Starts the server."""
    loop = asyncio.get_running_loop()
    catcher = Catcher(inbox, faults)

    def connection() -> SMTP:
        return SMTP(catcher, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, ident="Portico mail inbox", loop=loop)

    return await loop.create_server(connection, host, port)
