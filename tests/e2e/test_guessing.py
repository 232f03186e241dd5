"""Somebody who guesses codes gets nowhere, and slows nobody who comes from elsewhere."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from deploy.local.stack import Stack
from tests.e2e.visitor import PASSWORD

PRIYA = "priya@lakeside.test"
SESSIONS = "/portals/evergreen-austin/sessions"
CODES = "/portals/evergreen-austin/login-codes"
MAIL_SECONDS = 30


@contextmanager
def client_at(stack: Stack, address: str) -> Iterator[httpx.Client]:
    """Somebody whose calls come from this address of the machine."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=f"{stack.site.public_url}/api/v1", transport=transport, timeout=30) as client:
        yield client


def codes_mailed(stack: Stack) -> list[str]:
    """The codes in Priya's mails, newest first."""
    answer = httpx.get(f"{stack.site.mail_url}/api/messages", params={"to": PRIYA}, trust_env=False)
    texts = [mail["text"] for mail in answer.raise_for_status().json() if mail["subject"].startswith("Your code")]
    return [code for text in texts for code in re.findall(r"\b\d{6,8}\b", text)]


def code_asked_for(stack: Stack, client: httpx.Client) -> str:
    """The code of the mail that comes when Priya asks for one."""
    known = len(codes_mailed(stack))
    assert client.post(CODES, json={"email": PRIYA}).status_code == 202
    return wait_for_codes(stack, known + 1)[0]


def wait_for_codes(stack: Stack, count: int) -> list[str]:
    """So many codes, newest first, once they have come."""
    deadline = time.monotonic() + MAIL_SECONDS
    while len(found := codes_mailed(stack)) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} mails with a code came"
        time.sleep(0.1)
    return found


def test_a_thousand_wrong_codes_get_nowhere_and_slow_nobody_elsewhere(stack: Stack) -> None:
    with client_at(stack, "127.0.0.2") as attacker, client_at(stack, "127.0.0.3") as priya:
        code = code_asked_for(stack, priya)
        guesses = [f"{(int(code) + number) % 10**8:08}" for number in range(1, 1001)]
        answers = Counter(
            attacker.post(SESSIONS, json={"email": PRIYA, "code": guess}).status_code for guess in guesses
        )
        assert answers.keys() == {401, 429} and answers[401] <= 20, answers
        for right in ({"code": code}, {"password": PASSWORD}):
            refused = attacker.post(SESSIONS, json={"email": PRIYA, **right})
            assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)

        assert priya.post(SESSIONS, json={"email": PRIYA, "code": code}).status_code == 201
        assert priya.post(SESSIONS, json={"email": PRIYA, "password": PASSWORD}).status_code == 201


def test_whoever_asks_for_too_many_codes_keeps_nobody_elsewhere_from_theirs(stack: Stack) -> None:
    with client_at(stack, "127.0.0.4") as nuisance, client_at(stack, "127.0.0.3") as priya:
        before = len(codes_mailed(stack))
        for _ in range(40):
            assert nuisance.post(CODES, json={"email": PRIYA}).status_code == 202
        wait_for_codes(stack, before + 10)
        code = code_asked_for(stack, priya)
        assert priya.post(SESSIONS, json={"email": PRIYA, "code": code}).status_code == 201
