"""Client process: nameko's own client, which has no better way to have calls in flight than to send a batch of them."""

import json
import os
import time
from typing import Any

from nameko.standalone.rpc import ClusterRpcProxy

from tests.load.drive import done, rounds
from tests.load.echo import IN_FLIGHT, call_body


def make_calls(echo: Any, size: int) -> None:
    """Sends batches and takes their answers."""
    for start in range(0, size, IN_FLIGHT):
        sent = [echo.call_async(**KWARGS) for _ in range(min(IN_FLIGHT, size - start))]
        for each in sent:
            each.result()


KWARGS = json.loads(call_body())["kwargs"]

with ClusterRpcProxy({"AMQP_URI": os.environ["AMQP_URL"]}) as cluster:
    for size in rounds():
        began = time.perf_counter()
        make_calls(cluster.stock_echo.echo, size)
        done(began)
