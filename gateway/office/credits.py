"""Credits in the office: granted, applied to one invoice or to several, and taken back."""

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid5

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import billing as issuing
from gateway.office.choosing import Sought, choose_customer
from gateway.office.customers import customer_named
from gateway.office.entry import InvoicesReader, InvoicesWriter
from gateway.office.invoices import owed_by
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.addresses import address
from gateway.pages.formats import read_amount
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor, every
from services.contracts.billing.credits import ApplyCredit, GetCredit, ListCredits, UnapplyCredit
from services.contracts.errors import DomainError
from services.contracts.identity.customers import ListProperties

router = APIRouter()

PATH = "/office/credits"
ONE = PATH + "/{credit_id:uuid}"
CURRENCY = "USD"
SENTENCES = {
    "amount": "Enter an amount such as 120.00.",
    "reason": "Say what it is for; the customer reads it.",
    "property_id": "Choose the property.",
}
_FIELDS = {name: name for name in SENTENCES}
_NO_AMOUNT = "Enter an amount such as 120.00, or nothing."


@router.get(PATH)
async def credits(
    request: Request, member: InvoicesReader, free: bool = False, customer: UUID | None = None, cursor: Cursor = None
) -> Response:
    """One page of the list, newest first."""
    found, whose = await asyncio.gather(
        member.ask(ListCredits(customer_id=customer, unapplied_only=free, cursor=cursor)),
        customer_named(member, customer),
    )

    def listed(shown: str) -> str:
        return address(PATH, {"free": "yes" if shown == "free" else "", "customer": customer})

    shown = "free" if free else "all"
    template = "office/credits/list.html"
    return show_list(request, member, template, found, cursor, here="credits", shown=shown, address=listed, whose=whose)


@router.get(f"{PATH}/new")
async def write(
    request: Request, member: InvoicesWriter, customer: UUID | None = None, search: Sought = "", cursor: Cursor = None
) -> Response:
    """The form, once it is known to whom."""
    if customer is None:
        return await choose_customer(request, member, "credits", "New credit", search, cursor)
    return await _form(request, member, customer, Form())


@router.post(f"{PATH}/new")
async def grant(request: Request, member: InvoicesWriter, customer: UUID) -> Response:
    """Grants it, once however often the form is sent."""
    typed = await typed_in(request)
    told = {
        "customer_id": customer,
        "property_id": typed["property_id"] or None,
        "amount": read_amount(typed["amount"], CURRENCY),
        "reason": typed["reason"],
    }
    try:
        new_id = command_id(member, typed.path, typed.values)
        made = await member.ask(await issuing.credit(member, issuing.NewCredit.model_validate(told), new_id))
    except ValidationError as error:
        return await _form(request, member, customer, wrong(typed.values, problems(error, SENTENCES)), 422)
    except DomainError as error:
        form = refused(typed.values, error, _FIELDS)
        return await _form(request, member, customer, form, problem_of(error).status_code)
    return done(f"{PATH}/{made.id}", "granted")


@router.get(ONE)
async def credit(request: Request, member: InvoicesReader, credit_id: UUID) -> Response:
    """A credit's page, with the invoices that it reduces and those that it could reduce."""
    return await _page(request, member, credit_id, Form())


@router.post(f"{ONE}/apply")
async def apply(request: Request, member: InvoicesWriter, credit_id: UUID) -> Response:
    """Reduces each invoice that has an amount beside it; each once, however often the form is sent."""
    typed = await typed_in(request)
    errors: dict[str, str] = {}
    form_id = command_id(member, typed.path, typed.values)
    commands = list(_applications(typed, credit_id, form_id, errors))
    if errors or not commands:
        again = wrong(typed.values, errors or {"": "Enter an amount beside at least one invoice."})
        return await _page(request, member, credit_id, again, 422)
    for command in commands:
        try:
            await member.ask(command)
        except DomainError as error:
            # What was applied before it stays applied: the page shows how far it came.
            field = f"amount-{command.invoice_id}"
            form = refused(typed.values, error, {"amount": field, "invoice_id": field})
            return await _page(request, member, credit_id, form, problem_of(error).status_code)
    return done(f"{PATH}/{credit_id}", "applied")


def _applications(typed: Typed, credit_id: UUID, form_id: UUID, errors: dict[str, str]) -> Iterator[ApplyCredit]:
    """A command for each amount that was typed; what is wrong is added to `errors`."""
    for invoice in typed.ticked("invoice"):
        text = typed[f"amount-{invoice}"].strip()
        if not text:
            continue
        amount = read_amount(text, CURRENCY)
        if amount is None:
            errors[f"amount-{invoice}"] = _NO_AMOUNT
        else:
            told = {"id": uuid5(form_id, invoice), "credit_id": credit_id, "invoice_id": invoice, "amount": amount}
            yield ApplyCredit.model_validate(told)


@router.post(f"{ONE}/unapply")
async def unapply(request: Request, member: InvoicesWriter, credit_id: UUID) -> Response:
    """Has one invoice owed again by what the credit gave to it."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    try:
        told = {"id": new_id, "credit_id": credit_id, "invoice_id": typed["invoice_id"]}
        await member.ask(UnapplyCredit.model_validate(told))
    except DomainError as error:
        form = refused(typed.values, error)
        return await _page(request, member, credit_id, form, problem_of(error).status_code)
    return done(f"{PATH}/{credit_id}", "unapplied")


async def _page(request: Request, member: Caller, credit_id: UUID, form: Form, status: int = 200) -> Response:
    found = await member.ask(GetCredit(credit_id=credit_id))
    due, whose = await asyncio.gather(
        owed_by(member, found.customer_id),
        customer_named(member, found.customer_id),
    )
    return show(
        request,
        member,
        "office/credits/item.html",
        status,
        here="credits",
        credit=found,
        due=due if found.unapplied.amount else [],
        whose=whose,
        form=form,
    )


async def _form(request: Request, member: Caller, customer_id: UUID, form: Form, status: int = 200) -> Response:
    whose, places = await asyncio.gather(
        customer_named(member, customer_id), every(member, ListProperties(customer_id=customer_id))
    )
    options = [(each.id, each.name) for each in places]
    template = "office/credits/new.html"
    return show(request, member, template, status, here="credits", whose=whose, places=options, form=form)
