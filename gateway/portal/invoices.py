"""Invoices: the list, one of them as a page, and its PDF."""

import asyncio
from typing import Literal, cast
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway import pay_links
from gateway.auth import Caller
from gateway.files import send
from gateway.pages.addresses import address, see
from gateway.pages.render import page
from gateway.paging import LARGEST_PAGE, Cursor
from gateway.portal.entry import Payer, root
from gateway.portal.filter import chosen_by
from gateway.portal.frame import sections_of
from services.contracts import permissions
from services.contracts.billing.invoices import GetBalance, GetInvoice, GetInvoicePdf, InvoiceView, ListInvoices
from services.contracts.fieldwork.visits import ListVisits, VisitView
from services.contracts.money import Money

router = APIRouter()

Status = Literal["all", "due", "paid"]


@router.get("/{portal}/invoices")
async def invoices(
    request: Request,
    visitor: Payer,
    cursor: Cursor = None,
    status: str = "all",
) -> Response:
    """One page of the list, newest due date first."""
    wanted = cast(Status, status if status in ("due", "paid") else "all")
    chosen = chosen_by(visitor.principal)
    found, balance = await asyncio.gather(
        visitor.ask(ListInvoices(status=wanted, property_ids=chosen, cursor=cursor)),
        visitor.ask(GetBalance(property_ids=chosen)),
    )

    def listed(shown: str, after: str | None = None) -> str:
        return address(request.url.path, {"status": shown, "cursor": after})

    return page(
        request,
        "invoices/list.html",
        here="invoices",
        status=wanted,
        invoices=found,
        balance=balance,
        address=listed,
        first=listed(wanted) if cursor else None,
        next=listed(wanted, found.next_cursor) if found.next_cursor else None,
    )


@router.get("/{portal}/invoices/{invoice_id:uuid}")
async def invoice(request: Request, visitor: Payer, invoice_id: UUID) -> Response:
    """One invoice with its services, and what has reduced it."""
    found = await visitor.ask(GetInvoice(invoice_id=invoice_id))
    visits = await _visits(visitor, found)
    return page(
        request,
        "invoices/item.html",
        here="invoices",
        invoice=found,
        taxed=any(line.tax_percent for line in found.services),
        sums=_sums(found),
        visits=visits,
        shown=sections_of(visitor.principal),
    )


async def _visits(visitor: Caller, invoice: InvoiceView) -> list[VisitView]:
    """The visits that the invoice is for, as far as the contact sees them."""
    if not invoice.visit_ids or not permissions.may(visitor.principal, "visits.view"):
        return []
    found = await visitor.ask(ListVisits(visit_ids=invoice.visit_ids, limit=LARGEST_PAGE))
    return found.items


def _sums(invoice: InvoiceView) -> list[tuple[str, Money]]:
    """What leads from the lines to the balance; what reduces it is negative."""
    sums = [("Total", invoice.total)]
    if invoice.subtotal and invoice.tax and invoice.tax.amount:
        sums = [("Subtotal", invoice.subtotal), ("Sales tax", invoice.tax), *sums]
    credited = sum(each.amount.amount for each in invoice.credits)
    reduced = 0 if invoice.status == "void" else invoice.total.amount - invoice.balance.amount
    for label, amount in (("Credits", credited), ("Payments", reduced - credited)):
        if amount:
            sums.append((label, invoice.total.with_amount(-amount)))
    return sums


@router.get("/{portal}/invoices/{invoice_id:uuid}/pdf")
async def invoice_pdf(request: Request, visitor: Payer, invoice_id: UUID) -> Response:
    """The invoice as a document."""
    pay_url = await pay_links.on_pdf(visitor, request.app.state.settings, invoice_id)
    file = await visitor.ask(GetInvoicePdf(invoice_id=invoice_id, pay_url=pay_url))
    return await send(request.app.state.files, file, inline=True)


@router.get("/{portal}/invoices/{invoice_id:uuid}/pay")
async def pay_invoice(visitor: Payer, invoice_id: UUID) -> Response:
    """Paying one invoice is paying a list of one."""
    return see(address(f"{root(visitor)}/pay", {"invoice": invoice_id}))
