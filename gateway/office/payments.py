"""Payments in the office: the list, one of them with what became of it, and paying it back."""

import asyncio
from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.files import send as send_file
from gateway.office.customers import customer_named
from gateway.office.entry import PaymentsReader, PaymentsWriter
from gateway.office.sending import Typed, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.formats import plain_amount, read_amount, word
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor
from gateway.portal.outcomes import has_receipt, remaining, state_of
from services.contracts.billing.payments import (
    GetPayment,
    GetReceiptPdf,
    ListPayments,
    PaymentStatus,
    PaymentView,
    QuoteRefund,
    RefundPayment,
    RefundQuoteView,
)
from services.contracts.errors import DomainError
from services.contracts.money import Money

router = APIRouter()

PATH = "/office/payments"
ONE = PATH + "/{payment_id:uuid}"
STATUSES: tuple[PaymentStatus, ...] = get_args(PaymentStatus)
CURRENCY = "USD"
_NO_AMOUNT = "Enter an amount such as 120.00, or nothing for all of it."
_FIELDS = {"amount": "amount"}


@router.get(PATH)
async def payments(
    request: Request, member: PaymentsReader, status: str = "", customer: UUID | None = None, cursor: Cursor = None
) -> Response:
    """One page of the list, newest first."""
    wanted = status if status in STATUSES else None
    found, whose = await asyncio.gather(
        member.ask(ListPayments(status=wanted, customer_id=customer, cursor=cursor)), customer_named(member, customer)
    )
    return show_list(
        request,
        member,
        "office/payments/list.html",
        found,
        cursor,
        here="payments",
        status=wanted or "",
        status_options=[(name, word(name)) for name in STATUSES],
        whose=whose,
        state_of=state_of,
        chosen=Form({"status": wanted or "", "customer": str(customer or "")}),
    )


@router.get(ONE)
async def payment(request: Request, member: PaymentsReader, payment_id: UUID) -> Response:
    """A payment's page."""
    found = await member.ask(GetPayment(payment_id=payment_id))
    return show(
        request,
        member,
        "office/payments/item.html",
        here="payments",
        payment=found,
        state=state_of(found),
        receipted=has_receipt(found),
        remaining=remaining(found),
        whose=await customer_named(member, found.customer_id),
        form=Form(),
    )


@router.get(f"{ONE}/receipt")
async def receipt(request: Request, member: PaymentsReader, payment_id: UUID) -> Response:
    """The receipt as a document, as it stands today."""
    file = await member.ask(GetReceiptPdf(payment_id=payment_id))
    return await send_file(request.app.state.files, file, inline=True)


@router.get(f"{ONE}/refund")
async def consider(
    request: Request, member: PaymentsWriter, payment_id: UUID, amount: str = "", reopen: bool = False
) -> Response:
    """What paying back so much of it would return, before it is done."""
    found = await member.ask(GetPayment(payment_id=payment_id))
    values = {"amount": amount, "reopen": "yes" if reopen else ""}
    chosen = _amount(amount)
    if chosen is None and amount.strip():
        return _refund_page(request, member, found, wrong(values, {"amount": _NO_AMOUNT}), None, 422)
    try:
        quote = await member.ask(QuoteRefund(payment_id=payment_id, amount=chosen))
    except DomainError as error:
        form = refused(values, error, _FIELDS)
        return _refund_page(request, member, found, form, None, problem_of(error).status_code)
    return _refund_page(request, member, found, Form({**values, "amount": plain_amount(quote.amount)}), quote)


def _amount(text: str) -> Money | None:
    return read_amount(text, CURRENCY)


@router.post(f"{ONE}/refund")
async def refund(request: Request, member: PaymentsWriter, payment_id: UUID) -> Response:
    """Pays back what the page showed, once however often it is sent, and waits for the provider."""
    typed = await typed_in(request)
    found = await member.ask(GetPayment(payment_id=payment_id))
    amount = _amount(typed["amount"])
    if amount is None:
        return _refund_page(request, member, found, wrong(typed.values, {"amount": _NO_AMOUNT}), None, 422)
    refund_id = command_id(member, typed.path, typed.values)
    command = RefundPayment(id=refund_id, payment_id=payment_id, amount=amount, reopen=bool(typed["reopen"]))
    try:
        paid_back = await member.ask(command)
    except DomainError as error:
        form = refused(typed.values, error, _FIELDS)
        return _refund_page(request, member, found, form, None, problem_of(error).status_code)
    return _after(request, member, paid_back, refund_id, typed)


def _after(request: Request, member: Caller, payment: PaymentView, refund_id: UUID, typed: Typed) -> Response:
    """On to the payment; where the provider refused, the form with a new id, for this refund has failed for good."""
    made = next((each for each in payment.refunds if each.id == refund_id), None)
    if made and made.status == "failed":
        form = Form(typed.values, {"": made.failure_reason or "The refund was refused."})
        return _refund_page(request, member, payment, form, None, 402)
    return done(f"{PATH}/{payment.id}", "refunded")


def _refund_page(
    request: Request,
    member: Caller,
    payment: PaymentView,
    form: Form,
    quote: RefundQuoteView | None,
    status: int = 200,
) -> Response:
    template = "office/payments/refund.html"
    return show(request, member, template, status, here="payments", payment=payment, form=form, quote=quote)
