"""Paying invoices: what it costs is shown, then a kept method is charged once."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.auth import Caller
from gateway.bus import DeadlinePassed, Unavailable
from gateway.errors import problem_of
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, many, received, refused, texts, wrong
from gateway.portal.checkout import OTHER, Choice, Offer, invoices_of, offer_of, price, takes_parts, types_of
from gateway.portal.entry import Payer, entering_invoices, root, visitor_of
from gateway.portal.methods import provider_page
from gateway.settings import GatewaySettings
from services.contracts.billing.payments import GetPayment, PayInvoices, PaymentQuoteView, PaymentView
from services.contracts.errors import DomainError, invalid
from services.contracts.money import Money

router = APIRouter()

MOST_INVOICES = 100
NOT_HEARD = "We did not hear back in time. You can press the button again: you are charged once at most."

_FIELDS = {"amount": "amount", "payment_method_id": "method"}


async def _payer(request: Request, portal: str) -> Caller | None:
    """Nobody need sign in where no invoice is named: that is where third parties begin."""
    if "invoice" not in request.query_params:
        return None
    return await entering_invoices(await visitor_of(request, portal))


@router.get("/{portal}/pay")
async def choose(
    request: Request,
    portal: str,
    visitor: Annotated[Caller | None, Depends(_payer)],
    invoice: Annotated[list[UUID], Query(max_length=MOST_INVOICES, default_factory=list)],
    method: str = "",
    how_much: str = "",
    amount: str = "",
    declined: UUID | None = None,
) -> Response:
    """The form, with what the chosen way of paying costs."""
    if visitor is None or not invoice:
        return see(f"/{portal}/pay/look-up")
    choice = Choice(list(dict.fromkeys(invoice)), method, amount if how_much == OTHER else None)
    return await _shown(request, visitor, choice, Form(choice.values()), declined=declined)


@router.post("/{portal}/pay")
async def pay(request: Request, visitor: Payer) -> Response:
    """Charges the chosen method, once however often the form is sent; a decline leads back to the form."""
    sent = await received(request)
    typed = texts(sent)
    amount = typed.get("amount", "") if typed.get("how_much") == OTHER else None
    choice = Choice(_ids(many(sent, "invoice")), typed.get("method", ""), amount)
    if typed.get("step") == "review" or not choice.invoice_ids:
        return see(address(f"{root(visitor)}/pay", choice.query()))
    values = {**typed, **choice.values()}
    try:
        payment = await visitor.ask(_command(request, visitor, choice, typed))
    except DomainError as error:
        return await _shown(request, visitor, choice, refused(values, error, _FIELDS), problem_of(error).status_code)
    except (Unavailable, DeadlinePassed) as error:
        form = wrong(values, {"": NOT_HEARD})
        return await _shown(request, visitor, choice, form, problem_of(error).status_code)
    return see(_after(visitor, choice, payment))


def _command(request: Request, visitor: Caller, choice: Choice, typed: Mapping[str, str]) -> PayInvoices:
    """The order that the form gives; raises DomainError where it does not say enough."""
    settings: GatewaySettings = request.app.state.settings
    expected = _expected(typed)
    return PayInvoices(
        id=command_id(visitor, "pay", typed),
        invoice_ids=choice.invoice_ids,
        amount=choice.money(expected.currency),
        payment_method_id=choice.method_id(),
        expected_total=expected,
        return_url=f"{settings.public_url}{root(visitor)}/payments/{{payment_id}}/return",
    )


def _expected(typed: Mapping[str, str]) -> Money:
    """The total that the payer saw on the button."""
    try:
        return Money(amount=int(typed["expected_total"]), currency=typed["currency"])
    except (KeyError, ValueError):
        raise invalid("The total was not shown yet. Look at it, and confirm once more.") from None


def _after(visitor: Caller, choice: Choice, payment: PaymentView) -> str:
    if payment.status == "failed":
        return address(f"{root(visitor)}/pay", {**choice.query(), "declined": payment.id})
    return f"{root(visitor)}/payments/{payment.id}"


async def _shown(
    request: Request,
    visitor: Caller,
    choice: Choice,
    form: Form,
    http_status: int = 200,
    declined: UUID | None = None,
) -> Response:
    """The form; where an invoice cannot be paid, its own page instead, which says why."""
    invoices = await invoices_of(visitor, choice)
    stuck = next((invoice for invoice in invoices if not invoice.payable), None)
    if stuck:
        return see(f"{root(visitor)}/invoices/{stuck.id}")
    offer = await offer_of(visitor, choice, invoices)
    return provider_page(
        request,
        "payments/pay.html",
        http_status,
        here="invoices",
        form=form,
        offer=offer,
        quote=await _quote(visitor, choice, offer, form),
        takes=types_of(visitor, invoices),
        partial=takes_parts(visitor, invoices),
        declined=await _declined(visitor, declined),
        here_address=address(f"{root(visitor)}/pay", {**choice.query(), "method": ""}),
    )


async def _declined(visitor: Caller, payment_id: UUID | None) -> PaymentView | None:
    """The attempt that brought the payer back to the form, if it was declined."""
    if payment_id is None:
        return None
    payment = await visitor.ask(GetPayment(payment_id=payment_id))
    return payment if payment.status == "failed" else None


async def _quote(visitor: Caller, choice: Choice, offer: Offer, form: Form) -> PaymentQuoteView | None:
    """What it would cost; None where the amount is missing or, as the form is told, wrong."""
    if choice.amount == "":
        return None
    try:
        return await price(visitor, choice, offer)
    except DomainError as error:
        form.errors.update(refused({}, error, _FIELDS).errors)
        return None


def _ids(sent: list[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in dict.fromkeys(sent)]
    except ValueError:
        raise invalid("There is no such invoice.") from None
