"""Writing invoices: a new one for a customer, and changes of a draft."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import billing as issuing
from gateway.office.choosing import Sought, choose_customer
from gateway.office.drafting import WrongRows
from gateway.office.entry import InvoicesWriter
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show
from gateway.pages.formats import plain_amount, read_amount, read_percent
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor, every
from services.contracts.billing.invoices import GetInvoice, InvoiceLine, InvoiceView
from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.customers import GetCustomer, ListProperties
from services.contracts.snapshots import CustomerSnapshot

router = APIRouter()

_PATH = "/office/invoices"
_ONE = _PATH + "/{invoice_id:uuid}"
CURRENCY = "USD"
MOST_LINES = 200
"""As many as an invoice has."""
KINDS = (("service", "Services"), ("one_time", "One-time payment"))
SENTENCES = {
    "kind": "Choose the kind.",
    "net_days": "Enter a number of days from 0 to 365.",
    "billing_contact_id": "Choose the billing contact.",
    "property_id": "Choose the property.",
    "services": "Name at least one service with a price.",
}
_FIELDS = {**{name: name for name in SENTENCES}, "lines": "service-0"}
_CELLS = ("service", "what", "quantity", "price", "tax")


@router.get(f"{_PATH}/new")
async def write(
    request: Request,
    member: InvoicesWriter,
    customer: UUID | None = None,
    property: UUID | None = None,  # noqa: A002  # the address's own word
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form of a new invoice, once its customer is chosen."""
    if customer is None:
        return await choose_customer(request, member, "invoices", "New invoice", search, cursor)
    found = await member.ask(GetCustomer(customer_id=customer))
    whose = CustomerSnapshot(id=found.id, name=found.name, address=found.mailing_address)
    form = Form({"kind": "service", "net_days": "30", "property_id": str(property or "")})
    return await _form(request, member, whose, form, 1)


@router.post(f"{_PATH}/new")
async def add(request: Request, member: InvoicesWriter, customer: UUID) -> Response:
    """Keeps the draft, or shows the form with a line more."""
    typed = await typed_in(request)
    found = await member.ask(GetCustomer(customer_id=customer))
    whose = CustomerSnapshot(id=found.id, name=found.name, address=found.mailing_address)
    if typed["add"]:
        return await _form(request, member, whose, wrong(typed.values, {}), _grown(typed))
    try:
        told = {"customer_id": customer, "kind": typed["kind"], "property_id": typed["property_id"] or None}
        draft = issuing.NewInvoice.model_validate({**told, **_said(typed)})
        new_id = command_id(member, typed.path, typed.values)
        made = await member.ask(await issuing.invoice(member, draft, new_id))
    except (ValidationError, DomainError) as error:
        form, status = _again(typed, error)
        return await _form(request, member, whose, form, _count(typed), status)
    return done(f"{_PATH}/{made.id}", "invoice-drafted")


@router.get(f"{_ONE}/edit")
async def edit(request: Request, member: InvoicesWriter, invoice_id: UUID) -> Response:
    """The form of a draft."""
    found = await member.ask(GetInvoice(invoice_id=invoice_id))
    return await _form(request, member, found.customer, Form(_values(found)), len(found.services), editing=found)


@router.post(f"{_ONE}/edit")
async def save(request: Request, member: InvoicesWriter, invoice_id: UUID) -> Response:
    """Keeps the changes, or shows the form with a line more."""
    typed = await typed_in(request)
    found = await member.ask(GetInvoice(invoice_id=invoice_id))
    if typed["add"]:
        form = wrong(typed.values, {})
        return await _form(request, member, found.customer, form, _grown(typed), editing=found)
    try:
        change = issuing.InvoiceChange.model_validate(_said(typed))
        new_id = command_id(member, typed.path, typed.values)
        await member.ask(await issuing.invoice_change(member, invoice_id, change, new_id))
    except (ValidationError, DomainError) as error:
        form, status = _again(typed, error)
        return await _form(request, member, found.customer, form, _count(typed), status, editing=found)
    return done(f"{_PATH}/{invoice_id}", "saved")


def _count(typed: Typed) -> int:
    """How many lines the form has."""
    count = 0
    while f"service-{count}" in typed.values:
        count += 1
    return max(1, count)


def _grown(typed: Typed) -> int:
    return min(_count(typed) + 1, MOST_LINES)


def _said(typed: Typed) -> dict[str, Any]:
    """What the form says of the invoice; raises WrongRows with what is wrong in its lines."""
    errors: dict[str, str] = {}
    rows = range(_count(typed))
    filled = [at for at in rows if at == 0 or any(typed[f"{cell}-{at}"].strip() for cell in _CELLS)]
    lines = [_line(typed, at, errors) for at in filled]
    if errors:
        raise WrongRows(errors)
    named = {"billing_contact_id": typed["billing_contact_id"] or None, "net_days": typed["net_days"].strip()}
    return {**named, "services": lines}


def _line(typed: Typed, at: int, errors: dict[str, str]) -> dict[str, Any]:
    service, quantity = typed[f"service-{at}"].strip(), typed[f"quantity-{at}"].strip() or "1"
    price, tax = read_amount(typed[f"price-{at}"], CURRENCY), read_percent(typed[f"tax-{at}"])
    if not service:
        errors[f"service-{at}"] = "Name the service."
    if not (quantity.isdecimal() and quantity.isascii() and 1 <= int(quantity) <= 100_000):
        errors[f"quantity-{at}"] = "Enter a whole number from 1 on."
    if price is None:
        errors[f"price-{at}"] = "Enter a price such as 120 or 1,200.50."
    if tax is None:
        errors[f"tax-{at}"] = "Enter the tax in percent, such as 8.25, from 0 to 30."
    description = typed[f"what-{at}"].strip()
    return {
        "service": service,
        "description": description,
        "quantity": quantity,
        "unit_price": price,
        "tax_percent": tax,
    }


def _again(typed: Typed, error: ValidationError | DomainError) -> tuple[Form, int]:
    """The form with what is wrong, and the status that goes with it."""
    if isinstance(error, WrongRows):
        return wrong(typed.values, error.errors), 422
    if isinstance(error, ValidationError):
        return wrong(typed.values, problems(error, SENTENCES)), 422
    return refused(typed.values, error, _FIELDS), problem_of(error).status_code


def _values(found: InvoiceView) -> dict[str, str]:
    """A draft as its form's texts."""
    values = {
        "kind": found.kind,
        "net_days": str((found.due_on - found.issued_on).days),
        "billing_contact_id": str(found.billing_contact_id or ""),
    }
    for at, line in enumerate(found.services):
        values |= _texts(at, line)
    return values


def _texts(at: int, line: InvoiceLine) -> dict[str, str]:
    return {
        f"service-{at}": line.service,
        f"what-{at}": line.description,
        f"quantity-{at}": str(line.quantity),
        f"price-{at}": plain_amount(line.unit_price),
        f"tax-{at}": f"{line.tax_percent.normalize():f}" if line.tax_percent else "",
    }


async def _form(
    request: Request,
    member: Caller,
    whose: CustomerSnapshot,
    form: Form,
    count: int,
    status: int = 200,
    editing: InvoiceView | None = None,
) -> Response:
    contacts, places = await asyncio.gather(
        every(member, ListContacts(customer_id=whose.id)), every(member, ListProperties(customer_id=whose.id))
    )
    return show(
        request,
        member,
        "office/invoices/form.html",
        status,
        here="invoices",
        form=form,
        rows=range(count),
        whose=whose,
        editing=editing,
        kinds=KINDS,
        contacts=_options(contacts),
        places=_options(places),
    )


def _options(found: Sequence[Any]) -> list[tuple[UUID, str]]:
    return [(each.id, each.name) for each in found]
