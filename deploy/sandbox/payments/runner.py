"""Does what is planned for later when its time has come."""

import asyncio
import logging
import sqlite3

from deploy.sandbox.payments import later, tasks
from deploy.sandbox.payments.api import Api
from deploy.sandbox.payments.errors import StripeError

log = logging.getLogger(__name__)


async def run(api: Api) -> None:
    """Works for as long as the server lives; what is planned is stored, so a restart goes on with it."""
    while True:
        api.planned.clear()
        task = tasks.next_due(api.store)
        wait = None if task is None else task["due_at"] - api.clock()
        if task is not None and wait is not None and wait <= 0:
            perform(api, task)
            continue
        try:
            await asyncio.wait_for(api.planned.wait(), wait)
        except TimeoutError:
            continue


def perform(api: Api, task: sqlite3.Row) -> None:
    """Does one task in a transaction of its own; one that was overtaken by events is dropped."""
    call = api.page_call(task["account"], f"http://{api.settings.host}:{api.settings.port}")
    try:
        with api.store.transaction():
            tasks.forget(api.store, task)
            later.ACTS[task["act"]](call, task["object"])
    except StripeError as error:
        log.warning("%s of %s is no longer possible: %s", task["act"], task["object"], error)
        tasks.forget(api.store, task)
    except Exception:
        log.exception("A planned task failed inside the sandbox: %s of %s", task["act"], task["object"])
        tasks.forget(api.store, task)
    api.wake()
