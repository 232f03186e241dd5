"""The thread that reads from the broker never waits for a worker."""

from collections.abc import Callable
from typing import Any

from eventlet import GreenPool, Timeout, sleep, spawn
from eventlet.event import Event

from services.chassis.consumer import PromptConsumer


class Container:
    """One worker, and threads for whatever has to wait for it."""

    def __init__(self) -> None:
        self._worker_pool = GreenPool(1)

    def spawn_managed_thread(self, wait: Callable[[], Any], identifier: str) -> None:
        spawn(wait)


class Provider:
    """Needs a worker for each message, which then waits for a reply, as an event's handler does."""

    def __init__(self, container: Container, reply: Event) -> None:
        self._container = container
        self._reply = reply
        self.handled: list[str] = []

    def handle_message(self, body: str, message: object) -> None:
        self._container._worker_pool.spawn(self._handle, body)

    def _handle(self, body: str) -> None:
        self._reply.wait()
        self.handled.append(body)


class Delivered:
    """A message as the broker delivers it."""

    delivery_info = {"routing_key": "event"}


def test_a_worker_that_has_become_free_belongs_to_who_waits_and_the_reading_goes_on() -> None:
    container, reply, end = Container(), Event(), Event()
    provider = Provider(container, reply)
    consumer = PromptConsumer.__new__(PromptConsumer)
    consumer.container = container
    read: list[str] = []

    def read_another(_: object) -> None:
        consumer.handle_message(provider, "second", Delivered())
        read.append("second")

    worker = container._worker_pool.spawn(end.wait)
    # The pool has linked itself before: at this moment its worker is free, and the first message waits for it.
    worker.link(read_another)
    consumer.handle_message(provider, "first", Delivered())
    sleep(0)
    end.send()
    with Timeout(5):
        while not read:
            sleep(0)
        reply.send()
        while len(provider.handled) < 2:
            sleep(0)
    assert provider.handled == ["first", "second"]
