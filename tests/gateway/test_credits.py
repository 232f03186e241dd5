"""Invoices changed and voided, credits and statements, over HTTP."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from services.contracts.billing.credits import (
    ApplyCredit,
    CreateCredit,
    CreditView,
    GetStatement,
    ListCredits,
    StatementLine,
    StatementView,
    UnapplyCredit,
)
from services.contracts.billing.invoices import ChangeInvoice, CreateInvoice, GetInvoice, VoidInvoice
from services.contracts.errors import conflict
from services.contracts.identity.contacts import GetContact
from services.contracts.identity.customers import GetCustomer, GetProperty
from services.contracts.identity.portals import GetBranch
from services.contracts.messages import Page
from services.contracts.money import Money
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import BRANCH, CHEN

pytestmark = pytest.mark.anyio

CREDIT = CreditView(
    id=world.id_of("credit"),
    number="CR-2026-00001",
    customer_id=world.LAKESIDE.id,
    property=None,
    reason="Goodwill",
    amount=world.dollars(75),
    unapplied=world.dollars(75),
    applications=[],
    created_at=datetime(2026, 11, 20, tzinfo=UTC),
)
STATEMENT = StatementView(
    customer=world.LAKESIDE,
    since=date(2026, 9, 1),
    until=date(2026, 11, 30),
    opening=world.dollars(10),
    lines=[
        StatementLine(
            on=date(2026, 10, 1),
            kind="invoice",
            number="INV-2026-00001",
            description='=HYPERLINK("http://evil.example","Mowing")',
            amount=world.dollars(480),
            balance=world.dollars(490),
        ),
        StatementLine(
            on=date(2026, 10, 2),
            kind="payment",
            number="PAY-2026-00001",
            description="Payment, in full",
            amount=Money(amount=-48_005),
            balance=Money(amount=995),
        ),
    ],
    closing=Money(amount=995),
    unapplied_credit=world.dollars(75),
)


def last(neighbours: Neighbours) -> dict[str, Any]:
    """The message that was sent last."""
    return neighbours.heard[-1].message


async def test_a_draft_is_changed_by_what_the_office_names(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeInvoice, world.invoice())
    body = {"net_days": 10, "services": [{"service": "Mowing", "unit_price": {"amount": 100}, "tax_percent": "8.25"}]}
    answer = await rosa.patch(f"/api/v1/office/invoices/{world.id_of('invoice 1')}", json=body)
    assert answer.status_code == 200
    told = last(neighbours)
    assert (told["net_days"], told["visit_ids"], told["billing_contact_id"]) == (10, None, None)
    assert told["lines"][0]["tax_percent"] == "8.25"


async def test_a_billing_contact_of_another_customer_is_refused(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetInvoice, world.invoice())
    neighbours.answer(GetContact, CHEN.model_copy(update={"customer_id": world.id_of("another customer")}))
    body = {"billing_contact_id": str(CHEN.id)}
    answer = await rosa.patch(f"/api/v1/office/invoices/{world.id_of('invoice 1')}", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, "billing_contact_id")
    assert neighbours.calls(ChangeInvoice) == []


async def test_an_invoice_is_voided_with_or_without_a_reason(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(VoidInvoice, world.invoice())
    address = f"/api/v1/office/invoices/{world.id_of('invoice 1')}/void"
    assert (await rosa.post(address, json={"reason": "Billed twice"})).status_code == 200
    assert last(neighbours)["reason"] == "Billed twice"
    assert (await rosa.post(address)).status_code == 200
    assert last(neighbours)["reason"]
    neighbours.answer(VoidInvoice, conflict("Something was paid of this invoice.", reason="paid"))
    answer = await rosa.post(address, json={})
    assert (answer.status_code, answer.json()["reason"]) == (409, "paid")


async def test_a_new_invoice_carries_its_visits_and_fees(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(CreateInvoice, world.invoice())
    body = {
        "property_id": str(world.CLUBHOUSE.id),
        "services": [{"service": "Mowing", "unit_price": {"amount": 100}}],
        "visit_ids": [str(world.id_of("visit"))],
        "fees": {"card": {"kind": "credit_surcharge", "percent": "2.5"}},
    }
    assert (await rosa.post("/api/v1/office/invoices", json=body)).status_code == 201
    told = last(neighbours)
    assert told["visit_ids"] == body["visit_ids"]
    assert (told["fees"]["card"]["kind"], told["fees"]["card"]["percent"]) == ("credit_surcharge", "2.5")


async def test_a_credit_is_granted_to_the_customer_of_a_property(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(CreateCredit, CREDIT)
    body = {"property_id": str(world.CLUBHOUSE.id), "amount": {"amount": 7_500}, "reason": "Goodwill"}
    answer = await rosa.post("/api/v1/office/credits", json=body)
    assert (answer.status_code, answer.json()["number"]) == (201, CREDIT.number)
    told = last(neighbours)
    assert (told["customer"]["id"], told["property"]["name"]) == (str(world.LAKESIDE.id), "Clubhouse")


async def test_a_credit_is_applied_and_taken_back(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ApplyCredit, CREDIT)
    neighbours.answer(UnapplyCredit, CREDIT)
    address, invoice_id = f"/api/v1/office/credits/{CREDIT.id}", str(world.id_of("invoice 1"))
    body = {"invoice_id": invoice_id, "amount": {"amount": 5_000, "currency": "USD"}}
    assert (await rosa.post(f"{address}/apply", json=body)).status_code == 200
    assert (last(neighbours)["credit_id"], last(neighbours)["amount"]) == (str(CREDIT.id), body["amount"])
    assert (await rosa.post(f"{address}/unapply", json={"invoice_id": invoice_id})).status_code == 200
    assert last(neighbours)["invoice_id"] == invoice_id


async def test_customers_cannot_enter_by_the_offices_door(priya: httpx.AsyncClient) -> None:
    for path in ("credits", f"credits/{CREDIT.id}", f"customers/{world.LAKESIDE.id}/statement"):
        assert (await priya.get(f"/api/v1/office/{path}")).status_code == 403
    assert (await priya.post(f"/api/v1/office/invoices/{CREDIT.id}/void")).status_code == 403


async def test_a_customer_sees_their_credits(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListCredits, Page[CreditView](items=[CREDIT]))
    answer = await priya.get(f"/api/v1/credits?unapplied=true&limit=2&property={world.CLUBHOUSE.id}")
    assert answer.json()["items"][0]["unapplied"] == {"amount": 7_500, "currency": "USD"}
    told = last(neighbours)
    assert (told["unapplied_only"], told["limit"], told["customer_id"]) == (True, 2, None)
    assert told["property_ids"] == [str(world.CLUBHOUSE.id)]


async def test_a_statement_is_of_the_caller_as_they_are_called_today(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(GetStatement, STATEMENT)
    answer = await priya.get("/api/v1/statement?since=2026-09-01&until=2026-11-30")
    assert answer.json()["closing"] == {"amount": 995, "currency": "USD"}
    told = last(neighbours)
    assert (told["since"], told["until"], told["customer"]["name"]) == ("2026-09-01", "2026-11-30", "Lakeside HOA")
    await priya.get("/api/v1/statement")
    usual = last(neighbours)
    assert (date.fromisoformat(usual["until"]) - date.fromisoformat(usual["since"])).days == 90


async def test_a_table_is_safe_to_open_in_a_spreadsheet(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(GetStatement, STATEMENT)
    answer = await priya.get("/api/v1/statement/csv?since=2026-09-01&until=2026-11-30")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="statement-2026-09-01-2026-11-30.csv"'
    head, opening, invoice, payment, closing = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["date", "kind", "number", "description", "amount", "balance", "currency"]
    assert opening[5] == "10.00"
    assert invoice[3].startswith("'=HYPERLINK")
    assert (payment[3], payment[4], payment[5]) == ("Payment, in full", "-480.05", "9.95")
    assert (closing[0], closing[5]) == ("2026-11-30", "9.95")
