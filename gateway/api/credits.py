"""Credits: granted and applied by the office, seen by the customers who own them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from gateway.api.routers import CommandId, PropertyFilter, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.issuing import billing as issuing
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.billing.credits import ApplyCredit, CreditView, GetCredit, ListCredits, UnapplyCredit
from services.contracts.messages import Page
from services.contracts.money import Money

Unapplied = Annotated[bool, Query(description="Only those of which something reduces no invoice yet.")]


class Application(Body):
    """What of a credit is to reduce an invoice."""

    invoice_id: UUID
    amount: Money


class TakenBack(Body):
    """The invoice that a credit shall reduce no longer."""

    invoice_id: UUID


@portal.get("/credits", **answers(Page[CreditView]))
async def list_own_credits(
    caller: ApiCaller,
    properties: PropertyFilter,
    unapplied: Unapplied = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """The customer's credits, newest first; those without a property are good for each."""
    message = ListCredits(property_ids=properties, unapplied_only=unapplied, cursor=cursor, limit=limit)
    return await relayed(caller, message)


@office.get("/credits", **answers(Page[CreditView]))
async def list_credits(
    caller: ApiCaller,
    customer_id: UUID | None = None,
    unapplied: Unapplied = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """The company's credits, newest first."""
    message = ListCredits(customer_id=customer_id, unapplied_only=unapplied, cursor=cursor, limit=limit)
    return await relayed(caller, message)


@portal.get("/credits/{credit_id}", **answers(CreditView))
@office.get("/credits/{credit_id}", **answers(CreditView))
async def get_credit(credit_id: UUID, caller: ApiCaller) -> Response:
    """One credit, with the invoices that it reduces."""
    return await relayed(caller, GetCredit(credit_id=credit_id))


@office.post("/credits", **answers(CreditView, 201))
async def create_credit(body: issuing.NewCredit, caller: ApiCaller, new_id: CommandId) -> Response:
    """Grants a credit, which reduces nothing until it is applied."""
    return await relayed(caller, await issuing.credit(caller, body, new_id), 201)


@office.post("/credits/{credit_id}/apply", **answers(CreditView))
async def apply_credit(credit_id: UUID, body: Application, caller: ApiCaller, new_id: CommandId) -> Response:
    """Reduces an invoice of the same customer, by no more than it owes and the credit has."""
    message = ApplyCredit(id=new_id, credit_id=credit_id, invoice_id=body.invoice_id, amount=body.amount)
    return await relayed(caller, message)


@office.post("/credits/{credit_id}/unapply", **answers(CreditView))
async def unapply_credit(credit_id: UUID, body: TakenBack, caller: ApiCaller, new_id: CommandId) -> Response:
    """Takes back all that the credit gave to an invoice, which is owed again."""
    return await relayed(caller, UnapplyCredit(id=new_id, credit_id=credit_id, invoice_id=body.invoice_id))
