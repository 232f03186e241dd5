"""Server process: the echo as nameko comes, with its own runner and settings."""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402
from typing import Any  # noqa: E402

from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402


class StockEcho:
    name = "stock_echo"

    @rpc  # type: ignore[untyped-decorator]
    def echo(self, message: dict[str, Any], principal: dict[str, Any]) -> dict[str, Any]:
        """The same answer as the sample service's."""
        return {"id": message["id"], "text": message["text"], "secret_hint": ""}


def main() -> None:
    """Serves until it is ended."""
    runner = ServiceRunner({"AMQP_URI": os.environ["AMQP_URL"]})
    runner.add_service(StockEcho)
    runner.start()
    print("ready", flush=True)
    runner.wait()


main()
