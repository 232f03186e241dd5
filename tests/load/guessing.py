"""What guessing opens: the commonest ZIP over 10,000 policy numbers in sequence, from 200 addresses at once."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any

import httpx
import psycopg2

from deploy.local.stack import Stack
from tests.load.compare import Json

AIM_OPENED = 20
POLICIES, WITH_ZIP_IN_100 = 10_000, 8
ADDRESSES, AT_ONCE = 200, 20
ZIP, RARE = "70112", "70999"
PORTAL, ADMINISTRATOR = "harbor", "admin@harbor.test"
TIMED = 150
MAIL_SECONDS = 30.0

PROGRAMS = """
    INSERT INTO program (
        id, company_id, number, branch_id, time_zone, customer_id, customer, zips, name, stage, effective_on,
        expires_on, currency, total, allowed_plans, allowed_methods, created_at
    )
    SELECT gen_random_uuid(), p.company_id, 'SEQ-' || n, p.branch_id, p.time_zone, p.customer_id, p.customer,
        ARRAY[CASE WHEN abs(hashtext('zip ' || n)) %% 100 < %(share)s THEN %(zip)s ELSE %(rare)s END], 'A program',
        'offered', current_date, current_date + 365, 'USD', 100000, '{pay_in_full}', '{card}', now()
    FROM (SELECT * FROM program WHERE %(zip)s = ANY (zips) ORDER BY created_at LIMIT 1) p,
        generate_series(1, %(count)s) n
"""
NUMBERS = """
    INSERT INTO program_policy (
        id, company_id, program_id, branch_id, position, kind, number, number_key, carrier, line, premium, taxes,
        earned_fees, unearned_fees, effective_on, expires_on
    )
    SELECT gen_random_uuid(), company_id, id, branch_id, 0, 'policy', number, replace(number, '-', ''), 'A carrier',
        'Liability', 100000, 0, 0, 0, effective_on, expires_on
    FROM program WHERE number LIKE 'SEQ-%%'
"""


def measure(stack: Stack, say: Callable[[str], None]) -> Json:
    """How many programs the attack opens and when the alarm comes; the demo must be loaded."""
    _seed(stack)
    say(f"{POLICIES:,} policies, {WITH_ZIP_IN_100} % of them with the commonest ZIP")
    began = datetime.now(UTC)
    told = _attack(stack)
    attacked = (datetime.now(UTC) - began).total_seconds()
    mailed = (_alarm(stack) - began).total_seconds()
    say(f"{told['opened']} opened of {POLICIES:,}; the administrator was mailed after {mailed:.1f} s")
    return {
        "aim_opened": AIM_OPENED,
        "policies": POLICIES,
        "addresses": ADDRESSES,
        "opened": told["opened"],
        "looked_at_in_vain": told["no_match"],
        "asked_for_a_third_fact": told["third_fact_needed"],
        "bounded": told["too_many_attempts"],
        "attack_seconds": round(attacked, 1),
        "mail_after_seconds": round(mailed, 1),
        "answer_ms": _times(stack),
    }


def _seed(stack: Stack) -> None:
    url = f"{stack.server.admin_url.rpartition('/')[0]}/portico_billing"
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(PROGRAMS, {"share": WITH_ZIP_IN_100, "zip": ZIP, "rare": RARE, "count": POLICIES})
        cursor.execute(NUMBERS)


def _attack(stack: Stack) -> Counter[str]:
    """Every policy number in sequence; each look-up comes from the next address."""
    numbers = [f"SEQ-{each}" for each in range(1, POLICIES + 1)]
    tries = [{"policy_numbers": [each], "zip": ZIP} for each in numbers]
    return Counter(reason for reason, _ in _all(stack, tries, [f"127.0.1.{n}" for n in range(1, ADDRESSES + 1)]))


def _all(stack: Stack, bodies: list[dict[str, Any]], addresses: list[str]) -> Iterator[tuple[str, float]]:
    """The outcome of each look-up and its milliseconds; this machine has every address that begins with 127."""
    # A connection that is kept may be closed just when it is used again, so each look-up makes one of its own.
    none_kept = httpx.Limits(max_keepalive_connections=0)
    clients = [
        httpx.Client(
            base_url=stack.site.public_url,
            timeout=30,
            transport=httpx.HTTPTransport(local_address=each, limits=none_kept, retries=2),
        )
        for each in addresses
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(_try, islice(cycle(clients), len(bodies)), bodies)
    for client in clients:
        client.close()


def _try(client: httpx.Client, body: dict[str, Any]) -> tuple[str, float]:
    began = time.perf_counter()
    answer = client.post(f"/api/v1/portals/{PORTAL}/guest-sessions", json=body)
    took = (time.perf_counter() - began) * 1000
    return ("opened" if answer.status_code == 201 else answer.json()["reason"]), took


def _alarm(stack: Stack) -> datetime:
    """When the inbox took the first mail to the administrator that tells of it."""
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        query = {"to": ADMINISTRATOR}
        mails = httpx.get(f"{stack.site.mail_url}/api/messages", params=query, trust_env=False).json()
        told = [each["received_at"] for each in mails if "guessing policy numbers" in each["subject"]]
        if told:
            return datetime.fromisoformat(min(told))
        time.sleep(0.1)
    raise AssertionError("nobody was told of the attack")


def _times(stack: Stack) -> dict[str, dict[str, float]]:
    """How long a wrong look-up takes, one at a time, by what is wrong with it; while a third fact is asked for."""
    fact = {"amount_due": {"amount": 1, "currency": "USD"}}
    asked = {
        "unknown policy": [{"policy_numbers": [f"NONE-{each}"], "zip": ZIP, **fact} for each in range(TIMED)],
        "wrong ZIP": [
            {"policy_numbers": [f"SEQ-{each}"], "zip": "10001", **fact} for each in range(5_000, 5_000 + TIMED)
        ],
        "wrong amount": [
            {"policy_numbers": [f"SEQ-{each}"], "zip": ZIP, **fact} for each in range(8_000, 8_000 + TIMED)
        ],
    }
    took: dict[str, list[float]] = {name: [] for name in asked}
    # Taken in turns, so that whatever else this machine does weighs on all of them alike.
    for turn in zip(*asked.values(), strict=True):
        for name, body in zip(asked, turn, strict=True):
            host = len(took[name]) * 3 + list(asked).index(name)
            ((reason, ms),) = _all(stack, [body], [f"127.0.{2 + host // 250}.{host % 250 + 1}"])
            assert reason == "no_match", reason
            took[name].append(ms)
    return {
        name: {"median": round(statistics.median(each), 2), "p90": round(statistics.quantiles(each, n=10)[8], 2)}
        for name, each in took.items()
    }
