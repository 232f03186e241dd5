"""A replica that is killed after the SMTP server took a mail and before that is recorded."""

import os
import signal
import sys
from typing import NoReturn
from uuid import UUID

from services.chassis.database import connect
from services.chassis.executor import Executor
from services.notifications import deliveries, mailer
from services.notifications.letters import Letter
from tests.service.notifications.conftest import Identity

really_send = mailer.send


def send_and_die(letter: Letter) -> NoReturn:
    """Sends, then ends as a power cut would."""
    really_send(letter)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it was killed")


mailer.send = send_and_die
executor = Executor(connect(os.environ["DATABASE_URL"]), b"k" * 32, ask=Identity())
executor.due(deliveries.deliver, UUID(sys.argv[1]), UUID(sys.argv[2]))
