"""On the bus each process can do its own work, and cannot do another's."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pika
import pika.exceptions
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from deploy.bus_users import RPC, SCALER, USERS
from deploy.local.stack import Stack

REPLY_TO = "0190a7f5-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def declared(backing: Stack) -> Stack:
    """The bus with the exchanges and the queue of calls that every service declares for itself."""
    with closing(pika.BlockingConnection(pika.URLParameters(backing.broker.url))) as connection:
        channel = connection.channel()
        channel.exchange_declare(RPC, "topic", durable=True)
        for user in USERS:
            if user.serves:
                channel.exchange_declare(f"{user.name}.events", "topic", durable=True)
                channel.queue_declare(f"rpc-{user.name}", durable=True)
                channel.queue_bind(f"rpc-{user.name}", RPC, f"{user.name}.*")
    return backing


@contextmanager
def channel_of(stack: Stack, user: str) -> Iterator[BlockingChannel]:
    with closing(pika.BlockingConnection(pika.URLParameters(stack.broker.url_for(user)))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


ALLOWED: list[tuple[str, str, Callable[[BlockingChannel], object]]] = [
    ("billing", "take its calls", lambda channel: channel.basic_get("rpc-billing")),
    ("billing", "tell its events", lambda channel: channel.basic_publish("billing.events", "paid", b"{}")),
    ("billing", "ask identity", lambda channel: channel.basic_publish(RPC, "identity.get_branch", b"{}")),
    ("billing", "reply", lambda channel: channel.basic_publish(RPC, REPLY_TO, b"{}")),
    (SCALER, "see how long a queue is", lambda channel: channel.queue_declare("rpc-billing", passive=True)),
    ("gateway", "ask everybody", lambda channel: channel.basic_publish(RPC, "billing.pay_invoice", b"{}")),
]
REFUSED: list[tuple[str, str, Callable[[BlockingChannel], object]]] = [
    ("notifications", "take another's calls", lambda channel: channel.basic_get("rpc-billing")),
    ("notifications", "order a payment", lambda channel: channel.basic_publish(RPC, "billing.pay_invoice", b"{}")),
    ("notifications", "tell another's events", lambda channel: channel.basic_publish("billing.events", "x", b"{}")),
    ("notifications", "reach a queue directly", lambda channel: channel.basic_publish("", "rpc-billing", b"{}")),
    ("fieldwork", "ask billing", lambda channel: channel.basic_publish(RPC, "billing.get_balance", b"{}")),
    ("identity", "hear of jobs", lambda channel: bind(channel, "identity", "fieldwork.events", "job_created")),
    ("proposals", "take billing's name", lambda channel: bind(channel, "proposals", RPC, "billing.*")),
    ("billing", "hear every call", lambda channel: bind(channel, "billing", RPC, "#")),
    (SCALER, "take calls", lambda channel: channel.basic_get("rpc-billing")),
    ("gateway", "tell events", lambda channel: channel.basic_publish("identity.events", "access_changed", b"{}")),
    ("gateway", "take calls", lambda channel: channel.basic_get("rpc-identity")),
    ("billing", "delete another's exchange", lambda channel: channel.exchange_delete("fieldwork.events")),
    ("billing", "declare what is not its own", lambda channel: channel.queue_declare("anything")),
]


def bind(channel: BlockingChannel, service: str, exchange: str, key: str) -> None:
    queue = f"rpc.reply-{service}-{REPLY_TO}"
    channel.queue_declare(queue, auto_delete=True)
    channel.queue_bind(queue, exchange, key)


@pytest.mark.parametrize(("user", "act", "does"), ALLOWED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_process_may(declared: Stack, user: str, act: str, does: Callable[[BlockingChannel], object]) -> None:
    with channel_of(declared, user) as channel:
        does(channel)


@pytest.mark.parametrize(("user", "act", "does"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_process_may_not(declared: Stack, user: str, act: str, does: Callable[[BlockingChannel], object]) -> None:
    with channel_of(declared, user) as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker, match="REFUSED"):
        does(channel)
