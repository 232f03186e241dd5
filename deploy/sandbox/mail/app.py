"""Puts the mail inbox together: SMTP and HTTP in one event loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from deploy.sandbox.mail.faults import Faults
from deploy.sandbox.mail.inbox import Inbox
from deploy.sandbox.mail.receiving import listen
from deploy.sandbox.mail.settings import Settings
from deploy.sandbox.mail.web import Web


def create_app(settings: Settings) -> Starlette:
    """The web application; SMTP listens for as long as it lives."""
    inbox = Inbox(settings.state)
    faults = Faults(inbox)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        server = await listen(inbox, faults, settings)
        yield
        server.close()
        inbox.close()

    return Starlette(routes=Web(inbox, faults).routes(), lifespan=lifespan)
