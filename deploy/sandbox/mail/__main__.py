"""Serves the mail inbox: `python -m deploy.sandbox.mail`."""

import logging

import uvicorn

from deploy.sandbox.mail.app import create_app
from deploy.sandbox.mail.settings import from_environment


def main() -> None:
    """Runs until a signal ends it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    settings = from_environment()
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.web_port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
