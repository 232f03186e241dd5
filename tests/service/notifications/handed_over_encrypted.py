"""Hands two mails over to a server that speaks TLS, with sockets as a service process has them."""

import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import sys  # noqa: E402
from typing import cast  # noqa: E402

from services.notifications.connections import Envelope, Pool  # noqa: E402
from services.notifications.settings import Encryption, SmtpServer  # noqa: E402

port, tls, certificate = sys.argv[1:]
pool = Pool(SmtpServer("localhost", int(port), cast(Encryption, tls), ca_file=certificate))
for _ in range(2):
    pool.hand_over(Envelope("no-reply@portico.test", "priya@lakeside.test", b"Subject: Hello\r\n\r\nHello\r\n"))
pool.close()
