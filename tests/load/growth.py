"""What a customer's lists cost as the company grows: the same page beside 1,000 invoices and beside 1,000,000."""

import statistics
from collections.abc import Callable
from contextlib import ExitStack, closing

import httpx
import psycopg2

from deploy.local.stack import Stack
from tests.load.children import Child
from tests.load.compare import Json, Way
from tests.load.invoices import INVOLVED, sign_in
from tests.load.stacks import pids

AIM_RATIO = 1.5
OWN, SMALL, LARGE, MANY = 50, 1_000, 1_000_000, 100_000
REQUESTS = 300
BATCH = 100_000
DANA = "dana@oakterrace.test"
ROUTES = {"invoices": "/api/v1/invoices", "balance": "/api/v1/balance"}

GENERATE = """
    WITH template AS (SELECT * FROM invoice WHERE id = %(template)s),
    made AS (
        INSERT INTO invoice (
            id, company_id, number, kind, branch_id, time_zone, customer_id, property_id, customer, property,
            service_contact, lines, service_names, issued_on, due_on, currency, total, balance, created_at, shared_at
        )
        SELECT gen_random_uuid(), company_id, 'GEN-' || n, kind, branch_id, time_zone,
            CASE WHEN %(own)s THEN customer_id ELSE md5('customer ' || n / %(each)s)::uuid END,
            CASE WHEN %(own)s THEN property_id ELSE md5('property ' || n / %(each)s)::uuid END,
            customer, property, service_contact, lines, service_names, issued_on, due_on - n %% 1000, currency,
            total, CASE WHEN n %% 2 = 0 THEN total ELSE 0 END, created_at, shared_at
        FROM template, generate_series(%(first)s, %(last)s) n
        RETURNING id, company_id, customer_id, currency, total
    ),
    entered AS (
        INSERT INTO entry SELECT gen_random_uuid(), company_id, 'invoice_shared', id, now() FROM made
        RETURNING id, subject_id
    )
    INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id, invoice_id)
    SELECT company_id, entered.id, account, currency, sign * total, customer_id, made.id
    FROM made JOIN entered ON entered.subject_id = made.id,
        (VALUES ('accounts_receivable', 1), ('revenue', -1)) AS sides(account, sign)
"""
"""Shared invoices like one that is there, with their entries: a customer's own, or 50 each of as many others."""


def measure(stack: Stack, rounds: int, say: Callable[[str], None]) -> Json:
    """CPU per request of all processes involved, at each size; the demo must be loaded."""
    token = sign_in(stack.site.public_url, DANA)
    template = _first_invoice(stack.site.public_url, token)
    found: dict[str, dict[str, float]] = {}
    number = 0
    for name, own, total in (
        (f"{OWN} of {SMALL:,}", OWN, SMALL),
        (f"{OWN} of {LARGE:,}", 0, LARGE - SMALL),
        (f"{MANY:,} of {LARGE + MANY:,}", MANY, MANY),
    ):
        generate(stack.server.admin_url, template, first=number, own=own, count=total)
        number += total
        say(f"{name}: generated")
        found[name] = {route: cost(stack, path, token, rounds) for route, path in ROUTES.items()}
        say(f"{name}: " + ", ".join(f"{route} {cost:.2f} ms" for route, cost in found[name].items()))
    small, large, many = found.values()
    return {
        "aim_ratio": AIM_RATIO,
        "cpu_ms": found,
        "ratios": {
            "invoices, company of 1,000,000": round(large["invoices"] / small["invoices"], 2),
            "balance, company of 1,000,000": round(large["balance"] / small["balance"], 2),
            "invoices, customer of 100,000": round(many["invoices"] / small["invoices"], 2),
        },
    }


def generate(admin_url: str, template: str, *, first: int, own: int, count: int) -> None:
    """Adds `count` invoices, the first `own` of them the template's customer's; as the server's administrator."""
    with closing(psycopg2.connect(f"{admin_url.rpartition('/')[0]}/portico_billing")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            # The triggers check each row for what holds here by the way it is made.
            cursor.execute("SET session_replication_role = replica")
            for start, end, is_own in batches(first, own, count):
                values = {"template": template, "first": start, "last": end - 1, "own": is_own, "each": OWN}
                cursor.execute(GENERATE, values)
            # What the server does by itself in time, and would do in the middle of the measurement.
            cursor.execute("VACUUM ANALYZE invoice, entry, posting")
            cursor.execute("CHECKPOINT")


def batches(first: int, own: int, count: int) -> list[tuple[int, int, bool]]:
    """Ranges of numbers, each all the customer's own or all others'."""
    found = []
    for start, end, is_own in ((first, first + own, True), (first + own, first + count, False)):
        found += [(each, min(each + BATCH, end), is_own) for each in range(start, end, BATCH)]
    return found


def cost(stack: Stack, path: str, token: str, rounds: int, involved: tuple[str, ...] = INVOLVED) -> float:
    """Milliseconds of CPU per request, the client's left out; the median of the rounds."""
    with ExitStack() as running:
        env = {"MEASURED_URL": stack.site.public_url + path, "TOKEN": token}
        client = running.enter_context(Child("http_client", env))
        way = Way(path, client, pids(stack, *involved))
        client.round(REQUESTS)
        for _ in range(rounds):
            way.round(REQUESTS)
        return round(statistics.median(sum(each.values()) for each in way.cpu) / 1000, 2)


def _first_invoice(public_url: str, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{public_url}/api/v1/invoices", headers=headers, timeout=20, trust_env=False)
    invoice_id: str = answer.raise_for_status().json()["items"][0]["id"]
    return invoice_id
