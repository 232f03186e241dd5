"""A replica that is killed after a receiver took a webhook and before that is recorded."""

import os
import signal
import sys
from typing import Any, NoReturn
from uuid import UUID

from services.chassis.database import connect
from services.chassis.executor import Executor
from services.notifications.webhooks import sender, sending

really_post = sender.post


def post_and_die(*args: Any) -> NoReturn:
    """Posts, then ends as a power cut would."""
    really_post(*args)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it was killed")


sender.post = post_and_die
executor = Executor(connect(os.environ["DATABASE_URL"]), b"k" * 32)
executor.due(sending.deliver, UUID(sys.argv[1]), UUID(sys.argv[2]))
