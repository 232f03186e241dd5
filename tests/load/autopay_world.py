"""The customers of an autopay run: known to the sandbox with their cards, and planted in billing's tables."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import httpx
from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from deploy.local.stack import Stack
from services.contracts.messages import new_id

CUSTOMERS = 100
GOOD, DECLINING = "pm_card_visa", "pm_card_chargeCustomerFail"
_batches = count(1)


@dataclass(frozen=True)
class Customer:
    """Somebody with autopay, and whether their card declines."""

    autopay_id: UUID
    customer_id: UUID
    declines: bool


@dataclass(frozen=True)
class World:
    """A branch of the demo with many more customers; `template` is an invoice of it."""

    company_id: UUID
    branch_id: UUID
    template: UUID
    customers: tuple[Customer, ...]


def make_world(stack: Stack, sandbox: httpx.Client, sql: cursor) -> World:
    """A hundred customers with a card each, of which one in twenty declines, and autopay switched on."""
    sql.execute(
        "SELECT i.company_id, i.branch_id, i.id, i.time_zone, m.payment_account FROM invoice i"
        " JOIN merchant m USING (company_id) WHERE i.shared_at IS NOT NULL AND i.kind = 'service'"
        " AND i.time_zone = 'America/Chicago' ORDER BY i.created_at LIMIT 1"
    )
    row = sql.fetchone()
    assert row
    company_id, branch_id, template, time_zone, account = row
    sql.execute("SELECT payer_id FROM payment WHERE company_id = %s AND payer_id IS NOT NULL LIMIT 1", (company_id,))
    payer = sql.fetchone()
    assert payer
    headers = {"Authorization": f"Bearer {stack.site.credentials.get('payments key')}", "Stripe-Account": account}
    customers = []
    for number in range(CUSTOMERS):
        declines = number % 20 == 0
        provider_id, method = _at_provider(sandbox, headers, DECLINING if declines else GOOD)
        customers.append(_kept(sql, company_id, branch_id, time_zone, payer[0], provider_id, method, declines=declines))
    return World(UUID(company_id), UUID(branch_id), UUID(template), tuple(customers))


def _at_provider(sandbox: httpx.Client, headers: dict[str, str], card: str) -> tuple[str, str]:
    customer = sandbox.post("/v1/customers", headers=headers, data={}).raise_for_status().json()["id"]
    attached = sandbox.post(f"/v1/payment_methods/{card}/attach", headers=headers, data={"customer": customer})
    return customer, attached.raise_for_status().json()["id"]


def _kept(
    sql: cursor,
    company_id: str,
    branch_id: str,
    time_zone: str,
    payer_id: str,
    provider_id: str,
    method: str,
    *,
    declines: bool,
) -> Customer:
    customer_id, method_id, autopay_id, given = (str(new_id()) for _ in range(4))
    now = datetime.now(UTC)
    sql.execute("INSERT INTO customer_account VALUES (%s, %s, %s, %s)", (customer_id, company_id, provider_id, now))
    sql.execute(
        "INSERT INTO payment_method (id, company_id, customer_id, type, brand, last4, expires_on, fingerprint,"
        " provider_id, is_default, added_by, created_at)"
        " VALUES (%s, %s, %s, 'card', 'visa', '4242', '2034-12-31', %s, %s, true, 'Load', %s)",
        (method_id, company_id, customer_id, method, method, now),
    )
    sql.execute(
        "INSERT INTO autopay (id, company_id, customer_id, branch_id, time_zone, status, payment_method_id, currency,"
        " authorization_id, authorized_by_id, authorized_by, authorized_on, next_plan_at, created_at)"
        " VALUES (%s, %s, %s, %s, %s, 'on', %s, 'USD', %s, %s, 'Load', current_date, now() + interval '1 year', %s)",
        (autopay_id, company_id, customer_id, branch_id, time_zone, method_id, given, payer_id, now),
    )
    return Customer(UUID(autopay_id), UUID(customer_id), declines)


def plant(sql: cursor, world: World, invoices: int, declining: float) -> str:
    """So many owed invoices with their entries, planned for tomorrow; answers the pattern of their numbers."""
    batch = f"AP{next(_batches)}"
    good = [each for each in world.customers if not each.declines]
    bad = [each for each in world.customers if each.declines]
    every = round(1 / declining)
    rows = []
    for number in range(invoices):
        whose = bad[number % len(bad)] if number % every == 0 else good[number % len(good)]
        rows.append((str(new_id()), f"{batch}-{number:05}", str(whose.customer_id), str(whose.autopay_id)))
    sql.execute("CREATE TEMPORARY TABLE planted (id uuid, number text, customer_id uuid, autopay_id uuid)")
    execute_values(sql, "INSERT INTO planted VALUES %s", rows, page_size=1000)
    sql.execute(_PLANT, {"template": str(world.template)})
    sql.execute("DROP TABLE planted")
    return f"{batch}-%"


_PLANT = """
    WITH made AS (
        INSERT INTO invoice (
            id, company_id, number, kind, branch_id, time_zone, customer_id, customer, service_contact, lines,
            service_names, issued_on, due_on, currency, total, tax, balance, created_at, shared_at
        )
        SELECT p.id, t.company_id, p.number, 'service', t.branch_id, t.time_zone, p.customer_id, t.customer,
            t.service_contact, t.lines, t.service_names, current_date, current_date, t.currency, t.total, t.tax,
            t.total, now(), now()
        FROM planted p, invoice t WHERE t.id = %(template)s
        RETURNING id, company_id, branch_id, customer_id, currency, total, tax
    ),
    entered AS (
        INSERT INTO entry SELECT gen_random_uuid(), company_id, 'invoice_shared', id, now() FROM made
        RETURNING id, subject_id
    ),
    posted AS (
        INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id, invoice_id)
        SELECT company_id, entered.id, account, currency, amount, customer_id, made.id
        FROM made JOIN entered ON entered.subject_id = made.id,
            LATERAL (VALUES ('accounts_receivable', total), ('revenue', tax - total), ('sales_tax', -tax))
            AS sides(account, amount) WHERE amount <> 0
    )
    INSERT INTO autopay_debit (
        invoice_id, company_id, autopay_id, branch_id, state, amount, charge_on, due_at, noticed_at
    )
    SELECT made.id, made.company_id, planted.autopay_id, made.branch_id, 'planned', made.total, current_date,
        now() + interval '1 day', now() - interval '11 days'
    FROM made JOIN planted ON planted.id = made.id
"""
