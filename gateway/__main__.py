"""`python -m gateway`: serves HTTP until it is told to stop, then finishes what is under way."""

import socket

import uvicorn

from gateway.app import create_app
from gateway.live import Live
from gateway.observe import start_observing
from gateway.settings import gateway_settings

STOP_SECONDS = 50
"""Longer than the longest call, whose answer somebody waits for."""


class _Server(uvicorn.Server):
    """Ends the streams of open pages first: they have no end of their own to be waited for."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.end()
        await super().shutdown(sockets)


def main() -> None:
    """Runs the server."""
    settings = gateway_settings()
    start_observing(settings)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        # The address of the caller is worked out by `security.client_address`.
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    _Server(config, app.state.live).run()


main()
