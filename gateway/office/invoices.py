"""Invoices in the office: the list, and one of them with all that was paid of it and what can be done with it."""

import asyncio
from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway import pay_links
from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.files import send as send_file
from gateway.office.customers import branch_options, customer_named
from gateway.office.entry import InvoicesReader, InvoicesWriter
from gateway.office.fees import INVOICE_KINDS
from gateway.office.sending import typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.addresses import address
from gateway.pages.formats import money, read_amount, word
from gateway.pages.forms import Form, command_id, refused
from gateway.paging import LARGEST_PAGE, Cursor, every
from services.contracts.billing.credits import ApplyCredit, ListCredits
from services.contracts.billing.invoices import (
    GetInvoice,
    GetInvoiceHistory,
    GetInvoicePdf,
    InvoiceStatus,
    InvoiceSummary,
    InvoiceView,
    ListInvoices,
    ShareInvoice,
    VoidInvoice,
)
from services.contracts.billing.pay_links import RenewPayLink
from services.contracts.billing.payments import ListPayments
from services.contracts.billing.programs import RequestPayment
from services.contracts.errors import DomainError, invalid
from services.contracts.fieldwork.visits import ListVisits, VisitView
from services.contracts.identity.contacts import ContactView, GetContact
from services.contracts.messages import Command

router = APIRouter()

PATH = "/office/invoices"
ONE = PATH + "/{invoice_id:uuid}"
STATUSES: tuple[InvoiceStatus, ...] = get_args(InvoiceStatus)
OWED: tuple[InvoiceStatus, ...] = ("due", "overdue", "processing")
CURRENCY = "USD"
_FIELDS = {name: name for name in ("amount", "reason", "credit_id")}


@router.get(PATH)
async def invoices(
    request: Request,
    member: InvoicesReader,
    status: str = "all",
    kind: str = "",
    branch: str = "",
    customer: str = "",
    property: str = "",  # noqa: A002  # the address's own word
    cursor: Cursor = None,
) -> Response:
    """One page of the list, newest due date first."""
    wanted = status if status in STATUSES else "all"
    branch_id, customer_id, property_id = _id(branch), _id(customer), _id(property)
    query = ListInvoices.model_validate(
        {
            "status": wanted,
            "kind": kind if kind in INVOICE_KINDS else None,
            "branch_id": branch_id,
            "customer_id": customer_id,
            "property_ids": [property_id] if property_id else [],
            "cursor": cursor,
        }
    )
    found, branches, whose = await asyncio.gather(
        member.ask(query), branch_options(member), customer_named(member, customer_id)
    )
    named = {"kind": query.kind, "branch": branch_id, "customer": customer_id, "property": property_id}
    chosen = {name: str(value or "") for name, value in named.items()}
    return show_list(
        request,
        member,
        "office/invoices/list.html",
        found,
        cursor,
        here="invoices",
        status=wanted,
        kind_options=[(name, word(name)) for name in INVOICE_KINDS],
        branches=branches,
        chosen=Form(chosen),
        whose=whose,
        address=lambda shown: address(PATH, {**chosen, "status": "" if shown == "all" else shown}),
    )


def _id(text: str) -> UUID | None:
    """What an address names; None where it names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None


@router.get(ONE)
async def invoice(request: Request, member: InvoicesReader, invoice_id: UUID) -> Response:
    """An invoice's page."""
    return await _page(request, member, invoice_id, Form())


@router.get(f"{ONE}/pdf")
async def pdf(request: Request, member: InvoicesReader, invoice_id: UUID) -> Response:
    """The invoice as a document."""
    pay_url = await pay_links.on_pdf(member, request.app.state.settings, invoice_id)
    file = await member.ask(GetInvoicePdf(invoice_id=invoice_id, pay_url=pay_url))
    return await send_file(request.app.state.files, file, inline=True)


@router.post(f"{ONE}/share")
async def share(request: Request, member: InvoicesWriter, invoice_id: UUID) -> Response:
    """Shows it to the customer, who owes it from then on."""
    return await _done(request, member, invoice_id, ShareInvoice(invoice_id=invoice_id), "shared")


@router.post(f"{ONE}/resend")
async def resend(request: Request, member: InvoicesWriter, invoice_id: UUID) -> Response:
    """Mails those who can pay it once more."""
    return await _done(request, member, invoice_id, RequestPayment(invoice_id=invoice_id), "asked")


@router.post(f"{ONE}/pay-link")
async def renew_link(request: Request, member: InvoicesWriter, invoice_id: UUID) -> Response:
    """Makes every pay link that was handed out worthless."""
    return await _done(request, member, invoice_id, RenewPayLink(invoice_id=invoice_id), "link-renewed")


@router.post(f"{ONE}/void")
async def void(request: Request, member: InvoicesWriter, invoice_id: UUID) -> Response:
    """Takes it back for good."""
    reason = (await typed_in(request))["reason"].strip() or "Taken back by the office."
    return await _done(
        request, member, invoice_id, VoidInvoice(invoice_id=invoice_id, reason=reason[:10_000]), "voided"
    )


@router.post(f"{ONE}/apply-credit")
async def apply_credit(request: Request, member: InvoicesWriter, invoice_id: UUID) -> Response:
    """Reduces it by a credit of the same customer."""
    typed = await typed_in(request)
    amount, credit_id = read_amount(typed["amount"], CURRENCY), _id(typed["credit_id"])
    if amount is None or credit_id is None:
        wrong = "credit_id" if credit_id is None else "amount"
        error = invalid("Enter an amount such as 120.00." if credit_id else "Choose the credit.", field=wrong)
        return await _again(request, member, invoice_id, typed.values, error)
    command = ApplyCredit(credit_id=credit_id, invoice_id=invoice_id, amount=amount)
    return await _done(request, member, invoice_id, command, "applied")


async def _done(request: Request, member: Caller, invoice_id: UUID, command: Command[Any], said: str) -> Response:
    """Back to the invoice; where it was refused, its page says why. A form that is sent twice counts once."""
    typed = await typed_in(request)
    try:
        await member.ask(command.model_copy(update={"id": command_id(member, typed.path, typed.values)}))
    except DomainError as error:
        return await _again(request, member, invoice_id, typed.values, error)
    return done(f"{PATH}/{invoice_id}", said)


async def _again(
    request: Request, member: Caller, invoice_id: UUID, values: Mapping[str, str], error: DomainError
) -> Response:
    form = refused(values, error, _FIELDS)
    return await _page(request, member, invoice_id, form, problem_of(error).status_code)


async def _page(request: Request, member: Caller, invoice_id: UUID, form: Form, status: int = 200) -> Response:
    found = await member.ask(GetInvoice(invoice_id=invoice_id))
    history, attempts, visits, contact, credits, link = await asyncio.gather(
        member.ask(GetInvoiceHistory(invoice_id=invoice_id)),
        member.ask(ListPayments(invoice_id=invoice_id, limit=LARGEST_PAGE)),
        _visits(member, found),
        _billing_contact(member, found),
        member.ask(ListCredits(customer_id=found.customer.id, unapplied_only=True, limit=LARGEST_PAGE)),
        _pay_link(request, member, found),
    )
    return show(
        request,
        member,
        "office/invoices/item.html",
        status,
        here="invoices",
        invoice=found,
        history=history,
        attempts=attempts.items,
        visits=visits,
        contact=contact,
        credits=credits.items,
        credit_options=[(each.id, f"{each.number}, {money(each.unapplied)} free") for each in credits.items],
        link=link,
        is_owed=found.status in OWED,
        form=form,
    )


async def owed_by(member: Caller, customer_id: UUID) -> list[InvoiceSummary]:
    """All that the customer owes, the oldest first."""
    return (await every(member, ListInvoices(status="due", customer_id=customer_id)))[::-1]


async def _visits(member: Caller, found: InvoiceView) -> list[VisitView]:
    if not found.visit_ids:
        return []
    return (await member.ask(ListVisits(visit_ids=found.visit_ids, limit=LARGEST_PAGE))).items


async def _billing_contact(member: Caller, found: InvoiceView) -> ContactView | None:
    if found.billing_contact_id is None:
        return None
    return await member.ask(GetContact(contact_id=found.billing_contact_id))


async def _pay_link(request: Request, member: Caller, found: InvoiceView) -> pay_links.PayLink | None:
    """The link that the office copies; None where nothing can be paid by it."""
    if found.status not in OWED:
        return None
    try:
        return await pay_links.of_office(member, request.app.state.settings, found.id)
    except DomainError:
        # What is too old, or of a branch that takes no payments online, has no link; the page says so.
        return None
