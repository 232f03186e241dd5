"""Invoices, for the customers who pay them and the office that issues them."""

from typing import Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from gateway import pay_links
from gateway.api.routers import (
    CommandId,
    PropertyFilter,
    Settings,
    answered,
    answers,
    answers_pdf,
    office,
    portal,
    relayed,
    sent,
)
from gateway.auth import ApiCaller
from gateway.issuing import billing as issuing
from gateway.paging import Cursor, Limit
from gateway.pay_links import PayLink
from gateway.requests import Body
from services.contracts.billing.invoices import (
    GetInvoice,
    GetInvoiceHistory,
    GetInvoicePdf,
    InvoiceHistoryView,
    InvoiceStatus,
    InvoiceSummary,
    InvoiceView,
    ListInvoices,
    ShareInvoice,
    VoidInvoice,
)
from services.contracts.billing.pay_links import RenewPayLink
from services.contracts.messages import Page
from services.contracts.principals import InvoiceKind
from services.contracts.snapshots import Text


class VoidBody(Body):
    """Why an invoice is taken back; its customer reads it."""

    reason: Text = "Taken back by the office."


NO_REASON = VoidBody()


@office.get("/invoices", **answers(Page[InvoiceSummary]))
async def list_companys_invoices(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: Literal["all"] | InvoiceStatus = "all",
    kind: InvoiceKind | None = None,
    customer_id: UUID | None = None,
    branch_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """The company's invoices, newest due date first; `due` ones are all that are owed, also overdue or being paid."""
    message = ListInvoices(
        status=status,
        kind=kind,
        property_ids=properties,
        customer_id=customer_id,
        branch_id=branch_id,
        cursor=cursor,
        limit=limit,
    )
    return await relayed(caller, message)


@office.get("/invoices/{invoice_id}/history", **answers(InvoiceHistoryView))
async def get_invoice_history(invoice_id: UUID, caller: ApiCaller) -> Response:
    """What changed what is owed of it, and the balance, as the ledger has them."""
    return await relayed(caller, GetInvoiceHistory(invoice_id=invoice_id))


@portal.get("/invoices", **answers(Page[InvoiceSummary]))
async def list_invoices(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: Literal["all", "due", "paid"] = "all",
    kind: InvoiceKind | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Invoices, newest due date first; `due` ones include those overdue."""
    message = ListInvoices(status=status, kind=kind, property_ids=properties, cursor=cursor, limit=limit)
    return await relayed(caller, message)


@portal.get("/invoices/{invoice_id}", **answers(InvoiceView))
@office.get("/invoices/{invoice_id}", **answers(InvoiceView))
async def get_invoice(invoice_id: UUID, caller: ApiCaller) -> Response:
    """One invoice."""
    return await relayed(caller, GetInvoice(invoice_id=invoice_id))


@portal.get("/invoices/{invoice_id}/pdf", **answers_pdf())
@office.get("/invoices/{invoice_id}/pdf", **answers_pdf())
async def get_invoice_pdf(invoice_id: UUID, caller: ApiCaller, settings: Settings, request: Request) -> Response:
    """The invoice as a PDF; while it is owed and can be paid online, with a link and QR code that pay it."""
    pay_url = await pay_links.on_pdf(caller, settings, invoice_id)
    return await sent(request, await caller.ask(GetInvoicePdf(invoice_id=invoice_id, pay_url=pay_url)))


@office.get("/invoices/{invoice_id}/pay-link", **answers(PayLink))
async def get_pay_link(invoice_id: UUID, caller: ApiCaller, settings: Settings) -> Response:
    """The address, handed out today, that lets anybody pay this invoice without a login."""
    return answered(await pay_links.of_office(caller, settings, invoice_id))


@office.post("/invoices/{invoice_id}/pay-link", **answers(PayLink, 201))
async def renew_pay_link(invoice_id: UUID, caller: ApiCaller, settings: Settings, new_id: CommandId) -> Response:
    """A new address; all that were handed out before open nothing any more."""
    await caller.ask(RenewPayLink(id=new_id, invoice_id=invoice_id))
    return answered(await pay_links.of_office(caller, settings, invoice_id), 201)


@office.post("/invoices", **answers(InvoiceView, 201))
async def create_invoice(body: issuing.NewInvoice, caller: ApiCaller, new_id: CommandId) -> Response:
    """A draft, which no customer sees until it is shared."""
    return await relayed(caller, await issuing.invoice(caller, body, new_id), 201)


@office.post("/invoices/{invoice_id}/share", **answers(InvoiceView))
async def share_invoice(invoice_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Makes it visible to the customer, and owed."""
    return await relayed(caller, ShareInvoice(id=new_id, invoice_id=invoice_id))


@office.patch("/invoices/{invoice_id}", **answers(InvoiceView))
async def change_invoice(
    invoice_id: UUID, body: issuing.InvoiceChange, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Changes a draft."""
    return await relayed(caller, await issuing.invoice_change(caller, invoice_id, body, new_id))


@office.post("/invoices/{invoice_id}/void", **answers(InvoiceView))
async def void_invoice(invoice_id: UUID, caller: ApiCaller, new_id: CommandId, body: VoidBody = NO_REASON) -> Response:
    """Takes back an invoice that nobody has paid of; credits applied to it are free again."""
    return await relayed(caller, VoidInvoice(id=new_id, invoice_id=invoice_id, reason=body.reason))
