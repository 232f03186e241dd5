"""Serves the payment sandbox: `python -m deploy.sandbox.payments`."""

import logging

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deploy.sandbox.payments.app import create_app
from deploy.sandbox.payments.settings import from_environment


class DroppableConnection(HttpToolsProtocol):
    """Lets a request reach its connection, so that a fault can drop it without an answer."""

    def on_message_begin(self) -> None:
        """Puts the transport where `timeout_after_success` finds it."""
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


def main() -> None:
    """Runs until a signal ends it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = from_environment()
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        http=DroppableConnection,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
