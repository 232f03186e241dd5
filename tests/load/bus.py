"""The bus client and a service on the chassis, beside bare pika pairs and nameko as it comes.

The pair that the aim speaks of is pika as its users know it, on the blocking connection of RabbitMQ's tutorial. A pair
on its asyncio connection, which gathers what it reads and writes, costs about half of that and is measured beside it.
"""

from collections.abc import Callable
from contextlib import ExitStack

from deploy.local.stack import Stack
from tests.load.children import Child
from tests.load.compare import Json, Way, compare
from tests.load.echo import IN_FLIGHT, call_body, reply_body
from tests.load.stacks import pids

AIM_RATIO = 2.5
CALLS = 3000


def measure(stack: Stack, rounds: int, say: Callable[[str], None]) -> Json:
    """Calls per second and CPU per call; the sample service must be running."""
    env = {"AMQP_URL": stack.broker.url}
    with ExitStack() as running:

        def child(module: str) -> Child:
            return running.enter_context(Child(module, env))

        def way(name: str, service_pid: int, client: Child) -> Way:
            return Way(
                name, client, {"client": client.pid, "service": service_pid, **pids(stack, "broker", "database")}
            )

        portico = way("portico", pids(stack, "sample")["sample"], child("portico_client"))
        bare = way("bare pika", child("blocking_server").pid, child("blocking_client"))
        leanest = way("pika, asyncio", child("asyncio_server").pid, child("asyncio_client"))
        stock = way("stock nameko", child("stock_service").pid, child("stock_client"))
        ways = [portico, bare, leanest, stock]
        compare(ways, CALLS, rounds, say)
    return {
        "in_flight": IN_FLIGHT,
        "calls_per_round": CALLS,
        "bytes": {"call": len(call_body()), "reply": len(reply_body())},
        "aim_ratio": AIM_RATIO,
        "ratio": _ratio(portico, bare),
        "ratio_to_leanest": _ratio(portico, leanest),
        "stock_ratio": _ratio(stock, bare),
        "ways": {each.name: each.figures() for each in ways},
    }


def _ratio(way: Way, bare: Way) -> float:
    """Client and service together, against the bare pair's."""
    return round(way.used("client", "service") / bare.used("client", "service"), 2)
