"""The boards as pictures: `python -m tests.observability FOLDER` has a private Portico live through a short night.

Grafana is not needed: the panels are drawn by us, in its grid, from what a real Prometheus answers to their queries.
"""

import argparse
import time
from pathlib import Path

from deploy.local import stack as stacks
from deploy.local import world
from deploy.local.launcher import Progress
from deploy.local.ports import free_port
from deploy.local.stack import Stack
from tests.observability import draw, night
from tests.observability.boards import boards
from tests.observability.prometheus import Prometheus
from tests.observability.told import WatchedBroker

WITH = {
    "billing": {"AUTOPAY_CALLS_PER_SECOND": night.PACE},
    "notifications": {"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8"},
}


def main() -> None:
    """Says which panels stayed empty."""
    folder = _folder()
    progress = Progress()
    with stacks.for_tests(private=True, say=progress.say) as running:
        broker = WatchedBroker(running.site, free_port())
        running.broker = broker
        with progress.step("Portico, the demo companies and Prometheus"):
            _start(running)
            prometheus = Prometheus(running, broker)
        since = time.time()
        until = night.pass_over(running, progress.say)
        progress.say(f"Alerts of the night: {', '.join(prometheus.alerts(since, until)) or 'none'}")
        for board in boards():
            empty = draw.draw(board, prometheus, (since, until), folder / f"{board.path.stem}.png")
            progress.say(f"{board.path.stem}.png; empty: {', '.join(empty) or 'none'}")


def _folder() -> Path:
    parser = argparse.ArgumentParser(prog="python -m tests.observability", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _start(running: Stack) -> None:
    running.start_backing()
    running.migrate()
    for name in ("mail", "payments", *world.SERVICES, "gateway"):
        running.start(name, WITH.get(name))
    running.wait_until_ready(120)
    running.load_demo(600)


if __name__ == "__main__":
    main()
