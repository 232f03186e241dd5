"""The bus client and a service on the chassis, beside a bare pika pair and nameko as it comes."""

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
        bare = way("bare pika", child("bare_server").pid, child("bare_client"))
        stock = way("stock nameko", child("stock_service").pid, child("stock_client"))
        compare([portico, bare, stock], CALLS, rounds, say)
    return {
        "in_flight": IN_FLIGHT,
        "calls_per_round": CALLS,
        "bytes": {"call": len(call_body()), "reply": len(reply_body())},
        "aim_ratio": AIM_RATIO,
        "ratio": _ratio(portico, bare),
        "stock_ratio": _ratio(stock, bare),
        "ways": {each.name: each.figures() for each in (portico, bare, stock)},
    }


def _ratio(way: Way, bare: Way) -> float:
    """Client and service together, against the bare pair's."""
    return round(way.used("client", "service") / bare.used("client", "service"), 2)
