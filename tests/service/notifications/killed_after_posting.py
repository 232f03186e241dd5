"""A replica that is killed after a receiver took a webhook and before that is recorded."""

import os
import signal
import sys
from typing import NoReturn
from uuid import UUID

from services.chassis.database import connect
from services.chassis.executor import Executor
from services.notifications.webhook_rules import Network
from services.notifications.webhooks import sender, sending

really_post = sender.post


def post_and_die(url: str, payload: str, headers: dict[str, str], allowed: tuple[Network, ...]) -> NoReturn:
    """Posts, then ends as a power cut would."""
    really_post(url, payload, headers, allowed)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it was killed")


sender.post = post_and_die
executor = Executor(connect(os.environ["DATABASE_URL"]), b"k" * 32)
executor.due(sending.deliver, UUID(sys.argv[1]), UUID(sys.argv[2]))
