"""A short night: people pay, sign and ask all the time, and one thing after the other goes wrong around them."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial

import httpx
import psycopg2
from psycopg2.extensions import cursor

from deploy.local.stack import Stack
from tests.faults import world as people
from tests.faults.journal import Journal
from tests.faults.load import Load
from tests.load.autopay_world import make_world, plant
from tests.service.notifications.receivers import Receiver, answering, receiver

AUTOPAY, DECLINING = 400, 0.08
"""Invoices of a run, and the part of them whose card declines."""
PACE = "12"
"""Calls to the provider in a second, so that the run can be watched."""
LOST = {"kind": "timeout_after_success", "method": "POST", "path": "/v1/payment_intents/*/confirm", "probability": 0.5}
GUESSES = 60
PHASE = 40.0
"""Seconds of each trouble, and of the calm before and after."""


def pass_over(stack: Stack, say: Callable[[str], None]) -> float:
    """The whole of it, about five minutes; answers when it was over, before the last had gone home.

    The demo must be loaded, billing paced, and webhooks allowed to be local.
    """
    # Two places, so that two cores have something left for what is watched.
    sites = people.load(stack)[2:4]
    with ExitStack() as held:
        for behaviour in (200, 500):
            held.enter_context(_listening(sites[0].office.token, stack, behaviour))
        journal = Journal("night")
        load = Load(journal, stack.site.public_url, sites, "night")
        load.start()
        for said, begin in TROUBLES:
            say(said)
            with ExitStack() as trouble:
                begin(stack, trouble)
                time.sleep(PHASE)
        over = time.time()
        load.stop()
        say(f"{journal.answered()} commands answered; broke off: {load.failures or 'none'}")
    return over


@contextmanager
def _listening(token: str, stack: Stack, status: int) -> Iterator[Receiver]:
    """An integrator's endpoint that answers so."""
    with receiver() as here:
        here.always = answering(status)
        body = {"url": here.url, "event_types": ["invoice.shared", "payment.succeeded", "request.created"]}
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"night {status}"}
        with httpx.Client(base_url=f"{stack.site.public_url}/api/v1", trust_env=False, timeout=30) as http:
            http.post("/office/webhooks", json=body, headers=headers).raise_for_status()
        yield here


def _nothing(_: Stack, __: ExitStack) -> None: ...


def _run_autopay(stack: Stack, _: ExitStack) -> None:
    with _http(stack.site.payments_url) as sandbox, _sql(stack) as sql:
        invoices = plant(sql, make_world(stack, sandbox, sql), AUTOPAY, DECLINING)
        sql.execute(
            "UPDATE autopay_debit d SET due_at = now() FROM invoice i WHERE i.id = d.invoice_id AND i.number LIKE %s",
            (invoices,),
        )


def _lose_answers(stack: Stack, trouble: ExitStack) -> None:
    sandbox = trouble.enter_context(_http(stack.site.payments_url))
    sandbox.post("/sandbox/faults", json=LOST).raise_for_status()
    trouble.callback(sandbox.delete, "/sandbox/faults")


def _refuse_mails(stack: Stack, trouble: ExitStack) -> None:
    mail = trouble.enter_context(_http(stack.site.mail_url))
    mail.post("/api/faults", json={"kind": "refuse"}).raise_for_status()
    trouble.callback(mail.delete, "/api/faults")


def _hang_and_guess(stack: Stack, trouble: ExitStack) -> None:
    process = stack.supervisor.process("fieldwork")
    assert process
    os.kill(process.pid, signal.SIGSTOP)
    trouble.callback(os.kill, process.pid, signal.SIGCONT)
    with ThreadPoolExecutor(8) as guessers:
        list(guessers.map(partial(_guess, stack), range(GUESSES)))


def _guess(stack: Stack, number: int) -> None:
    """Each from another address: all that begin with 127 are this machine's."""
    transport = httpx.HTTPTransport(local_address=f"127.0.2.{number + 1}")
    guess = {"policy_numbers": [f"NIGHT-{number}"], "zip": "77002"}
    with httpx.Client(base_url=stack.site.public_url, transport=transport, timeout=60) as anybody:
        anybody.post("/api/v1/portals/harbor/guest-sessions", json=guess)


def _http(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, timeout=60)


@contextmanager
def _sql(stack: Stack) -> Iterator[cursor]:
    with closing(psycopg2.connect(stack.server.admin_url.rpartition("/")[0] + "/portico_billing")) as connection:
        connection.autocommit = True
        with connection.cursor() as sql:
            yield sql


TROUBLES = (
    ("Calm", _nothing),
    ("An autopay run falls due", _run_autopay),
    ("Half of the provider's answers are lost", _lose_answers),
    ("The mail server refuses", _refuse_mails),
    ("A service hangs, and somebody guesses policies", _hang_and_guess),
    ("Calm again", _nothing),
)
