"""`python -m gateway`: serves HTTP until it is told to stop, then finishes what is under way."""

import uvicorn

from gateway.app import create_app
from gateway.observe import start_observing
from gateway.settings import gateway_settings

STOP_SECONDS = 10


def main() -> None:
    """Runs the server."""
    settings = gateway_settings()
    start_observing(settings)
    uvicorn.run(
        create_app(settings),
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


main()
