"""Paying: the quote, the payment and its receipt, and the methods to pay with."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import (
    CommandId,
    PropertyFilter,
    Settings,
    answered,
    answers,
    answers_pdf,
    portal,
    relayed,
    sent,
)
from gateway.auth import ApiCaller, Caller
from gateway.confirming import secret_of
from gateway.errors import Problem
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from gateway.settings import GatewaySettings
from services.contracts.billing.payments import (
    GetPayment,
    GetReceiptPdf,
    ListPayments,
    PayInvoices,
    PaymentQuoteView,
    PaymentStatus,
    PaymentView,
    QuotePayment,
    RefreshPayment,
)
from services.contracts.messages import Page
from services.contracts.money import Money

InvoiceIds = Annotated[list[UUID], Field(min_length=1, max_length=100)]


class QuoteBody(Body):
    """`amount` is the whole balance where it is not given."""

    invoice_ids: InvoiceIds
    amount: Money | None = None
    payment_method_id: UUID | None = None


class PaymentBody(Body):
    """`expected_total` is the quote's total; where the two differ by now, nothing is charged."""

    invoice_ids: InvoiceIds
    amount: Money | None = None
    payment_method_id: UUID
    expected_total: Money


class PaymentAnswer(PaymentView):
    """A payment. Where it is `requires_action`, the payer, and nobody else, is told how to confirm it.

    Both are null while the provider does not answer: ask again.
    """

    client_secret: str | None = None
    """For the provider's fields."""
    action_url: str | None = None
    """The provider's page."""


@portal.post("/payment-quotes", **answers(PaymentQuoteView))
async def quote_payment(body: QuoteBody, caller: ApiCaller) -> Response:
    """The fee and the total, before paying."""
    message = QuotePayment(invoice_ids=body.invoice_ids, amount=body.amount, payment_method_id=body.payment_method_id)
    return await relayed(caller, message)


@portal.post(
    "/payments",
    **answers(PaymentAnswer, 201, s402="Declined: `detail` says why, `payment_id` names the attempt."),
)
async def pay(body: PaymentBody, caller: ApiCaller, settings: Settings, new_id: CommandId) -> Response:
    """Charges a method on file, and waits for the provider."""
    payment = await caller.ask(
        PayInvoices(
            id=new_id,
            invoice_ids=body.invoice_ids,
            amount=body.amount,
            payment_method_id=body.payment_method_id,
            expected_total=body.expected_total,
            return_url=_return_url(caller, settings),
        )
    )
    if payment.status == "failed":
        detail = payment.decline_reason or "The payment was declined."
        raise Problem(402, detail, code="declined", payment_id=payment.id)
    return answered(await _with_secret(caller, payment), 201)


def _return_url(caller: Caller, settings: GatewaySettings) -> str:
    assert caller.principal.portal is not None
    return f"{settings.public_url}/{caller.principal.portal.slug}/payments/{{payment_id}}"


async def _with_secret(caller: Caller, payment: PaymentView) -> PaymentAnswer:
    secret = await secret_of(caller, payment)
    return PaymentAnswer(**dict(payment), **(dict(secret) if secret else {}))


@portal.get("/payments", **answers(Page[PaymentView]))
async def list_payments(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: PaymentStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """The customer's payments, newest first."""
    return await relayed(caller, ListPayments(status=status, property_ids=properties, cursor=cursor, limit=limit))


@portal.get("/payments/{payment_id}", **answers(PaymentAnswer))
async def get_payment(payment_id: UUID, caller: ApiCaller) -> Response:
    """One payment; one that waits for the payer is looked up at the provider."""
    payment = await caller.ask(GetPayment(payment_id=payment_id))
    if payment.status == "requires_action":
        payment = await caller.ask(RefreshPayment(payment_id=payment_id))
    return answered(await _with_secret(caller, payment))


@portal.get("/payments/{payment_id}/receipt", **answers_pdf())
async def get_receipt(payment_id: UUID, caller: ApiCaller, request: Request) -> Response:
    """The receipt as a PDF."""
    return await sent(request, await caller.ask(GetReceiptPdf(payment_id=payment_id)))
