"""The customers of an autopay run: known to the sandbox with their cards, and planted in billing's tables.

Half of what falls due are service invoices of one company's customers, half installments of another one's loans.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, cycle, islice
from uuid import UUID

import httpx
from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from deploy.local.stack import Stack
from services.contracts.messages import new_id
from tests.load.autopay_plant import INSTALLMENTS, SERVICES

CUSTOMERS = 50
"""Of each company."""
DECLINING_EVERY = 10
GOOD, DECLINING = "pm_card_visa", "pm_card_chargeCustomerFail"
_batches = count(1)


@dataclass(frozen=True)
class Customer:
    """Somebody with a card, and whether it declines."""

    customer_id: UUID
    autopay_id: UUID
    """Of their service invoices, if they have any."""
    method_id: UUID
    declines: bool


@dataclass(frozen=True)
class Book:
    """A company of the demo with many more customers; `invoice` is one of its own that theirs are like."""

    company_id: UUID
    invoice: UUID
    payer_id: UUID
    """The contact of the company who is mailed of all that happens."""
    planted_by: str
    customers: tuple[Customer, ...]


World = tuple[Book, Book]

_SERVICE = """
    SELECT i.company_id, i.id, m.payment_account FROM invoice i JOIN merchant m USING (company_id)
    WHERE i.shared_at IS NOT NULL AND i.kind = 'service' AND i.time_zone = 'America/Chicago'
    ORDER BY i.created_at LIMIT 1
"""
_INSTALLMENT = """
    SELECT i.company_id, i.id, m.payment_account FROM installment s JOIN invoice i ON i.id = s.invoice_id
    JOIN merchant m ON m.company_id = i.company_id JOIN finance_agreement a ON a.id = s.agreement_id
    WHERE a.stage = 'in_force' AND s.interest > 0 ORDER BY i.created_at, i.id LIMIT 1
"""


def make_world(stack: Stack, sandbox: httpx.Client, sql: cursor) -> World:
    """The customers of both companies, with a card each."""
    return _book(stack, sandbox, sql, _SERVICE, SERVICES), _book(stack, sandbox, sql, _INSTALLMENT, INSTALLMENTS)


def _book(stack: Stack, sandbox: httpx.Client, sql: cursor, like: str, planted_by: str) -> Book:
    sql.execute(like)
    company_id, invoice, account = sql.fetchone() or (None, None, None)
    sql.execute("SELECT payer_id FROM payment WHERE company_id = %s AND payer_id IS NOT NULL LIMIT 1", (company_id,))
    (payer_id,) = sql.fetchone() or (None,)
    assert company_id and payer_id
    headers = {"Authorization": f"Bearer {stack.site.credentials.get('payments key')}", "Stripe-Account": str(account)}
    customers = []
    for number in range(CUSTOMERS):
        declines = number % DECLINING_EVERY == 0
        provider_id, method = _at_provider(sandbox, headers, DECLINING if declines else GOOD)
        customers.append(_kept(sql, company_id, provider_id, method, declines=declines))
    return Book(UUID(company_id), UUID(invoice), UUID(payer_id), planted_by, tuple(customers))


def _at_provider(sandbox: httpx.Client, headers: dict[str, str], card: str) -> tuple[str, str]:
    customer = sandbox.post("/v1/customers", headers=headers, data={}).raise_for_status().json()["id"]
    attached = sandbox.post(f"/v1/payment_methods/{card}/attach", headers=headers, data={"customer": customer})
    return customer, attached.raise_for_status().json()["id"]


def _kept(sql: cursor, company_id: str, provider_id: str, method: str, *, declines: bool) -> Customer:
    customer_id, method_id, now = str(new_id()), str(new_id()), datetime.now(UTC)
    sql.execute("INSERT INTO customer_account VALUES (%s, %s, %s, %s)", (customer_id, company_id, provider_id, now))
    sql.execute(
        "INSERT INTO payment_method (id, company_id, customer_id, type, brand, last4, expires_on, fingerprint,"
        " provider_id, is_default, added_by, created_at)"
        " VALUES (%s, %s, %s, 'card', 'visa', '4242', '2034-12-31', %s, %s, true, 'Load', %s)",
        (method_id, company_id, customer_id, method, method, now),
    )
    return Customer(UUID(customer_id), new_id(), UUID(method_id), declines)


def plant(sql: cursor, world: World, invoices: int, declining: float) -> str:
    """So many owed invoices with their entries, planned for tomorrow; answers the pattern of their numbers.

    An insured gets a program for the batch, with its loan, whose installments they are, and its own autopay.
    """
    batch = f"AP{next(_batches)}"
    halves = (invoices + 1) // 2, invoices // 2
    for book, letter, many in zip(world, "SI", halves, strict=True):
        sql.execute(
            "CREATE TEMPORARY TABLE planted (id uuid, number text, position int, agreement_id uuid, program_id uuid,"
            " batch text, customer_id uuid, autopay_id uuid, method_id uuid)"
        )
        execute_values(
            sql, "INSERT INTO planted VALUES %s", _rows(book, f"{batch}{letter}", many, declining), None, 1000
        )
        sql.execute(book.planted_by, {"invoice": str(book.invoice), "payer": str(book.payer_id)})
        sql.execute("DROP TABLE planted")
    return f"{batch}%"


def _rows(book: Book, batch: str, many: int, declining: float) -> list[tuple[str | int, ...]]:
    bad = [each for each in book.customers if each.declines]
    good = [each for each in book.customers if not each.declines]
    declined = round(many * declining)
    whose = [*islice(cycle(bad), declined), *islice(cycle(good), many - declined)]
    loans = {each.customer_id: (str(new_id()), str(new_id())) for each in book.customers}
    return [
        (str(new_id()), f"{batch}-{at:05}", at, *loans[each.customer_id], batch, *_ids(each))
        for at, each in enumerate(whose, start=1)
    ]


def _ids(customer: Customer) -> tuple[str, ...]:
    return str(customer.customer_id), str(customer.autopay_id), str(customer.method_id)
